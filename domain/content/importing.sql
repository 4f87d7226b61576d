-- name: receive
-- A file that waits for its commit.
insert into content_import (id, program_id, kind, content, sent_at, sent_by) values ($1, $2, $3, $4, $5, $6)

-- name: find
-- A file of the program.
select kind, content, committed_at, counts from content_import where program_id = $1 and id = $2

-- name: lock
-- A file of the program, for the one commit that it gets.
select kind, content, committed_at, counts from content_import where program_id = $1 and id = $2 for update

-- name: one_at_a_time
-- Files of one program are committed one after the other; customers who join meanwhile are not held up.
select id from program where id = $1 for no key update

-- name: commit
-- What came of a file; its content has done its work.
update content_import set committed_at = $3, counts = $4, content = '' where program_id = $1 and id = $2

-- name: forget
-- Files of long ago.
delete from content_import where sent_at < $1

-- name: open
-- A member came in.
insert into staff_session (token_hash, staff_id, csrf_token, signed_in_at, used_at, ends_at, address, browser)
values ($1, $2, $3, $4, $4, $5, $6, $7)

-- name: find
-- The session of a token, if it is still one.
select staff_id, csrf_token, used_at from staff_session
 where token_hash = $1 and ended_at is null and ends_at > $2 and used_at > $3

-- name: touch
-- The session was used; it slides on.
update staff_session set used_at = $2 where token_hash = $1 and used_at < $2

-- name: end
-- The member left.
update staff_session set ended_at = $2 where token_hash = $1 and ended_at is null

-- name: end_all
-- Nobody is signed in as this member any more, save perhaps by one session.
update staff_session set ended_at = $2 where staff_id = $1 and ended_at is null and token_hash <> $3

-- name: forget
-- Sessions that ended before an instant.
delete from staff_session where ends_at < $1

-- name: of_member
-- Where a member is signed in.
select token_hash, address, browser, signed_in_at, used_at from staff_session
 where staff_id = $1 and ended_at is null and ends_at > $2 and used_at > $3
 order by used_at desc, token_hash

-- name: end_one
-- One session of a member ends.
update staff_session set ended_at = $3 where token_hash = $1 and staff_id = $2 and ended_at is null
returning token_hash

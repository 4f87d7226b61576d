-- name: take_turn
-- Tries of one subject are counted one after another, so that a burst cannot slip through.
select pg_advisory_xact_lock(hashtextextended('sign_in:' || $1, 0))

-- name: recent
-- The newest failures of a subject within the window, newest first.
select failed_at from sign_in_failure where subject = $1 and failed_at > $2 order by failed_at desc limit $3

-- name: claim
-- A try counts as failed until it turns out that it was not.
insert into sign_in_failure (id, subject, failed_at) values ($1, $2, $3)

-- name: release
-- The try succeeded.
delete from sign_in_failure where id = any($1::uuid[])

-- name: forget
-- Failures that no window reaches any more.
delete from sign_in_failure where failed_at < $1

-- name: open
-- A customer came in.
insert into customer_session (token_hash, program_id, customer_id, channel, signed_in_at, used_at, ends_at)
values ($1, $2, $3, $4, $5, $5, $6)

-- name: find
-- The session of a token, whatever became of it.
select customer_id, channel, used_at, ends_at, revoked_at from customer_session
 where token_hash = $1 and program_id = $2

-- name: touch
-- The session was used; it slides on.
update customer_session set used_at = $2 where token_hash = $1 and used_at < $2

-- name: revoke
-- The customer logged out.
update customer_session set revoked_at = $2 where token_hash = $1 and revoked_at is null

-- name: revoke_all
-- Nobody is signed in as this customer any more.
update customer_session set revoked_at = $2 where customer_id = $1 and revoked_at is null

-- name: forget
-- Sessions that ended before an instant.
delete from customer_session where ends_at < $1

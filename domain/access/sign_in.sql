-- name: half
-- Somebody gave the first proof and owes a code.
insert into staff_sign_in (token_hash, staff_id, way, expires_at) values ($1, $2, $3, $4)

-- name: half_in
-- Who that is, as long as it counts.
select staff_id, way from staff_sign_in where token_hash = $1 and expires_at > $2

-- name: finish
-- The code was right: the first proof is used up.
delete from staff_sign_in where token_hash = $1 returning staff_id

-- name: signed_in
-- When the member came in last.
update staff set signed_in_at = $2 where id = $1

-- name: forget
-- First proofs that lapsed before an instant.
delete from staff_sign_in where expires_at < $1

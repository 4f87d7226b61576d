-- name: issue
-- A token of a service account, by its hash.
insert into admin_token (token_hash, staff_id, created_at) values ($1, $2, $3)

-- name: find
-- The account of a token that is not revoked.
select staff_id from admin_token where token_hash = $1 and revoked_at is null

-- name: issue
-- A token of a service account, by its hash; the hint is how it ends.
insert into admin_token (token_hash, staff_id, created_at, id, hint) values ($1, $2, $3, $4, $5)

-- name: find
-- The account of a token that is not revoked.
select staff_id, used_at from admin_token where token_hash = $1 and revoked_at is null

-- name: touch
-- The token was used.
update admin_token set used_at = $2 where token_hash = $1

-- name: revoke
-- The token opens nothing any more.
update admin_token set revoked_at = $3 where id = $1 and staff_id = $2 and revoked_at is null
returning coalesce(hint, '')

-- name: invite
-- A new member is invited.
insert into staff_invitation (staff_id, token_hash, invited_by, invited_at, expires_at)
values ($1, $2, $3, $4, $5)

-- name: renew
-- Another link takes the place of the one before; no row for whoever has come in.
update staff_invitation set token_hash = $2, invited_by = $3, invited_at = $4, expires_at = $5
 where staff_id = $1 and accepted_at is null
returning staff_id

-- name: accept
-- Whoever comes first has used it; everybody else gets no row.
update staff_invitation set accepted_at = $2
 where token_hash = $1 and accepted_at is null and expires_at > $2
returning staff_id

-- name: make
-- A link for one person, once.
insert into sign_in_link (token_hash, program_id, audience, subject_id, expires_at)
values ($1, $2, $3, $4, $5)

-- name: use
-- Whoever comes first has used it; everybody else gets no row.
update sign_in_link set used_at = $3
 where token_hash = $1 and audience = $2 and used_at is null and expires_at > $3
   and program_id = coalesce($4, program_id)
returning program_id, subject_id

-- name: forget
-- Links that lapsed before an instant.
delete from sign_in_link where expires_at < $1

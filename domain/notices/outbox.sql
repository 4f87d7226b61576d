-- name: owe
-- A message that is due at once.
insert into notice (customer_id, id, program_id, kind, facts, owed_at, due_at) values ($1, $2, $3, $4, $5, $6, $6)

-- name: take_turn
-- Wait until no other process migrates this database; the session's end gives the turn back.
SELECT pg_advisory_lock(7813271441432900729)

-- name: create_database
-- The statement that makes a database of this name; a name cannot be a parameter of it.
SELECT format('CREATE DATABASE %I', $1::text)

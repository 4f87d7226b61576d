-- name: today
-- The business date of a program at an instant.
select program_date($1, $2)

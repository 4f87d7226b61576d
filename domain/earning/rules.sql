-- name: lock
-- One change of a program's rules and campaigns at a time; nobody else waits for it.
select id from program where id = $1 for no key update

-- name: authors
-- How those of the staff are called who wrote some versions.
select 'staff:' || id::text as author, name from staff where 'staff:' || id::text = any($1::text[])

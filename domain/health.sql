-- name: applied
-- The migrations that this database has seen.
select name from tortoise_migrations where app = 'domain'

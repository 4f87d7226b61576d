-- name: standing
-- How much a database holds.
select (select name from tortoise_migrations order by id desc limit 1) as migration,
       (select count(*) from program) as programs,
       (select count(*) from customer) as customers,
       (select count(*) from movement) as movements,
       (select coalesce(sum(amount), 0)::bigint from movement) as points

-- name: has_tables
-- Whether this database was ever migrated.
select to_regclass('public.program') is not null

-- name: has_programs
-- Whether somebody has begun to use it.
select exists (select from program)

-- name: role_to_make
-- The statement that makes the role of web and worker, unless the server has it already.
select 'create role loyalty_app nologin' where not exists (select from pg_roles where rolname = 'loyalty_app')

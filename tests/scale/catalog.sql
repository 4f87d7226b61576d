-- name: tables
-- The declared tables by number.
select c.oid, c.relname::text as name, d.placement, a.attnum as key
  from unnest($1::text[], $2::text[], $3::text[]) as d (name, placement, key)
  join pg_class c on c.oid = to_regclass(d.name)
  left join pg_attribute a on a.attrelid = c.oid and a.attname = d.key

-- name: views
-- Our views as they were parsed.
select r.ev_class as oid, r.ev_action::text as tree
  from pg_rewrite r
  join pg_class c on c.oid = r.ev_class
 where c.relkind = 'v' and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'

-- name: functions
-- How far each function may vary from call to call.
select oid, proname::text as name, provolatile::text as varies, pronamespace = 'public'::regnamespace as is_ours
  from pg_proc

-- name: equals
-- The operators that say that two values are the same.
select oid from pg_operator where oprname = '='

-- name: parameter_types
-- What the server takes the parameters of the prepared statement to be.
select parameter_types::text[] from pg_prepared_statements where name = 'linted'

-- name: parsed
-- The statement as the server parsed it.
select prosqlbody::text from pg_proc where proname = 'linted' and pronamespace = pg_my_temp_schema()

-- name: columns
-- Every column of a table, its type, and whether it may be null.
select attname::text as name, format_type(atttypid, atttypmod) as type, not attnotnull as nullable
  from pg_attribute
 where attrelid = $1::text::regclass and attnum > 0 and not attisdropped

-- name: constraints
-- Every CHECK, key and foreign key, as the server says it.
select format('%s: %s', conrelid::regclass, regexp_replace(pg_get_constraintdef(oid), '\s+', ' ', 'g')) as said
  from pg_constraint
 where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'p', 'u', 'x') and conrelid <> 0
 order by 1

-- Each rule answers what breaks it. `placed` holds every declared table: tbl, class, key.

-- name: table_is_in_no_class
-- Every table is in one class, and every declared table exists (S10).
select c.oid::regclass::text as what
  from pg_class c
 where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
   and not exists (select from placed p where p.tbl = c.oid)
union all
select name from placed where tbl is null

-- name: customer_id_is_missing
-- A customer's table says whose each row is, as a uuid that is never null (S1).
select p.name as what
  from placed p
 where p.class = 'customer' and not exists (
       select from pg_attribute a
        where a.attrelid = p.tbl and a.attname = p.key and a.atttypid = 'uuid'::regtype
          and a.attnotnull and a.attgenerated = '')

-- name: key_does_not_hold
-- What spreads a table is in the key columns of each of its unique indexes: INCLUDE is not a key (S2, S3).
select i.indexrelid::regclass::text as what
  from placed p
  join pg_attribute a on a.attrelid = p.tbl and a.attname = p.key
  join pg_index i on i.indrelid = p.tbl and (i.indisunique or i.indisexclusion)
 where not a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
union all
select k.conname
  from pg_constraint k
  join placed p on p.tbl = k.conrelid
  join pg_attribute a on a.attrelid = p.tbl and a.attname = p.key
 where k.contype = 'x' and not exists (
       select from unnest(k.conkey, k.conexclop) as part (attnum, operator)
         join pg_operator o on o.oid = part.operator
        where part.attnum = a.attnum and o.oprname = '=')

-- name: reference_leaves_its_node
-- A foreign key pairs customer_id with customer_id, or leads to a table that is everywhere (S4).
select k.conname as what
  from pg_constraint k
  join placed child on child.tbl = k.conrelid
  join placed parent on parent.tbl = k.confrelid
 where k.contype = 'f' and parent.class <> 'reference'
   and not (child.class = 'one' and parent.class = 'one')
   and not (child.class = 'customer' and parent.class = 'customer' and exists (
       select from unnest(k.conkey, k.confkey) as pair (a, b)
         join pg_attribute x on x.attrelid = k.conrelid and x.attnum = pair.a and x.attname = child.key
         join pg_attribute y on y.attrelid = k.confrelid and y.attnum = pair.b and y.attname = parent.key))

-- name: reference_changes_its_child
-- No ON DELETE SET NULL or SET DEFAULT, and nothing ON UPDATE (S5).
select conname as what from pg_constraint
 where contype = 'f' and (confdeltype in ('n', 'd') or confupdtype not in ('a', 'r'))

-- name: trigger_or_rule
-- No triggers and no rules: what must be refused is not granted (S6).
select tgname as what from pg_trigger t join placed p on p.tbl = t.tgrelid where not t.tgisinternal
union all
select rulename from pg_rewrite r join placed p on p.tbl = r.ev_class

-- name: numbers_itself
-- No identity and no serial on a table that is spread (S7).
select format('%s.%s', p.name, a.attname) as what
  from placed p
  join pg_attribute a on a.attrelid = p.tbl and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where p.key is not null
   and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like '%nextval(%')

-- name: reads_the_clock
-- No default reads the clock or invents an id: both come from the application.
select format('%s.%s', p.name, a.attname) as what
  from placed p
  join pg_attrdef d on d.adrelid = p.tbl
  join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
 where p.name <> 'tortoise_migrations'
   and pg_get_expr(d.adbin, d.adrelid) ~* '(now|random|uuid|uuidv[47]|timestamp|timeofday)\(|current_(date|time)|localtime'

-- name: cannot_be_moved
-- No unlogged table, no inheritance, no partition, and every table has a primary key (S8, S9).
select p.name as what
  from placed p
  join pg_class c on c.oid = p.tbl
 where c.relpersistence <> 'p' or c.relkind <> 'r'
    or exists (select from pg_inherits i where c.oid in (i.inhrelid, i.inhparent))
    or not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')

-- name: function_touches_many_customers
-- A function that changes or locks a customer's rows names the customer it was called for (Q1, Q11).
select format('%s: %s', f.proname, trim(regexp_replace(part, '\s+', ' ', 'g'))) as what
  from pg_proc f
 cross join regexp_split_to_table(f.prosrc, ';') part
 where f.pronamespace = 'public'::regnamespace
   and (part ~* '\mfor (no key )?(update|share)\M' or exists (
       select from placed p
        where p.class = 'customer' and part ~* format('\m(update|delete from)\s+%s\M', p.name)))
   and part !~ 'customer_id = (p_customer|a\.customer_id)\M'

-- name: function_reads_the_clock
-- A function is told the time and the ids.
select f.proname as what
  from pg_proc f
 where f.pronamespace = 'public'::regnamespace
   and f.prosrc ~* '\m(now|random|gen_random_uuid|uuidv[47]|(clock|statement|transaction)_timestamp|timeofday)\(|\mcurrent_(date|time)|\mlocaltime'

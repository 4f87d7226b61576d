-- name: page
-- Some attempts of a program, the newest first, from behind the last one that was shown.
select d.customer_id, c.name as customer, d.id, d.action, d.verdict, d.rule_version, d.facts, d.channel, d.decided_at
  from decision d
  join customer c on c.customer_id = d.customer_id
 where d.program_id = $1 and d.decided_at >= $2 and d.decided_at < $3
   and ($4::text is null or d.action = $4) and ($5::text is null or d.channel = $5)
   and ($6::text[] is null or (d.verdict = any($6)) = $7::boolean)
   and ($8::timestamptz is null or (d.decided_at, d.id) < ($8, $9::uuid))
 order by d.decided_at desc, d.id desc
 limit $10

-- name: page_of_customers
-- As page, of some customers: each of them has few, found by their own key.
select d.customer_id, c.name as customer, d.id, d.action, d.verdict, d.rule_version, d.facts, d.channel, d.decided_at
  from decision d
  join customer c on c.customer_id = d.customer_id
 where d.program_id = $1 and d.decided_at >= $2 and d.decided_at < $3
   and ($4::text is null or d.action = $4) and ($5::text is null or d.channel = $5)
   and ($6::text[] is null or (d.verdict = any($6)) = $7::boolean)
   and ($8::timestamptz is null or (d.decided_at, d.id) < ($8, $9::uuid))
   and d.customer_id = any($11::uuid[])
 order by d.decided_at desc, d.id desc
 limit $10

-- name: counts
-- How many attempts of a program came to what.
select verdict, count(*)::integer as attempts
  from decision
 where program_id = $1 and decided_at >= $2 and decided_at < $3
   and ($4::text is null or action = $4) and ($5::text is null or channel = $5)
 group by verdict

-- name: counts_of_customers
-- As counts, of some customers.
select verdict, count(*)::integer as attempts
  from decision
 where program_id = $1 and decided_at >= $2 and decided_at < $3
   and ($4::text is null or action = $4) and ($5::text is null or channel = $5)
   and customer_id = any($6::uuid[])
 group by verdict

-- name: named
-- The customers whose name holds a text, those who joined last first.
select customer_id from customer
 where program_id = $1 and name ilike '%' || $2 || '%'
 order by joined_at desc, customer_id
 limit $3

-- name: known
-- Whether a customer is one of the program's.
select exists (select from customer where customer_id = $1 and program_id = $2)

-- name: forget
-- The oldest attempts before an instant go, so many at a time.
delete from decision
 where (customer_id, id) in (
       select customer_id, id from decision
        where program_id = $1 and decided_at < $2 order by decided_at limit $3)

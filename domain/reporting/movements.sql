-- name: totals
-- The points and the number of the movements behind a figure.
select coalesce(sum(dated.amount), 0)::bigint as amount, count(*)::bigint as count
  from (
    select customer_id, kind, action, amount from movement
     where $2 = 'program' and program_id = $1 and business_date >= $3 and business_date < $4
    union all
    select customer_id, kind, action, amount from movement
     where $2 = 'utc' and program_id = $1 and utc_date >= $3 and utc_date < $4
  ) dated
 where dated.kind = any($5::text[]) and ($6::text is null or dated.action = $6)
   and ($7::uuid is null or dated.customer_id = $7)

-- name: page
-- Some of them, the newest first, from behind the last one that was shown.
select dated.on_date, dated.effective_at, dated.customer_id, dated.seq, dated.id, dated.kind, dated.action,
       dated.amount, dated.balance_after, dated.reference, dated.reason, dated.actor, dated.recorded_at,
       dated.corrects_id
  from (
    select business_date as on_date, effective_at, customer_id, seq, id, kind, action, amount, balance_after,
           reference, reason, actor, recorded_at, corrects_id
      from movement
     where $2 = 'program' and program_id = $1 and business_date >= $3 and business_date < $4
    union all
    select utc_date, effective_at, customer_id, seq, id, kind, action, amount, balance_after,
           reference, reason, actor, recorded_at, corrects_id
      from movement
     where $2 = 'utc' and program_id = $1 and utc_date >= $3 and utc_date < $4
  ) dated
 where dated.kind = any($5::text[]) and ($6::text is null or dated.action = $6)
   and ($7::uuid is null or dated.customer_id = $7)
   and ($8::date is null
        or (dated.on_date, dated.effective_at, dated.customer_id, dated.seq) < ($8, $9::timestamptz, $10::uuid, $11::integer))
 order by dated.on_date desc, dated.effective_at desc, dated.customer_id desc, dated.seq desc
 limit $12

-- name: customers
-- How some customers are called, and what they have now.
select c.customer_id, c.name, a.balance
  from customer c join account a on a.customer_id = c.customer_id
 where c.customer_id = any($1::uuid[])

-- name: staff
-- How some members of the staff are called.
select id, name from staff where id = any($1::uuid[])

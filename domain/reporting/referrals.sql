-- name: completed
-- The referrals completed in the range and not cancelled since, newest first.
select dated.customer_id as referee_id, dated.referrer_id, dated.on_date, dated.completed_at
  from (
    select customer_id, referrer_id, completed_on as on_date, completed_at, status from referral
     where $2 = 'program' and program_id = $1 and completed_on >= $3 and completed_on < $4
    union all
    select customer_id, referrer_id, completed_utc_on, completed_at, status from referral
     where $2 = 'utc' and program_id = $1 and completed_utc_on >= $3 and completed_utc_on < $4
  ) dated
 where dated.status = 'complete' and ($5::uuid is null or dated.referrer_id = $5)
 order by dated.completed_at desc, dated.customer_id desc

-- name: paid_for
-- The movements that paid for facts, each fact named by its customer and its business key.
select m.customer_id, m.business_key, m.id, m.kind, m.action, m.amount, m.business_date, m.utc_date, m.effective_at
  from unnest($1::uuid[], $2::text[]) as wanted (customer_id, business_key)
  join movement m on m.customer_id = wanted.customer_id and m.business_key = wanted.business_key

-- name: names
-- How some customers are called.
select customer_id, name from customer where customer_id = any($1::uuid[])

-- name: by_day
-- Points and movements of each kind, action and day, by business dates or by UTC dates.
select dated.on_date, dated.kind, dated.action, sum(dated.amount)::bigint as amount, count(*)::bigint as count
  from (
    select business_date as on_date, kind, action, amount from movement
     where $2 = 'program' and program_id = $1 and business_date >= $3 and business_date < $4
    union all
    select utc_date, kind, action, amount from movement
     where $2 = 'utc' and program_id = $1 and utc_date >= $3 and utc_date < $4
  ) dated
 group by dated.on_date, dated.kind, dated.action

-- name: names
-- How some customers are called.
select customer_id, name, invite_code from customer where customer_id = any($1::uuid[])

-- name: claimed
-- How often each action was paid, or is about to be.
select split_part(business_key, ':', 1) as action, count(*)::int as n
  from fact
 where customer_id = $1 and outcome in ('posted', 'pending')
 group by 1

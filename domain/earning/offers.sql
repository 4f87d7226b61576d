-- name: claimed
-- How often each action was paid, is about to be, or was forgone, and whether for a certain date.
select split_part(business_key, ':', 1) as action, count(*)::int as n,
       bool_or(split_part(business_key, ':', 2) = $2) as on_date
  from fact
 where customer_id = $1 and outcome in ('posted', 'pending', 'cancelled')
 group by 1

-- name: page
-- One page of an account's history, from before a sequence number.
select id, seq, kind, action, amount, balance_after, business_date, effective_at, reason
  from movement
 where customer_id = $1 and ($2::integer is null or seq < $2) and ($3::text is null or kind = $3)
 order by seq desc
 limit $4

-- name: leave
-- The customer is no member from now on; no row in another program.
update customer
   set registered_at = null, terms_version = null, left_at = $3, left_on = $4
 where customer_id = $1 and program_id = $2
returning customer_id

-- name: withdraw
-- The terms that were accepted hold no more; that they did is kept.
update consent set withdrawn_at = greatest($2::timestamptz, accepted_at), withdrawn_through = $3
 where customer_id = $1 and withdrawn_at is null

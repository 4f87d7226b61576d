-- name: lock
-- The account under lock, and the stored answer if this call was answered before.
select at, business_date, zone, registered, balance, clock_behind, body_hash, status, facts
  from ledger_lock($1, $2, $3, $4)

-- name: post
-- One credit or spend, with everything that commits beside it.
select outcome, status, movement_id, amount, balance, at, business_date, facts
  from ledger_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)

-- name: settle
-- Do what is due on the account.
select ledger_settle($1, $2)

-- name: is_known
-- Whether this fact was recorded before.
select exists (select from fact where customer_id = $1 and business_key = $2)

-- name: correct
-- Write a correction as it was planned.
select outcome, status, movement_id, amount, balance, at, business_date, facts
  from ledger_correct($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)

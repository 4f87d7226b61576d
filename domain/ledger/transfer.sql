-- name: program
-- Which program an account belongs to.
select program_id from account where customer_id = $1

-- name: settle
-- Do what is due on the account.
select ledger_settle($1, $2)

-- name: transfer
-- Write a transfer as it was planned.
select outcome, status, movement_id, amount, balance, at, business_date, facts
  from ledger_transfer($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: hold
-- Set points aside.
select outcome, status, movement_id, amount, balance, at, business_date, facts
  from ledger_hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: capture
-- Spend what is on hold.
select outcome, status, movement_id, amount, balance, at, business_date, facts
  from ledger_capture($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: release
-- Let go of what is on hold.
select outcome, status, movement_id, amount, balance, at, business_date, facts
  from ledger_release($1, $2, $3, $4, $5, $6)

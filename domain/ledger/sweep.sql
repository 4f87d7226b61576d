-- name: due
-- Accounts on which something is due, those that wait longest first.
select customer_id from account where next_due_at <= $1 order by next_due_at limit 500

-- name: settle
-- Do what is due on an account.
select ledger_settle($1, $2)

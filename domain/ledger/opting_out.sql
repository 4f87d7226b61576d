-- name: forgo
-- Cancel every award that is pending.
select ledger_forgo($1, $2)

-- name: standing
-- The account with what waits to mature.
select a.balance, a.held, a.debt, nullif(a.next_due_at, 'infinity') as next_due_at, p.pending, p.matures_at
  from account a
 cross join lateral (
       select coalesce(sum(amount), 0)::bigint as pending, min(matures_at) as matures_at
         from pending_award where customer_id = a.customer_id and ended_at is null
       ) p
 where a.customer_id = $1

-- name: settle
-- Do what is due on the account.
select ledger_settle($1, $2)

-- name: expiring
-- The next dates on which points expire, soonest first.
select expires_at, sum(remaining - held)::bigint as amount
  from lot
 where customer_id = $1 and remaining > held and expires_at is not null
 group by expires_at
 order by expires_at
 limit 12

-- name: standing
-- The account with what waits to mature and the next points to lapse, all of one instant.
select a.balance, a.held, a.debt, nullif(a.next_due_at, 'infinity') as next_due_at, p.pending, p.matures_at,
       e.lapsing, e.lapse_at
  from account a
 cross join lateral (
       select coalesce(sum(amount), 0)::bigint as pending, min(matures_at) as matures_at
         from pending_award where customer_id = a.customer_id and ended_at is null
       ) p
 cross join lateral (
       select array_agg(s.amount order by s.expires_at) as lapsing, array_agg(s.expires_at order by s.expires_at) as lapse_at
         from (select expires_at, sum(remaining - held)::bigint as amount
                 from lot
                where customer_id = a.customer_id and remaining > held and expires_at is not null
                group by expires_at
                order by expires_at
                limit 12) s
       ) e
 where a.customer_id = $1

-- name: settle
-- Do what is due on the account.
select ledger_settle($1, $2)

-- name: account
-- Where the account stands.
select last_at, seq, balance, lots_opened from account where customer_id = $1

-- name: lots
-- Every lot: a spent one may get points back, an expired one may be reversed.
select id, movement_id, opening_seq, amount, remaining, held, reversed, expired, waived, expires_at, origin_id
  from lot where customer_id = $1

-- name: debts
-- What is owed.
select id, seq, for_lot, open from debt_item where customer_id = $1 and open > 0

-- name: substitutes
-- What was taken elsewhere and may be undone.
select id, seq, for_lot, in_lot, open from substitute where customer_id = $1 and open > 0

-- name: movements
-- The movement to correct, and those that opened a lot.
select m.id, m.seq, m.kind, m.action, m.amount, m.balance_after, m.debt_delta, m.effective_at, m.recorded_at,
       m.corrects_id, coalesce(c.corrected, 0) as corrected
  from movement m
  left join correctable c on c.customer_id = m.customer_id and c.movement_id = m.id
 where m.customer_id = $1
   and (m.id = $2 or exists (select from lot l where l.customer_id = m.customer_id and l.movement_id = m.id))

-- name: allocations
-- What the movement to correct took.
select movement_id, ordinal, lot_id, amount from allocation where customer_id = $1 and movement_id = $2

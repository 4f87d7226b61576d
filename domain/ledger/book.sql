-- name: account
-- Where the account stands.
select last_at, seq, balance, lots_opened from account where customer_id = $1

-- name: inherited
-- Whose accounts this one carries on.
select inherited_from from inheritance where customer_id = $1 order by inherited_from

-- name: lots
-- Every lot: a spent one may get points back, an expired one may be reversed.
select id, number, movement_id, opening_seq, amount, remaining, held, reversed, expired, waived, expires_at,
       coalesce(origin_id, inherited_origin_id) as origin_id
  from lot where customer_id = $1

-- name: debts
-- What is owed.
select id, seq, coalesce(for_lot, inherited_for_lot) as for_lot, open
  from debt_item where customer_id = $1 and open > 0

-- name: substitutes
-- What was taken elsewhere and may be undone.
select id, seq, coalesce(for_lot, inherited_for_lot) as for_lot, in_lot, open
  from substitute where customer_id = $1 and open > 0

-- name: movements
-- The movement to correct, and those that opened a lot.
select m.id, m.seq, m.kind, m.action, m.amount, m.balance_after, m.debt_delta, m.effective_at, m.recorded_at,
       coalesce(m.corrects_id, m.inherited_corrects_id) as corrects_id, coalesce(c.corrected, 0) as corrected
  from movement m
  left join correctable c on c.customer_id = m.customer_id and c.movement_id = m.id
 where m.customer_id = $1
   and (m.id = $2 or exists (select from lot l where l.customer_id = m.customer_id and l.movement_id = m.id))

-- name: allocations
-- What the movement to correct took.
select movement_id, ordinal, lot_id, amount from allocation where customer_id = $1 and movement_id = $2

-- name: holds
-- What is on hold, and in which lots.
select h.id, h.created_at, h.lapses_at, array_agg(p.lot_id) as lots, array_agg(p.points) as points
  from hold h
  join hold_part p on p.customer_id = h.customer_id and p.hold_id = h.id
 where h.customer_id = $1 and h.ended_at is null
 group by h.id, h.created_at, h.lapses_at

-- Each check answers the rows that should not be: whose they are, and what is wrong.

-- name: balance_is_not_the_sum_of_movements
-- A balance is the sum of its movements (I1).
select a.customer_id, format('balance %s, movements %s', a.balance, coalesce(sum(m.amount), 0)) as detail
  from audit.account a left join audit.movement m on m.customer_id = a.customer_id
 group by a.customer_id, a.balance
having a.balance <> coalesce(sum(m.amount), 0)

-- name: balance_is_not_open_lots_less_debt
-- A balance is what the lots hold, less what is owed (I1).
select a.customer_id, format('balance %s, lots %s, debt %s', a.balance, coalesce(sum(l.remaining), 0), a.debt) as detail
  from audit.account a left join audit.lot l on l.account_id = a.id
 group by a.customer_id, a.balance, a.debt
having a.balance <> coalesce(sum(l.remaining), 0) - a.debt

-- name: debt_beside_open_lots
-- Who owes has nothing left to pay with (I1).
select a.customer_id, format('debt %s', a.debt) as detail
  from audit.account a
 where a.debt > 0 and exists (select from audit.lot l where l.account_id = a.id and l.remaining > 0)

-- name: debt_is_not_its_items
-- The account's debt is the sum of what is open for each reversed lot.
select a.customer_id, format('debt %s, items %s', a.debt, coalesce(sum(d.open), 0)) as detail
  from account a left join debt_item d on d.customer_id = a.customer_id
 group by a.customer_id, a.debt
having a.debt <> coalesce(sum(d.open), 0)

-- name: movement_equation_broken
-- A movement is what it opened, less what it took, less the debt it made (I2).
select m.customer_id, format('movement %s: %s', m.seq, m.amount) as detail
  from audit.movement m
  left join (select account_id, movement_id, sum(amount) as opened from audit.lot group by 1, 2) l
    on l.account_id = m.account_id and l.movement_id = m.id
  left join (select customer_id, movement_id, sum(amount) as taken from allocation group by 1, 2) t
    on t.customer_id = m.customer_id and t.movement_id = m.id
 where m.amount <> coalesce(l.opened, 0) - coalesce(t.taken, 0) - m.debt_delta

-- name: lot_is_not_amount_less_allocations
-- What remains in a lot is what it opened with, less what was taken (I2).
select l.account_id as customer_id, format('lot %s: %s remain', l.id, l.remaining) as detail
  from audit.lot l
  left join allocation t on t.customer_id = l.account_id and t.lot_id = l.id
 group by l.account_id, l.id, l.amount, l.remaining
having l.remaining <> l.amount - coalesce(sum(t.amount), 0)

-- name: lot_gave_more_than_it_had
-- What remains, was reversed, expired or was waived is never more than the lot's amount.
select account_id as customer_id, format('lot %s', id) as detail
  from audit.lot
 where remaining + reversed + expired + waived > amount

-- name: business_key_twice
-- One fact of the world moves points once (I5).
select customer_id, format('%s: %s times', business_key, count(*)) as detail
  from audit.movement group by customer_id, business_key having count(*) > 1

-- name: fact_without_its_movement
-- A fact that was posted names its movement, and a movement of a fact is named by it.
select f.customer_id, f.business_key as detail
  from fact f
  left join movement m on m.customer_id = f.customer_id and m.id = f.movement_id
 where f.outcome = 'posted' and (m.id is null or m.business_key <> f.business_key)

-- name: once_only_action_paid_twice
-- What is paid once ever, or once a business date, is (I6, I7).
select m.customer_id, format('%s: %s times', m.action, count(*)) as detail
  from audit.movement m
  join audit.once o on o.program_id = m.program_id and o.action = m.action
 where m.kind = 'earned'
 group by m.customer_id, m.action, o.scope, case o.scope when 'business_date' then m.business_date end
having count(*) > 1

-- name: business_date_is_not_the_zones
-- A business date is the program's date at the effective instant, and never goes back (I7).
select customer_id, format('movement %s: %s', seq, business_date) as detail
  from (select customer_id, seq, business_date,
               -- Both ends of a transfer stand on the later date of the two.
               max(case when kind = 'transferred' then greatest(business_date, program_date(program_id, effective_at))
                        else program_date(program_id, effective_at) end) over account as dated
          from audit.movement
        window account as (partition by customer_id order by seq)) m
 where business_date <> dated

-- name: corrected_more_than_moved
-- Corrections of a movement never exceed it (I15).
select e.customer_id, format('movement %s: %s corrected by %s', e.seq, e.amount, sum(c.amount)) as detail
  from movement e
  join movement c
    on coalesce(c.inherited_from, c.customer_id) = e.customer_id
   and coalesce(c.corrects_id, c.inherited_corrects_id) = e.id
 group by e.customer_id, e.seq, e.amount
having abs(sum(c.amount)) > abs(e.amount)

-- name: expired_lot_spent
-- From its expiry on a lot is not spent (I14), but for what was on hold before.
select m.customer_id, format('movement %s took %s from lot %s', m.seq, t.amount, t.lot_id) as detail
  from audit.movement m
  join allocation t on t.customer_id = m.customer_id and t.movement_id = m.id
  join lot l on l.customer_id = t.customer_id and l.id = t.lot_id
 where m.kind = 'redeemed' and l.expires_at <= m.effective_at
   and not exists (
       select from hold h
         join hold_part p on p.customer_id = h.customer_id and p.hold_id = h.id
        where h.customer_id = m.customer_id and h.movement_id = m.id and h.created_at < l.expires_at
          and p.lot_id = l.id and p.points >= t.amount)

-- name: held_is_not_what_lots_hold
-- Points on hold are on hold in their lots.
select a.customer_id, format('held %s, lots %s', a.held, coalesce(sum(l.held), 0)) as detail
  from audit.account a left join audit.lot l on l.account_id = a.id
 group by a.customer_id, a.held
having a.held <> coalesce(sum(l.held), 0)

-- name: lot_holds_what_no_hold_asks
-- What a lot holds back is what the open holds have in it.
select l.customer_id, format('lot %s: %s held, holds %s', l.id, l.held, coalesce(sum(p.points), 0)) as detail
  from lot l
  left join (select p.customer_id, p.lot_id, p.points
               from hold_part p
               join hold h on h.customer_id = p.customer_id and h.id = p.hold_id and h.ended_at is null) p
    on p.customer_id = l.customer_id and p.lot_id = l.id
 group by l.customer_id, l.id, l.held
having l.held <> coalesce(sum(p.points), 0)

-- name: hold_is_not_its_parts
-- A hold is the sum of its parts, and its capture took no more.
select h.customer_id, format('hold %s: %s points, parts %s, captured %s', h.id, h.points, p.points, m.amount) as detail
  from hold h
  left join (select customer_id, hold_id, sum(points) as points from hold_part group by 1, 2) p
    on p.customer_id = h.customer_id and p.hold_id = h.id
  left join movement m on m.customer_id = h.customer_id and m.id = h.movement_id
 where h.points is distinct from p.points or -m.amount > h.points

-- name: transfer_does_not_sum_to_zero
-- What leaves an account in a transfer arrives in the other, and at one instant.
select m.customer_id, format('movement %s: %s', m.seq, m.amount) as detail
  from movement m
  left join movement p on p.customer_id = m.peer_customer_id and p.id = m.peer_id
 where m.kind = 'transferred'
   and (p.peer_customer_id, p.peer_id, p.amount, p.program_id, p.business_date, p.effective_at)
       is distinct from (m.customer_id, m.id, -m.amount, m.program_id, m.business_date, m.effective_at)

-- name: transfer_does_not_hash_its_other_end
-- Of the two ends of a transfer the one that arrives vouches for the one that left.
select m.customer_id, format('movement %s', m.seq) as detail
  from movement m
  left join movement p on p.customer_id = m.peer_customer_id and p.id = m.peer_id
 where m.kind = 'transferred'
   and (num_nonnulls(m.peer_hash, p.peer_hash) <> 1 or m.peer_hash <> p.hash)

-- name: account_carried_on_has_something_left
-- An account that another carries on has nothing and is promised nothing.
select a.customer_id, format('carried on by %s', a.survivor_id) as detail
  from account a
 where a.survivor_id is not null
   and (exists (select from lot l where l.customer_id = a.customer_id and l.remaining > 0)
        or exists (select from debt_item d where d.customer_id = a.customer_id and d.open > 0)
        or exists (select from pending_award w where w.customer_id = a.customer_id and w.ended_at is null)
        or exists (select from hold h where h.customer_id = a.customer_id and h.ended_at is null))

-- name: inherited_from_a_stranger
-- An account inherits from those only that it carries on, and each of them says so.
select r.customer_id, format('%s inherited from %s', r.what, r.inherited_from) as detail
  from (select customer_id, inherited_from, 'a movement' as what from movement
         union all select customer_id, inherited_from, 'a lot' from lot
         union all select customer_id, inherited_from, 'a debt' from debt_item
         union all select customer_id, inherited_from, 'a substitute' from substitute) r
 where r.inherited_from is not null
   and not exists (select from inheritance i
                    where i.customer_id = r.customer_id and i.inherited_from = r.inherited_from)
union all
select a.customer_id, format('%s does not know of it', a.survivor_id)
  from account a
 where a.survivor_id is not null
   and not exists (select from inheritance i
                    where i.customer_id = a.survivor_id and i.inherited_from = a.customer_id)
union all
select i.customer_id, format('%s is not carried on', i.inherited_from)
  from inheritance i
  join account a on a.customer_id = i.inherited_from
 where a.survivor_id is null

-- name: referral_of_oneself_or_in_a_circle
-- Referrals run from older to newer members (I16).
select r.referee_id as customer_id, format('referred by %s', r.referrer_id) as detail
  from audit.referral r
  join customer referee on referee.customer_id = r.referee_id
  left join customer referrer on referrer.customer_id = r.referrer_id
 where referrer.customer_id is null
    or referrer.program_id <> referee.program_id
    or (referrer.joined_at, referrer.customer_id) >= (referee.joined_at, referee.customer_id)

-- name: referred_twice
-- Nobody is brought by two.
select referee_id as customer_id, format('%s times', count(*)) as detail
  from audit.referral group by referee_id having count(*) > 1

-- name: adjustment_without_an_author
-- Somebody of the staff adjusts, says why, and does not approve it themselves (I19).
select customer_id, format('movement %s by %s, approved by %s', seq, actor, approver) as detail
  from audit.movement
 where actor = approver
    or (action = 'manual_adjustment' and corrects_id is null and (actor not like 'staff:%' or reason is null))

-- name: sequence_broken
-- Movements are numbered without a gap, and balances run on from one to the next (I4).
select customer_id, format('movement %s, balance after %s', seq, balance_after) as detail
  from (select customer_id, seq, balance_after,
               row_number() over account as expected,
               sum(amount) over account as running
          from audit.movement
        window account as (partition by customer_id order by seq)) m
 where seq <> expected or balance_after <> running

-- name: account_is_not_at_its_last_movement
-- The account stands at its last movement, in number and in hash.
select a.customer_id, format('account at %s, last movement %s', a.seq, m.seq) as detail
  from account a
  left join lateral (select seq, hash from movement where customer_id = a.customer_id order by seq desc limit 1) m on true
 where a.seq <> coalesce(m.seq, 0) or (m.hash is not null and a.hash <> m.hash)

-- name: time_ran_back
-- Within an account neither instant runs back, and no lot outlives its due instant by a later movement.
select customer_id, format('movement %s', seq) as detail
  from (select customer_id, seq, effective_at, recorded_at,
               lag(effective_at) over account as effective_before,
               lag(recorded_at) over account as recorded_before
          from audit.movement
        window account as (partition by customer_id order by seq)) m
 where effective_at < effective_before or recorded_at < recorded_before or recorded_at < effective_at

-- name: hash_chain_broken
-- Each movement is as it was written (law 8).
select m.customer_id, format('movement %s', m.seq) as detail
  from (select *, lag(hash, 1, sha256(uuid_send(customer_id))) over (partition by customer_id order by seq) as before
          from movement) m
  left join (select customer_id, movement_id, array_agg(amount order by number) as opened,
                    array_agg(expires_at order by number) as expiries
               from lot group by 1, 2) l
    on l.customer_id = m.customer_id and l.movement_id = m.id
  left join (select customer_id, movement_id, array_agg(lot_id order by ordinal) as lots,
                    array_agg(amount order by ordinal) as takes
               from allocation group by 1, 2) t
    on t.customer_id = m.customer_id and t.movement_id = m.id
 where m.hash <> ledger_hash(
       m.before || coalesce(uuid_send(m.peer_customer_id) || uuid_send(m.peer_id) || coalesce(m.peer_hash, ''), ''),
       m.customer_id, m.seq, m.kind, m.action, m.amount, m.balance_after, m.debt_delta,
       coalesce(m.corrects_id, m.inherited_corrects_id),
       m.business_date, m.effective_at, m.recorded_at, m.occurred_at, m.actor, m.approver, m.business_key,
       m.reference, m.reason, m.note_hash, m.rule_id, coalesce(l.opened, '{}'), coalesce(l.expiries, '{}'),
       coalesce(t.lots, '{}'), coalesce(t.takes, '{}'))

-- name: closed_day_is_not_its_movements
-- A closed day is what its movements say: counts, sums, and where each account stood.
select null::uuid as customer_id, format('%s of program %s: %s movements, cut with %s', d.day, d.program_id, f.movements, d.movements) as detail
  from (select *, lag(day) over days as day_before, lag(root, 1, sha256(uuid_send(program_id))) over days as root_before
          from closed_day
        window days as (partition by program_id order by day)) d
 cross join lateral closed_day_of(d.program_id, d.day_before, d.day, d.root_before) f
 where (d.accounts, d.movements, d.earned_count, d.earned, d.reversed_count, d.reversed, d.redeemed_count, d.redeemed,
        d.reimbursed_count, d.reimbursed, d.expired_count, d.expired, d.transferred_count, d.transferred, d.root)
       is distinct from
       (f.accounts, f.movements, f.earned_count, f.earned, f.reversed_count, f.reversed, f.redeemed_count, f.redeemed,
        f.reimbursed_count, f.reimbursed, f.expired_count, f.expired, f.transferred_count, f.transferred, f.root)

-- name: note_is_not_what_was_hashed
-- A note that still stands is the one that the ledger vouches for.
select n.customer_id, n.movement_id::text as detail
  from movement_note n
  join movement m on m.customer_id = n.customer_id and m.id = n.movement_id
 where m.note_hash is distinct from sha256(n.salt || convert_to(n.note, 'UTF8'))

-- name: entry
-- One movement and the rule by which it came to be.
select m.id, m.seq, m.kind, m.action, m.amount, m.balance_after, m.debt_delta, m.business_date,
       m.effective_at, m.recorded_at, m.reason, m.corrects_id, r.version as rule_version,
       r.points as rule_points, d.facts as decided
  from movement m
  left join rule r on r.id = m.rule_id
  left join lateral (
        select facts from decision d
         where d.customer_id = m.customer_id and d.action = m.action and d.verdict = 'posted'
           and d.decided_at = m.effective_at
         order by d.id limit 1) d on m.kind = 'earned'
 where m.customer_id = $1 and m.id = $2

-- name: opened
-- The lots that a movement opened.
select amount, remaining, expires_at from lot
 where customer_id = $1 and movement_id = $2
 order by number

-- name: taken
-- The lots from which a movement took, or to which it gave back, and where they came from.
select t.amount, l.expires_at, m.id as movement_id, m.action, m.effective_at
  from allocation t
  join lot l on l.customer_id = t.customer_id and l.id = t.lot_id
  join movement m on m.customer_id = l.customer_id and m.id = l.movement_id
 where t.customer_id = $1 and t.movement_id = $2
 order by t.ordinal

-- name: corrections
-- The movements that correct this one.
select id, kind, action, amount, effective_at from movement
 where customer_id = $1 and corrects_id = $2
 order by seq

-- name: corrected
-- The movement that this one corrects.
select id, kind, action, amount, effective_at from movement where customer_id = $1 and id = $2

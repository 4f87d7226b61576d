-- name: owe
-- A message that is due at once.
insert into notice (customer_id, id, program_id, kind, facts, owed_at, due_at) values ($1, $2, $3, $4, $5, $6, $6)

-- name: waiting
-- What is due, oldest first.
select customer_id, id, due_at
  from notice
 where program_id = $1 and due_at <= $2 and sent_at is null and dropped_at is null
 order by due_at, id
 limit $3

-- name: lease
-- Hold one message until an instant; no row if another worker holds it already.
update notice set due_at = $4, attempts = attempts + 1
 where customer_id = $1 and id = $2 and due_at = $3 and sent_at is null and dropped_at is null
returning customer_id, id, program_id, kind, facts, attempts

-- name: reach
-- How to speak to the customer, and where, and whether they want to hear of this.
select c.locale, c.name, h.address, (h.unreachable_at is not null or c.left_at is not null) as unreachable,
       exists (select from notice_mute m where m.customer_id = $1 and m.kind = $3) as muted
  from customer c
  left join channel h on h.customer_id = c.customer_id and h.kind = $2
 where c.customer_id = $1

-- name: sent
-- The chat took the message.
update notice set sent_at = $3, outcome = 'sent'
 where customer_id = $1 and id = $2 and sent_at is null and dropped_at is null

-- name: retry
-- It did not arrive; the next attempt is due later.
update notice set due_at = $4, outcome = $5
 where customer_id = $1 and id = $2 and attempts = $3 and sent_at is null and dropped_at is null

-- name: postpone
-- It was not its turn; the attempt does not count.
update notice set due_at = $4, attempts = attempts - 1
 where customer_id = $1 and id = $2 and attempts = $3 and sent_at is null and dropped_at is null

-- name: drop
-- It will not be sent.
update notice set dropped_at = $3, outcome = $4
 where customer_id = $1 and id = $2 and sent_at is null and dropped_at is null

-- name: under_way
-- What is being sent, the one first that was confirmed first.
select * from broadcast where program_id = $1 and status = 'sending' order by confirmed_at, id

-- name: waiting
-- Who is due.
select customer_id
  from broadcast_recipient
 where broadcast_id = $1 and state = 'waiting' and due_at <= $2
 order by due_at, customer_id
 limit $3

-- name: put_off
-- Another broadcast came today; this one comes tomorrow.
update broadcast_recipient r set due_at = $4
 where r.customer_id = $1 and r.broadcast_id = $2 and r.state = 'waiting'
   and exists (
       select from broadcast_recipient other
        where other.customer_id = $1 and other.broadcast_id <> $2 and other.tried_on = $3)

-- name: hold
-- From here on nobody else calls this customer for this broadcast.
update broadcast_recipient r set state = 'sending', due_at = $3, tried_on = $4
  from customer c
  join channel h on h.customer_id = c.customer_id and h.kind = 'telegram'
 where r.customer_id = $1 and r.broadcast_id = $2 and r.state = 'waiting'
   and c.customer_id = r.customer_id
   and not exists (
       select from broadcast_recipient other
        where other.customer_id = $1 and other.broadcast_id <> $2 and other.tried_on = $4)
returning r.customer_id, r.broadcast_id, c.name, c.locale, h.address,
          (h.unreachable_at is not null or c.left_at is not null) as is_unreachable,
          exists (select from notice_mute m where m.customer_id = $1 and m.kind = $5) as is_muted

-- name: settle
-- What became of a call.
update broadcast_recipient
   set state = $3, problem = $4, tried_on = case when $3 in ('sent', 'unknown') then tried_on end
 where customer_id = $1 and broadcast_id = $2 and state in ('sending', 'unknown')

-- name: put_back
-- No message left us; the customer waits on.
update broadcast_recipient set state = 'waiting', due_at = $3, tried_on = null
 where customer_id = $1 and broadcast_id = $2 and state = 'sending'

-- name: lost
-- Whose sender has not said anything for too long.
select customer_id from broadcast_recipient where broadcast_id = $1 and state = 'sending' and due_at <= $2

-- name: is_unfinished
-- Whether somebody still waits.
select exists (select from broadcast_recipient where broadcast_id = $1 and state in ('waiting', 'sending'))

-- name: finish
-- It is over.
update broadcast set status = 'finished', ended_at = $2 where id = $1 and status = 'sending'

-- name: progress
-- How many customers are in which state.
select state, count(*) from broadcast_recipient where broadcast_id = $1 group by state

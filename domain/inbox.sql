-- name: keep
-- An update kept before it is acknowledged; one that was kept before gives no row.
insert into received_update (program_id, channel, update_id, conversation, payload, received_at, due_at)
values ($1, $2, $3, $4, $5, $6, $6)
on conflict do nothing
returning update_id

-- name: claim
-- The oldest unfinished update of each conversation that is due, each leased to one worker.
with head as (
    select u.program_id, u.channel, u.update_id
      from received_update u
     where u.program_id = $1 and u.channel = $2 and u.due_at <= $3
       and u.done_at is null and u.parked_at is null
       and not exists (
           select from received_update earlier
            where earlier.program_id = u.program_id and earlier.channel = u.channel
              and earlier.conversation = u.conversation and earlier.update_id < u.update_id
              and earlier.done_at is null and earlier.parked_at is null)
     order by u.due_at, u.update_id
     limit $5
       for update skip locked
)
update received_update u
   set due_at = $4, attempts = u.attempts + 1
  from head
 where u.program_id = head.program_id and u.channel = head.channel and u.update_id = head.update_id
returning u.program_id, u.channel, u.update_id, u.conversation, u.payload, u.received_at, u.attempts

-- name: done
-- The update had its effect.
update received_update set done_at = $4
 where program_id = $1 and channel = $2 and update_id = $3 and done_at is null

-- name: retry
-- The attempt failed; the next one is due later. An attempt that outlived its lease changes nothing.
update received_update set due_at = $5, problem = $6
 where program_id = $1 and channel = $2 and update_id = $3 and attempts = $4 and done_at is null

-- name: postpone
-- The attempt did not count.
update received_update set due_at = $5, attempts = attempts - 1
 where program_id = $1 and channel = $2 and update_id = $3 and attempts = $4 and done_at is null

-- name: park
-- Nobody tries again; the problem is kept for whoever looks.
update received_update set parked_at = $5, problem = $6
 where program_id = $1 and channel = $2 and update_id = $3 and attempts = $4 and done_at is null

-- name: forget
-- Updates done or given up long ago, which no chat delivers again.
delete from received_update
 where program_id = $1 and channel = $2 and (done_at < $3 or parked_at < $3)

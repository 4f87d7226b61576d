-- name: plan
-- A draft.
insert into broadcast (id, program_id, texts, screen, locale, status, created_at, created_by)
values ($1, $2, $3, $4, $5, 'draft', $6, $7)
returning *

-- name: one
-- One broadcast of a program.
select * from broadcast where program_id = $1 and id = $2

-- name: hold
-- The same, held while its status changes.
select * from broadcast where program_id = $1 and id = $2 for update

-- name: latest
-- The newest broadcasts.
select * from broadcast where program_id = $1 order by created_at desc, id desc limit $2

-- name: audience
-- Members who would get it, and members who would not because they muted it or cannot be reached.
select count(*) filter (where h.unreachable_at is null and m.customer_id is null) as reached,
       count(*) filter (where h.unreachable_at is null and m.customer_id is not null) as muted,
       count(*) filter (where h.unreachable_at is not null) as unreachable
  from customer c
  join channel h on h.customer_id = c.customer_id and h.kind = 'telegram'
  left join notice_mute m on m.customer_id = c.customer_id and m.kind = $3
 where c.program_id = $1 and c.registered_at is not null and ($2::text is null or c.locale = $2)

-- name: lay
-- One row for everybody whom it is for.
insert into broadcast_recipient (customer_id, broadcast_id, due_at)
select c.customer_id, $1, $5
  from customer c
  join channel h on h.customer_id = c.customer_id and h.kind = 'telegram' and h.unreachable_at is null
 where c.program_id = $2 and c.registered_at is not null and ($3::text is null or c.locale = $3)
   and not exists (select from notice_mute m where m.customer_id = c.customer_id and m.kind = $4)
on conflict do nothing

-- name: confirm
-- It begins.
update broadcast set status = 'sending', confirmed_at = $3, recipients = $4 where program_id = $1 and id = $2
returning *

-- name: turn
-- Another status.
update broadcast set status = $3, ended_at = $4 where program_id = $1 and id = $2
returning *

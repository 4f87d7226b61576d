-- name: muted
-- The kinds that a customer does not want.
select kind from notice_mute where customer_id = $1

-- name: mute
-- Not wanted from now on.
insert into notice_mute (customer_id, kind) values ($1, $2) on conflict do nothing

-- name: unmute
-- Wanted again.
delete from notice_mute where customer_id = $1 and kind = $2

-- name: pace
-- When a bot sent of late, and until when it is silent.
select recent, silent_until from send_pace where program_id = $1 and channel = $2

-- name: open
-- The bot's row, made at its first message.
insert into send_pace (program_id, channel) values ($1, $2) on conflict do nothing

-- name: lock
-- The same, held so that senders count one after the other.
select recent, silent_until from send_pace where program_id = $1 and channel = $2 for update

-- name: count
-- These were the last ones.
update send_pace set recent = $3 where program_id = $1 and channel = $2

-- name: silence
-- The chat wants to hear nothing before an instant.
update send_pace set silent_until = greatest(silent_until, $3) where program_id = $1 and channel = $2

-- name: programs
-- Whose days there are, the oldest first.
select id from program order by created_at, id

-- name: due
-- The end of the last date that is over by an instant and not yet cut.
select closing_due($1, $2)

-- name: unsettled
-- Whether something that fell due by an instant has not happened yet.
select exists (select from account where program_id = $1 and next_due_at <= $2)

-- name: lock
-- One closing, or change of zones, at a time; postings refer to the program and go on.
select set_config('statement_timeout', '10min', true) from program where id = $1 for no key update

-- name: begin
-- From now on nothing takes effect in the dates that are over by an instant.
select closing_begin($1, $2)

-- name: mark
-- A number that every writer who began before now is below.
select pg_current_xact_id()::text

-- name: writers_are_done
-- Whether no writer below that number is left.
select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8

-- name: cut
-- Keep the figures and the root of the next date that is over by an instant.
select closing_cut($1, $2, $3)

-- name: last
-- The last date that was cut.
select max(day) from closed_day where program_id = $1

-- name: zone_at
-- The zone in force at an instant.
select zone from program_zone where program_id = $1 and from_instant <= $2 order by from_instant desc limit 1

-- name: first_zone
-- The zone that a program is born with counts since ever.
insert into program_zone (program_id, from_instant, zone) values ($1, '-infinity', $2)

-- name: lock_program
-- One change of zones at a time.
select id from program where id = $1 for update

-- name: pending_zone
-- A change that has been asked for and has not begun.
select from_instant from program_zone where program_id = $1 and from_instant > $2

-- name: open_from
-- An instant that lies in no closed date: this one, or the first after all that are closed.
select greatest($2::timestamptz, (select closed_through + interval '1 microsecond' from closing where program_id = $1))

-- name: next_zone
-- The new zone counts from the first instant after today's date, and never shows an earlier date than today's.
insert into program_zone (program_id, from_instant, zone, floor_date)
select $1::uuid, (today + 1)::timestamp at time zone $3::text, $2::text, today
  from (select program_date($1::uuid, $4) as today) dated
returning from_instant

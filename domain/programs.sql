-- name: zone_at
-- The zone in force at an instant.
select zone from program_zone where program_id = $1 and from_instant <= $2 order by from_instant desc limit 1

-- name: first_zone
-- The zone that a program is born with counts since ever.
insert into program_zone (program_id, from_instant, zone) values ($1, '-infinity', $2)

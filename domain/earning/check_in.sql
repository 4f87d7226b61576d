-- name: past
-- The last check-in before a date, and all dates that the shield covered in the last two months.
select l.business_date, l.streak_days,
       (select array_agg(s.shielded_on) from check_in s
         where s.customer_id = $1 and s.shielded_on > $2::date - 62) as shields
  from (select business_date, streak_days from check_in
         where customer_id = $1 and business_date < $2 order by business_date desc limit 1) l

-- name: record
-- One check-in.
insert into check_in (customer_id, business_date, streak_days, shielded_on, points) values ($1, $2, $3, $4, $5)

-- name: today
-- The account's date now, and the zone it is counted in.
select greatest(program_date(a.program_id, $2), a.last_on) as today,
       (select z.zone from program_zone z where z.program_id = a.program_id and z.from_instant <= $2
         order by z.from_instant desc limit 1) as zone
  from account a
 where a.customer_id = $1

-- name: between
-- The check-ins of some dates.
select business_date, streak_days, shielded_on, points
  from check_in where customer_id = $1 and business_date between $2 and $3

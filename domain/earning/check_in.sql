-- name: past
-- The last check-in of this membership before a date, and all dates that the shield covered in the last two months.
select l.business_date, l.streak_days,
       (select array_agg(s.shielded_on) from check_in s
         where s.customer_id = $1 and s.shielded_on > $2::date - 62) as shields
  from (select business_date, streak_days from check_in
         where customer_id = $1 and business_date < $2
           and business_date > coalesce((select left_on from customer where customer_id = $1), '-infinity')
         order by business_date desc limit 1) l

-- name: lock
-- The account under lock, the stored answer if this call was answered before, and the last check-in.
select at, business_date, zone, registered, balance, clock_behind, body_hash, status, facts,
       checked_in_on, streak_days, shields
  from check_in_lock($1, $2, $3, $4)

-- name: pay
-- A posting, and beside it the check-in that it pays.
select outcome, status, movement_id, amount, balance, at, business_date, facts
  from check_in_pay($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                    $22, $23, $24)

-- name: today
-- The account's date now, and the zone it is counted in.
select greatest(program_date(a.program_id, $2), a.last_on) as today,
       (select z.zone from program_zone z where z.program_id = a.program_id and z.from_instant <= $2
         order by z.from_instant desc limit 1) as zone
  from account a
 where a.customer_id = $1

-- name: between
-- The check-ins of some dates, and how far they brought the streak of this membership.
select business_date, streak_days, shielded_on, points,
       case when business_date > coalesce((select left_on from customer where customer_id = $1), '-infinity')
            then streak_days else 0 end as reached
  from check_in where customer_id = $1 and business_date between $2 and $3

-- name: often
-- How many customers did something how often since a date. What only a cap refused counts too:
-- with another cap it would have been paid.
select times::integer, count(*)::integer as customers
  from (
    select customer_id, count(*) as times
      from (
        select customer_id from movement
         where program_id = $1 and business_date >= $2 and kind = 'earned' and action = $4
        union all
        select customer_id from decision
         where program_id = $1 and decided_at >= $3 and action = $4
           and verdict in ('daily_cap', 'daily_cap_reached', 'weekly_cap')
      ) done
     group by customer_id
  ) each_customer
 group by times

-- name: on_a_day
-- On how many days of a customer it was done how often.
select times::integer, count(*)::integer as days
  from (
    select customer_id, on_date, count(*) as times
      from (
        select customer_id, business_date as on_date from movement
         where program_id = $1 and business_date >= $2 and kind = 'earned' and action = $4
        union all
        select customer_id, program_date($1, decided_at) from decision
         where program_id = $1 and decided_at >= $3 and action = $4
           and verdict in ('daily_cap', 'daily_cap_reached', 'weekly_cap')
      ) done
     group by customer_id, on_date
  ) each_day
 group by times

-- name: full_weeks
-- How many of the daily logins completed a week of a streak.
select count(*)::integer as weeks
  from movement m
  join check_in c on c.customer_id = m.customer_id and c.business_date = m.business_date
 where m.program_id = $1 and m.business_date >= $2 and m.kind = 'earned' and m.action = $3
   and c.streak_days % 7 = 0

-- name: today
-- The program's date.
select program_date($1, $2)

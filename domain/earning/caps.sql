-- name: full_window
-- The first window in which nothing is left.
select w.name
  from unnest($3::text[], $4::bigint[]) with ordinality as w (name, cap, position)
  join cap_use u on u.customer_id = $1 and u.rule = $2 and u.time_window = w.name
 where u.used >= w.cap
 order by w.position
 limit 1

-- name: use
-- One more use of each window; the cap in force now is the one that counts.
insert into cap_use (customer_id, rule, time_window, used, cap)
select $1, $2, w.name, 1, w.cap from unnest($3::text[], $4::bigint[]) as w (name, cap)
on conflict (customer_id, rule, time_window) do update set used = cap_use.used + 1, cap = excluded.cap

-- name: used
-- How often each window was used.
select time_window, used from cap_use where customer_id = $1 and rule = $2 and time_window = any($3)

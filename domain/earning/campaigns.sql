-- name: left
-- What remains of the budgets of some campaigns.
select campaign_id, sum(granted - used)::bigint as points
  from campaign_budget where campaign_id = any($1::uuid[]) group by campaign_id

-- name: grant
-- The rows in which a new budget lies.
insert into campaign_budget (campaign_id, stripe, granted)
select $1, s.stripe, s.granted from unnest($2::smallint[], $3::bigint[]) as s (stripe, granted)

-- name: take
-- Points out of one row that has so many, this session's own if it can be. A row that somebody
-- else holds is passed by.
update campaign_budget set used = used + $2
 where campaign_id = $1 and stripe = (
       select stripe from campaign_budget
        where campaign_id = $1 and used + $2 <= granted
        order by (stripe - pg_backend_pid() % $3::integer + $3::integer) % $3::integer
        limit 1 for update skip locked)
returning stripe, set_config('loyalty.holds_budget', 'yes', true)

-- name: remember
-- That this transaction holds rows of budgets.
select set_config('loyalty.holds_budget', 'yes', true)

-- name: is_holding
-- Whether it does.
select coalesce(current_setting('loyalty.holds_budget', true), '') = 'yes'

-- name: free_rows
-- The rows of a budget that nobody holds.
select stripe, granted, used from campaign_budget where campaign_id = $1 order by stripe for update skip locked

-- name: rows
-- All rows of a budget, for whoever moves room between them; in one order, so nobody waits in a circle.
select stripe, granted, used from campaign_budget where campaign_id = $1 order by stripe for update

-- name: set_row
-- One row of a budget, locked by the caller.
update campaign_budget set granted = $3, used = $4 where campaign_id = $1 and stripe = $2

-- name: give_back
-- Points that were taken in this transaction and are not given after all.
update campaign_budget set used = used - $3 where campaign_id = $1 and stripe = $2

-- name: take_of_customer
-- Points out of what a campaign may add for one customer, whose account is locked.
insert into cap_use (customer_id, rule, time_window, used, cap)
select $1, $2, 'campaign', $3::bigint, $4::bigint where $3::bigint <= $4::bigint
on conflict (customer_id, rule, time_window) do update
   set used = cap_use.used + excluded.used, cap = excluded.cap
 where cap_use.used + excluded.used <= excluded.cap
returning used

-- name: used_of_customer
-- How many points some campaigns have added for a customer.
select rule, used from cap_use where customer_id = $1 and rule = any($2::text[]) and time_window = 'campaign'

-- name: give_back_of_customer
-- Points that were taken in this transaction and are not given after all.
update cap_use set used = used - $3 where customer_id = $1 and rule = $2 and time_window = 'campaign'

-- name: given
-- What a campaign has added so far: how often, for how many customers, and how many points.
select count(*)::integer as times, count(distinct customer_id)::integer as customers,
       coalesce(sum((facts ->> 'extra')::bigint), 0)::bigint as points
  from decision
 where program_id = $1 and decided_at >= $2 and decided_at < $3
   and verdict in ('posted', 'pending') and facts ->> 'campaign' = $4

-- name: code
-- The code by which a customer invites.
select invite_code, program_id from customer where customer_id = $1

-- name: friends
-- Whom a customer brought, latest first; the counts are of all, also of those beyond the limit.
select r.customer_id as referee_id, c.name, r.status, r.reason, coalesce(r.cancelled_at, r.completed_at, r.attributed_at) as at,
       count(*) filter (where r.status = 'pending') over () as pending,
       count(*) filter (where r.status = 'complete') over () as completed,
       count(*) filter (where r.status = 'cancelled') over () as cancelled
  from referral r
  join customer c on c.customer_id = r.customer_id
 where r.referrer_id = $1 and r.program_id = $2
 order by r.attributed_at desc, r.customer_id desc
 limit 200

-- name: received
-- What the referrer has received for each of these friends.
select reference, sum(amount)::bigint as points
  from movement
 where customer_id = $1 and reference = any($2)
 group by reference

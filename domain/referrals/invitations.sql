-- name: code
-- The code by which a customer invites.
select invite_code from customer where customer_id = $1

-- name: friends
-- Whom a customer brought, latest first.
select c.name, r.status, r.reason, coalesce(r.cancelled_at, r.completed_at, r.attributed_at) as at
  from referral r
  join customer c on c.customer_id = r.customer_id
 where r.referrer_id = $1
 order by r.attributed_at desc
 limit 200

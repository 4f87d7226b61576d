-- name: owner_of_code
-- Whose code it is.
select customer_id from invite where code = $1 and program_id = $2

-- name: inviter
-- The inviting customer.
select customer_id, name, joined_at, registered_at is not null as registered from customer where customer_id = $1

-- name: add_edge
-- One row for each referee, never changed but in its status.
insert into referral (customer_id, program_id, referrer_id, code, joined_at, referrer_joined_at, status, attributed_at)
values ($1, $2, $3, $4, $5, $6, 'pending', $7)

-- name: edge
-- By whom a referee came.
select customer_id as referee_id, referrer_id, status from referral where customer_id = $1

-- name: complete
-- The referee did the qualifying act.
update referral
   set status = 'complete', qualified_at = $2, completed_at = $2, completed_on = $3, completed_utc_on = $4, reason = $5
 where customer_id = $1 and status = 'pending'
returning customer_id

-- name: survivor
-- Who carries this account on, if it was transferred.
select survivor_id from account where customer_id = $1

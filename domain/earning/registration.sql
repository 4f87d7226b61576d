-- name: register
-- The customer is a member from now on.
update customer set registered_at = $2, terms_version = $3, left_at = null where customer_id = $1

-- name: consent
-- Which terms were accepted when.
insert into consent (customer_id, terms_version, accepted_at) values ($1, $2, $3)
on conflict (customer_id, terms_version, accepted_at) do update set withdrawn_at = null, withdrawn_through = null

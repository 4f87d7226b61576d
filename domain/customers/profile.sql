-- name: profile
-- What a customer has told us, and what they agreed to.
select c.name, c.locale, c.birthday, c.joined_at, c.registered_at, c.terms_version, k.accepted_at
  from customer c
  left join consent k on k.customer_id = c.customer_id and k.terms_version = c.terms_version
 where c.customer_id = $1

-- name: set_birthday
-- A birthday is said once; no row if another one stands.
update customer set birthday = $2
 where customer_id = $1 and (birthday is null or birthday = $2)
returning true

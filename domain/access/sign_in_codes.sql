-- name: ask
-- A browser waits to be let in.
insert into sign_in_code (nonce_hash, program_id, secret_hash, number, choices, device, asked_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: question
-- What the owner of the chat is asked, while it can be answered.
select device, choices, asked_at from sign_in_code
 where nonce_hash = $1 and program_id = $2 and answered_at is null and expires_at > $3

-- name: answer
-- The one answer there is: the right number lets its sender in, anything else nobody.
update sign_in_code set answered_at = $3, customer_id = case when number = $4 then $5::uuid end
 where nonce_hash = $1 and program_id = $2 and answered_at is null and expires_at > $3
returning customer_id is not null as is_right

-- name: state
-- How far it is, for the browser that asked.
select answered_at, customer_id from sign_in_code
 where nonce_hash = $1 and program_id = $2 and secret_hash = $3 and used_at is null and expires_at > $4

-- name: use
-- Whoever comes first is let in; everybody else gets no row.
update sign_in_code set used_at = $4
 where nonce_hash = $1 and program_id = $2 and secret_hash = $3 and used_at is null and expires_at > $4
   and customer_id is not null
returning customer_id

-- name: forget
-- What lapsed before an instant.
delete from sign_in_code where expires_at < $1

-- name: by_identity
-- The customer behind a chat user.
select customer_id from identity where program_id = $1 and kind = $2 and value = $3

-- name: claim_identity
-- Who comes first owns the identity; the second gets no row.
insert into identity (program_id, kind, value, customer_id, created_at)
values ($1, $2, $3, $4, $5)
on conflict do nothing
returning customer_id

-- name: insert_customer
-- A new member, not registered yet.
insert into customer (customer_id, program_id, name, locale, invite_code, joined_at)
values ($1, $2, $3, $4, $5, $6)

-- name: claim_code
-- The code by which the customer invites others; no row if somebody has it.
insert into invite (code, program_id, customer_id, created_at) values ($1, $2, $3, $4)
on conflict do nothing
returning code

-- name: open_account
-- The customer's account, empty.
select ledger_open($1, $2, $3)

-- name: insert_channel
-- Where messages to the customer go.
insert into channel (customer_id, kind, address) values ($1, $2, $3)

-- name: address
-- Where a chat reaches the customer.
select address from channel where customer_id = $1 and kind = $2

-- name: rename
-- The name as the chat shows it now.
update customer set name = $2 where customer_id = $1

-- name: set_locale
-- The language the customer chose.
update customer set locale = $2 where customer_id = $1

-- name: mark_unreachable
-- The chat refuses our messages.
update channel set unreachable_at = $3 where customer_id = $1 and kind = $2 and unreachable_at is null

-- name: mark_reachable
-- The customer talks to us again.
update channel set unreachable_at = null where customer_id = $1 and kind = $2 and unreachable_at is not null

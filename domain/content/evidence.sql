-- name: add_share
-- A share that the customer prepared.
insert into share (customer_id, id, product_id, code, shared_at) values ($1, $2, $3, $4, $5)

-- name: add_link
-- The link of a share.
insert into share_link (code, program_id, customer_id, share_id) values ($1, $2, $3, $4)

-- name: by_code
-- Whose share a link belongs to.
select customer_id, share_id from share_link where code = $1 and program_id = $2

-- name: is_opened
-- Whether somebody opened a share.
select opened_at is not null from share where customer_id = $1 and id = $2

-- name: open_share
-- The first open of a share by someone else.
update share set opened_at = $3 where customer_id = $1 and id = $2 and opened_at is null returning customer_id

-- name: use
-- Evidence is used once; a second time there is no row.
insert into evidence_use (customer_id, evidence_id, used_at) values ($1, $2, $3)
on conflict do nothing
returning evidence_id

-- name: code_of
-- The code of a share's link.
select code from share where customer_id = $1 and id = $2

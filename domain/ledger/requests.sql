-- name: store
-- A verdict decided under the account's lock.
insert into request (customer_id, principal, key, body_hash, status, facts, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7)

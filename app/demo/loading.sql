-- name: customer
-- An invented customer, registered on joining.
insert into customer (customer_id, program_id, name, locale, invite_code, joined_at, registered_at, terms_version)
values ($1, $2, $3, $4, $5, $6, $6, $7)

-- name: consent
-- The terms they accepted.
insert into consent (customer_id, terms_version, accepted_at) values ($1, $2, $3)

-- name: invite
-- Their invite code.
insert into invite (code, program_id, customer_id, created_at) values ($1, $2, $3, $4)

-- name: identity
-- A chat user that no chat has.
insert into identity (program_id, kind, value, customer_id, created_at) values ($1, 'telegram', $2, $3, $4)

-- name: account
-- Their account.
select ledger_open($1, $2, $3)

-- name: referral
-- Who brought them: complete on the day they joined.
insert into referral (customer_id, program_id, referrer_id, code, joined_at, referrer_joined_at, status,
                      attributed_at, qualified_at, completed_at, completed_on, completed_utc_on)
values ($1, $2, $3, $4, $5, $6, 'complete', $5, $5, $5, program_date($2, $5), ($5::timestamptz at time zone 'UTC')::date)

-- name: check_in
-- One day of a streak.
insert into check_in (customer_id, business_date, streak_days, shielded_on, points) values ($1, $2, $3, $4, $5)

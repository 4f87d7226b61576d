-- name: enrol
-- Members $2 to $3 of a program, registered, each with an account of 0 points.
with made as (
    insert into customer (customer_id, program_id, name, locale, invite_code, joined_at, registered_at, terms_version)
    select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $1, 'Khách ' || n, 'vi', 'BENCH' || n, $4, $4, 1
      from generate_series($2::bigint, $3::bigint) n
    returning customer_id, program_id
)
select ledger_open(customer_id, program_id, $4) from made

-- name: sign_in
-- A session for each of these members; its token is `bench-<number>`.
insert into customer_session (token_hash, program_id, customer_id, channel, signed_in_at, used_at, ends_at)
select sha256(convert_to('bench-' || n, 'UTF8')), $1,
       ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'telegram', $4, $4, $4::timestamptz + interval '24 hours'
  from generate_series($2::bigint, $3::bigint) n

-- name: settle_down
-- Statistics for what was just written.
analyze

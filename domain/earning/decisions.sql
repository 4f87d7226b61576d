-- name: log
-- An attempt that came to no posting.
insert into decision (customer_id, id, program_id, action, verdict, rule_id, rule_version, facts, channel, decided_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: latest
-- The latest attempts of a customer.
select action, verdict, rule_version, facts, decided_at
  from decision where customer_id = $1 order by decided_at desc, id desc limit $2

-- name: due
-- Accounts on which something is due, those that wait longest first, from after one of them.
select customer_id, next_due_at
  from account
 where next_due_at <= $1 and next_due_at < 'infinity'
   and ($4::uuid is null or program_id = $4)
   and ($3::timestamptz is null or (next_due_at, customer_id) > ($3, $2))
 order by next_due_at, customer_id
 limit 500

-- name: settle
-- Do what is due on an account; who holds it for longer than this does it too.
select set_config('lock_timeout', '500ms', true), ledger_settle($1, $2)

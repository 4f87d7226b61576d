-- name: hold_back
-- Nobody writes a movement or a hold before this transaction ends; everybody may still read.
lock table movement, hold in share mode

-- name: waiting
-- How many sessions of this database wait for a lock.
select count(*) from pg_locks l join pg_stat_activity s using (pid)
 where not l.granted and s.datname = current_database()

-- name: without_lock
-- The functions that decide under the account's lock, as they would be if they took none.
select replace(pg_get_functiondef(oid), ' for update;', ';') as definition
  from pg_proc
 where proname in ('ledger_lock', 'ledger_locked', 'ledger_post', 'ledger_enter') and prosrc like '% for update;%'

-- name: movements
-- What an account's history says.
select kind, action, amount from movement where customer_id = $1 order by seq

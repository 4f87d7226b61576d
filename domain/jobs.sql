-- name: prune_requests
-- Verdicts that nobody repeats any more, so many at a time; facts and movements still answer a late repeat.
delete from request r
 using (select customer_id, principal, key from request where recorded_at < $1 limit $2) old
 where r.customer_id = old.customer_id and r.principal = old.principal and r.key = old.key

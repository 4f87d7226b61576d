-- name: prune_requests
-- Verdicts that nobody repeats any more; facts and movements still answer a late repeat.
delete from request where recorded_at < $1

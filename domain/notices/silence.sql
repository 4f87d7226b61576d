-- name: notices
-- What is owed will not be sent.
update notice set dropped_at = $2, outcome = $3 where customer_id = $1 and sent_at is null and dropped_at is null

-- name: broadcasts
-- Nor what staff wanted to say.
update broadcast_recipient set state = 'unreachable', problem = $2 where customer_id = $1 and state = 'waiting'

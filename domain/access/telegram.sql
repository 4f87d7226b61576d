-- name: link
-- The account that a member signs in with.
update staff set telegram_id = $2, telegram_name = $3 where id = $1 and not is_service

-- name: unlink
-- No account any more.
update staff set telegram_id = null, telegram_name = null where id = $1

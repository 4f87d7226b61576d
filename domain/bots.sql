-- name: known
-- Programs with what is kept of their bots, the oldest program first; of one program if given.
select p.id as program_id, p.slug, p.telegram_bot as username,
       p.id = (select id from program order by created_at, id limit 1) as is_first,
       b.bot_id, b.token, b.webhook_secret, b.login_secret,
       b.admin_chat_id, b.admin_chat_title, b.introduced_at, b.problem, b.problem_detail
  from program p
  left join telegram_bot b on b.program_id = p.id
 where $1::uuid is null or p.id = $1
 order by p.created_at, p.id

-- name: take_turn
-- Bots are connected one after another, so that no two programs get the same one.
select pg_advisory_xact_lock(hashtextextended('telegram_bot', 0))

-- name: holder
-- Which other program has a bot.
select program_id from telegram_bot where bot_id = $2 and program_id <> $1

-- name: connect
-- A program's bot from now on; of another bot's nothing is left.
insert into telegram_bot as b (program_id, bot_id, token, webhook_secret) values ($1, $2, $3, $4)
on conflict (program_id) do update
   set bot_id = $2, token = $3, webhook_secret = $4, introduced_at = null, problem = null, problem_detail = null,
       chat_code = null, chat_code_until = null,
       login_secret = case when b.bot_id = $2 then b.login_secret end,
       admin_chat_id = case when b.bot_id = $2 then b.admin_chat_id end,
       admin_chat_title = case when b.bot_id = $2 then b.admin_chat_title end

-- name: disconnect
-- The program has no bot from now on.
update telegram_bot
   set bot_id = null, token = null, webhook_secret = null, login_secret = null,
       admin_chat_id = null, admin_chat_title = null, chat_code = null, chat_code_until = null,
       introduced_at = null, problem = null, problem_detail = null
 where program_id = $1

-- name: keep_login_secret
-- The secret with which the bot signs people in on the web, or none.
insert into telegram_bot (program_id, login_secret) values ($1, $2)
on conflict (program_id) do update set login_secret = $2

-- name: keep_chat_code
-- A fresh code; the one before it is worth nothing any more.
insert into telegram_bot (program_id, chat_code, chat_code_until, chat_code_by) values ($1, $2, $3, $4)
on conflict (program_id) do update set chat_code = $2, chat_code_until = $3, chat_code_by = $4

-- name: bind_chat
-- Whoever comes first with the code has used it; everybody else gets no row.
update telegram_bot set admin_chat_id = $3, admin_chat_title = $4, chat_code = null, chat_code_until = null
 where program_id = $1 and chat_code = $2 and chat_code_until > $5
returning chat_code_by

-- name: unbind_chat
-- The program has no admin chat from now on.
update telegram_bot set admin_chat_id = null, admin_chat_title = null where program_id = $1

-- name: introduced
-- Telegram knows the bot as it is.
insert into telegram_bot (program_id, introduced_at) values ($1, $2)
on conflict (program_id) do update set introduced_at = $2, problem = null, problem_detail = null

-- name: troubled
-- Why the bot does not work, or nothing when it works again.
insert into telegram_bot (program_id, problem, problem_detail) values ($1, $2, $3)
on conflict (program_id) do update set problem = $2, problem_detail = $3

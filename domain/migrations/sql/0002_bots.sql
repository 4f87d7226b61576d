-- Each program's own bot. What is secret is sealed with the deployment's key; the bot that the
-- environment names has a row without a token, for what else is known of it.
create table telegram_bot (
    program_id uuid primary key references program (id),
    -- Telegram's number of the bot: one bot serves one program.
    bot_id bigint unique check (bot_id > 0),
    token bytea,
    webhook_secret bytea,
    login_secret bytea,
    admin_chat_id bigint,
    admin_chat_title text,
    -- The hash of the code that binds an admin chat once, when it lapses, and who made it.
    chat_code bytea,
    chat_code_until timestamptz,
    chat_code_by uuid references staff (id),
    introduced_at timestamptz,
    -- Why the bot does not work now: a refusal's code, and what Telegram said to it.
    problem text check (problem ~ '^[a-z_]{2,40}$'),
    problem_detail text,
    check ((token is null) = (bot_id is null)),
    check ((token is null) = (webhook_secret is null)),
    check ((admin_chat_id is null) = (admin_chat_title is null)),
    check ((chat_code is null) = (chat_code_until is null))
);

grant select, insert, update on telegram_bot to loyalty_app;

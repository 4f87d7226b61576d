-- Second factors, invitations, sign-in by Telegram, and tokens that can be told apart.

alter table staff
    add column telegram_id text check (telegram_id ~ '^[1-9][0-9]{0,18}$'),
    add column telegram_name text,
    add column signed_in_at timestamptz,
    add constraint staff_telegram_once unique (program_id, telegram_id),
    add constraint staff_service_has_no_telegram check (not (is_service and telegram_id is not null));

-- A secret that is being set up is not in force until a code has confirmed it.
create table staff_factor (
    staff_id uuid primary key references staff (id),
    secret bytea not null,
    made_at timestamptz not null,
    confirmed_at timestamptz,
    -- Of each code the time step is kept: none counts twice, and none before one that counted.
    last_step bigint not null default 0
);

create table staff_recovery_code (
    staff_id uuid not null references staff (id),
    code_hash bytea not null,
    used_at timestamptz,
    primary key (staff_id, code_hash)
);

-- Whoever gave the first proof and owes the second.
create table staff_sign_in (
    token_hash bytea primary key,
    staff_id uuid not null references staff (id),
    way text not null check (way in ('link', 'invitation', 'password', 'telegram')),
    expires_at timestamptz not null
);

-- One for each member: sending it again takes the place of what was sent before.
create table staff_invitation (
    staff_id uuid primary key references staff (id),
    token_hash bytea not null unique,
    invited_by uuid not null references staff (id),
    invited_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz
);

alter table admin_token
    add column id uuid not null default gen_random_uuid() unique,
    add column hint text,
    add column used_at timestamptz;
alter table admin_token alter column id drop default;

create index admin_token_owner on admin_token (staff_id);
create index staff_session_owner on staff_session (staff_id);
create index audit_entry_by_actor on audit_entry (program_id, actor, recorded_at);

grant select on staff_factor, staff_recovery_code, staff_sign_in, staff_invitation to loyalty_app;
grant insert, update, delete on staff_factor to loyalty_app;
grant insert, delete on staff_recovery_code to loyalty_app;
grant update (used_at) on staff_recovery_code to loyalty_app;
grant insert, delete on staff_sign_in to loyalty_app;
grant insert on staff_invitation to loyalty_app;
grant update (token_hash, invited_by, invited_at, expires_at, accepted_at) on staff_invitation to loyalty_app;

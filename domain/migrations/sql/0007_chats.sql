-- What a customer does not want to hear of, by kind of notice.
create table notice_mute (
    customer_id uuid not null references customer (customer_id),
    kind text not null check (kind ~ '^[a-z_]{2,40}$'),
    primary key (customer_id, kind)
);

-- One message to many customers, as staff planned it. Its words never change: another text is
-- another broadcast, so what was looked at is what is sent.
create table broadcast (
    id uuid primary key,
    program_id uuid not null references program (id),
    texts jsonb not null,
    screen text,
    locale text check (locale in ('vi', 'en')),
    status text not null check (status in ('draft', 'sending', 'paused', 'finished', 'cancelled')),
    recipients integer check (recipients >= 0),
    created_at timestamptz not null,
    created_by text not null,
    confirmed_at timestamptz,
    ended_at timestamptz,
    check ((confirmed_at is null) = (recipients is null)),
    check (confirmed_at is not null or status in ('draft', 'cancelled')),
    check ((ended_at is null) = (status in ('draft', 'sending', 'paused')))
);

create index broadcast_listing on broadcast (program_id, created_at);

-- Whom a broadcast is for, laid down once when it is confirmed. `sending` is written before the
-- chat is called: whoever finds it later knows that nobody knows, and does not send again.
create table broadcast_recipient (
    customer_id uuid not null references customer (customer_id),
    broadcast_id uuid not null references broadcast (id),
    state text not null default 'waiting'
        check (state in ('waiting', 'sending', 'sent', 'unreachable', 'refused', 'muted', 'unknown')),
    due_at timestamptz not null,
    -- The program's date of the attempt: a customer gets one broadcast a day.
    tried_on date,
    problem text,
    primary key (customer_id, broadcast_id)
);

create index broadcast_waiting on broadcast_recipient (broadcast_id, due_at, customer_id)
    where state in ('waiting', 'sending');
create index broadcast_progress on broadcast_recipient (broadcast_id, state);

-- How fast each bot sends, over all processes: when it sent of late, and until when its chat
-- asked for silence.
create table send_pace (
    program_id uuid not null references program (id),
    channel text not null check (channel in ('telegram', 'zalo')),
    recent timestamptz[] not null default '{}',
    silent_until timestamptz,
    primary key (program_id, channel)
);

grant select on notice_mute, broadcast, broadcast_recipient, send_pace to loyalty_app;
grant insert, delete on notice_mute to loyalty_app;
grant insert on broadcast, broadcast_recipient, send_pace to loyalty_app;
grant update (status, recipients, confirmed_at, ended_at) on broadcast to loyalty_app;
grant update (state, due_at, tried_on, problem) on broadcast_recipient to loyalty_app;
grant update (recent, silent_until) on send_pace to loyalty_app;

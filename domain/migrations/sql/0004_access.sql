-- Who may come in. Sessions are keyed by the hash of their token; staff is one small group.

create table customer_session (
    token_hash bytea primary key,
    program_id uuid not null,
    customer_id uuid not null,
    channel text not null,
    signed_in_at timestamptz not null,
    used_at timestamptz not null,
    ends_at timestamptz not null,
    revoked_at timestamptz
);

create index customer_session_owner on customer_session (customer_id);

create table sign_in_link (
    token_hash bytea primary key,
    program_id uuid not null,
    audience text not null check (audience in ('customer', 'staff')),
    subject_id uuid not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

create table staff (
    id uuid primary key,
    program_id uuid not null references program (id),
    login text not null check (login <> ''),
    name text not null,
    role text not null check (role in ('owner', 'manager', 'analyst', 'cashier')),
    is_service boolean not null default false,
    password_hash text,
    locale text not null default 'vi' check (locale in ('vi', 'en')),
    created_at timestamptz not null,
    disabled_at timestamptz,
    unique (program_id, login)
);

create table staff_session (
    token_hash bytea primary key,
    staff_id uuid not null references staff (id),
    csrf_token text not null,
    signed_in_at timestamptz not null,
    used_at timestamptz not null,
    ends_at timestamptz not null,
    ended_at timestamptz,
    address text,
    browser text
);

create table admin_token (
    token_hash bytea primary key,
    staff_id uuid not null references staff (id),
    created_at timestamptz not null,
    revoked_at timestamptz
);

create table sign_in_failure (
    id uuid primary key,
    subject text not null,
    failed_at timestamptz not null
);

create index sign_in_failure_recent on sign_in_failure (subject, failed_at);

create table audit_entry (
    id uuid primary key,
    program_id uuid references program (id),
    actor text not null,
    act text not null,
    facts jsonb not null default '{}',
    address text,
    recorded_at timestamptz not null
);

create index audit_entry_listing on audit_entry (program_id, recorded_at);

-- Updates as a chat delivered them, kept before they are acknowledged.
create table received_update (
    program_id uuid not null references program (id),
    channel text not null check (channel in ('telegram', 'zalo')),
    update_id bigint not null,
    conversation text not null,
    -- Bytes as received: a hostile name may hold what no jsonb can.
    payload bytea not null,
    received_at timestamptz not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    done_at timestamptz,
    parked_at timestamptz,
    problem text,
    primary key (program_id, channel, update_id)
);

create index received_update_due on received_update (program_id, channel, due_at)
    where done_at is null and parked_at is null;
create index received_update_order on received_update (program_id, channel, conversation, update_id)
    where done_at is null and parked_at is null;
create index received_update_done on received_update (program_id, channel, done_at) where done_at is not null;

-- A customer belongs to one program. Distributed by customer_id.

create table customer (
    customer_id uuid primary key,
    program_id uuid not null references program (id),
    name text not null check (length(name) <= 256),
    locale text not null check (locale in ('vi', 'en')),
    invite_code text not null,
    joined_at timestamptz not null,
    registered_at timestamptz check (registered_at >= joined_at),
    terms_version integer,
    check ((registered_at is null) = (terms_version is null))
);

create index customer_listing on customer (program_id, joined_at);

create table consent (
    customer_id uuid not null references customer (customer_id),
    terms_version integer not null,
    accepted_at timestamptz not null,
    primary key (customer_id, terms_version)
);

-- How to reach a customer: the address of each chat, and whether it still answers.
create table channel (
    customer_id uuid not null references customer (customer_id),
    kind text not null check (kind in ('telegram', 'zalo')),
    address text not null,
    unreachable_at timestamptz,
    primary key (customer_id, kind)
);

-- Who a chat user is: unique across customers, so keyed by its own value.
create table identity (
    program_id uuid not null,
    kind text not null check (kind in ('telegram', 'zalo', 'phone', 'card', 'email')),
    value text not null,
    customer_id uuid not null,
    created_at timestamptz not null,
    primary key (program_id, kind, value)
);

create table invite (
    code text primary key check (code ~ '^[A-Za-z0-9_-]{4,32}$'),
    program_id uuid not null,
    customer_id uuid not null,
    created_at timestamptz not null
);

create table referral (
    customer_id uuid primary key references customer (customer_id),
    program_id uuid not null references program (id),
    referrer_id uuid not null,
    code text not null,
    joined_at timestamptz not null,
    referrer_joined_at timestamptz not null,
    status text not null check (status in ('pending', 'complete', 'cancelled')),
    reason text,
    attributed_at timestamptz not null,
    qualified_at timestamptz,
    completed_at timestamptz,
    completed_on date,
    completed_utc_on date,
    cancelled_at timestamptz,
    check (referrer_id <> customer_id),
    -- Edges run from older to newer members only, so no cycle can exist.
    check ((referrer_joined_at, referrer_id) < (joined_at, customer_id)),
    check ((completed_at is null) = (completed_on is null)),
    check ((completed_at is null) = (completed_utc_on is null)),
    check (status <> 'complete' or completed_at is not null),
    check (status <> 'cancelled' or cancelled_at is not null)
);

create index referral_of_referrer on referral (program_id, referrer_id, attributed_at);
create index referral_completed on referral (program_id, completed_on) where completed_on is not null;

create table share (
    customer_id uuid not null references customer (customer_id),
    id uuid not null,
    product_id uuid not null references product (id),
    code text not null,
    shared_at timestamptz not null,
    opened_at timestamptz,
    primary key (customer_id, id)
);

create table share_link (
    code text primary key check (code ~ '^[A-Za-z0-9_-]{4,32}$'),
    program_id uuid not null,
    customer_id uuid not null,
    share_id uuid not null
);

create table evidence_use (
    customer_id uuid not null references customer (customer_id),
    evidence_id uuid not null,
    used_at timestamptz not null,
    primary key (customer_id, evidence_id)
);

create table check_in (
    customer_id uuid not null references customer (customer_id),
    business_date date not null,
    streak_days integer not null check (streak_days > 0),
    shielded_on date check (shielded_on < business_date),
    points bigint not null,
    primary key (customer_id, business_date)
);

create table cap_use (
    customer_id uuid not null references customer (customer_id),
    rule text not null,
    time_window text not null,
    used bigint not null check (used >= 0),
    cap bigint not null,
    primary key (customer_id, rule, time_window),
    check (used <= cap)
);

-- Every attempt to earn, paid or not, and why.
create table decision (
    customer_id uuid not null references customer (customer_id),
    id uuid not null,
    action text not null,
    verdict text not null,
    rule_id uuid,
    rule_version integer,
    facts jsonb not null default '{}',
    channel text not null,
    decided_at timestamptz not null,
    primary key (customer_id, id)
);

create table notice (
    customer_id uuid not null references customer (customer_id),
    id uuid not null,
    program_id uuid not null references program (id),
    kind text not null,
    facts jsonb not null default '{}',
    owed_at timestamptz not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    sent_at timestamptz,
    dropped_at timestamptz,
    outcome text,
    primary key (customer_id, id)
);

create index notice_due on notice (program_id, due_at) where sent_at is null and dropped_at is null;

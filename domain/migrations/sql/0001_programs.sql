-- Reference tables: small, rarely written, the same on every node.

create table program (
    id uuid primary key,
    slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    name text not null check (name <> ''),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    -- What one point is worth to a customer, in minor units of the currency.
    point_value numeric(12, 4) not null check (point_value >= 0),
    locale text not null default 'vi' check (locale in ('vi', 'en')),
    terms_version integer not null default 1 check (terms_version > 0),
    terms jsonb not null default '{}',
    brand jsonb not null default '{}',
    qualifying_act text not null default 'register' check (qualifying_act in ('register', 'purchase')),
    debt_policy text not null default 'allow_negative' check (debt_policy in ('allow_negative', 'clamp')),
    grace_days integer check (grace_days > 0),
    referral_hold_days integer not null default 0 check (referral_hold_days >= 0),
    referral_daily_cap integer not null default 20 check (referral_daily_cap > 0),
    referral_weekly_cap integer not null default 60 check (referral_weekly_cap > 0),
    telegram_bot text,
    telegram_app text,
    created_at timestamptz not null
);

-- Which zone counts from which instant. A change never makes the date go back:
-- floor_date is the first date that the new zone may show.
create table program_zone (
    program_id uuid not null references program (id),
    from_instant timestamptz not null,
    zone text not null,
    floor_date date,
    primary key (program_id, from_instant)
);

create table rule (
    id uuid primary key,
    program_id uuid not null references program (id),
    action text not null check (action ~ '^[a-z_]{2,40}$'),
    -- How often a customer may be paid for it, as the catalogue of actions says.
    scope text not null check (scope in ('ever', 'business_date', 'referee', 'source')),
    version integer not null check (version > 0),
    points bigint not null check (points between 0 and 1000000000),
    enabled boolean not null default true,
    valid_from timestamptz not null,
    valid_to timestamptz check (valid_to > valid_from),
    daily_cap integer check (daily_cap > 0),
    lifetime_kind text not null default 'never' check (lifetime_kind in ('never', 'days', 'months', 'date')),
    lifetime_count integer check (lifetime_count >= 0),
    lifetime_on date,
    holding_days integer not null default 0 check (holding_days >= 0),
    settings jsonb not null default '{}',
    created_at timestamptz not null,
    created_by text not null,
    unique (program_id, action, version),
    check ((lifetime_kind in ('days', 'months')) = (lifetime_count is not null)),
    check ((lifetime_kind = 'date') = (lifetime_on is not null))
);

create table campaign (
    id uuid primary key,
    program_id uuid not null references program (id),
    name text not null check (name <> ''),
    action text check (action ~ '^[a-z_]{2,40}$'),
    multiplier numeric(6, 2) not null check (multiplier > 0 and multiplier <= 100),
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    created_at timestamptz not null
);

create table product (
    id uuid primary key,
    program_id uuid not null references program (id),
    title jsonb not null,
    body jsonb not null,
    category jsonb not null default '{}',
    price bigint not null check (price >= 0),
    picture text not null,
    position integer not null default 0,
    published_at timestamptz not null,
    hidden_at timestamptz
);

create table news (
    id uuid primary key,
    program_id uuid not null references program (id),
    title jsonb not null,
    summary jsonb not null,
    body jsonb not null,
    picture text not null,
    read_seconds integer not null default 15 check (read_seconds between 1 and 600),
    published_at timestamptz not null,
    hidden_at timestamptz
);

create index product_listing on product (program_id, position);
create index news_listing on news (program_id, published_at);
create index campaign_listing on campaign (program_id, starts_at);

-- The date that a program shows at an instant.
create function program_date(p_program uuid, p_at timestamptz) returns date
language sql stable set search_path = public, pg_temp as $$
    select greatest(z.floor_date, (p_at at time zone z.zone)::date)
      from program_zone z
     where z.program_id = p_program and z.from_instant <= p_at
     order by z.from_instant desc
     limit 1
$$;

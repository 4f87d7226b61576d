-- The ledger. Written by the posting functions only; nobody updates or deletes a movement.
-- Checks measure a text by its length: a pattern that counts to 200 is 40 times dearer than one
-- that does not, and these run at every posting.

create table account (
    customer_id uuid primary key references customer (customer_id),
    program_id uuid not null references program (id),
    seq integer not null default 0 check (seq >= 0),
    lots_opened integer not null default 0,
    balance bigint not null default 0,
    held bigint not null default 0 check (held >= 0),
    debt bigint not null default 0 check (debt >= 0),
    last_at timestamptz not null,
    last_on date not null,
    -- When the next lot expires or the next pending award matures; infinity: never.
    next_due_at timestamptz not null default 'infinity',
    hash bytea not null,
    check (debt = 0 or balance = -debt),
    check (balance >= 0 or debt > 0)
);

create index account_due on account (next_due_at) where next_due_at < 'infinity';

create table movement (
    customer_id uuid not null references account (customer_id),
    id uuid not null,
    program_id uuid not null references program (id),
    seq integer not null check (seq > 0),
    kind text not null,
    action text not null check (length(action) between 2 and 40 and action ~ '^[a-z_]+$'),
    amount bigint not null check (amount between -1000000000 and 1000000000),
    balance_after bigint not null,
    debt_delta bigint not null default 0,
    corrects_id uuid,
    peer_customer_id uuid,
    peer_id uuid,
    business_date date not null,
    utc_date date not null,
    known_on date not null,
    effective_at timestamptz not null,
    recorded_at timestamptz not null check (recorded_at >= effective_at),
    occurred_at timestamptz,
    actor text not null check (actor in ('customer', 'system', 'job') or actor ~ '^(staff|store):[0-9a-f-]{36}$'),
    approver text check (approver ~ '^staff:[0-9a-f-]{36}$'),
    business_key text not null check (length(business_key) <= 200 and business_key ~ '^[A-Za-z0-9:._-]+$'),
    reference text,
    reason text,
    note_hash bytea,
    rule_id uuid references rule (id),
    hash bytea not null check (octet_length(hash) = 32),
    primary key (customer_id, id),
    unique (customer_id, seq),
    unique (customer_id, business_key),
    check (corrects_id <> id),
    foreign key (customer_id, corrects_id) references movement (customer_id, id),
    constraint movement_sign check (
        case kind
            when 'earned' then amount > 0
            when 'reversed' then amount < 0
            when 'redeemed' then amount < 0
            when 'reimbursed' then amount > 0
            when 'expired' then amount < 0
            when 'transferred' then amount <> 0
            else false
        end
    ),
    constraint movement_peer check (
        (kind = 'transferred') = (peer_id is not null and peer_customer_id is not null)
    ),
    constraint movement_corrects check (
        case
            when kind = 'reimbursed' then corrects_id is not null
            when kind = 'reversed' then corrects_id is not null or action = 'manual_adjustment'
            else corrects_id is null
        end
    ),
    -- Only a reversal creates debt; only a credit or a reimbursement pays it.
    constraint movement_debt check (
        debt_delta = 0 or (debt_delta > 0 and kind in ('reversed', 'transferred')) or (debt_delta < 0 and amount > 0)
    ),
    constraint movement_adjustment check (
        -- What follows from a correction is done by whoever corrected.
        action <> 'manual_adjustment' or corrects_id is not null
        or (actor like 'staff:%' and reason is not null)
    ),
    constraint movement_second_person check (approver <> actor)
);

create index movement_by_date on movement (program_id, business_date, kind, action) include (amount);
create index movement_by_utc_date on movement (program_id, utc_date, kind, action) include (amount);

create table movement_note (
    customer_id uuid not null,
    movement_id uuid not null,
    salt bytea not null,
    note text not null,
    primary key (customer_id, movement_id),
    foreign key (customer_id, movement_id) references movement (customer_id, id)
);

create table lot (
    customer_id uuid not null,
    id uuid not null,
    number integer not null,
    movement_id uuid not null,
    opening_seq integer not null,
    -- A grace lot carries points of an expired lot: this one.
    origin_id uuid,
    amount bigint not null check (amount > 0),
    remaining bigint not null check (remaining >= 0),
    held bigint not null default 0 check (held >= 0 and held <= remaining),
    reversed bigint not null default 0 check (reversed >= 0),
    expired bigint not null default 0 check (expired >= 0),
    waived bigint not null default 0 check (waived >= 0),
    expires_at timestamptz,
    primary key (customer_id, id),
    unique (customer_id, number),
    foreign key (customer_id, movement_id) references movement (customer_id, id),
    foreign key (customer_id, origin_id) references lot (customer_id, id),
    check (remaining <= amount),
    check (reversed + expired + waived <= amount)
);

create index lot_open on lot (customer_id, expires_at) where remaining > 0;

-- What a movement took from a lot; a restore is negative.
create table allocation (
    customer_id uuid not null,
    movement_id uuid not null,
    ordinal integer not null,
    lot_id uuid not null,
    amount bigint not null check (amount <> 0),
    primary key (customer_id, movement_id, ordinal),
    foreign key (customer_id, movement_id) references movement (customer_id, id),
    foreign key (customer_id, lot_id) references lot (customer_id, id)
);

create index allocation_of_lot on allocation (customer_id, lot_id);

-- Points that a reversal did not find; for_lot is the lot whose earning was reversed.
create table debt_item (
    customer_id uuid not null,
    id uuid not null,
    seq integer not null,
    movement_id uuid not null,
    for_lot uuid,
    open bigint not null check (open >= 0),
    primary key (customer_id, id),
    foreign key (customer_id, movement_id) references movement (customer_id, id),
    foreign key (customer_id, for_lot) references lot (customer_id, id)
);

create index debt_item_open on debt_item (customer_id, seq) where open > 0;

-- Points taken from in_lot on behalf of for_lot.
create table substitute (
    customer_id uuid not null,
    id uuid not null,
    seq integer not null,
    for_lot uuid not null,
    in_lot uuid not null,
    open bigint not null check (open >= 0),
    primary key (customer_id, id),
    foreign key (customer_id, for_lot) references lot (customer_id, id),
    foreign key (customer_id, in_lot) references lot (customer_id, id)
);

-- How much of a movement has been corrected: never more than its size.
create table correctable (
    customer_id uuid not null,
    movement_id uuid not null,
    size bigint not null check (size > 0),
    corrected bigint not null check (corrected between 0 and size),
    primary key (customer_id, movement_id),
    foreign key (customer_id, movement_id) references movement (customer_id, id)
);

create table pending_award (
    customer_id uuid not null references account (customer_id),
    id uuid not null,
    program_id uuid not null references program (id),
    action text not null check (length(action) between 2 and 40 and action ~ '^[a-z_]+$'),
    amount bigint not null check (amount between 1 and 1000000000),
    business_key text not null,
    reference text,
    rule_id uuid references rule (id),
    actor text not null check (actor in ('customer', 'system', 'job') or actor ~ '^(staff|store):[0-9a-f-]{36}$'),
    created_at timestamptz not null,
    matures_at timestamptz not null,
    -- May come before they mature, as where all points of a season end on one date: then they
    -- are posted and expire at once.
    expires_at timestamptz,
    ended_at timestamptz,
    outcome text check (outcome in ('matured', 'cancelled')),
    primary key (customer_id, id),
    check ((ended_at is null) = (outcome is null)),
    -- What its movement would refuse must not be promised: the account could never be settled again.
    check (action <> 'manual_adjustment')
);

create index pending_award_due on pending_award (customer_id, matures_at) where ended_at is null;

-- A fact of the world, known once. It may have moved nothing.
create table fact (
    customer_id uuid not null references account (customer_id),
    business_key text not null check (length(business_key) <= 200 and business_key ~ '^[A-Za-z0-9:._-]+$'),
    outcome text not null check (outcome in ('posted', 'pending', 'nothing', 'cancelled')),
    movement_id uuid,
    recorded_at timestamptz not null,
    primary key (customer_id, business_key),
    foreign key (customer_id, movement_id) references movement (customer_id, id)
);

-- The stored verdict of a call, by who called and the key of the call.
create table request (
    customer_id uuid not null references account (customer_id),
    principal text not null,
    key text not null check (length(key) between 1 and 255),
    body_hash bytea not null,
    status smallint not null check (status between 200 and 499),
    facts jsonb not null,
    recorded_at timestamptz not null,
    primary key (customer_id, principal, key)
);

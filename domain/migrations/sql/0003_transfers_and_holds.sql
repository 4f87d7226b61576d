-- Transfers: an account that was emptied into another is carried on by it. What the survivor
-- inherited stays where it was written; rows of the survivor name whose it is.

alter table account
    add survivor_id uuid check (survivor_id <> customer_id),
    add constraint account_carried_on check (survivor_id is null or (balance = 0 and held = 0 and debt = 0));

-- Whose accounts this one carries on, those that were carried on before included.
create table inheritance (
    customer_id uuid not null references account (customer_id),
    inherited_from uuid not null,
    inherited_at timestamptz not null,
    primary key (customer_id, inherited_from),
    check (inherited_from <> customer_id)
);

alter table movement
    add inherited_from uuid,
    -- The movement of that account which this one corrects.
    add inherited_corrects_id uuid,
    -- The hash of the transfer that left the other account, in the one that arrived.
    add peer_hash bytea check (octet_length(peer_hash) = 32),
    add constraint movement_inherits check (
        num_nonnulls(inherited_from, inherited_corrects_id) = 0
        or (num_nonnulls(inherited_from, inherited_corrects_id) = 2 and corrects_id is null
            and inherited_from <> customer_id)
    ),
    add constraint movement_peer_hash check (peer_hash is null or kind = 'transferred'),
    add constraint movement_peer_is_another check (peer_customer_id <> customer_id),
    drop constraint movement_corrects,
    add constraint movement_corrects check (
        case
            when kind = 'reimbursed' then coalesce(corrects_id, inherited_corrects_id) is not null
            when kind = 'reversed'
                then coalesce(corrects_id, inherited_corrects_id) is not null or action = 'manual_adjustment'
            else coalesce(corrects_id, inherited_corrects_id) is null
        end
    ),
    drop constraint movement_adjustment,
    add constraint movement_adjustment check (
        -- What follows from a correction is done by whoever corrected.
        action <> 'manual_adjustment' or coalesce(corrects_id, inherited_corrects_id) is not null
        or (actor like 'staff:%' and reason is not null)
    );

alter table lot
    add inherited_from uuid,
    -- The lot of that account whose points this one carries.
    add inherited_origin_id uuid,
    add constraint lot_inherits check (
        num_nonnulls(inherited_from, inherited_origin_id) = 0
        or (num_nonnulls(inherited_from, inherited_origin_id) = 2 and origin_id is null
            and inherited_from <> customer_id)
    );

alter table debt_item
    add inherited_from uuid,
    add inherited_for_lot uuid,
    add constraint debt_item_inherits check (
        num_nonnulls(inherited_from, inherited_for_lot) = 0
        or (num_nonnulls(inherited_from, inherited_for_lot) = 2 and for_lot is null
            and inherited_from <> customer_id)
    );

alter table substitute
    alter for_lot drop not null,
    add inherited_from uuid,
    add inherited_for_lot uuid,
    add constraint substitute_inherits check (
        num_nonnulls(for_lot, inherited_for_lot) = 1
        and (inherited_from is null) = (inherited_for_lot is null)
        and inherited_from is distinct from customer_id
    );

-- A fact that became known, or an award that is promised, to whoever carries the account on.
alter table fact
    drop constraint fact_outcome_check,
    add constraint fact_outcome_check check (outcome in ('posted', 'pending', 'nothing', 'cancelled', 'transferred'));

alter table pending_award
    drop constraint pending_award_outcome_check,
    add constraint pending_award_outcome_check check (outcome in ('matured', 'cancelled', 'transferred'));

-- Points set aside for a moment: nobody else may take them, and they do not expire.
create table hold (
    customer_id uuid not null references account (customer_id),
    id uuid not null,
    program_id uuid not null references program (id),
    points bigint not null check (points between 1 and 1000000000),
    reference text,
    actor text not null check (actor in ('customer', 'system', 'job') or actor ~ '^(staff|store):[0-9a-f-]{36}$'),
    created_at timestamptz not null,
    lapses_at timestamptz not null,
    ended_at timestamptz,
    -- `taken`: a reversal needed the points.
    outcome text check (outcome in ('captured', 'released', 'lapsed', 'taken', 'transferred')),
    movement_id uuid,
    primary key (customer_id, id),
    foreign key (customer_id, movement_id) references movement (customer_id, id),
    constraint hold_is_short check (lapses_at > created_at and lapses_at <= created_at + interval '15 minutes'),
    constraint hold_end check ((ended_at is null) = (outcome is null)),
    constraint hold_capture check ((movement_id is not null) = (outcome is not null and outcome = 'captured'))
);

create index hold_open on hold (customer_id, lapses_at) where ended_at is null;

-- In which lots the points are. Stays when the hold has ended.
create table hold_part (
    customer_id uuid not null,
    hold_id uuid not null,
    lot_id uuid not null,
    points bigint not null check (points > 0),
    primary key (customer_id, hold_id, lot_id),
    foreign key (customer_id, hold_id) references hold (customer_id, id),
    foreign key (customer_id, lot_id) references lot (customer_id, id)
);

create or replace view audit.movement as
select m.id, m.customer_id as account_id, m.customer_id, m.program_id, m.seq, m.kind, m.action, m.amount,
       m.balance_after, m.debt_delta, coalesce(m.corrects_id, m.inherited_corrects_id) as corrects_id, m.peer_id,
       m.business_date, m.utc_date, m.effective_at, m.recorded_at, m.occurred_at, m.actor, m.approver,
       m.business_key, m.reference, m.reason
  from movement m;

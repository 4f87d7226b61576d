-- The one door: these functions, owned by the schema's owner, are all that writes the ledger.
-- Each runs inside the caller's transaction, locks the account row first, and answers a
-- refusal as a value, so that what was settled commits together with the refusal.
-- A migration that changes them changes this text and runs it again (ADR 0009), so it says
-- `or replace`, drops what had other parameters, and speaks of tables that come later.

set local check_function_bodies = off;

do $$
begin
    create type ledger_answer as (
        outcome text,
        status smallint,
        movement_id uuid,
        amount bigint,
        balance bigint,
        at timestamptz,
        business_date date,
        facts jsonb
    );
exception when duplicate_object then
    null;
end
$$;

-- An identifier made of per-account numbers: the same on every node, no sequence needed.
create or replace function ledger_id(p_customer uuid, p_kind text, p_number integer) returns uuid
language sql immutable parallel safe as $$
    select md5(p_customer::text || p_kind || p_number::text)::uuid
$$;

create or replace function ledger_open(p_customer uuid, p_program uuid, p_at timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into account (customer_id, program_id, last_at, last_on, hash)
    values (p_customer, p_program, p_at, program_date(p_program, p_at), sha256(uuid_send(p_customer)))
$$;

-- The next link of an account's chain: the link before, the movement, what it opened and took.
-- record_send prefixes each field with its type and length: no two movements read alike.
create or replace function ledger_hash(
    p_before bytea, p_customer uuid, p_seq integer, p_kind text, p_action text, p_amount bigint,
    p_balance_after bigint, p_debt_delta bigint, p_corrects uuid, p_business_date date,
    p_effective_at timestamptz, p_recorded_at timestamptz, p_occurred_at timestamptz, p_actor text,
    p_approver text, p_business_key text, p_reference text, p_reason text, p_note_hash bytea, p_rule uuid,
    p_opened bigint[], p_expiries timestamptz[], p_lots uuid[], p_takes bigint[]
) returns bytea
language sql stable as $$
    select sha256(p_before || record_send(row(
        p_customer, p_seq, convert_to(p_kind, 'UTF8'), convert_to(p_action, 'UTF8'), p_amount, p_balance_after,
        p_debt_delta, p_corrects, p_business_date, p_effective_at, p_recorded_at, p_occurred_at,
        convert_to(p_actor, 'UTF8'), convert_to(p_approver, 'UTF8'), convert_to(p_business_key, 'UTF8'),
        convert_to(p_reference, 'UTF8'), convert_to(p_reason, 'UTF8'), p_note_hash, p_rule, p_opened,
        p_expiries, p_lots, p_takes)))
$$;

-- Write one movement with the lots it opens and the points it takes from lots, extend the
-- hash chain, and return the account as it stands after it. The caller stores the account.
-- What was inherited is named with whose it is; a transfer names its peer, and the one that
-- arrives hashes the one that left.
drop function if exists ledger_write(
    account, timestamptz, timestamptz, text, text, bigint, bigint, uuid, text, text, text, timestamptz, text, text,
    bytea, uuid, bigint[], timestamptz[], uuid[], uuid[], bigint[]);

create or replace function ledger_write(
    a account, p_at timestamptz, p_effective_at timestamptz,
    p_kind text, p_action text, p_amount bigint, p_debt_delta bigint, p_corrects uuid, p_business_key text,
    p_actor text, p_approver text, p_occurred_at timestamptz, p_reference text, p_reason text,
    p_note_hash bytea, p_rule uuid,
    p_opened bigint[], p_expiries timestamptz[], p_origins uuid[], p_lots uuid[], p_takes bigint[],
    p_inherited_from uuid default null, p_origins_from uuid[] default null,
    p_peer_customer uuid default null, p_peer uuid default null, p_peer_hash bytea default null
) returns account
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_id uuid;
    v_left bigint := p_amount + p_debt_delta;
    v_points bigint;
begin
    foreach v_points in array p_opened loop
        v_left := v_left - v_points;
    end loop;
    foreach v_points in array p_takes loop
        v_left := v_left + v_points;
    end loop;
    if v_left <> 0 then
        raise exception 'a movement of % is not what it opened, less what it took, less its debt', p_amount
            using errcode = 'check_violation';
    end if;

    a.seq := a.seq + 1;
    a.balance := a.balance + p_amount;
    a.debt := a.debt + p_debt_delta;
    a.last_at := greatest(p_effective_at, a.last_at);
    a.last_on := greatest(program_date(a.program_id, a.last_at), a.last_on);
    v_id := ledger_id(a.customer_id, 'movement', a.seq);
    a.hash := ledger_hash(
        case when p_peer is null then a.hash
             else a.hash || uuid_send(p_peer_customer) || uuid_send(p_peer) || coalesce(p_peer_hash, '') end,
        a.customer_id, a.seq, p_kind, p_action, p_amount, a.balance, p_debt_delta, p_corrects,
        a.last_on, a.last_at, p_at, p_occurred_at, p_actor, p_approver, p_business_key, p_reference, p_reason,
        p_note_hash, p_rule, p_opened, p_expiries, p_lots, p_takes);

    insert into movement (
        customer_id, id, program_id, seq, kind, action, amount, balance_after, debt_delta, corrects_id,
        inherited_from, inherited_corrects_id, peer_customer_id, peer_id, peer_hash, business_date, utc_date, known_on, effective_at, recorded_at, occurred_at, actor, approver,
        business_key, reference, reason, note_hash, rule_id, hash)
    values (
        a.customer_id, v_id, a.program_id, a.seq, p_kind, p_action, p_amount, a.balance, p_debt_delta,
        case when p_inherited_from is null then p_corrects end,
        p_inherited_from, case when p_inherited_from is not null then p_corrects end, p_peer_customer, p_peer,
        p_peer_hash, a.last_on, (a.last_at at time zone 'UTC')::date,
        case when p_at = a.last_at then a.last_on else greatest(program_date(a.program_id, p_at), a.last_on) end,
        a.last_at, p_at, p_occurred_at, p_actor, p_approver,
        p_business_key, p_reference, p_reason, p_note_hash, p_rule, a.hash);

    for i in 1 .. cardinality(p_opened) loop
        a.lots_opened := a.lots_opened + 1;
        insert into lot (customer_id, id, number, movement_id, opening_seq, origin_id, inherited_from,
                         inherited_origin_id, amount, remaining, expires_at)
        values (a.customer_id, ledger_id(a.customer_id, 'lot', a.lots_opened), a.lots_opened, v_id, a.seq,
                case when p_origins_from[i] is null then p_origins[i] end, p_origins_from[i],
                case when p_origins_from[i] is not null then p_origins[i] end, p_opened[i], p_opened[i], p_expiries[i]);
        a.next_due_at := least(a.next_due_at, p_expiries[i]);
    end loop;
    for i in 1 .. cardinality(p_lots) loop
        insert into allocation (customer_id, movement_id, ordinal, lot_id, amount)
        values (a.customer_id, v_id, i, p_lots[i], p_takes[i]);
        update lot set remaining = remaining - p_takes[i] where customer_id = a.customer_id and id = p_lots[i];
        if p_takes[i] < 0 then
            select least(a.next_due_at, l.expires_at) into a.next_due_at
              from lot l where l.customer_id = a.customer_id and l.id = p_lots[i];
        end if;
    end loop;
    return a;
end
$$;

-- Open a lot and pay what is owed from it, oldest debt first.
create or replace function ledger_credit(
    a account, p_at timestamptz, p_effective_at timestamptz, p_action text, p_amount bigint, p_business_key text,
    p_actor text, p_approver text, p_occurred_at timestamptz, p_reference text, p_reason text,
    p_note_hash bytea, p_rule uuid, p_expires_at timestamptz
) returns account
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_lot uuid := ledger_id(a.customer_id, 'lot', a.lots_opened + 1);
    v_paid bigint := least(a.debt, p_amount);
    v_left bigint := v_paid;
    v_part bigint;
    v_ordinal integer := 0;
    d debt_item;
begin
    a := ledger_write(
        a, p_at, p_effective_at, 'earned', p_action, p_amount, -v_paid, null, p_business_key,
        p_actor, p_approver, p_occurred_at, p_reference, p_reason, p_note_hash, p_rule,
        array[p_amount], array[p_expires_at], '{}',
        case when v_paid > 0 then array[v_lot] else '{}'::uuid[] end,
        case when v_paid > 0 then array[v_paid] else '{}'::bigint[] end);
    if v_paid = 0 then
        return a;
    end if;
    for d in select * from debt_item where customer_id = a.customer_id and open > 0 order by seq, id loop
        v_part := least(d.open, v_left);
        exit when v_part = 0;
        update debt_item set open = open - v_part where customer_id = a.customer_id and id = d.id;
        if coalesce(d.for_lot, d.inherited_for_lot) is not null then
            v_ordinal := v_ordinal + 1;
            insert into substitute (customer_id, id, seq, for_lot, inherited_from, inherited_for_lot, in_lot, open)
            values (a.customer_id, ledger_id(a.customer_id, 'substitute' || v_ordinal || ':', a.seq),
                    a.seq, d.for_lot, d.inherited_from, d.inherited_for_lot, v_lot, v_part);
        end if;
        v_left := v_left - v_part;
    end loop;
    return a;
end
$$;

-- When something next falls due on an account: a lot expires, an award matures, or a hold lapses.
create or replace function ledger_next_due(p_customer uuid) returns timestamptz
language sql stable set search_path = public, pg_temp as $$
    select coalesce(least(
        (select min(expires_at) from lot where customer_id = p_customer and remaining > held),
        (select min(matures_at) from pending_award where customer_id = p_customer and ended_at is null),
        (select min(lapses_at) from hold where customer_id = p_customer and ended_at is null)
    ), 'infinity')
$$;

-- Give the points of a hold back to the lots that they stand in.
create or replace function ledger_let_go(a account, p_hold uuid) returns account
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    p hold_part;
begin
    for p in select * from hold_part where customer_id = a.customer_id and hold_id = p_hold loop
        update lot set held = held - p.points where customer_id = a.customer_id and id = p.lot_id;
        a.held := a.held - p.points;
    end loop;
    return a;
end
$$;

-- End a hold that came to nothing.
create or replace function ledger_end_hold(a account, p_hold uuid, p_outcome text, p_at timestamptz) returns account
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update hold set ended_at = p_at, outcome = p_outcome
     where customer_id = a.customer_id and id = p_hold and ended_at is null;
    if not found then
        raise exception 'there is no such hold, or it has ended' using errcode = 'check_violation';
    end if;
    return ledger_let_go(a, p_hold);
end
$$;

-- Do everything that is due by p_at, in the order of the instants: holds lapse, lots expire, pending awards mature.
create or replace function ledger_settle_due(a account, p_at timestamptz) returns account
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    r record;
    l lot;
    p pending_award;
begin
    loop
        select * into r from (
            (select expires_at as due, 0 as rank, id from lot
              where customer_id = a.customer_id and remaining > held and expires_at <= p_at
              order by expires_at, id limit 1)
            union all
            (select matures_at, 1, id from pending_award
              where customer_id = a.customer_id and ended_at is null and matures_at <= p_at
              order by matures_at, id limit 1)
            union all
            (select lapses_at, -1, id from hold
              where a.held > 0 and customer_id = a.customer_id and ended_at is null and lapses_at <= p_at
              order by lapses_at, id limit 1)
        ) overdue order by due, rank, id limit 1;
        exit when not found;
        if r.rank = -1 then
            a := ledger_end_hold(a, r.id, 'lapsed', r.due);
            a.last_at := greatest(a.last_at, r.due);
        elsif r.rank = 0 then
            select * into l from lot where customer_id = a.customer_id and id = r.id;
            a := ledger_write(
                a, p_at, r.due, 'expired', 'expiry', -(l.remaining - l.held), 0, null,
                'expire:' || l.id || ':' || (a.seq + 1), 'system', null, null, null, null, null, null,
                '{}', '{}', '{}', array[l.id], array[l.remaining - l.held]);
            update lot set expired = expired + (l.remaining - l.held)
             where customer_id = a.customer_id and id = l.id;
        else
            select * into p from pending_award where customer_id = a.customer_id and id = r.id;
            a := ledger_credit(
                a, p_at, r.due, p.action, p.amount, p.business_key, p.actor, null, null, p.reference, null,
                null, p.rule_id, p.expires_at);
            update pending_award set ended_at = p_at, outcome = 'matured'
             where customer_id = a.customer_id and id = p.id;
            update fact set outcome = 'posted', movement_id = ledger_id(a.customer_id, 'movement', a.seq)
             where customer_id = a.customer_id and business_key = p.business_key;
        end if;
    end loop;
    a.next_due_at := ledger_next_due(a.customer_id);
    return a;
end
$$;

create or replace function ledger_store(a account) returns void
language sql security definer set search_path = public, pg_temp as $$
    update account set
        seq = a.seq, lots_opened = a.lots_opened, balance = a.balance, debt = a.debt, held = a.held,
        last_at = a.last_at, last_on = a.last_on, next_due_at = a.next_due_at, hash = a.hash
    where customer_id = a.customer_id
$$;

-- Lock the account and say at which instant and date a posting would stand, and whether this
-- call was answered before.
create or replace function ledger_lock(p_customer uuid, p_now timestamptz, p_principal text, p_key text)
returns table (
    at timestamptz, business_date date, zone text, registered boolean, balance bigint,
    clock_behind boolean, body_hash bytea, status smallint, facts jsonb
)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    a account;
begin
    select * into a from account where customer_id = p_customer for update;
    if not found then
        return;
    end if;
    a.last_at := ledger_last_at(a);
    at := greatest(p_now, a.last_at);
    business_date := greatest(program_date(a.program_id, at), a.last_on);
    balance := a.balance;
    select z.zone into zone from program_zone z
     where z.program_id = a.program_id and z.from_instant <= at order by z.from_instant desc limit 1;
    select c.registered_at is not null into registered from customer c where c.customer_id = p_customer;
    clock_behind := a.last_at > p_now + interval '5 minutes';
    if p_key is not null then
        select r.body_hash, r.status, r.facts into body_hash, status, facts
          from request r where r.customer_id = p_customer and r.principal = p_principal and r.key = p_key;
    end if;
    if a.survivor_id is not null and status is null then
        -- Another account carries it on: here is nothing any more but the answers of old.
        return;
    end if;
    return next;
end
$$;

-- Settle what is due by p_now and answer the account's balance.
create or replace function ledger_settle(p_customer uuid, p_now timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    a account;
    v_at timestamptz;
begin
    select * into a from account where customer_id = p_customer for update;
    v_at := greatest(p_now, a.last_at);
    if a.next_due_at <= v_at then
        a.last_at := ledger_last_at(a);
        v_at := greatest(v_at, a.last_at);
        a := ledger_settle_due(a, v_at);
        a.last_at := v_at;
        perform ledger_store(a);
    end if;
    return a.balance;
end
$$;

-- Post one credit or one spend. p_amount is signed: a positive one is earned, a negative one redeemed.
-- Outcomes: posted, pending, already, insufficient, replayed, key_reused, clock_behind, no_account.
create or replace function ledger_post(
    p_customer uuid, p_now timestamptz, p_action text, p_amount bigint, p_business_key text,
    p_expires_at timestamptz, p_matures_at timestamptz, p_occurred_at timestamptz,
    p_actor text, p_approver text, p_reference text, p_reason text, p_note_hash bytea,
    p_rule uuid, p_rule_version integer, p_decision uuid, p_channel text,
    p_principal text, p_key text, p_body_hash bytea, p_facts jsonb
) returns ledger_answer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    a account;
    answer ledger_answer;
    stored request;
    l record;
    v_seq integer;
    v_need bigint;
    v_take bigint;
    v_lots uuid[] := '{}';
    v_takes bigint[] := '{}';
begin
    select * into a from account where customer_id = p_customer for update;
    if not found then
        answer.outcome := 'no_account';
        answer.status := 404;
        return answer;
    end if;
    if p_key is not null then
        select * into stored from request
         where customer_id = p_customer and principal = p_principal and key = p_key;
        if found then
            answer.outcome := case when stored.body_hash = p_body_hash then 'replayed' else 'key_reused' end;
            answer.status := case when stored.body_hash = p_body_hash then stored.status else 422 end;
            answer.facts := stored.facts;
            return answer;
        end if;
    end if;
    if a.survivor_id is not null then
        answer.outcome := 'no_account';
        answer.status := 404;
        return answer;
    end if;
    a.last_at := ledger_last_at(a);
    if a.last_at > p_now + interval '5 minutes' then
        answer.outcome := 'clock_behind';
        answer.status := 503;
        return answer;
    end if;
    answer.at := greatest(p_now, a.last_at);
    v_seq := a.seq;
    if a.next_due_at <= answer.at then
        a := ledger_settle_due(a, answer.at);
        -- Stored whatever comes of it: a hold that lapsed wrote no movement.
        v_seq := -1;
    end if;

    answer.status := 409;
    if exists (select from fact where customer_id = p_customer and business_key = p_business_key) then
        answer.outcome := 'already';
    elsif p_amount < 0 and a.balance - a.held < -p_amount then
        answer.outcome := 'insufficient';
    elsif p_matures_at > answer.at then
        answer.outcome := 'pending';
        answer.status := 201;
        insert into pending_award (customer_id, id, program_id, action, amount, business_key, reference, rule_id,
                                   actor, created_at, matures_at, expires_at)
        values (p_customer, md5(p_customer::text || p_business_key)::uuid, a.program_id, p_action, p_amount,
                p_business_key, p_reference, p_rule, p_actor, answer.at, p_matures_at, p_expires_at);
        insert into fact (customer_id, business_key, outcome, recorded_at)
        values (p_customer, p_business_key, 'pending', answer.at);
        a.next_due_at := least(a.next_due_at, p_matures_at);
    else
        answer.outcome := 'posted';
        answer.status := 201;
        if p_amount > 0 then
            a := ledger_credit(
                a, answer.at, answer.at, p_action, p_amount, p_business_key, p_actor, p_approver,
                p_occurred_at, p_reference, p_reason, p_note_hash, p_rule, p_expires_at);
        else
            v_need := -p_amount;
            for l in select id, remaining - held as free from lot
                      where customer_id = p_customer and remaining > held
                      order by expires_at nulls last, number loop
                v_take := least(l.free, v_need);
                v_lots := v_lots || l.id;
                v_takes := v_takes || v_take;
                v_need := v_need - v_take;
                exit when v_need = 0;
            end loop;
            a := ledger_write(
                a, answer.at, answer.at, 'redeemed', p_action, p_amount, 0, null, p_business_key,
                p_actor, p_approver, p_occurred_at, p_reference, p_reason, p_note_hash, p_rule,
                '{}', '{}', '{}', v_lots, v_takes);
        end if;
        answer.movement_id := ledger_id(p_customer, 'movement', a.seq);
        insert into fact (customer_id, business_key, outcome, movement_id, recorded_at)
        values (p_customer, p_business_key, 'posted', answer.movement_id, answer.at);
        if a.next_due_at <= answer.at then
            -- What was credited may be due already.
            a := ledger_settle_due(a, answer.at);
        end if;
    end if;

    a.last_at := greatest(a.last_at, answer.at);
    if a.seq <> v_seq or answer.outcome = 'pending' then
        perform ledger_store(a);
    end if;
    answer.amount := p_amount;
    answer.balance := a.balance;
    answer.business_date := a.last_on;
    answer.facts := coalesce(p_facts, '{}') || case answer.outcome
        when 'already' then jsonb_build_object(
            'outcome', answer.outcome, 'balance', a.balance,
            'code', case when p_amount > 0 then 'already_earned' else 'already_redeemed' end)
        when 'insufficient' then jsonb_build_object(
            'outcome', answer.outcome, 'balance', a.balance, 'needed', -p_amount, 'code', 'insufficient_points')
        else jsonb_build_object(
            'outcome', answer.outcome, 'points', p_amount, 'balance', a.balance, 'movement_id', answer.movement_id)
    end;
    if p_decision is not null then
        insert into decision (customer_id, id, program_id, action, verdict, rule_id, rule_version, facts, channel, decided_at)
        values (p_customer, p_decision, a.program_id, p_action, coalesce(answer.facts ->> 'code', answer.outcome), p_rule,
                p_rule_version, answer.facts, p_channel, answer.at);
    end if;
    if p_key is not null then
        insert into request (customer_id, principal, key, body_hash, status, facts, recorded_at)
        values (p_customer, p_principal, p_key, p_body_hash, answer.status, answer.facts, answer.at);
    end if;
    return answer;
end
$$;

set local check_function_bodies = on;

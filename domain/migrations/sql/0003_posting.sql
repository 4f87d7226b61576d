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
                      order by expires_at nulls last, opening_seq, id loop
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

-- Whose a row is that a plan names: the account's own, or of one that it carries on.
create or replace function ledger_owner(p_customer uuid, p_inherited_from uuid) returns uuid
language plpgsql stable set search_path = public, pg_temp as $$
begin
    if p_inherited_from is not null and not exists (
        select from inheritance where customer_id = p_customer and inherited_from = p_inherited_from) then
        raise exception 'the plan speaks of an account that this one does not carry on'
            using errcode = 'check_violation';
    end if;
    return coalesce(p_inherited_from, p_customer);
end
$$;

create or replace function ledger_count(
    p_customer uuid, p_lot uuid, p_reversed bigint, p_expired bigint, p_waived bigint
) returns void
language sql security definer set search_path = public, pg_temp as $$
    update lot set reversed = reversed + p_reversed, expired = expired + p_expired, waived = waived + p_waived
     where customer_id = p_customer and id = p_lot
$$;

create or replace function ledger_undo(p_customer uuid, p_substitute uuid, p_delta bigint) returns void
language sql security definer set search_path = public, pg_temp as $$
    update substitute set open = open + p_delta where customer_id = p_customer and id = p_substitute
$$;

-- Write one step of a plan: its movement, unless it moves nothing, and every row that changes with it.
create or replace function ledger_step(
    a account, p_at timestamptz, s jsonb, p_business_key text, p_actor text, p_approver text,
    p_occurred_at timestamptz, p_reference text, p_reason text, p_note_hash bytea,
    p_peer_customer uuid default null, p_peer uuid default null, p_peer_hash bytea default null
) returns account
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    c record;
    v_amount bigint := (s ->> 'amount')::bigint;
    v_expires boolean := s ->> 'action' = 'expiry';
    v_moves boolean := s ->> 'kind' = 'transferred';
    v_seq integer := a.seq + 1;
begin
    for c in select * from jsonb_to_recordset(s -> 'holds') as x (hold_id uuid, outcome text) loop
        a := ledger_end_hold(a, c.hold_id, c.outcome, p_at);
    end loop;
    if v_amount <> 0 then
        if (s ->> 'movement_id')::uuid <> ledger_id(a.customer_id, 'movement', v_seq) then
            raise exception 'the plan was made for another state of the account' using errcode = 'check_violation';
        end if;
        a := ledger_write(
            a, p_at, p_at, s ->> 'kind', s ->> 'action', v_amount,
            (select coalesce(sum((d ->> 'delta')::bigint), 0)::bigint from jsonb_array_elements(s -> 'debts') d),
            (s ->> 'corrects_id')::uuid,
            case when v_expires then 'expire:' || (s -> 'takes' -> 0 ->> 'lot_id') || ':' || v_seq
                 else p_business_key end,
            case when v_expires then 'system' else p_actor end, p_approver, p_occurred_at, p_reference, p_reason,
            p_note_hash, null,
            array(select (o ->> 'amount')::bigint from jsonb_array_elements(s -> 'opens') o),
            array(select (o ->> 'expires_at')::timestamptz from jsonb_array_elements(s -> 'opens') o),
            array(select (o ->> 'origin_id')::uuid from jsonb_array_elements(s -> 'opens') o),
            array(select (t ->> 'lot_id')::uuid from jsonb_array_elements(s -> 'takes') t),
            array(select (t ->> 'amount')::bigint from jsonb_array_elements(s -> 'takes') t),
            (s ->> 'inherited_from')::uuid,
            array(select (o ->> 'inherited_from')::uuid from jsonb_array_elements(s -> 'opens') o),
            case when v_moves then p_peer_customer end, case when v_moves then p_peer end,
            case when v_moves then p_peer_hash end);
        if s ->> 'corrects_id' is not null then
            insert into correctable (customer_id, movement_id, size, corrected)
            select customer_id, id, abs(amount), abs(v_amount) from movement
             where customer_id = ledger_owner(a.customer_id, (s ->> 'inherited_from')::uuid)
               and id = (s ->> 'corrects_id')::uuid
            on conflict (customer_id, movement_id)
            do update set corrected = correctable.corrected + excluded.corrected;
        end if;
    end if;
    for c in select * from jsonb_to_recordset(s -> 'counters')
               as x (lot_id uuid, inherited_from uuid, reversed bigint, expired bigint, waived bigint) loop
        perform ledger_count(
            ledger_owner(a.customer_id, c.inherited_from), c.lot_id, c.reversed, c.expired, c.waived);
    end loop;
    for c in select * from jsonb_to_recordset(s -> 'debts')
               as x (item_id uuid, for_lot uuid, inherited_from uuid, delta bigint) loop
        if c.delta > 0 then
            insert into debt_item (customer_id, id, seq, movement_id, for_lot, inherited_from, inherited_for_lot, open)
            values (a.customer_id, c.item_id, v_seq, (s ->> 'movement_id')::uuid,
                    case when c.inherited_from is null then c.for_lot end, c.inherited_from,
                    case when c.inherited_from is not null then c.for_lot end, c.delta);
        else
            update debt_item set open = open + c.delta where customer_id = a.customer_id and id = c.item_id;
        end if;
    end loop;
    for c in select * from jsonb_to_recordset(s -> 'substitutes')
               as x (substitute_id uuid, inherited_from uuid, for_lot uuid, for_inherited_from uuid, in_lot uuid,
                     delta bigint) loop
        if c.delta > 0 then
            insert into substitute (customer_id, id, seq, for_lot, inherited_from, inherited_for_lot, in_lot, open)
            values (a.customer_id, c.substitute_id, v_seq, case when c.for_inherited_from is null then c.for_lot end,
                    c.for_inherited_from, case when c.for_inherited_from is not null then c.for_lot end, c.in_lot,
                    c.delta);
        else
            perform ledger_undo(ledger_owner(a.customer_id, c.inherited_from), c.substitute_id, c.delta);
        end if;
    end loop;
    return a;
end
$$;

-- Post a correction as the planner decided it: one movement for each step that moves points.
-- The account is locked and settled by the caller in this transaction, so the plan still fits;
-- every movement's equation is checked again before it is written.
create or replace function ledger_correct(
    p_customer uuid, p_now timestamptz, p_plan jsonb, p_business_key text,
    p_actor text, p_approver text, p_occurred_at timestamptz, p_reference text, p_reason text, p_note_hash bytea,
    p_principal text, p_key text, p_body_hash bytea, p_facts jsonb
) returns ledger_answer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    a account;
    answer ledger_answer;
    s jsonb;
    v_moved bigint := 0;
begin
    select * into a from account where customer_id = p_customer for update;
    answer.at := greatest(p_now, a.last_at);
    if ledger_last_at(a) > answer.at then
        -- The day for which it was planned has been closed since: the caller plans again.
        answer.outcome := 'in_progress';
        answer.status := 409;
        return answer;
    end if;
    if a.next_due_at <= answer.at then
        raise exception 'the account is not settled' using errcode = 'check_violation';
    end if;
    for s in select value from jsonb_array_elements(p_plan) loop
        a := ledger_step(
            a, answer.at, s,
            case when answer.movement_id is null then p_business_key else 'follow:' || (s ->> 'movement_id') end,
            p_actor, p_approver, p_occurred_at, p_reference, p_reason, p_note_hash);
        -- What expires on the way, because a hold ended, is not what was asked for.
        if answer.movement_id is null and (s ->> 'amount')::bigint <> 0 and s ->> 'action' <> 'expiry' then
            answer.movement_id := (s ->> 'movement_id')::uuid;
            v_moved := (s ->> 'amount')::bigint;
        end if;
    end loop;

    insert into fact (customer_id, business_key, outcome, movement_id, recorded_at)
    values (p_customer, p_business_key, case when answer.movement_id is null then 'nothing' else 'posted' end,
            answer.movement_id, answer.at);
    a.last_at := answer.at;
    a.next_due_at := ledger_next_due(p_customer);
    perform ledger_store(a);
    answer.outcome := case when answer.movement_id is null then 'nothing' else 'posted' end;
    answer.status := 201;
    answer.amount := v_moved;
    answer.balance := a.balance;
    answer.business_date := a.last_on;
    answer.facts := coalesce(p_facts, '{}') || jsonb_build_object(
        'outcome', answer.outcome, 'points', v_moved, 'balance', a.balance, 'movement_id', answer.movement_id);
    if p_key is not null then
        insert into request (customer_id, principal, key, body_hash, status, facts, recorded_at)
        values (p_customer, p_principal, p_key, p_body_hash, answer.status, answer.facts, answer.at);
    end if;
    return answer;
end
$$;

-- Lock the account, look the call's key up, and settle what is due: how holds are entered.
-- The outcome is null if the caller may go on.
create or replace function ledger_enter(
    p_customer uuid, p_now timestamptz, p_principal text, p_key text, p_body_hash bytea,
    out a account, out answer ledger_answer
)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    stored request;
begin
    select * into a from account where customer_id = p_customer for update;
    if not found then
        answer.outcome := 'no_account';
        return;
    end if;
    if p_key is not null then
        select * into stored from request
         where customer_id = p_customer and principal = p_principal and key = p_key;
        if found then
            answer.outcome := case when stored.body_hash = p_body_hash then 'replayed' else 'key_reused' end;
            answer.status := stored.status;
            answer.facts := stored.facts;
            return;
        end if;
    end if;
    if a.survivor_id is not null then
        answer.outcome := 'no_account';
        return;
    end if;
    a.last_at := ledger_last_at(a);
    if a.last_at > p_now + interval '5 minutes' then
        answer.outcome := 'clock_behind';
        return;
    end if;
    answer.at := greatest(p_now, a.last_at);
    if a.next_due_at <= answer.at then
        a := ledger_settle_due(a, answer.at);
    end if;
    a.last_at := answer.at;
end
$$;

-- Store what came of it, and the answer under the call's key.
create or replace function ledger_leave(
    a account, answer ledger_answer, p_principal text, p_key text, p_body_hash bytea
) returns ledger_answer
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform ledger_store(a);
    answer.balance := a.balance;
    answer.business_date := a.last_on;
    answer.facts := answer.facts || jsonb_build_object('balance', a.balance, 'spendable', a.balance - a.held);
    if p_key is not null then
        insert into request (customer_id, principal, key, body_hash, status, facts, recorded_at)
        values (a.customer_id, p_principal, p_key, p_body_hash, answer.status, answer.facts, answer.at);
    end if;
    return answer;
end
$$;

-- Set points aside, soonest expiry first, for so long at most. Outcomes: held, insufficient, and
-- those that are never stored.
create or replace function ledger_hold(
    p_customer uuid, p_now timestamptz, p_hold uuid, p_points bigint, p_for interval, p_reference text, p_actor text,
    p_principal text, p_key text, p_body_hash bytea
) returns ledger_answer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    entered record := ledger_enter(p_customer, p_now, p_principal, p_key, p_body_hash);
    a account := entered.a;
    answer ledger_answer := entered.answer;
    l record;
    v_need bigint := p_points;
    v_part bigint;
begin
    if answer.outcome is not null then
        return answer;
    end if;
    if a.balance - a.held < p_points then
        answer.outcome := 'insufficient';
        answer.status := 409;
        answer.facts := jsonb_build_object(
            'outcome', answer.outcome, 'code', 'insufficient_points', 'needed', p_points);
        return ledger_leave(a, answer, p_principal, p_key, p_body_hash);
    end if;
    insert into hold (customer_id, id, program_id, points, reference, actor, created_at, lapses_at)
    values (p_customer, p_hold, a.program_id, p_points, p_reference, p_actor, answer.at, answer.at + p_for);
    for l in select id, remaining - held as free from lot
              where customer_id = p_customer and remaining > held
              order by expires_at nulls last, opening_seq, id loop
        v_part := least(l.free, v_need);
        exit when v_part = 0;
        insert into hold_part (customer_id, hold_id, lot_id, points) values (p_customer, p_hold, l.id, v_part);
        update lot set held = held + v_part where customer_id = p_customer and id = l.id;
        v_need := v_need - v_part;
    end loop;
    a.held := a.held + p_points;
    a.next_due_at := ledger_next_due(p_customer);
    answer.outcome := 'held';
    answer.status := 201;
    answer.facts := jsonb_build_object(
        'outcome', answer.outcome, 'hold_id', p_hold, 'points', p_points, 'lapses_at', answer.at + p_for);
    return ledger_leave(a, answer, p_principal, p_key, p_body_hash);
end
$$;

-- A hold of this account, or one that had ended on an account that this one carries on.
create or replace function ledger_hold_of(p_customer uuid, p_hold uuid)
returns table (id uuid, points bigint, reference text, outcome text)
language plpgsql stable set search_path = public, pg_temp as $$
declare
    v_from uuid;
begin
    return query select h.id, h.points, h.reference, h.outcome
                   from hold h where h.customer_id = p_customer and h.id = p_hold;
    if found then
        return;
    end if;
    for v_from in select i.inherited_from from inheritance i where i.customer_id = p_customer loop
        return query select h.id, h.points, h.reference, h.outcome
                       from hold h where h.customer_id = v_from and h.id = p_hold and h.outcome <> 'transferred';
    end loop;
end
$$;

-- Spend what is on hold, or a part of it; the rest is let go. Outcomes: posted, hold_captured,
-- hold_released, beyond_hold, and those that are never stored.
create or replace function ledger_capture(
    p_customer uuid, p_now timestamptz, p_hold uuid, p_points bigint, p_actor text, p_approver text,
    p_occurred_at timestamptz, p_reference text, p_reason text,
    p_principal text, p_key text, p_body_hash bytea
) returns ledger_answer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    entered record := ledger_enter(p_customer, p_now, p_principal, p_key, p_body_hash);
    a account := entered.a;
    answer ledger_answer := entered.answer;
    h record;
    l record;
    v_need bigint;
    v_lots uuid[] := '{}';
    v_takes bigint[] := '{}';
begin
    if answer.outcome is not null then
        return answer;
    end if;
    select * into h from ledger_hold_of(p_customer, p_hold);
    if not found then
        answer.outcome := 'no_hold';
        return answer;
    end if;
    v_need := coalesce(p_points, h.points);
    if h.outcome is not null or v_need > h.points then
        answer.outcome := case when h.outcome = 'captured' then 'hold_captured'
                               when h.outcome is not null then 'hold_released'
                               else 'beyond_hold' end;
        answer.status := 409;
        answer.facts := jsonb_build_object('outcome', answer.outcome, 'code', answer.outcome, 'hold_id', p_hold);
        return ledger_leave(a, answer, p_principal, p_key, p_body_hash);
    end if;
    for l in select p.lot_id, p.points from hold_part p
               join lot o on o.customer_id = p.customer_id and o.id = p.lot_id
              where p.customer_id = p_customer and p.hold_id = p_hold
              order by o.expires_at nulls last, o.opening_seq, o.id loop
        v_lots := v_lots || l.lot_id;
        v_takes := v_takes || least(l.points, v_need);
        v_need := v_need - least(l.points, v_need);
        exit when v_need = 0;
    end loop;
    a := ledger_let_go(a, p_hold);
    a := ledger_write(
        a, answer.at, answer.at, 'redeemed', 'discount', -coalesce(p_points, h.points), 0, null, 'discount:' || p_hold,
        p_actor, p_approver, p_occurred_at, coalesce(p_reference, h.reference), p_reason, null, null,
        '{}', '{}', '{}', v_lots, v_takes);
    answer.movement_id := ledger_id(p_customer, 'movement', a.seq);
    update hold set ended_at = answer.at, outcome = 'captured', movement_id = answer.movement_id
     where customer_id = p_customer and id = p_hold;
    insert into fact (customer_id, business_key, outcome, movement_id, recorded_at)
    values (p_customer, 'discount:' || p_hold, 'posted', answer.movement_id, answer.at);
    -- What is let go may be past its time.
    a := ledger_settle_due(a, answer.at);
    answer.outcome := 'posted';
    answer.status := 201;
    answer.amount := -coalesce(p_points, h.points);
    answer.facts := jsonb_build_object(
        'outcome', answer.outcome, 'hold_id', p_hold, 'points', answer.amount, 'movement_id', answer.movement_id);
    return ledger_leave(a, answer, p_principal, p_key, p_body_hash);
end
$$;

-- Let go of what is on hold; a hold that is gone already stays gone. Outcomes: released,
-- hold_captured, and those that are never stored.
create or replace function ledger_release(
    p_customer uuid, p_now timestamptz, p_hold uuid, p_principal text, p_key text, p_body_hash bytea
) returns ledger_answer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    entered record := ledger_enter(p_customer, p_now, p_principal, p_key, p_body_hash);
    a account := entered.a;
    answer ledger_answer := entered.answer;
    h record;
begin
    if answer.outcome is not null then
        return answer;
    end if;
    select * into h from ledger_hold_of(p_customer, p_hold);
    if not found then
        answer.outcome := 'no_hold';
        return answer;
    end if;
    answer.outcome := 'released';
    answer.status := 200;
    answer.facts := jsonb_build_object('outcome', answer.outcome, 'hold_id', p_hold);
    if h.outcome = 'captured' then
        answer.outcome := 'hold_captured';
        answer.status := 409;
        answer.facts := jsonb_build_object('outcome', answer.outcome, 'code', answer.outcome, 'hold_id', p_hold);
    elsif h.outcome is null then
        a := ledger_end_hold(a, p_hold, 'released', answer.at);
        a := ledger_settle_due(a, answer.at);
    end if;
    return ledger_leave(a, answer, p_principal, p_key, p_body_hash);
end
$$;

-- What an account has besides its points goes with them: holds by the lots that stand for the old
-- ones, what is promised, what is known, what was counted. Returns the account that got it.
create or replace function ledger_hand_over(
    a account, p_from uuid, p_at timestamptz, p_old uuid[], p_new uuid[]
) returns account
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    p record;
begin
    insert into hold (customer_id, id, program_id, points, reference, actor, created_at, lapses_at)
    select a.customer_id, id, program_id, points, reference, actor, created_at, lapses_at
      from hold where customer_id = p_from and outcome = 'transferred';
    for p in select h.hold_id, moved.new, h.points
               from hold t
               join hold_part h on h.customer_id = t.customer_id and h.hold_id = t.id
               join unnest(p_old, p_new) moved (old, new) on moved.old = h.lot_id
              where t.customer_id = p_from and t.outcome = 'transferred' loop
        insert into hold_part (customer_id, hold_id, lot_id, points) values (a.customer_id, p.hold_id, p.new, p.points);
        update lot set held = held + p.points where customer_id = a.customer_id and id = p.new;
        a.held := a.held + p.points;
    end loop;

    -- A promise about which the survivor has a fact of the same name is kept under its own.
    insert into pending_award (customer_id, id, program_id, action, amount, business_key, reference, rule_id, actor,
                               created_at, matures_at, expires_at)
    select a.customer_id, w.id, w.program_id, w.action, w.amount,
           case when f.business_key is null then w.business_key else 'award:' || w.id end,
           w.reference, w.rule_id, w.actor, w.created_at, w.matures_at, w.expires_at
      from pending_award w
      left join fact f on f.customer_id = a.customer_id and f.business_key = w.business_key
     where w.customer_id = p_from and w.ended_at is null;
    insert into fact (customer_id, business_key, outcome, recorded_at)
    select customer_id, business_key, 'pending', p_at from pending_award
     where customer_id = a.customer_id and ended_at is null
    on conflict do nothing;
    insert into fact (customer_id, business_key, outcome, recorded_at)
    select a.customer_id, business_key, 'transferred', recorded_at from fact where customer_id = p_from
    on conflict do nothing;

    insert into cap_use (customer_id, rule, time_window, used, cap)
    select a.customer_id, rule, time_window, used, cap from cap_use where customer_id = p_from
    on conflict (customer_id, rule, time_window)
    do update set used = least(cap_use.used + excluded.used, cap_use.cap);
    insert into check_in (customer_id, business_date, streak_days, shielded_on, points)
    select a.customer_id, business_date, streak_days, shielded_on, points from check_in where customer_id = p_from
    on conflict (customer_id, business_date)
    do update set streak_days = greatest(check_in.streak_days, excluded.streak_days);

    insert into inheritance (customer_id, inherited_from, inherited_at)
    select a.customer_id, p_from, p_at
    union all
    select a.customer_id, inherited_from, p_at from inheritance where customer_id = p_from;
    a.next_due_at := ledger_next_due(a.customer_id);
    return a;
end
$$;

-- Nothing is left on an account that another carries on.
create or replace function ledger_carry_on(a account, p_survivor uuid, p_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update fact f set outcome = 'transferred'
      from pending_award w
     where f.customer_id = a.customer_id and w.customer_id = f.customer_id and w.business_key = f.business_key
       and w.ended_at is null;
    update pending_award set ended_at = p_at, outcome = 'transferred'
     where customer_id = a.customer_id and ended_at is null;
    a.next_due_at := 'infinity';
    perform ledger_store(a);
    if exists (select from lot where customer_id = a.customer_id and remaining > 0) then
        raise exception 'a transfer leaves nothing behind' using errcode = 'check_violation';
    end if;
    update account set survivor_id = p_survivor where customer_id = a.customer_id;
end
$$;

create or replace function ledger_locked(p_customer uuid) returns account
language sql security definer set search_path = public, pg_temp as $$
    select * from account where customer_id = p_customer for update;
$$;

-- Post a transfer as the planner decided it. Both accounts are locked and settled by the caller in
-- this transaction. What leaves is what arrives, lot by lot and in sum.
create or replace function ledger_transfer(
    p_customer uuid, p_target uuid, p_now timestamptz, p_plan jsonb,
    p_actor text, p_approver text, p_reference text, p_reason text,
    p_principal text, p_key text, p_body_hash bytea
) returns ledger_answer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    a account;
    b account;
    answer ledger_answer;
    s jsonb;
    v_out jsonb;
    v_in jsonb;
    v_moved bigint;
begin
    if p_customer < p_target then
        a := ledger_locked(p_customer);
        b := ledger_locked(p_target);
    else
        b := ledger_locked(p_target);
        a := ledger_locked(p_customer);
    end if;
    if a.program_id <> b.program_id or a.survivor_id is not null or b.survivor_id is not null then
        raise exception 'these two cannot be made one' using errcode = 'check_violation';
    end if;
    answer.at := greatest(p_now, a.last_at, b.last_at);
    if greatest(ledger_last_at(a), ledger_last_at(b)) > answer.at then
        answer.outcome := 'in_progress';
        answer.status := 409;
        return answer;
    end if;
    if least(a.next_due_at, b.next_due_at) <= answer.at then
        raise exception 'the accounts are not settled' using errcode = 'check_violation';
    end if;
    -- Both movements stand on one date.
    a.last_on := greatest(a.last_on, b.last_on);
    b.last_on := a.last_on;
    v_out := (select value from jsonb_array_elements(p_plan -> 'source') where value ->> 'kind' = 'transferred');
    v_in := (select value from jsonb_array_elements(p_plan -> 'target') where value ->> 'kind' = 'transferred');
    if exists (
        select from (select l.expires_at, t.value ->> 'amount' as amount, t.ordinality
                       from jsonb_array_elements(v_out -> 'takes') with ordinality t
                       join lot l on l.customer_id = p_customer and l.id = (t.value ->> 'lot_id')::uuid) gone
          full join (select (o.value ->> 'expires_at')::timestamptz as expires_at, o.value ->> 'amount' as amount, o.ordinality
                       from jsonb_array_elements(v_in -> 'opens') with ordinality o) come using (ordinality)
         where (gone.expires_at, gone.amount) is distinct from (come.expires_at, come.amount)
    ) then
        raise exception 'a lot does not arrive as it left' using errcode = 'check_violation';
    end if;

    for s in select value from jsonb_array_elements(p_plan -> 'source') loop
        a := ledger_step(a, answer.at, s, 'transfer:' || p_target, p_actor, p_approver, null, p_reference, p_reason,
                         null, p_target, (v_in ->> 'movement_id')::uuid);
    end loop;
    for s in select value from jsonb_array_elements(p_plan -> 'target') loop
        b := ledger_step(b, answer.at, s, 'transfer:' || p_customer, p_actor, p_approver, null, p_reference, p_reason,
                         null, p_customer, (v_out ->> 'movement_id')::uuid, a.hash);
    end loop;
    v_moved := coalesce((v_in ->> 'amount')::bigint, 0);
    if v_moved + coalesce((v_out ->> 'amount')::bigint, 0) <> 0 then
        raise exception 'a transfer gives what it takes' using errcode = 'check_violation';
    end if;
    a.last_at := answer.at;
    b.last_at := answer.at;
    b := ledger_hand_over(
        b, p_customer, answer.at,
        array(select (t ->> 'lot_id')::uuid from jsonb_array_elements(v_out -> 'takes') t),
        array(select (o ->> 'lot_id')::uuid from jsonb_array_elements(v_in -> 'opens') o));
    perform ledger_store(b);
    perform ledger_carry_on(a, p_target, answer.at);

    answer.movement_id := (v_in ->> 'movement_id')::uuid;
    answer.outcome := case when answer.movement_id is null then 'nothing' else 'posted' end;
    answer.status := 201;
    answer.amount := v_moved;
    answer.balance := b.balance;
    answer.business_date := b.last_on;
    insert into fact (customer_id, business_key, outcome, movement_id, recorded_at)
    values (p_customer, 'transfer:' || p_target, answer.outcome, (v_out ->> 'movement_id')::uuid, answer.at),
           (p_target, 'transfer:' || p_customer, answer.outcome, answer.movement_id, answer.at);
    answer.facts := jsonb_build_object(
        'outcome', answer.outcome, 'points', v_moved, 'balance', b.balance, 'movement_id', answer.movement_id);
    if p_key is not null then
        insert into request (customer_id, principal, key, body_hash, status, facts, recorded_at)
        values (p_target, p_principal, p_key, p_body_hash, answer.status, answer.facts, answer.at);
    end if;
    return answer;
end
$$;

set local check_function_bodies = on;

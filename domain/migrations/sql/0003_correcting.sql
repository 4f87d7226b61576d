-- Corrections: a plan is written step by step, as the planner decided it.
-- Changed in place and run again, like 0003_posting.sql (ADR 0009).

set local check_function_bodies = off;

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

set local check_function_bodies = on;

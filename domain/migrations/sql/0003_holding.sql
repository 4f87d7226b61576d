-- Holds: points set aside for a moment, then spent, or let go.
-- Changed in place and run again, like 0003_posting.sql (ADR 0009).

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
              order by expires_at nulls last, number loop
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
              order by o.expires_at nulls last, o.number loop
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

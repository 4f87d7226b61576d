-- Transfers: an account is emptied into another that carries it on.
-- Changed in place and run again, like 0003_posting.sql (ADR 0009).

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

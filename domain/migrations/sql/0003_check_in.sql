-- Lock the account as ledger_lock does, and say what the customer's check-ins were: one call
-- for what a daily login needs before it is decided.
create or replace function check_in_lock(p_customer uuid, p_now timestamptz, p_principal text, p_key text)
returns table (
    at timestamptz, business_date date, zone text, registered boolean, balance bigint,
    clock_behind boolean, body_hash bytea, status smallint, facts jsonb,
    checked_in_on date, streak_days integer, shields date[]
)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    select l.at, l.business_date, l.zone, l.registered, l.balance, l.clock_behind, l.body_hash, l.status, l.facts
      into at, business_date, zone, registered, balance, clock_behind, body_hash, status, facts
      from ledger_lock(p_customer, p_now, p_principal, p_key) l;
    if not found then
        return;
    end if;
    -- Statements of their own: they see what the account's last holder left behind.
    select c.business_date, c.streak_days into checked_in_on, streak_days
      from check_in c
     where c.customer_id = p_customer and c.business_date < check_in_lock.business_date
       and c.business_date > coalesce((select left_on from customer where customer_id = p_customer), '-infinity')
     order by c.business_date desc
     limit 1;
    if checked_in_on is not null then
        select array_agg(c.shielded_on) into shields
          from check_in c
         where c.customer_id = p_customer and c.shielded_on > check_in_lock.business_date - 62;
    end if;
    return next;
end
$$;

-- Post what a daily login gives and keep its check-in beside it, in one call.
create or replace function check_in_pay(
    p_customer uuid, p_now timestamptz, p_action text, p_amount bigint, p_business_key text,
    p_expires_at timestamptz, p_matures_at timestamptz, p_occurred_at timestamptz,
    p_actor text, p_approver text, p_reference text, p_reason text, p_note_hash bytea,
    p_rule uuid, p_rule_version integer, p_decision uuid, p_channel text,
    p_principal text, p_key text, p_body_hash bytea, p_facts jsonb,
    p_on date, p_streak_days integer, p_shielded_on date
) returns ledger_answer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    answer ledger_answer;
begin
    answer := ledger_post(
        p_customer, p_now, p_action, p_amount, p_business_key, p_expires_at, p_matures_at, p_occurred_at, p_actor,
        p_approver, p_reference, p_reason, p_note_hash, p_rule, p_rule_version, p_decision, p_channel, p_principal,
        p_key, p_body_hash, p_facts);
    if answer.outcome in ('posted', 'pending') then
        insert into check_in (customer_id, business_date, streak_days, shielded_on, points)
        values (p_customer, p_on, p_streak_days, p_shielded_on, p_amount);
    end if;
    return answer;
end
$$;

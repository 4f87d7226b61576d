-- Closing of days: a date that is over is cut off, sealed, and never changes again.

-- How far a program's dates are closed. A row of its own: no change of the program's settings,
-- and no grant to make one, may move it.
create table closing (
    program_id uuid primary key references program (id),
    -- The last instant of a date: nothing takes effect by then any more.
    closed_through timestamptz not null
);

-- A closed date as it stood at its cut. Nobody updates or deletes it.
create table closed_day (
    program_id uuid not null references program (id),
    day date not null,
    closed_at timestamptz not null,
    cut pg_snapshot not null,
    accounts bigint not null check (accounts >= 0),
    movements bigint not null check (movements >= accounts),
    earned_count bigint not null,
    earned bigint not null check (earned >= 0),
    reversed_count bigint not null,
    reversed bigint not null check (reversed <= 0),
    redeemed_count bigint not null,
    redeemed bigint not null check (redeemed <= 0),
    reimbursed_count bigint not null,
    reimbursed bigint not null check (reimbursed >= 0),
    expired_count bigint not null,
    expired bigint not null check (expired <= 0),
    transferred_count bigint not null,
    transferred bigint not null,
    root bytea not null check (octet_length(root) = 32),
    primary key (program_id, day),
    constraint closed_day_counts check (
        movements = earned_count + reversed_count + redeemed_count + reimbursed_count + expired_count
                    + transferred_count
    )
);

-- The instant from which a program never shows a date again, whatever its zones do meanwhile.
create function program_date_over(p_program uuid, p_day date) returns timestamptz
language sql stable set search_path = public, pg_temp as $$
    select max(least(z.until, z.midnight))
      from (select floor_date, from_instant, lead(from_instant) over (order by from_instant) as until,
                   (p_day + 1)::timestamp at time zone zone as midnight
              from program_zone where program_id = p_program) z
     where (z.floor_date is null or z.floor_date <= p_day) and z.from_instant < z.midnight
$$;

-- The first date that has no cut yet.
create function closing_next(p_program uuid) returns date
language sql stable set search_path = public, pg_temp as $$
    select coalesce(
        (select program_date(p_program, program_date_over(p_program, max(c.day)))
           from closed_day c where c.program_id = p_program),
        (select least(program_date(p.id, p.created_at),
                      (select min(m.business_date) from movement m where m.program_id = p.id))
           from program p where p.id = p_program))
$$;

-- The end of the last date that is over by p_now and has no cut yet; null if there is none.
create function closing_due(p_program uuid, p_now timestamptz) returns timestamptz
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    v_over timestamptz := program_date_over(p_program, closing_next(p_program));
    v_through timestamptz;
begin
    while v_over <= p_now loop
        v_through := v_over - interval '1 microsecond';
        v_over := program_date_over(p_program, program_date(p_program, v_over));
    end loop;
    return v_through;
end
$$;

-- Let nothing take effect any more by the end of the last date that is over; null if none is.
-- The caller has locked the program: one closing, or change of zones, at a time.
create function closing_begin(p_program uuid, p_now timestamptz) returns timestamptz
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_through timestamptz;
begin
    v_through := closing_due(p_program, p_now);
    if v_through is not null then
        insert into closing as c (program_id, closed_through) values (p_program, v_through)
        on conflict (program_id) do update set closed_through = greatest(c.closed_through, excluded.closed_through);
    end if;
    return v_through;
end
$$;

-- What the movements say of a date: counts and sums, and the root that seals them together with
-- where each account stands that moved since the date before. record_send prefixes each field
-- with its type and length: no two dates read alike.
create function closed_day_of(p_program uuid, p_after date, p_day date, p_before bytea)
returns table (
    accounts bigint, movements bigint, earned_count bigint, earned bigint, reversed_count bigint, reversed bigint,
    redeemed_count bigint, redeemed bigint, reimbursed_count bigint, reimbursed bigint, expired_count bigint,
    expired bigint, transferred_count bigint, transferred bigint, root bytea
)
language sql stable set search_path = public, pg_temp as $$
    select h.accounts, f.*, sha256(p_before || record_send(row(p_program, p_day, h.accounts, f.*)) || h.heads)
      from (select count(*) as movements,
                   count(*) filter (where kind = 'earned') as earned_count,
                   coalesce(sum(amount) filter (where kind = 'earned'), 0)::bigint as earned,
                   count(*) filter (where kind = 'reversed') as reversed_count,
                   coalesce(sum(amount) filter (where kind = 'reversed'), 0)::bigint as reversed,
                   count(*) filter (where kind = 'redeemed') as redeemed_count,
                   coalesce(sum(amount) filter (where kind = 'redeemed'), 0)::bigint as redeemed,
                   count(*) filter (where kind = 'reimbursed') as reimbursed_count,
                   coalesce(sum(amount) filter (where kind = 'reimbursed'), 0)::bigint as reimbursed,
                   count(*) filter (where kind = 'expired') as expired_count,
                   coalesce(sum(amount) filter (where kind = 'expired'), 0)::bigint as expired,
                   count(*) filter (where kind = 'transferred') as transferred_count,
                   coalesce(sum(amount) filter (where kind = 'transferred'), 0)::bigint as transferred
              from movement
             where program_id = p_program and business_date > coalesce(p_after, '-infinity') and business_date <= p_day) f
     cross join (
            select count(*) as accounts,
                   coalesce(string_agg(record_send(row(customer_id, seq, hash)), ''::bytea order by customer_id), '') as heads
              from (select distinct on (customer_id) customer_id, seq, hash
                      from movement
                     where program_id = p_program and business_date > coalesce(p_after, '-infinity')
                       and business_date <= p_day
                     order by customer_id, seq desc) last) h
$$;

-- Cut the next date that is over by p_through, once no writer is left who began before it was
-- closed; null if there is none. The caller has locked the program.
create function closing_cut(p_program uuid, p_through timestamptz, p_now timestamptz) returns date
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_day date;
    v_last closed_day;
begin
    v_day := closing_next(p_program);
    if p_through is null or program_date_over(p_program, v_day) > p_through + interval '1 microsecond'
       or p_through > (select closed_through from closing where program_id = p_program) then
        return null;
    end if;
    select * into v_last from closed_day where program_id = p_program order by day desc limit 1;
    insert into closed_day
    select p_program, v_day, p_now, pg_current_snapshot(), f.*
      from closed_day_of(p_program, v_last.day, v_day, coalesce(v_last.root, sha256(uuid_send(p_program)))) f;
    return v_day;
end
$$;

-- The account's clock: never before its last movement, never within a day that is closed. Asked
-- under the account's lock: whoever closes a day waits for those who were told an earlier one.
create function ledger_last_at(a account) returns timestamptz
language plpgsql stable as $$
begin
    return greatest(a.last_at, (
        select c.closed_through + interval '1 microsecond' from closing c where c.program_id = a.program_id));
end
$$;

create view audit.closed_day as
select program_id, day, closed_at, accounts, movements, earned_count, earned, reversed_count, reversed, redeemed_count,
       redeemed, reimbursed_count, reimbursed, expired_count, expired, transferred_count, transferred, root
  from closed_day;

-- Leaving and coming back.

alter table customer
    -- When the customer left; null again for who came back.
    add left_at timestamptz,
    -- The business date of the last leaving: no streak goes back to it.
    add left_on date,
    add constraint customer_left check (left_at is null or (registered_at is null and left_on is not null));

-- The same terms may be accepted again by who withdrew from them.
alter table consent
    add withdrawn_at timestamptz check (withdrawn_at >= accepted_at),
    -- The channel in which the customer left.
    add withdrawn_through text,
    drop constraint consent_pkey,
    add primary key (customer_id, terms_version, accepted_at);

-- Cancel what is promised and not yet due; the facts stay known, so none of it is promised again.
create function ledger_forgo(p_customer uuid, p_at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from account where customer_id = p_customer for update;
    update fact f set outcome = 'cancelled'
      from pending_award p
     where f.customer_id = p_customer and p.customer_id = p_customer and p.business_key = f.business_key
       and p.ended_at is null;
    update pending_award set ended_at = p_at, outcome = 'cancelled'
     where customer_id = p_customer and ended_at is null;
    update account set next_due_at = ledger_next_due(p_customer) where customer_id = p_customer;
end
$$;

grant update (left_at, left_on) on customer to loyalty_app;
grant select on closing, closed_day, audit.closed_day to loyalty_app;
revoke execute on function program_date_over, closing_next, closing_due, closing_begin, closed_day_of, closing_cut,
    ledger_last_at, ledger_forgo from public;
grant execute on function program_date_over, closing_due, closing_begin, closed_day_of, closing_cut, ledger_forgo
    to loyalty_app;

-- Staff read the decision log of a whole program: each decision says whose it is.
alter table decision add column program_id uuid;
update decision d set program_id = c.program_id from customer c where c.customer_id = d.customer_id;
alter table decision alter column program_id set not null;
create index decision_listing on decision (program_id, decided_at desc, id desc);

-- What no page offers, no other door may write either.
alter table rule
    add check (lifetime_count <= 3650),
    add check (holding_days <= 365),
    add check (daily_cap <= 1000);

-- A budget is the most that a campaign may add to what the rules give; a customer's cap, the most
-- that it may add for one of them.
alter table campaign
    add column budget bigint check (budget between 1 and 1000000000000),
    add column customer_cap bigint check (customer_cap between 1 and 1000000000),
    add column stopped_at timestamptz check (stopped_at < ends_at),
    add column version integer not null default 1 check (version > 0),
    add column created_by text not null default 'system',
    add check (multiplier > 1 or (budget is null and customer_cap is null));

-- The budget lies in several rows, so that claims do not queue up at one. Room moves between
-- them; together they never grant more than the budget.
create table campaign_budget (
    campaign_id uuid not null references campaign (id),
    stripe smallint not null check (stripe between 0 and 15),
    granted bigint not null,
    used bigint not null default 0 check (used >= 0),
    primary key (campaign_id, stripe),
    check (used <= granted)
);

grant select, insert on campaign_budget to loyalty_app;
grant update (granted, used) on campaign_budget to loyalty_app;
-- Only those older than the program keeps them; see decisions.sql.
grant delete on decision to loyalty_app;

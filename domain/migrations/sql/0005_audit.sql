-- What finance and the checks read. Read-only.

create schema audit;

create view audit.program as
select p.id, p.slug,
       (select z.zone from program_zone z where z.program_id = p.id order by z.from_instant desc limit 1) as time_zone
  from program p;

create view audit.account as
select customer_id as id, program_id, customer_id, balance, held, debt from account;

create view audit.movement as
select m.id, m.customer_id as account_id, m.customer_id, m.program_id, m.seq, m.kind, m.action, m.amount,
       m.balance_after, m.debt_delta, m.corrects_id, m.peer_id, m.business_date, m.utc_date, m.effective_at,
       m.recorded_at, m.occurred_at, m.actor, m.approver, m.business_key, m.reference, m.reason
  from movement m;

create view audit.lot as
select id, customer_id as account_id, movement_id, amount, remaining, held, reversed, expired, waived, expires_at
  from lot;

create view audit.allocation as
select movement_id, lot_id, amount from allocation;

create view audit.request as
select principal, key, status, recorded_at from request;

create view audit.referral as
select customer_id as referee_id, referrer_id, status from referral;

create view audit.once as
select distinct program_id, action, scope from rule where scope in ('ever', 'business_date');

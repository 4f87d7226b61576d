-- name: vitals
-- What waits, since when, and what was given up, over all programs.
with waiting as materialized (
    select due_at from notice where due_at <= $1 and sent_at is null and dropped_at is null
), updates as materialized (
    select received_at, due_at from received_update where done_at is null and parked_at is null
)
select coalesce((select extract(epoch from $1 - min(due_at)) from waiting), 0)::float as outbox_age,
       (select count(*) from waiting) as outbox_waiting,
       coalesce((select extract(epoch from $1 - min(received_at)) from updates), 0)::float as inbox_age,
       (select count(*) from updates) as inbox_waiting,
       (select count(*) from received_update where parked_at is not null) as inbox_parked,
       coalesce((select extract(epoch from $1 - min(next_due_at)) from account where next_due_at <= $1), 0)::float
           as settle_lag,
       coalesce((select extract(epoch from $1 - min(closed_through)) from closing), 0)::float as closing_lag,
       (select count(*) from broadcast where status = 'sending') as broadcasts_sending

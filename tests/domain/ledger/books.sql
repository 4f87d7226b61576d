-- name: books
-- An account that earned 100 twice and spent 30, with a pending award and a row of every other kind.
insert into program (id, slug, name, currency, point_value, created_at)
values ('00000000-0000-0000-0000-000000000001', 'books', 'Mộc', 'VND', 10, '2026-03-01Z');
insert into program_zone (program_id, from_instant, zone)
values ('00000000-0000-0000-0000-000000000001', '-infinity', 'Asia/Ho_Chi_Minh');
insert into customer (customer_id, program_id, name, locale, invite_code, joined_at)
select ('00000000-0000-0000-0000-00000000000' || n)::uuid, '00000000-0000-0000-0000-000000000001',
       'Ngọc', 'vi', 'code' || n, '2026-03-01Z'::timestamptz + n * interval '1 minute'
  from generate_series(2, 4) n;
insert into referral (customer_id, program_id, referrer_id, code, joined_at, referrer_joined_at, status, attributed_at)
select c.customer_id, c.program_id, r.customer_id, 'code2', c.joined_at, r.joined_at, 'pending', '2026-03-01Z'
  from customer c, customer r where c.invite_code = 'code3' and r.invite_code = 'code2';
select ledger_open('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', '2026-03-01Z');
select ledger_post(
    '00000000-0000-0000-0000-000000000002', '2026-03-02Z', posting.action, posting.amount, posting.key, null,
    posting.matures_at, null, 'system', null, null, null, null, null, null, null, 'test', 'test', posting.key, '', '{}')
  from (values ('purchase', 100, 'purchase:1', null), ('purchase', 100, 'purchase:2', null),
               ('gift_redemption', -30, 'gift:1', null), ('purchase', 5, 'purchase:3', '2026-04-01Z'::timestamptz)
       ) posting (action, amount, key, matures_at);
insert into debt_item (customer_id, id, seq, movement_id, for_lot, open)
select customer_id, id, 1, movement_id, id, 0 from lot where number = 1;
insert into substitute (customer_id, id, seq, for_lot, in_lot, open)
select customer_id, id, 1, id, id, 0 from lot where number = 1;
insert into correctable (customer_id, movement_id, size, corrected)
select customer_id, id, 100, 0 from movement where seq = 1;
insert into movement_note (customer_id, movement_id, salt, note)
select customer_id, id, 'salt', 'a note' from movement where seq = 1;
select ledger_hold(
    '00000000-0000-0000-0000-000000000002', '2026-03-02Z', '00000000-0000-0000-0000-000000000008', 20, '15 minutes',
    null, 'system', 'test', 'hold:1', '');
insert into inheritance (customer_id, inherited_from, inherited_at)
values ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000004', '2026-03-02Z');
insert into cap_use (customer_id, rule, time_window, used, cap)
values ('00000000-0000-0000-0000-000000000002', 'purchase', '2026-03-02', 1, 3);
insert into check_in (customer_id, business_date, streak_days, points)
values ('00000000-0000-0000-0000-000000000002', '2026-03-02', 1, 10);

-- name: another
-- The statement that adds a row like one that stands, but for what $2 says; run with format's %s.
select format(
    'insert into %1$I select (jsonb_populate_record(t, %2$L)).* from %1$I t order by t.ctid limit 1',
    $1::text, $2::jsonb)

-- name: functions
-- Each function of ours, whether the application may run it, and a call of it with nothing.
select p.proname::text as name,
       has_function_privilege('loyalty_app', p.oid, 'execute') as is_open,
       format('select %I(%s)', p.proname,
              (select string_agg(format('null::%s', kind::regtype), ', ') from unnest(p.proargtypes) kind)) as call
  from pg_proc p where p.pronamespace = 'public'::regnamespace

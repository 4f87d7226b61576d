-- name: people
-- The people of a program, how they come in, and where they are in.
select s.id, s.login, s.name, s.role, s.telegram_name, s.signed_in_at, s.disabled_at,
       exists (select 1 from staff_factor f where f.staff_id = s.id and f.confirmed_at is not null) as has_factor,
       i.expires_at as invited_until,
       (select count(*)::integer from staff_session o
         where o.staff_id = s.id and o.ended_at is null and o.ends_at > $2 and o.used_at > $3) as sessions
  from staff s left join staff_invitation i on i.staff_id = s.id and i.accepted_at is null
 where s.program_id = $1 and not s.is_service
 order by s.disabled_at is not null, s.created_at, s.id

-- name: services
-- The service accounts of a program.
select id, login, role, disabled_at from staff
 where program_id = $1 and is_service
 order by disabled_at is not null, created_at, id

-- name: tokens
-- The tokens of a program's service accounts that still open something.
select t.id, t.staff_id, t.hint, t.created_at, t.used_at
  from admin_token t join staff s on s.id = t.staff_id
 where s.program_id = $1 and t.revoked_at is null
 order by t.created_at desc, t.id

-- name: names
-- How everybody is called who works, or worked, for a program.
select id, name from staff where program_id = $1 order by name, id

-- name: lock_owners
-- The people who own a program and have come in, held so that one is always left.
select s.id from staff s
 where s.program_id = $1 and s.role = 'owner' and not s.is_service and s.disabled_at is null
   and not exists (select 1 from staff_invitation i where i.staff_id = s.id and i.accepted_at is null)
 order by s.id for update of s

-- name: create
-- A new member; no row if the login is taken.
insert into staff (id, program_id, login, name, role, is_service, password_hash, locale, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (program_id, login) do nothing
returning id

-- name: change_role
-- What the member may do from now on.
update staff set role = $2 where id = $1

-- name: disable
-- The member no longer works here.
update staff set disabled_at = $2 where id = $1 and disabled_at is null

-- name: enable
-- The member works here again.
update staff set disabled_at = null where id = $1

-- name: set_password
-- The hash of a new password.
update staff set password_hash = $2 where id = $1

-- name: set_locale
-- The language the member chose.
update staff set locale = $2 where id = $1

-- name: owners
-- The people who may change roles.
select name from staff
 where program_id = $1 and role = 'owner' and not is_service and disabled_at is null
 order by created_at limit 3

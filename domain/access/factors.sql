-- name: state
-- Whether a second step is in force, and how many recovery codes are left.
select f.confirmed_at,
       (select count(*)::integer from staff_recovery_code c where c.staff_id = f.staff_id and c.used_at is null) as codes_left
  from staff_factor f where f.staff_id = $1

-- name: set_up
-- A secret that waits to be confirmed; no row if one is in force already.
insert into staff_factor (staff_id, secret, made_at) values ($1, $2, $3)
on conflict (staff_id) do update set secret = excluded.secret, made_at = excluded.made_at
 where staff_factor.confirmed_at is null
returning staff_id

-- name: waiting
-- The secret that waits to be confirmed.
select secret from staff_factor where staff_id = $1 and confirmed_at is null

-- name: locked
-- A member's factor, while it is checked.
select secret, confirmed_at from staff_factor where staff_id = $1 for update

-- name: confirm
-- The secret is in the member's device.
update staff_factor set confirmed_at = $2, last_step = $3 where staff_id = $1

-- name: use_step
-- A time step counts once, and none before it counts any more.
update staff_factor set last_step = $2 where staff_id = $1 and last_step < $2 returning last_step

-- name: use_code
-- A recovery code counts once.
update staff_recovery_code set used_at = $3 where staff_id = $1 and code_hash = $2 and used_at is null
returning used_at

-- name: add_code
-- One recovery code, by its hash.
insert into staff_recovery_code (staff_id, code_hash) values ($1, $2)

-- name: remove
-- No second step any more; no row if there was none in force.
delete from staff_factor where staff_id = $1 and confirmed_at is not null returning staff_id

-- name: remove_codes
-- None of the recovery codes counts any more.
delete from staff_recovery_code where staff_id = $1

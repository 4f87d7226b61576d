-- name: lock_program
-- One change of a program's settings at a time.
select id from program where id = $1 for update

-- name: members
-- Whether somebody has joined: from then on links with the program's address are out there.
select exists (select from customer where program_id = $1)

-- name: priced
-- Whether a product has a price in the program's currency.
select exists (select from product where program_id = $1 and price > 0)

-- name: publish_terms
-- A wording, as it was published.
insert into program_terms (program_id, version, texts, published_at, published_by) values ($1, $2, $3, $4, $5)

-- name: terms_versions
-- Every wording, the newest first, with the name of whoever published it.
select t.version, t.texts, t.published_at, s.name as published_by
  from program_terms t
  left join staff s on t.published_by = 'staff:' || s.id::text
 where t.program_id = $1
 order by t.version desc

-- name: zone_to_come
-- A zone that has been chosen and does not count yet.
select zone, from_instant from program_zone where program_id = $1 and from_instant > $2

-- name: progress
-- What a new program has by now.
select exists (select from product where program_id = $1 and hidden_at is null)
       or exists (select from news where program_id = $1 and hidden_at is null) as has_content,
       exists (select from rule where program_id = $1 and created_by like 'staff:%') as has_own_rules,
       exists (select from customer where program_id = $1 and registered_at is not null) as has_member,
       exists (select from movement where program_id = $1) as has_points,
       (select count(*) from staff where program_id = $1 and disabled_at is null and not is_service) > 1 as has_team

-- name: used
-- The pictures that a program's products and articles show.
select photo from product where program_id = $1 and photo is not null
union
select photo from news where program_id = $1 and photo is not null

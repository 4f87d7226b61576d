-- name: lock_products
-- The program's products in order, nobody else moving one meanwhile.
select id from product where program_id = $1 order by position, id for update

-- name: place_product
-- A product's place in the list.
update product set position = $3 where program_id = $1 and id = $2 and position <> $3

-- name: lock_categories
-- The program's categories in order, nobody else moving one meanwhile.
select id from category where program_id = $1 order by position, id for update

-- name: place_category
-- A category's place in the list.
update category set position = $3 where program_id = $1 and id = $2 and position <> $3

-- name: name_products
-- Products repeat their category's name for those who only read.
update product set category = $3 where program_id = $1 and category_id = $2

-- name: free_products
-- The products of a category that goes stand in none.
update product set category_id = null, category = '{}' where program_id = $1 and category_id = $2

-- name: products_by_category
-- How many products stand in each category.
select category_id, count(*) as count from product where program_id = $1 and category_id is not null group by category_id

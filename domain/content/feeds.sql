-- name: lock_feeds
-- The program's feeds, nobody else adding one meanwhile.
select id from feed where program_id = $1 order by id for update

-- name: claim_due
-- Feeds whose time has come, each for one worker; a lease ends by itself.
update feed set next_at = $2
 where id in (select id from feed where paused_at is null and next_at <= $1 order by next_at limit $3 for update skip locked)
returning id

-- name: add_article
-- An article comes once; a second time there is no row.
insert into news (id, program_id, origin, title, summary, body, source_url, origin_digest,
                  picture, published_at, hidden_at, changed_at, changed_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (program_id, origin) do nothing
returning id

-- name: change_article
-- What a feed says anew of an article that nobody of the staff has touched.
update news
   set title = $3, summary = $4, body = $5, source_url = $6, origin_digest = $7, version = version + 1,
       changed_at = $8, changed_by = $9
 where program_id = $1 and origin = $2 and edited_at is null and origin_digest is distinct from $7
returning id

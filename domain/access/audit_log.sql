-- name: page
-- Some entries of a program, the newest first, from behind the last one that was shown.
select id, actor, act, facts, address, recorded_at from audit_entry
 where program_id = $1 and ($2::text is null or actor = $2) and ($3::text is null or act = $3)
   and ($4::timestamptz is null or recorded_at >= $4) and ($5::timestamptz is null or recorded_at < $5)
   and ($6::timestamptz is null or (recorded_at, id) < ($6, $7::uuid))
 order by recorded_at desc, id desc
 limit $8

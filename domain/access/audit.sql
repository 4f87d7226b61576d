-- name: record
-- One line of the audit log.
insert into audit_entry (id, program_id, actor, act, facts, address, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7)

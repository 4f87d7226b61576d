-- The role as which web and worker run: it reads everything, writes the program's own tables,
-- and reaches the ledger only through its functions.

do $$
begin
    create role loyalty_app nologin;
exception when duplicate_object or unique_violation then
    null;
end
$$;

grant usage on schema public, audit to loyalty_app;
grant select on all tables in schema public, audit to loyalty_app;

grant insert, update on
    program, program_zone, rule, campaign, product, news,
    consent, channel, identity, invite, share, share_link, cap_use, notice,
    customer_session, sign_in_link, staff, staff_session, admin_token, received_update
    to loyalty_app;
-- Who a customer is, when they joined and who brought them never changes.
grant insert on customer, referral to loyalty_app;
grant update (name, locale, registered_at, terms_version) on customer to loyalty_app;
grant update (status, reason, qualified_at, completed_at, completed_on, completed_utc_on, cancelled_at)
    on referral to loyalty_app;
grant insert on evidence_use, decision, request, sign_in_failure, audit_entry, movement_note to loyalty_app;
grant delete on sign_in_failure, received_update, request, customer_session, sign_in_link, staff_session to loyalty_app;

revoke execute on all functions in schema public from public;
grant execute on function program_date, ledger_id, ledger_hash, ledger_open, ledger_lock, check_in_lock, check_in_pay,
    ledger_settle, ledger_post,
    ledger_correct to loyalty_app;

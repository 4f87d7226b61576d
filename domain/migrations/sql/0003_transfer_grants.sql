-- What the application may do with transfers and holds: read, and call the functions.

grant select on inheritance, hold, hold_part to loyalty_app;

revoke execute on all functions in schema public from public;
grant execute on function ledger_hash, ledger_hold, ledger_capture, ledger_release, ledger_transfer to loyalty_app;

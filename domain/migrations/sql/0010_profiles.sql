-- What customers say about themselves, and browsers that wait to be let in.

alter table customer
    -- Set once: a birthday that moves would be a gift every month.
    add column birthday date check (birthday between date '1900-01-01' and date '2200-01-01');

-- A browser outside the chat asks to come in; its person says yes or no in the chat.
create table sign_in_code (
    nonce_hash bytea primary key,
    program_id uuid not null,
    -- Only the browser that asked knows what this is the hash of.
    secret_hash bytea not null,
    -- The number that this browser shows, among others that it does not.
    number text not null check (length(number) = 2),
    choices text[] not null check (number = any (choices)),
    device text not null check (length(device) <= 80),
    asked_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > asked_at),
    answered_at timestamptz,
    -- Who said yes; nobody, if the answer was no or another number.
    customer_id uuid,
    used_at timestamptz,
    check (customer_id is null or answered_at is not null),
    check (used_at is null or customer_id is not null)
);

grant select, insert, update, delete on sign_in_code to loyalty_app;
grant update (birthday) on customer to loyalty_app;

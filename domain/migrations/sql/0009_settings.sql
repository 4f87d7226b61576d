-- How long what is only needed for looking back is kept, in days.
alter table program
    add column update_retention_days integer not null default 30 check (update_retention_days between 2 and 365),
    add column decision_retention_days integer not null default 400
        check (decision_retention_days between 30 and 3650);

-- Every wording of the terms that customers were ever shown.
create table program_terms (
    program_id uuid not null references program (id),
    version integer not null check (version > 0),
    texts jsonb not null,
    published_at timestamptz not null,
    published_by text not null,
    primary key (program_id, version)
);

insert into program_terms (program_id, version, texts, published_at, published_by)
select id, terms_version, terms, created_at, 'operator' from program where terms <> '{}';

grant select, insert on program_terms to loyalty_app;

grant delete on decision to loyalty_app;

-- How a merchant sorts products; `category` of a product repeats the name for its readers.
create table category (
    id uuid primary key,
    program_id uuid not null references program (id),
    name jsonb not null,
    position integer not null default 0,
    version integer not null default 1,
    changed_at timestamptz not null,
    changed_by text
);

create index category_listing on category (program_id, position);

-- `photo` is a picture of our own, by its content and size; `origin` is what an import or a feed
-- calls the item, so that it comes once; `edited_at` is when staff last made it theirs.
alter table product
    add column category_id uuid references category (id),
    add column photo text check (photo ~ '^[0-9a-f]{32}-[0-9]{1,4}x[0-9]{1,4}$'),
    add column origin text check (length(origin) between 1 and 300),
    add column version integer not null default 1,
    add column changed_at timestamptz,
    add column changed_by text;
alter table news
    add column photo text check (photo ~ '^[0-9a-f]{32}-[0-9]{1,4}x[0-9]{1,4}$'),
    add column origin text check (length(origin) between 1 and 300),
    add column origin_digest text,
    add column source_url text check (source_url ~ '^https?://' and length(source_url) <= 2000),
    add column version integer not null default 1,
    add column changed_at timestamptz,
    add column changed_by text,
    add column edited_at timestamptz;

create unique index product_origin on product (program_id, origin);
create unique index news_origin on news (program_id, origin);

insert into category (id, program_id, name, position, changed_at)
select gen_random_uuid(), p.program_id, p.category, row_number() over (partition by p.program_id order by min(p.position)),
       min(p.published_at)
  from product p
 where p.category <> '{}'
 group by p.program_id, p.category;
update product set category_id = c.id from category c
 where c.program_id = product.program_id and c.name = product.category;

-- An address whose articles become news. `result` is what the last reading came to: a code and facts.
create table feed (
    id uuid primary key,
    program_id uuid not null references program (id),
    url text not null check (url ~ '^https?://' and length(url) <= 2000),
    name text not null check (name <> ''),
    locale text not null check (locale in ('vi', 'en')),
    every_hours integer not null check (every_hours between 1 and 168),
    shows_at_once boolean not null,
    next_at timestamptz not null,
    failures integer not null default 0 check (failures >= 0),
    read_at timestamptz,
    result jsonb,
    etag text,
    modified text,
    paused_at timestamptz,
    created_at timestamptz not null,
    unique (program_id, url)
);

create index feed_due on feed (next_at) where paused_at is null;

-- A file that staff sent to be imported, between its dry run and its commit.
create table content_import (
    id uuid primary key,
    program_id uuid not null references program (id),
    kind text not null check (kind in ('products', 'news')),
    content text not null,
    sent_at timestamptz not null,
    sent_by text not null,
    committed_at timestamptz,
    counts jsonb
);

grant select on category, feed, content_import to loyalty_app;
grant insert, update, delete on category, feed to loyalty_app;
grant insert, update, delete on content_import to loyalty_app;

#!/bin/sh
# Make the login of web and worker: a member of the role that the schema grants to, and nothing more.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$APPLICATION_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role loyalty_app nologin;
create role loyalty_login login noinherit password :'password' in role loyalty_app;
SQL

#!/bin/bash
# Runs once, when PostgreSQL's volume is new: for each service a database that it owns, a login, and the two roles that its
# statements run as (docs/identity.md). No service may enter another's database, or make roles. Texts compare by code points,
# as on a local stack: scans go in the order of keys, and so does whoever reads several of them side by side.
set -euo pipefail
for name in ingest cards publishing metrics keycloak; do
  psql --no-psqlrc -v ON_ERROR_STOP=1 -U postgres -v name="$name" <<'SQL'
\set file /run/secrets/db- :name
\set password `cat :file`
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
for name in ingest cards publishing metrics; do
  for role in "cardloom_$name" "cardloom_${name}_everyone"; do
    psql --no-psqlrc -v ON_ERROR_STOP=1 -U postgres -v name="$name" -v role="$role" <<'SQL'
CREATE ROLE :"role" NOLOGIN;
GRANT :"role" TO :"name" WITH INHERIT FALSE, SET TRUE;
SQL
  done
done

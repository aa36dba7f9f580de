#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# PostgreSQL with the cluster that Debian made, for everybody on the network; it ends at once when it is told to.
set -eu

server=$(echo /usr/lib/postgresql/*/bin/postgres)
install -d -o postgres -g postgres /srv/postgres
printf '%s\n' 'host all all all trust' >/srv/postgres/hba
exec setpriv --reuid=postgres --regid=postgres --init-groups "$server" -D "$(echo /var/lib/postgresql/*/main)" \
  -c config_file="$(echo /etc/postgresql/*/main/postgresql.conf)" -c hba_file=/srv/postgres/hba -c 'listen_addresses=*' \
  -c unix_socket_directories=/tmp -c fsync=off -c shared_buffers=16MB \
  -c bgwriter_delay=10s -c wal_writer_delay=10s -c autovacuum=off

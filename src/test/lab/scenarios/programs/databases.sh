#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# PostgreSQL answers on a socket and on TCP with the cluster that Debian made, and keeps its rows over a restart; Redis is
# benchmarked and saves.
set -eu

data=$(echo /var/lib/postgresql/*/main)
config=$(echo /etc/postgresql/*/main/postgresql.conf)
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
serve() {
  postgres pg_ctl -D "$data" -l /srv/postgres/log -w -t 180 -o "-c config_file=$config -c hba_file=/srv/postgres/hba \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp" "$1" >/dev/null || {
    cat /srv/postgres/log
    exit 1
  }
}

install -d -o postgres -g postgres /srv/postgres
printf '%s\n' 'local all all trust' 'host all all 127.0.0.1/32 trust' >/srv/postgres/hba
serve start
psql -q -h /tmp -U postgres -v ON_ERROR_STOP=1 <<SQL
create table numbers (n int primary key);
insert into numbers select generate_series(1, 1000);
begin; delete from numbers; rollback;
SQL
serve restart
psql -At -h 127.0.0.1 -U postgres -c 'select count(*), sum(n) from numbers'
serve stop

redis() {
  redis-server --dir /srv --save '' --daemonize yes --logfile /srv/redis.log >/dev/null
  for _ in $(seq 300); do
    [ "$(redis-cli ping 2>/dev/null)" != PONG ] || return 0
    sleep 0.2
  done
  cat /srv/redis.log
  exit 1
}
redis
redis-benchmark -q -n 500 -c 5 -t set,get,lpush --csv | grep -cE '^"(SET|GET|LPUSH)","[0-9]+\.'
redis-cli set kept safe
redis-cli save
redis-cli shutdown nosave
redis
redis-cli get kept

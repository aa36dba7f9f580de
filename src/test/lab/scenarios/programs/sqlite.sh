#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# SQLite with a write-ahead log, whose index is memory that processes share through a file of the rootfs.
set -eu

database=/srv/data.db
sqlite3 $database 'pragma journal_mode = wal; create table numbers (n integer primary key)'
for writer in 0 1 2; do
  sqlite3 $database ".timeout 60000" "with recursive r(i) as (values(1) union all select i + 1 from r where i < 100)
    insert into numbers select i * 3 + $writer from r" &
done
wait
sqlite3 $database 'select count(*), sum(n) from numbers; pragma integrity_check'

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# userland.sh HOST GUEST: what ordinary programs do with files, on the mounted tree against the host's.
set -u
host=$1 guest=$2 passed=0 failed=0

# check NAME COMMAND…
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n%s\n' "$name" "$(tail -n 15 <<<"$output")"
  fi
}

# Everything that tar and find tell of two trees, but what differs by nature.
same_trees() {
  diff <(cd "$1" && find . -printf '%P %y %m %U %G %s %n %T@ %l\n' | sort) \
    <(cd "$2" && find . -printf '%P %y %m %U %G %s %n %T@ %l\n' | sort) &&
    diff <(cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum) \
      <(cd "$2" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}

copy_into() {
  cp -a "$tree" "$guest/copy" && same_trees "$tree" "$host/copy" && same_trees "$tree" "$guest/copy"
}

tar_round() {
  tar -C "$guest" --format=posix -cf "$guest/copy.tar" copy && mkdir "$guest/untar" &&
    tar -C "$guest/untar" -xpf "$guest/copy.tar" && same_trees "$host/copy" "$host/untar/copy"
}

remove_trees() {
  rm -rf "$guest/copy" "$guest/untar" "$guest/copy.tar" && [ ! -e "$host/copy" ] && [ ! -e "$host/untar" ]
}

git_repository() {
  (
    cd "$guest" && git init -q repository && cd repository && cp -r /usr/share/doc/git . &&
      git add . && git -c user.name=n -c user.email=e commit -qm one && git mv git moved &&
      git -c user.name=n -c user.email=e commit -qm two && git fsck --strict && git gc -q &&
      [ -z "$(git status --porcelain)" ]
  ) && git -C "$host/repository" -c safe.directory='*' fsck --strict
}

sqlite_database() {
  local mode
  for mode in delete wal; do
    sqlite3 "$guest/$mode.db" "PRAGMA journal_mode=$mode; CREATE TABLE t(a INTEGER PRIMARY KEY, b);
      WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x<20000)
      INSERT INTO t SELECT x, hex(randomblob(50)) FROM c; DELETE FROM t WHERE a % 3 = 0; VACUUM;" &&
      [ "$(sqlite3 "$guest/$mode.db" 'PRAGMA integrity_check; SELECT count(*) FROM t')" = $'ok\n13334' ] || return
  done
  [ "$(sqlite3 "$host/delete.db" 'PRAGMA integrity_check')" = ok ]
}

compile() {
  printf 'int main(void){return 5;}' >"$guest/five.c"
  gcc -pipe -o "$guest/five" "$guest/five.c" && {
    "$guest/five"
    [ $? = 5 ]
  }
}

package_pattern() {
  # As dpkg does: write NAME.dpkg-new, fsync, link the old one away, rename over it.
  local i
  for i in 1 2 3; do
    printf 'version %s' "$i" >"$guest/conf.dpkg-new" && sync "$guest/conf.dpkg-new" &&
      { [ ! -e "$guest/conf" ] || ln -f "$guest/conf" "$guest/conf.dpkg-tmp"; } &&
      mv "$guest/conf.dpkg-new" "$guest/conf" && [ "$(cat "$host/conf")" = "version $i" ] || return
  done
  [ "$(cat "$host/conf.dpkg-tmp")" = "version 2" ]
}

parallel_writers() {
  # shellcheck disable=SC2016 # the inner shell expands
  seq 1 8 | xargs -P 8 -I{} sh -c '
    mkdir "$0/p{}" && for i in $(seq 1 100); do echo {} $i > "$0/p{}/$i" && mv "$0/p{}/$i" "$0/p{}/m$i"; done' "$guest" &&
    [ "$(cat "$host"/p*/m* | wc -l)" = 800 ] && rm -rf "$guest"/p?
}

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp -a /usr/share/doc/bash /usr/share/zoneinfo/Europe /etc/alternatives /bin/mount "$tree/"
mkfifo "$tree/fifo"
ln "$tree/mount" "$tree/hard" && chmod 4755 "$tree/mount" && touch -d @1.123456789 "$tree/old"
mkdir -m 3777 "$tree/sticky" && chown 12:34 "$tree/sticky" && ln -s nowhere "$tree/dangling"

check "cp -a of a tree" copy_into
check "tar there and back" tar_round
check "rm -r" remove_trees
check "a git repository" git_repository
check "sqlite, with a journal and with shared memory" sqlite_database
check "compile and run" compile
check "dpkg's way of replacing a file" package_pattern
check "eight writers at once" parallel_writers
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

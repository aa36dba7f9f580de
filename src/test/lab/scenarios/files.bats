#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The rootfs and the volumes are the host's files: what either side writes, the other sees.

load helpers

# bats test_tags=core
@test "files: diff and cp see the container's writes at once, and the container what cp brings" {
  run host 'docker_run -d --name files $BUSYBOX sh -c "echo from-guest >/root/made; echo made; until [ -e /root/brought ]; do sleep 0.2; done; cat /root/brought" >/dev/null
    within 60 sh -c "docker logs files | grep -q made"
    docker diff files | grep /root/made
    docker cp files:/root/made /run/fetched && cat /run/fetched
    echo from-host >/run/brought && docker cp /run/brought files:/root/brought
    docker wait files; docker logs files | tail -n 1' </dev/null

  expect $'A /root/made\nfrom-guest\n0\nfrom-host' "${output//Successfully*$'\n'/}" "both directions"
}

# bats test_tags=core
@test "files: volumes are read-write, read-only, and made where the rootfs is read-only" {
  run host 'mkdir -p /srv/rw /srv/ro; rm -f /srv/rw/*; echo old >/srv/ro/file
    docker_run --rm --read-only -v /srv/rw:/data -v /srv/ro:/fixed:ro $BUSYBOX sh -c "
      echo new >/data/file && cat /data/file /fixed/file
      echo x >/fixed/file || echo fixed is read-only
      echo x >/root/file || echo root is read-only" 2>/dev/null
    cat /srv/rw/file /srv/ro/file
    docker_run --rm --read-only -v /srv/ro:/new $BUSYBOX cat /new/file' </dev/null

  expect $'new\nold\nfixed is read-only\nroot is read-only\nnew\nold\nold' "$output" "volumes"
}

# bats test_tags=core
@test "files: /etc/hosts is live while the guest holds it open, and --add-host resolves" {
  run host 'docker_run -d --name hosts --add-host other:192.0.2.7 $DEBIAN sh -c "
      getent hosts other
      exec 3</etc/hosts; wc -c </etc/hosts >/dev/null; echo open
      while :; do echo \$(date +%s%3N) \$(wc -c </etc/hosts); sleep 0.2; done" >/dev/null
    within 60 sh -c "docker logs hosts | grep -q open"
    docker logs hosts | sed -n "1s/  */ /p"
    file=$(docker inspect -f "{{.HostsPath}}" hosts)
    head -c 3072 /dev/zero | tr "\0" "#" >/run/more
    # The time of the last look of the container that saw this size.
    last_look() { docker logs hosts | awk -v size=$1 "\$2 == size { at = \$1 } END { print at }"; }
    seen() { [ "$(last_look $new)" -gt $changed ]; }
    # Changes the file. No look that begins more than 1 s later sees the old size; 20 ms are for what the two clocks may
    # differ by.
    live() {
      name=$1 old=$(stat -c %s $file); shift
      "$@"
      changed=$(date +%s%3N) new=$(stat -c %s $file)
      within 20 seen || return
      late=$(($(last_look $old) - changed))
      [ $late -le 1020 ] && echo $name || echo "$name: the old size is seen $late ms later"
    }
    size=$(stat -c %s $file)
    live appended sh -c "cat /run/more >>$file"
    live truncated truncate -s $size $file' </dev/null

  expect $'192.0.2.7 other\nappended\ntruncated' "$output" "the hosts file"
}

@test "files: a debian userland sees its own files whole" {
  run host 'docker_run --rm $DEBIAN sh -c "cd /usr && find . -xdev -type f -print0 | sort -z | head -zn 300 | xargs -0 sha256sum | sha256sum" >/run/one
    docker run --rm --runtime=runc $DEBIAN sh -c "cd /usr && find . -xdev -type f -print0 | sort -z | head -zn 300 | xargs -0 sha256sum | sha256sum" >/run/two
    cmp /run/one /run/two && wc -l </run/one' </dev/null

  expect 1 "$output" "the checksums"
}

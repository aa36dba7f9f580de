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
  run host 'docker_run -d --name hosts --add-host other:192.0.2.7 $BUSYBOX sh -c "
      ping -c 1 -w 1 other | head -n 1
      exec 3</etc/hosts; wc -c </etc/hosts >/dev/null; echo open
      while :; do wc -c </etc/hosts; sleep 0.2; done" >/dev/null
    within 60 sh -c "docker logs hosts | grep -q open"
    docker logs hosts | grep -o "other (192.0.2.7)"
    file=$(docker inspect -f "{{.HostsPath}}" hosts)
    size=$(stat -c %s $file)
    head -c 3072 /dev/zero | tr "\0" "#" >/run/more
    # Milliseconds from now until the container wrote this size, by the time that dockerd gave the line.
    seen_after() {
      within 20 sh -c "docker logs --since $2 hosts | grep -qx $1" || return
      line=$(docker logs -t --since $2 hosts | grep -m 1 " $1\$")
      echo $(($(date -d "${line%% *}" +%s%3N) - ${2%.*}${2#*.}))
    }
    now=$(date +%s.%3N); cat /run/more >>$file
    took=$(seen_after $((size + 3072)) $now) && [ $took -le 1000 ] && echo appended || echo "appended after $took ms"
    now=$(date +%s.%3N); truncate -s $size $file
    took=$(seen_after $size $now) && [ $took -le 1000 ] && echo truncated || echo "truncated after $took ms"' </dev/null

  expect $'other (192.0.2.7)\nappended\ntruncated' "$output" "the hosts file"
}

@test "files: a debian userland sees its own files whole" {
  run host 'docker_run --rm $DEBIAN sh -c "cd /usr && find . -xdev -type f -print0 | sort -z | head -zn 300 | xargs -0 sha256sum | sha256sum" >/run/one
    docker run --rm --runtime=runc $DEBIAN sh -c "cd /usr && find . -xdev -type f -print0 | sort -z | head -zn 300 | xargs -0 sha256sum | sha256sum" >/run/two
    cmp /run/one /run/two && wc -l </run/one' </dev/null

  expect 1 "$output" "the checksums"
}

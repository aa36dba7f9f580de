#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Where the pids lead that Docker and podman are given: into the container's files, not dom0's.

load helpers

@test "host view: State.Pid and an exec's pid lead to the container's root and volumes, and to nothing of dom0" {
  run host 'mkdir -p /srv/rw /srv/ro; echo w >/srv/rw/w; echo r >/srv/ro/r
    docker_run -d --name seen --hostname inner -v /srv/rw:/rw -v /srv/ro:/ro:ro --tmpfs /own $BUSYBOX sleep 600 >/dev/null
    pid=$(docker inspect -f "{{.State.Pid}}" seen)
    docker exec -d seen sh -c "touch /rw/up; exec sleep 300"; within 60 test -e /srv/rw/up
    cat /proc/$pid/root/etc/hostname /proc/$pid/root/rw/w /proc/$pid/root/ro/r
    for path in /etc/machine-id /boot /var/lib/docker /srv /run/docker.sock; do [ ! -e /proc/$pid/root$path ] || echo "dom0 has $path there"; done
    nsenter -m -t $pid touch /rw/new /root/new && docker exec seen ls /root/new && ls /srv/rw/new
    nsenter -m -t $pid touch /ro/new 2>/dev/null || echo ro is read-only
    # Beside the container there are the exec and, on Xen, the file server.
    for other in $(grep -vx $pid /sys/fs/cgroup/$(cut -d: -f3 /proc/$pid/cgroup)/cgroup.procs); do
      [ "$(cat /proc/$other/comm)" = fileserver ] || cat /proc/$other/root/etc/hostname
    done
    docker cp /srv/rw/w seen:/ro2 && docker exec seen cat /ro2 && docker cp seen:/rw/w - | tar -xO
    docker rm -f seen >/dev/null; rm -r /srv/rw /srv/ro; ls /root/new 2>/dev/null' </dev/null
  expect $'inner\nw\nr\n/root/new\n/srv/rw/new\nro is read-only\ninner\nw\nw' "$output" "what is seen"
}

@test "host view: podman cp into a running container and back, in its root and in a volume, and dom0's /root stays as it is" {
  run host 'podman image exists $BUSYBOX || docker save $BUSYBOX | podman load -q >/dev/null; case $RUNTIME in xen) binary=/usr/sbin/xen-runc ;; *) binary=/usr/sbin/runc ;; esac
    mkdir -p /srv/volume; echo given >/run/given; ls -A /root >/run/root.before
    podman --runtime $binary run -d --name copied -v /srv/volume:/volume --tmpfs /own $BUSYBOX sleep 600 >/dev/null
    podman cp /run/given copied:/root/f && podman cp /run/given copied:/volume/f
    podman exec copied cat /root/f /volume/f; cat /srv/volume/f
    podman exec copied sh -c "echo back >/root/b; echo back >/volume/b"
    podman cp copied:/root/b /run/b1 && podman cp copied:/volume/b /run/b2 && cat /run/b1 /run/b2
    ls -A /root | diff /run/root.before - && echo untouched
    podman rm -f -t 0 copied >/dev/null; rm -r /srv/volume /run/given /run/b1 /run/b2 /run/root.before' </dev/null
  expect $'given\ngiven\ngiven\nback\nback\nuntouched' "$output" "what was copied"
}

@test "host view: podman cp into a container's own tmpfs fails aloud, and nothing is written" {
  only_on_xen
  run host 'podman image exists $BUSYBOX || docker save $BUSYBOX | podman load -q >/dev/null; echo given >/run/given
    podman --runtime /usr/sbin/xen-runc run -d --name copied --tmpfs /own $BUSYBOX sleep 600 >/dev/null
    podman cp /run/given copied:/own/f 2>&1 | grep -o "read-only file system"
    podman exec copied ls /own
    podman rm -f -t 0 copied >/dev/null; rm /run/given' </dev/null
  expect "read-only file system" "$output" "what cp said"
}

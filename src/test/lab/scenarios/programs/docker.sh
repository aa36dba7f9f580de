#!/bin/sh
# A dockerd in a privileged container: runs a container of its own and says with which storage driver.
set -eu

# A cgroup with processes cannot hand controllers to children (cgroup v2's rule), so they move into a leaf.
mkdir -p /sys/fs/cgroup/leaf
xargs -rn1 </sys/fs/cgroup/cgroup.procs >/sys/fs/cgroup/leaf/cgroup.procs 2>/dev/null || true
sed 's/\(^\| \)/\1+/g' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control

dockerd >/tmp/dockerd.log 2>&1 &
for _ in $(seq 600); do
  ! docker version >/dev/null 2>&1 || break
  sleep 0.5
done
docker info -f '{{.Driver}}' || {
  tail -n 20 /tmp/dockerd.log
  exit 1
}
docker import /images/busybox.tar small >/dev/null
docker run --rm small sh -c 'echo inside; ping -c 1 -w 20 "$(ip route | sed -n "s/default via \([^ ]*\).*/\1/p")" >/dev/null && echo gateway'
docker run -d --name kept small sleep 600 >/dev/null
docker exec kept hostname >/dev/null
docker kill kept >/dev/null
docker wait kept

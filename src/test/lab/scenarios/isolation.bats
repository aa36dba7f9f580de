#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What stands beside the container in its guest is out of its reach, however privileged it is: the agent,
# its devices, the kernel's console, log and memory. Each container still ends as it wants to.

load helpers

# Defines try_nodes NAME:MAJOR:MINOR…, which makes each node and says which of them open, and how many it tried.
try='try_nodes() {
  tried=0
  for node in "$@"; do
    tried=$((tried + 1)) rest=${node#*:}
    mknod /tmp/node c ${rest%:*} ${rest#*:} || echo "no node for $node"
    (exec 3</tmp/node) 2>/dev/null && echo "$node opens for reading"
    (exec 3>/tmp/node) 2>/dev/null && echo "$node opens for writing"
    rm -f /tmp/node
  done
  echo "tried $tried"
}
# The numbers of the Xen devices, which the kernel chose and tells.
xen_nodes() { sed -n "s/^ *\([0-9]*\) \(xen.*\)/\2:10:\1/p" /proc/misc; }
kernel_nodes="mem:1:1 port:1:4 kmsg:1:11 console:5:1 hvc0:229:0"
'

@test "isolation: a default container makes nodes of the agent's devices, and none opens" {
  run host "docker_run --rm \$BUSYBOX sh -c '$try
    [ \$(xen_nodes | wc -l) -ge 3 ] || echo no Xen devices
    try_nodes \$kernel_nodes | tail -n 3; try_nodes \$(xen_nodes) | sed \"s/tried .*/tried all/\"; exit 5'; echo code \$?" </dev/null

  expect $'tried 5\ntried all\ncode 5' "$output" "what opens"
}

# bats test_tags=core
@test "isolation: a privileged container, which may use all other devices, opens none of them" {
  only_on_xen
  run host "docker_run --rm --privileged \$BUSYBOX sh -c '$try
    try_nodes \$kernel_nodes; try_nodes \$(xen_nodes) | sed \"s/tried .*/tried all/\"
    mkdir /tmp/dev && mount -t devtmpfs dev /tmp/dev && ls /tmp/dev/xen | grep -cE \"^(xenbus|evtchn|gntalloc)\$\"
    for node in /tmp/dev/xen/* /tmp/dev/hvc0 /tmp/dev/kmsg /tmp/dev/console; do
      (exec 3<\$node) 2>/dev/null && echo \$node opens
    done
    mknod /tmp/fuse c 10 229; (exec 3<>/tmp/fuse) && echo others open; exit 6'; echo code \$?" </dev/null

  expect $'tried 5\ntried all\n3\nothers open\ncode 6' "$output" "what opens"
}

@test "isolation: a privileged container is made with the host's devices, and knows only its own processes" {
  only_on_xen
  run host "docker_run --rm --privileged \$BUSYBOX sh -c '
    [ -c /dev/mapper/control ] || [ -c /dev/loop-control ] && echo nodes
    mkdir /tmp/proc && mount -t proc proc /tmp/proc && cat /tmp/proc/1/comm; grep -lx init /tmp/proc/[0-9]*/comm
    mkdir /tmp/cg && mount -t cgroup2 cg /tmp/cg && ls -d /tmp/cg/container* 2>/dev/null; sort -n /tmp/cg/cgroup.procs | head -n 1'; echo code \$?" </dev/null

  expect $'nodes\nsh\n1\ncode 0' "$output" "what it sees"
}

@test "isolation: kill -9 -1 in a privileged container ends its own processes only" {
  run host "docker_run --rm --privileged \$BUSYBOX sh -c 'sleep 600 & kill -9 -1; wait; echo alive; exit 3'; echo code \$?" </dev/null

  expect $'alive\ncode 3' "$output" "output"
}

@test "isolation: the kernel runs no program that a privileged container names" {
  only_on_xen
  run host "docker_run --rm --privileged \$BUSYBOX sh -c '
    for name in core_pattern:\"|/proc/%P/root/bin/busybox touch /proc/%P/root/tmp/escaped\" \
      modprobe:/proc/\$\$/root/bin/busybox hotplug:/proc/\$\$/root/bin/busybox; do
      [ ! -e /proc/sys/kernel/\${name%%:*} ] || echo \"\${name#*:}\" >/proc/sys/kernel/\${name%%:*}
    done
    grep -q touch /proc/sys/kernel/core_pattern && echo written
    ulimit -c unlimited; sh -c \"kill -SEGV \\\$\\\$\"; echo \$?; sleep 2
    ls /tmp/escaped 2>/dev/null; exit 7' 2>/dev/null; echo code \$?" </dev/null

  expect $'written\n139\ncode 7' "$output" "what is seen"
}

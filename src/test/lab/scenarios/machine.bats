#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The guest as a machine: what a container sees of the machine that it runs on is the host's, as with runc: names,
# kernel settings, what memory may be promised, the time of day; and images of file systems can be made and mounted.

load helpers

@test "machine: with --uts=host the container has the host's names" {
  run host 'docker_run --rm --uts=host $BUSYBOX cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname >/run/names
    cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname | cmp - /run/names && echo same' </dev/null

  expect same "$output" "hostname and domainname"
}

@test "machine: kernel settings that a host has once for all are the host's" {
  run host 'before=$(cat /proc/sys/vm/max_map_count); echo 262144 >/proc/sys/vm/max_map_count
    set -- vm/max_map_count vm/overcommit_memory vm/overcommit_ratio vm/swappiness fs/file-max fs/nr_open fs/aio-max-nr \
      fs/pipe-max-size fs/inotify/max_user_instances fs/inotify/max_user_watches fs/epoll/max_user_watches \
      fs/protected_symlinks fs/protected_regular kernel/pid_max kernel/threads-max kernel/core_pattern \
      kernel/keys/maxkeys user/max_user_namespaces net/ipv4/tcp_rmem net/ipv4/tcp_wmem net/ipv4/ip_forward
    for name; do echo "$name $(cat /proc/sys/$name)"; done >/run/without
    docker_run --rm $BUSYBOX sh -c "for name; do echo \"\$name \$(cat /proc/sys/\$name)\"; done" - "$@" >/run/within-it
    diff /run/without /run/within-it && grep max_map_count /run/within-it
    echo $before >/proc/sys/vm/max_map_count' </dev/null

  expect 'vm/max_map_count 262144' "$output" "what differs, and a setting that was changed"
}

@test "machine: config.toml adds kernel settings that follow the host's" {
  only_on_xen
  "$BATS_TEST_DIRNAME/../lab" cp "$BATS_TEST_DIRNAME/bundle.sh" /run/
  run host '. /run/bundle.sh
    engine_restart_with "host_sysctls = [\"vm.dirty_ratio\", \"vm.no_such\"]"
    before=$(cat /proc/sys/vm/dirty_ratio); echo 37 >/proc/sys/vm/dirty_ratio
    docker_run --rm $BUSYBOX cat /proc/sys/vm/dirty_ratio
    echo $before >/proc/sys/vm/dirty_ratio
    engine_restart_with ""' </dev/null

  expect 37 "$output" "vm.dirty_ratio"
}

@test "machine: what is used beyond the limit is killed, what is only mapped is not" {
  run host 'docker_run --rm --memory=64m $BUSYBOX dd if=/dev/zero of=/dev/null bs=90M count=1 2>&1; echo $?
    docker_run --rm --memory=64m $PROGRAMS python3 -c "
import mmap
arena = mmap.mmap(-1, 1 << 30)
arena[:1 << 20] = bytes(1 << 20)
print(\"mapped\")"' </dev/null

  expect $'137\nmapped' "$output" "exit code, and a large arena"
}

@test "machine: limits that follow the memory follow the host's" {
  run host 'echo $(($(awk "/MemTotal/ { print \$2 }" /proc/meminfo) / 2 / 1024)) >/run/half
    docker_run --rm --memory=64m --tmpfs /t $BUSYBOX sh -c "df -m /t | awk \"NR == 2 { print \\\$2 }\"" >/run/size
    awk "{ size[NR] = \$1 } END { print (size[1] - size[2] < 20 && size[2] - size[1] < 20) }" /run/half /run/size
    docker_run --rm --memory=256m -u 1000 $PROGRAMS python3 -c "
import threading
never = threading.Event()
for n in range(600):
  threading.Thread(target=never.wait, daemon=True).start()
print(threading.active_count())"' </dev/null

  expect $'1\n601' "$output" "half of the host's memory, and threads"
}

# step SECONDS sets the host's clock so much further; then the container's is asked until it is the host's.
step='step() {
    date -s @$(($(date +%s) + $1)) >/dev/null; stepped=$(cut -d. -f1 /proc/uptime)
    within 20 follows && took=$(($(cut -d. -f1 /proc/uptime) - stepped)) && if [ $took -le 4 ]; then echo followed; else echo "followed after $took s"; fi
  }
  ask() { echo >&8; read -r there <&9; }
  follows() { ask; now=$(date +%s); [ "$there" -ge $((now - 1)) ] && [ "$there" -le $((now + 1)) ]; }
'

@test "machine: the clock follows the steps of the host's, forwards and backwards, and time since boot goes on" {
  run host "$step"'rm -f /run/asked /run/told; mkfifo /run/asked /run/told
    docker_run --rm -i $BUSYBOX sh -c "cut -d\" \" -f1 /proc/uptime; while read -r _; do date +%s; done; cut -d\" \" -f1 /proc/uptime" </run/asked >/run/told &
    exec 8>/run/asked 9</run/told
    read -r up <&9; began=$(cut -d" " -f1 /proc/uptime)
    step 600; step -600; step -86400; step 86400
    exec 8>&-; read -r then <&9
    echo "$up $then $began $(cut -d" " -f1 /proc/uptime)" | awk "{ drift = (\$2 - \$1) - (\$4 - \$3); print (drift < 3 && drift > -3 ? \"steady\" : drift) }"' </dev/null

  expect $'followed\nfollowed\nfollowed\nfollowed\nsteady' "$output" "the clocks"
}

@test "machine: a privileged container makes images of file systems and mounts them" {
  run host 'docker_run --rm --privileged --memory=256m $PROGRAMS sh -ec "
      export DM_DISABLE_UDEV=1 # dmsetup makes its nodes itself, as there is no udev in a container
      cd /root; mkdir here tree; echo inside >tree/file
      truncate -s 64M disk; mkfs.ext4 -q disk; mount -o loop disk here; cp tree/file here; sync; umount here
      mount -o loop,ro disk here; cat here/file; umount here
      for how in gzip lz4 lzo xz zstd; do
        mksquashfs tree squash -quiet -noappend -comp \$how >/dev/null; mount -o loop squash here; cat here/file; umount here
      done
      xorriso -outdev disc -map tree / -joliet on >/dev/null 2>&1; mount -o loop,ro disc here; cat here/file; umount here
      truncate -s 16M stick; mkfs.vfat stick >/dev/null; mount -o loop,iocharset=utf8 stick here; cp tree/file here/größer.txt; ls here; umount here
      device=\$(losetup -f --show disk)
      dmsetup create part --table \"0 131072 linear \$device 0\"; mount /dev/mapper/part here; cat here/file; umount here
      dmsetup remove part; losetup -d \$device; losetup -a"' </dev/null

  expect $'inside\ninside\ninside\ninside\ninside\ninside\ninside\ngrößer.txt\ninside' "$output" "what is in the images"
}

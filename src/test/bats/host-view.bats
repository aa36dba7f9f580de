#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Where the pid leads that callers are given: into the container's files, and nowhere else.

load helpers

# bind SOURCE DESTINATION OPTION… is a filter that appends a bind mount.
bind() {
  local options
  options=$(printf '"%s",' "${@:3}")
  echo ".mounts += [{destination:\"$2\",type:\"bind\",source:\"$1\",options:[${options%,}]}]"
}

# joined PID COMMAND… runs a program of the container in the process's mount namespace.
joined() {
  nsenter --mount --target "$1" "${@:2}"
}

# started FILTER has a container of that spec run; its pid is in $pid.
started() {
  for applet in ls touch mkdir stat; do
    ln -f "$bundle/rootfs/bin/busybox" "$bundle/rootfs/bin/$applet"
  done
  spec "$1"
  create
  runtime start "$id" </dev/null
  pid=$(cat "$work/pid")
}

# bats test_tags=lab
@test "host view: the pid's root is the container's, with its volumes and their flags, and nothing of the host" {
  # Whatever flags the mount has that $work is on, these have none.
  mkdir "$work/plain"
  mount -t tmpfs none "$work/plain"
  mkdir -p "$work/plain/volume/below" "$work/plain/fixed"
  ln -s plain/volume plain/fixed "$work"
  mount -t tmpfs none "$work/volume/below"
  echo v >"$work/volume/v"
  echo below >"$work/volume/below/file"
  echo f >"$work/fixed/f"
  echo name >"$work/name"
  started "$(bind "$work/volume" /deep/volume rbind nosuid) | $(bind "$work/fixed" /deep/volume/fixed bind ro noexec) | $(bind "$work/name" /etc/name bind)"
  umount "$work/volume/below"

  seen=/proc/$pid/root
  expect $'v\nbelow\nf\nname' "$(cat $seen/deep/volume/v $seen/deep/volume/below/file $seen/deep/volume/fixed/f $seen/etc/name)" files
  expect "$(ls -A "$bundle/rootfs")" "$(ls -A $seen)" "the root's names"
  [[ ! -e $seen$work ]]
  expect v "$(joined "$pid" cat /deep/volume/v)" "what joins it"
  joined "$pid" touch /root/from-outside /deep/volume/from-outside
  run -1 joined "$pid" touch /deep/volume/fixed/x
  [[ $output == *"Read-only file system"* && -e $bundle/rootfs/root/from-outside && -e $work/volume/from-outside ]]
  expect 'rw,nosuid ro,noexec' "$(awk '$5 ~ /^\/deep\/volume$/ || $5 ~ /fixed$/ { split($6, o, ",relatime"); print o[1] }' "/proc/$pid/mountinfo" | paste -sd' ')" flags
  expect "from-outside" "$(runtime exec "$id" ls /root </dev/null)" "what the container sees"
  umount --lazy "$work/plain"
}

@test "host view: a read-only root is read-only there" {
  mkdir "$work/volume"
  started ".root.readonly = true | $(bind "$work/volume" /volume bind)"

  run -1 joined "$pid" touch /x
  [[ $output == *"Read-only file system"* ]]
  joined "$pid" touch /volume/x
  [[ -e $work/volume/x && ! -e $bundle/rootfs/x ]]
}

# bats test_tags=lab
@test "host view: a volume at the root, through links, and on a file system of the container's own" {
  mkdir -p "$work/volume"
  echo v >"$work/volume/v"
  ln -s ../../../../outside "$bundle/rootfs/link"
  started "$(bind "$work/volume" /link/x bind) | .mounts += [{destination:\"/own\",type:\"tmpfs\",source:\"t\"}] | $(bind "$work/volume" /own/y bind)"

  expect $'v\nv' "$(cat "/proc/$pid/root/outside/x/v" "/proc/$pid/root/own/y/v")" "the volume"
  [[ -d $bundle/rootfs/outside/x && ! -e $bundle/rootfs/own/y ]]
}

# bats test_tags=lab
@test "host view: a volume that lies on the root by another name is the root from its place in the order on" {
  mkdir -p "$work/volume" "$work/other"/{proc,dev,sys,tmp}
  cp -al "$bundle/rootfs/bin" "$work/other"
  echo v >"$work/volume/v"
  started ".process.cwd = \"/\" | del(.linux.maskedPaths, .linux.readonlyPaths)
    | .mounts = [{destination:\"/etc/..\",type:\"bind\",source:\"$work/other\",options:[\"rbind\"]}] + .mounts
    | $(bind "$work/volume" /volume bind)"

  expect v "$(cat "/proc/$pid/root/volume/v")" "the volume"
  expect 'bin dev proc sys tmp volume' "$(ls "/proc/$pid/root" | paste -sd' ')" "the root's names"
  [[ ! -e $bundle/rootfs/volume ]]
}

@test "host view: a file system of the container's own at the root hides the image, and has the volumes" {
  mkdir -p "$work/volume"
  echo v >"$work/volume/v"
  cp -al "$bundle/rootfs/bin" "$work"
  ln "$work/bin/busybox" "$work/bin/ls"
  started ".process.cwd = \"/\" | del(.linux.maskedPaths, .linux.readonlyPaths)
    | .mounts = [{destination:\"/\",type:\"tmpfs\",source:\"t\"}] + .mounts
    | $(bind "$work/bin" /bin bind) | $(bind "$work/volume" /volume bind)"

  expect v "$(cat "/proc/$pid/root/volume/v")" "the volume"
  expect 'bin dev proc sys volume' "$(ls "/proc/$pid/root" | paste -sd' ')" "the root's names"
  if touch "/proc/$pid/root/from-outside" 2>/dev/null; then
    runtime exec "$id" ls /from-outside </dev/null
  fi
  [[ ! -e $bundle/rootfs/volume && ! -e $bundle/rootfs/from-outside ]]
}

# bats test_tags=lab
@test "host view: a volume whose flags a later mount changes stays in view" {
  mkdir -p "$work/volume"
  mount -t tmpfs none "$work/volume"
  echo v >"$work/volume/v"
  started "$(bind "$work/volume" /volume bind) | .mounts += [{destination:\"/volume\",type:\"none\",source:\"none\",options:[\"remount\",\"nosuid\"]}]"
  umount "$work/volume"

  expect v "$(cat "/proc/$pid/root/volume/v")" "the volume"
  [[ $(runtime exec "$id" grep ' /volume ' /proc/mounts </dev/null) == *nosuid* ]]
}

@test "host view: a volume that its use mounts is mounted, for the container and for the pid" {
  # Not in bats' own folder, which is removed with all that is still mounted there.
  trigger=$(mktemp -d)
  mount -t debugfs none "$trigger" && [[ -d $trigger/tracing ]] || skip "no debugfs, which mounts a tracefs when that is entered"
  started "$(bind "$trigger/tracing" /volume rbind)" || true
  umount --recursive --lazy "$trigger"
  rmdir "$trigger"

  [[ -e /proc/$pid/root/volume/README ]]
  runtime exec "$id" stat /volume/README </dev/null
}

@test "host view: an exec's pid leads there, too" {
  started .
  runtime exec --detach --pid-file "$work/exec.pid" "$id" sleep 100 </dev/null

  expect root:x:0:0:root:/root:/bin/sh "$(cat "/proc/$(cat "$work/exec.pid")/root/etc/passwd")" passwd
  expect "$(readlink "/proc/$pid/ns/mnt")" "$(readlink "/proc/$(cat "$work/exec.pid")/ns/mnt")" "the mount namespace"
}

@test "host view: what is written where the container has a file system of its own does not vanish" {
  started '.mounts += [{destination:"/own",type:"tmpfs",source:"t"}, {destination:"/set",type:"tmpfs",source:"t",options:["mode=700"]}]'
  for place in /own /set /dev /dev/shm /proc /sys; do
    if joined "$pid" touch "$place/from-outside" 2>/dev/null; then
      runtime exec "$id" ls "$place/from-outside" </dev/null
    fi
    [[ ! -e $bundle/rootfs$place/from-outside ]]
  done
  expect $'1777\n700' "$(runtime exec "$id" stat -c %a /own /set </dev/null)" "the modes of new places"
}

@test "host view: the rootfs can be unmounted and its folder removed while the container is there" {
  mkdir "$work/lower" "$work/upper" "$work/merged" 2>/dev/null
  cp -a "$bundle/rootfs/." "$work/lower/"
  mount -t tmpfs none "$work/upper"
  mkdir "$work/upper/upper" "$work/upper/work"
  mount -t overlay -o "lowerdir=$work/lower,upperdir=$work/upper/upper,workdir=$work/upper/work" none "$work/merged"
  started ".root.path = \"$work/merged\""

  umount "$work/merged"
  rmdir "$work/merged"
  expect root:x:0:0:root:/root:/bin/sh "$(cat "/proc/$pid/root/etc/passwd")" "what the pid leads to"
  runtime kill "$id" KILL </dev/null
  within 5 is_status stopped
  runtime delete "$id" </dev/null
  umount "$work/upper"
}

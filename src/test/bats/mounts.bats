#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What config.json says of mounts, devices and kernel parameters, seen from inside and on the host.

load helpers

# mounted JSON… is a filter that appends mounts to the spec's own.
mounted() {
  local filter='.' mount
  for mount in "$@"; do
    filter+=" | .mounts += [$mount]"
  done
  echo "$filter"
}

# inside SCRIPT FILTER runs a shell in a container of that spec; its output is in $output.
inside() {
  for applet in ls stat grep cut touch readlink mkdir df chmod; do
    [[ -e $bundle/rootfs/bin/$applet ]] || ln "$bundle/rootfs/bin/busybox" "$bundle/rootfs/bin/$applet"
  done
  SCRIPT=$1 spec '.process.args = ["sh", "-c", env.SCRIPT] | '"$2"
  export -n SCRIPT
  run --separate-stderr runtime run --bundle "$bundle" "$id" </dev/null
}

# refused TEXT FILTER: the container does not start, the error says TEXT, nothing stays. The whole error
# is in $error. Words that dockerd would take for a fault of the command are others in xen-runc
# (FailureReporter).
refused() {
  inside true "$2"
  error=$(logged_error)
  [[ $status -ne 0 && $error == *"$1"* ]] || {
    printf 'status %s, error: %s\nexpected: %s\n' "$status" "$error" "$1" >&2
    return 1
  }
  ! runtime state "$id" </dev/null >/dev/null 2>&1
}

# bats test_tags=lab
@test "mounts: remount changes what is mounted there" {
  inside 'grep -c " /t " /proc/self/mounts; grep " /t " /proc/self/mounts | cut -d" " -f1-4; touch /t/x' \
    "$(mounted '{destination:"/t",type:"tmpfs",source:"one",options:["noexec","size=1m"]}' \
      '{destination:"/t",type:"tmpfs",source:"two",options:["remount","ro","nosuid","size=64k"]}')"
  [[ $output == $'1\none /t tmpfs ro,nosuid,relatime,size=64k'* ]]
  [[ $stderr == *"Read-only file system"* ]]
  refused 'error mounting "tmpfs" to rootfs at "/none": mount tmpfs:/none' \
    "$(mounted '{destination:"/none",type:"tmpfs",source:"tmpfs",options:["remount"]}')"
}

@test "mounts: tmpfs has its size and flags, and its place's mode" {
  mkdir -m 1750 "$bundle/rootfs/place"
  inside 'stat -c "%n %a" /place /new; grep -E " /(place|new) " /proc/mounts | cut -d" " -f1-4; touch /place/x' \
    "$(mounted '{destination:"/place",type:"tmpfs",source:"one",options:["nosuid","noexec","size=64k"]}' \
      '{destination:"/new",type:"tmpfs",source:"two",options:["ro","nodev"]}')"
  expect 0 "$status" status
  [[ $output == $'/place 1750\n/new 1777\none /place tmpfs rw,nosuid,noexec,relatime,size=64k'*$'\ntwo /new tmpfs ro,nodev,relatime'* ]]
}

@test "mounts: tmpcopyup copies what the image has there, and the image stays as it is" {
  mkdir -p "$bundle/rootfs/data/below"
  echo image >"$bundle/rootfs/data/below/file"
  ln -s below/file "$bundle/rootfs/data/link"
  chown 7:8 "$bundle/rootfs/data/below"
  chmod 751 "$bundle/rootfs/data/below"
  chmod 640 "$bundle/rootfs/data/below/file"
  inside 'cd /data; stat -c "%n %a %u:%g" below below/file; cat link; echo new >link; cat below/file' \
    "$(mounted '{destination:"/data",type:"tmpfs",source:"tmpfs",options:["tmpcopyup","size=1m"]}')"
  expect $'below 751 7:8\nbelow/file 640 0:0\nimage\nnew' "$output" output
  expect image "$(cat "$bundle/rootfs/data/below/file")" "the image's file"
}

@test "mounts: tmpcopyup that does not fit is an error" {
  mkdir "$bundle/rootfs/data"
  head -c 100000 /dev/urandom >"$bundle/rootfs/data/big"
  refused 'error mounting "tmpfs" to rootfs at "/data": tmpcopyup: failed to copy /data' \
    "$(mounted '{destination:"/data",type:"tmpfs",source:"tmpfs",options:["tmpcopyup","size=16k"]}')"
  [[ $error == *"no space left on device" ]]
}

@test "mounts: /dev/shm and /dev/mqueue are there and have the size and mode asked for" {
  inside 'df -k /dev/shm | grep -o "^shm *[0-9]*" | tr -s " "; stat -c "%n %a" /dev/shm /dev/mqueue; grep -c " /dev/mqueue mqueue " /proc/mounts' \
    '(.mounts[] | select(.destination == "/dev/shm").options) = ["nosuid","noexec","nodev","mode=1777","size=2m"]'
  expect $'shm 2048\n/dev/shm 1777\n/dev/mqueue 1777\n1' "$output" output
}

# bats test_tags=lab
@test "mounts: binds have their own flags, nest in order, and make their targets" {
  mkdir -p "$work/outer" "$work/inner"
  echo o >"$work/outer/o"
  echo i >"$work/inner/i"
  echo f >"$work/file"
  inside 'cat /deep/x/o /deep/x/y/i /deep/f; touch /deep/x/new && echo written; touch /deep/x/y/new; grep -E " /deep/x/y " /proc/mounts | cut -d" " -f4 | cut -d, -f1-5' \
    "$(mounted '{destination:"/deep/x",type:"bind",source:"'"$work/outer"'",options:["rbind","rw"]}' \
      '{destination:"/deep/x/y",type:"bind",source:"'"$work/inner"'",options:["rbind","ro","nosuid","nodev","noexec","noatime"]}' \
      '{destination:"/deep/f",type:"bind",source:"'"$work/file"'",options:["bind","ro"]}')"
  expect $'o\ni\nf\nwritten\nro,nosuid,nodev,noexec,noatime' "$output" output
  [[ $stderr == *"Read-only file system"* ]]
}

@test "mounts: rro is read-only below too, whatever rw says" {
  mkdir -p "$work/volume/sub"
  mount -t tmpfs none "$work/volume/sub"
  inside 'touch /x/a; touch /x/sub/a; ls /x' \
    "$(mounted '{destination:"/x",type:"bind",source:"'"$work/volume"'",options:["rbind","rro","rw"]}')"
  umount "$work/volume/sub"
  expect sub "$output" output
  expect 2 "$(grep -c 'Read-only file system' <<<"$stderr")" refusals
}

# below makes a source directory with a mount on its directory inner, in which is a file.
below() {
  mkdir -p "$work/below/inner"
  mount -t tmpfs none "$work/below/inner"
  echo secret >"$work/below/inner/hidden"
}

# bats test_tags=lab
@test "mounts: bind shares nothing that is mounted below its source, rbind does, as the rootfs does" {
  below
  mkdir "$bundle/rootfs/inner"
  mount --bind "$work/below/inner" "$bundle/rootfs/inner"
  inside 'ls /one/inner /two/inner /all/inner /inner; touch /one/inner/of-below' \
    "$(mounted '{destination:"/one",type:"bind",source:"'"$work/below"'",options:["bind"]}' \
      '{destination:"/two",type:"bind",source:"'"$work/below"'",options:["bind","ro","rprivate"]}' \
      '{destination:"/all",type:"bind",source:"'"$work/below"'",options:["rbind"]}')"
  umount "$bundle/rootfs/inner" "$work/below/inner"
  expect $'/all/inner:\nhidden\n\n/inner:\nhidden\n\n/one/inner:\n\n/two/inner:' "$output" output
  [[ -e $work/below/inner/of-below ]]
}

# bats test_tags=lab
@test "mounts: ro of rbind is the source's own, rro also that of what is mounted below it" {
  below
  inside 'for v in /ro /rro /rrw /bind; do for f in $v/x $v/inner/x; do touch $f && echo $f; done; done' \
    "$(mounted '{destination:"/ro",type:"bind",source:"'"$work/below"'",options:["rbind","ro"]}' \
      '{destination:"/rro",type:"bind",source:"'"$work/below"'",options:["rbind","rro"]}' \
      '{destination:"/rrw",type:"bind",source:"'"$work/below"'",options:["rbind","ro","rrw"]}' \
      '{destination:"/bind",type:"bind",source:"'"$work/below"'",options:["bind","ro"]}')"
  umount "$work/below/inner"
  expect $'/ro/inner/x\n/rrw/x\n/rrw/inner/x' "$output" "what can be written"
  expect 5 "$(grep -c 'Read-only file system' <<<"$stderr")" refusals
}

# bats test_tags=lab
@test "mounts: times of access of a bind mount are kept as its options say" {
  mkdir "$work/times"
  for option in relatime noatime strictatime; do
    echo x >"$work/times/$option"
    touch -a -d '2001-01-01' "$work/times/$option"
    [[ $option != strictatime ]] || touch -m -d '2000-01-01' "$work/times/$option"
  done
  touch -a -d '1 hour ago' "$work/times/strictatime"
  hour=$(stat -c %X "$work/times/strictatime")
  inside 'for o in relatime noatime strictatime; do cat /$o/$o; done' \
    "$(for o in relatime noatime strictatime; do
      mounted '{destination:"/'$o'",type:"bind",source:"'"$work/times"'",options:["bind","'$o'"]}'
    done | paste -sd'|')"
  expect $'x\nx\nx' "$output" output
  expect 2001 "$(stat -c %x "$work/times/noatime" | cut -c1-4)" "noatime's year"
  (($(stat -c %X "$work/times/relatime") > hour && $(stat -c %X "$work/times/strictatime") > hour))
}

@test "mounts: a source that the host has nosuid, nodev and noexec is so inside, unless other flags are given" {
  mkdir "$work/source" "$work/part"
  mount -t tmpfs -o nosuid,nodev,noexec none "$work/source"
  mount -t tmpfs -o nosuid none "$work/part"
  cp "$bundle/rootfs/bin/busybox" "$work/source/true"
  inside '/plain/true; for p in plain below part given; do grep " /$p " /proc/self/mounts | cut -d" " -f2,4 | grep -oE "^[^ ]* rw|,(nosuid|nodev|noexec)" | tr -d "\n"; echo; done; /given/true && echo runs' \
    "$(mounted '{destination:"/plain",type:"bind",source:"'"$work/source"'",options:["rbind","rprivate"]}' \
      '{destination:"/below",type:"bind",source:"'"$work/source"'",options:["bind"]}' \
      '{destination:"/part",type:"bind",source:"'"$work/part"'",options:["bind"]}' \
      '{destination:"/given",type:"bind",source:"'"$work/source"'",options:["rbind","nosuid"]}')"
  umount "$work/source" "$work/part"
  expect $'/plain rw,nosuid,nodev,noexec\n/below rw,nosuid,nodev,noexec\n/part rw,nosuid\n/given rw,nosuid\nruns' "$output" output
  [[ $stderr == *"/plain/true: Permission denied"* ]]
}

@test "mounts: type bind without bind or rbind is no bind mount" {
  refused 'no such device' "$(mounted '{destination:"/x",type:"bind",source:"'"$work"'",options:["ro"]}')"
}

@test "mounts: targets through links stay inside the rootfs" {
  ln -s "$work/outside" "$bundle/rootfs/absolute"
  ln -s ../../../../../.. "$bundle/rootfs/up"
  inside 'grep -E "/(a|b) " /proc/mounts | cut -d" " -f2' \
    "$(mounted '{destination:"/absolute/a",type:"tmpfs",source:"t"}' '{destination:"/up/b",type:"tmpfs",source:"t"}')"
  expect "$work/outside/a"$'\n/b' "$output" output
  [[ ! -e $work/outside && -d $bundle/rootfs/b ]]
}

@test "mounts: one over another is what is seen, and both are made" {
  inside 'grep " /x " /proc/mounts | cut -d" " -f1; df -k | grep -o "^two *[0-9]*" | tr -s " "' \
    "$(mounted '{destination:"/x",type:"tmpfs",source:"one",options:["size=4k"]}' '{destination:"/x",type:"tmpfs",source:"two",options:["size=8k"]}')"
  expect $'one\ntwo\ntwo 8' "$output" output
}

@test "mounts: propagation is each mount's own" {
  inside 'for m in s u p; do grep -oE " /$m .*( shared:| unbindable )?.* - " /proc/self/mountinfo | grep -oE "shared|unbindable" || echo private; done' \
    "$(mounted '{destination:"/s",type:"tmpfs",source:"t",options:["rshared"]}' '{destination:"/u",type:"tmpfs",source:"t",options:["unbindable"]}' \
      '{destination:"/p",type:"tmpfs",source:"t",options:["rprivate"]}')"
  expect $'shared\nunbindable\nprivate' "$output" output
}

@test "mounts: what cannot be mounted is an error in these words" {
  refused 'error mounting "a" to rootfs at "/x": ' "$(mounted '{destination:"/x",type:"nosuchfs",source:"a"}')"
  [[ $error == *"no such device" ]]
  refused 'error mounting "tmpfs" to rootfs at "/x": mount tmpfs:/x' \
    "$(mounted '{destination:"/x",type:"tmpfs",source:"tmpfs",options:["mode=abc"]}')"
  [[ $error == *"invalid argument"* ]]
  refused 'error mounting "'"$work"'" to rootfs at "/etc/passwd": mount '"${work:0:60}" \
    "$(mounted '{destination:"/etc/passwd",type:"bind",source:"'"$work"'",options:["rbind"]}')"
  [[ $error == *"not a directory" ]]
  refused 'error mounting "/etc/passwd" to rootfs at "/etc": mount /etc/passwd:/etc' \
    "$(mounted '{destination:"/etc",type:"bind",source:"/etc/passwd",options:["bind"]}')"
  [[ $error == *"not a directory" ]]
  refused 'cannot be mounted because it is inside /proc' \
    "$(mounted '{destination:"/proc/bus",type:"bind",source:"'"$work"'",options:["rbind"]}')"
  refused 'cannot be mounted because it is not of type proc' \
    "$(mounted '{destination:"/proc",type:"bind",source:"'"$work"'",options:["rbind"]}')"
  ln -s /tmp "$bundle/rootfs/link"
  refused 'filesystem "sysfs" must be mounted on ordinary directory' \
    "$(mounted '{destination:"/link",type:"sysfs",source:"sysfs"}')"
  refused "$work/none" "$(mounted '{destination:"/x",type:"bind",source:"'"$work/none"'",options:["bind"]}')"
}

@test "mounts: sources that no guest can be shown are refused by name, and so are idmapped mounts" {
  [[ $RUNTIME != runc ]] || skip "runc mounts them: the files of its container are the host's"
  mkfifo "$work/fifo"
  for source in "$work/fifo" /dev/null; do
    refused "\"$source\": is a" "$(mounted '{destination:"/x",type:"bind",source:"'"$source"'",options:["bind"]}')"
    [[ $error == *"only directories and regular files can be shared with a guest"* ]]
  done
  refused 'mount option "idmap" is not supported' \
    "$(mounted '{destination:"/x",type:"bind",source:"'"$work"'",options:["bind","idmap"]}')"
  refused 'from what the host has: no such device' \
    "$(mounted '{destination:"/x",type:"overlay",source:"overlay",options:["lowerdir=/:/etc"]}')"
}

@test "mounts: masked and read-only paths, absent ones and files included" {
  mkdir "$bundle/rootfs/secret" "$bundle/rootfs/fixed"
  echo s >"$bundle/rootfs/secret/s"
  echo s >"$bundle/rootfs/etc/secret"
  inside 'ls /secret; cat /etc/secret; touch /secret/x; touch /fixed/x; touch /etc/passwd; echo end' \
    '.linux.maskedPaths += ["/secret", "/etc/secret", "/no/such"] | .linux.readonlyPaths += ["/fixed", "/etc/passwd", "/not/here"]'
  expect end "$output" output
  expect 3 "$(grep -c 'Read-only file system' <<<"$stderr")" refusals
}

@test "mounts: a read-only rootfs has writable mounts" {
  inside 'touch /x; touch /dev/shm/x && echo written; echo x >/dev/null && echo null' '.root.readonly = true'
  expect $'written\nnull' "$output" output
  [[ $stderr == *"Read-only file system"* ]]
}

@test "devices: made with mode and owner after all mounts; the spec's take the usual ones' places" {
  inside 'cd /; for f in dev/full dev/own a/zero dev/pipe dev/relative; do stat -c "%n %a %u:%g %F %t,%T" $f; done; head -c 1 a/zero | wc -c' \
    "$(mounted '{destination:"/a",type:"tmpfs",source:"t"}')"' | .linux.devices = [
      {path:"/dev/full",type:"c",major:1,minor:7,fileMode:384},
      {path:"/dev/own",type:"u",major:1,minor:3,fileMode:416,uid:3,gid:4},
      {path:"/a/zero",type:"c",major:1,minor:5},
      {path:"/dev/pipe",type:"p",major:0,minor:0,fileMode:420},
      {path:"dev/relative",type:"c",major:1,minor:3}]'
  expect $'dev/full 600 0:0 character special file 1,7\ndev/own 640 3:4 character special file 1,3\na/zero 666 0:0 character special file 1,5\ndev/pipe 644 0:0 fifo 0,0\ndev/relative 666 0:0 character special file 1,3\n1' "$output" output
}

@test "devices: without a /dev mount the image has them; a read-only /dev has them too" {
  inside 'cd /dev; ls full null random tty urandom zero; readlink ptmx; readlink fd' \
    '.mounts |= map(select(.destination | startswith("/dev") | not))'
  expect $'full\nnull\nrandom\ntty\nurandom\nzero\npts/ptmx\n/proc/self/fd' "$output" output
  inside 'cd /dev; ls zero; touch x' '(.mounts[] | select(.destination == "/dev").options) += ["ro"]'
  expect zero "$output" output
  [[ $stderr == *"Read-only file system"* ]]
}

@test "mounts: remount of a bind mount changes the flags of what is there, and its source is not shown" {
  mkdir -p "$work/volume" "$work/other"
  echo v >"$work/volume/v"
  echo f >"$work/file"
  inside 'ls /data; touch /data/x; touch /t/x; for p in data file t; do grep " /$p " /proc/self/mounts | cut -d" " -f2,4 | cut -d, -f1-4; done' \
    "$(mounted '{destination:"/data",type:"bind",source:"'"$work/volume"'",options:["bind","nosuid","noatime"]}' \
      '{destination:"/data",type:"bind",source:"'"$work/other"'",options:["bind","remount","ro","noexec"]}' \
      '{destination:"/file",type:"bind",source:"'"$work/file"'",options:["bind"]}' \
      '{destination:"/file",source:"'"$work/file"'",options:["rbind","remount","ro","nosuid","nodev"]}' \
      '{destination:"/t",type:"tmpfs",source:"t",options:["size=64k"]}' \
      '{destination:"/t",type:"none",source:"'"$work/other"'",options:["remount","bind","ro","size=8k"]}')"
  expect $'v\n/data ro,noexec,noatime\n/file ro,nosuid,nodev,relatime\n/t ro,relatime,size=64k' "$(sed 's/,\(inode64\|user_id=.*\|mode=.*\|discard\|errors=.*\)//' <<<"$output")" output
  expect 2 "$(grep -c 'Read-only file system' <<<"$stderr")" refusals
  refused 'to rootfs at "/none": mount ' \
    "$(mounted '{destination:"/none",type:"bind",source:"'"$work/other"'",options:["bind","remount","ro"]}')"
}

# bats test_tags=lab
@test "mounts: paths of config.json are cleaned" {
  mkdir -p "$bundle/src/a" "$bundle/rootfs/base/etc"
  echo there >"$bundle/src/f"
  spec ".root.path = \"./rootfs/../rootfs/\" | .process.cwd = \"/./tmp/../new//dir/\"
    | .linux.maskedPaths = [\"/./etc/\"] | .linux.readonlyPaths = [\"//root/./\"]
    | .linux.devices = [{path: \"/nodes/\", type: \"c\", major: 1, minor: 3, fileMode: 438},
        {path: \"nodes2/./x/../null\", type: \"c\", major: 1, minor: 3, fileMode: 438},
        {path: \"\", type: \"c\", major: 1, minor: 3}]
    | .mounts += [{destination: \"/./vol//ume/.\", type: \"bind\", source: \"src/a/../\", options: [\"bind\"]},
        {destination: \"rel/../relative/\", type: \"bind\", source: \"./src\", options: [\"bind\"]}]
    | .process.args = [\"sh\", \"-c\", \"pwd; test -c /nodes && test -c /nodes2/null && cat /vol/ume/f /relative/f; busybox ls /etc; busybox ls -d /rel; busybox touch /root/x\"]"
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  expect $'/new/dir\nthere\nthere' "$(cat "$work/out")" output
  [[ $(cat "$work/err") == *"/rel: No such file"*"/root/x: Read-only file system"* ]]
}

# bats test_tags=lab
@test "mounts: one on / is the root from its place in the order on" {
  mkdir -p "$bundle/other"/{bin,proc,dev,vol,tmp,early} "$bundle/early" "$bundle/late"
  cp -l "$bundle/rootfs/bin"/* "$bundle/other/bin"
  echo late >"$bundle/late/f"
  echo early >"$bundle/early/f"
  spec ".root.readonly = true | .process.cwd = \"/\" | del(.linux.maskedPaths) | del(.linux.readonlyPaths)
    | .mounts = [{destination: \"/early\", type: \"bind\", source: \"$bundle/early\", options: [\"bind\"]},
        {destination: \"/\", type: \"bind\", source: \"$bundle/other\", options: [\"rbind\"]},
        {destination: \"/proc\", type: \"proc\", source: \"proc\"},
        {destination: \"/dev\", type: \"tmpfs\", source: \"tmpfs\"},
        {destination: \"/vol\", type: \"bind\", source: \"$bundle/late\", options: [\"bind\"]}]
    | .process.args = [\"sh\", \"-c\", \"echo *; cat /vol/f; busybox ls /early; busybox touch /tmp/x; test -c /dev/null && cut -d' ' -f5 /proc/self/mountinfo | busybox sort\"]"
  ln "$bundle/rootfs/bin/busybox" "$bundle/other/bin/cut"
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  expect 'bin dev early proc tmp vol
late
/
/dev
/proc
/vol' "$(cat "$work/out")" output
  expect "touch: /tmp/x: Read-only file system" "$(cat "$work/err")" stderr
  run test -e "$bundle/rootfs/vol"
  expect 1 "$status" "nothing was made below the root that is hidden"
}

# bats test_tags=lab
@test "devices: unknown letters of an access are passed over" {
  # FUSE's is not of those that every container has.
  spec '.linux.resources.devices = [{allow: false, access: "rwm"}, {allow: true, type: "c", major: 10, minor: 229, access: "rwa"},
      {allow: true, type: "c", major: 10, minor: 200, access: "xyz"}]
    | .linux.devices = [{path: "/allowed", type: "c", major: 10, minor: 229}, {path: "/refused", type: "c", major: 1, minor: 1}]
    | .process.args = ["sh", "-c", ": </allowed && echo ran; : </refused"]'
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  expect ran "$(cat "$work/out")" output
  [[ $(cat "$work/err") == *"/refused: Operation not permitted"* ]]
}

@test "devices: what cannot be made is an error in these words" {
  refused 'invalid device type "z"' '.linux.devices = [{path:"/dev/x",type:"z",major:1,minor:3}]'
  refused 'error creating device nodes: mk' '.linux.devices = [{path:"/etc/passwd/x",type:"c",major:1,minor:3}]'
  [[ $error == *"not a directory" ]]
}

@test "sysctls: the container's namespaces' are set" {
  inside 'cat /proc/sys/kernel/shmmni /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/domainname /proc/sys/fs/mqueue/msg_max' \
    '.linux.sysctl = {"kernel.shmmni":"123","net.ipv4.ip_default_ttl":"77","kernel.domainname":"example.org","fs.mqueue.msg_max":"11"}'
  expect $'123\n77\nexample.org\n11' "$output" output
}

@test "sysctls: others are errors in these words" {
  refused 'sysctl "kernel.panic" is not in a separate kernel namespace' '.linux.sysctl = {"kernel.panic":"1"}'
  refused 'sysctl "vm.swappiness" is not in a separate kernel namespace' '.linux.sysctl = {"vm.swappiness":"1"}'
  refused 'sysctl "kernel.hostname" is not allowed as it conflicts with the OCI "hostname" field' '.linux.sysctl = {"kernel.hostname":"x"}'
  refused 'sysctl "kernel.shmmni" is not allowed in the hosts ipc namespace' \
    '.linux.sysctl = {"kernel.shmmni":"1"} | .linux.namespaces |= map(select(.type != "ipc"))'
  refused 'unable to set hostname without a private UTS namespace' \
    '.hostname = "x" | .linux.namespaces |= map(select(.type != "uts"))'
  refused 'unable to restrict sys entries without a private MNT namespace' \
    '.linux.namespaces |= map(select(.type != "mount"))'
  refused 'open /proc/sys/net/nosuch: n' '.linux.sysctl = {"net.nosuch":"1"}'
  [[ $error == *"no such file or directory" ]]
  refused 'write /proc/sys/kernel/shmmni: invalid argument' '.linux.sysctl = {"kernel.shmmni":"abc"}'
}

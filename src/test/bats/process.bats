#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# process: who runs, where, with what rights, limits and seccomp filter; and what of it cannot be.

load helpers

# output_of ARGS [FILTER] runs a process to its end and prints its stdout.
output_of() {
  spec ".process.args = $1 | ${2:-.}"
  create
  runtime start "$id" </dev/null
  within 10 is_status stopped
  cat "$work/out"
}

# refused PATTERN FILTER wants create, or start after it, to fail with a text that matches, and leaves nothing.
refused() {
  local status=0
  spec "$2"
  create && runtime start "$id" </dev/null >/dev/null 2>&1 || status=$?
  expect 1 "$status" "exit code"
  [[ $(logged_error) =~ $1 ]] || {
    echo "no \"$1\" in: $(logged_error)" >&2
    return 1
  }
  runtime delete --force "$id" </dev/null
  rm -f "$work/log.json"
}

# A profile in the shape of Docker's: what is not named fails with EPERM. Named is what busybox and a runtime need, no
# more; clone3 does not exist, so that libc uses clone.
profile='{defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 1,
  architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
  syscalls: [
    {names: ["accept4", "access", "arch_prctl", "brk", "capget", "capset", "chdir", "chown", "clock_gettime", "clock_nanosleep",
      "clone", "close", "close_range", "dup", "dup2", "dup3", "epoll_create1", "epoll_ctl", "epoll_pwait", "eventfd2",
      "execve", "exit", "exit_group", "faccessat", "faccessat2", "fchdir", "fchown", "fcntl", "fork", "fstat",
      "fstatfs", "futex", "getcwd", "getdents64", "getegid", "geteuid", "getgid", "getgroups", "getpgid", "getpgrp",
      "getpid", "getppid", "getrandom", "getrlimit", "gettid", "getuid", "ioctl", "kill", "lseek", "lstat", "madvise",
      "mmap", "mprotect", "munmap", "nanosleep", "newfstatat", "open", "openat", "openat2", "pipe", "pipe2", "poll",
      "ppoll", "prctl", "pread64", "preadv2", "prlimit64", "read", "readlink", "readlinkat", "recvfrom", "recvmsg",
      "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity", "sched_yield", "sendmsg", "sendto",
      "set_robust_list", "set_tid_address", "setgid", "setgroups", "setpgid", "setsid", "setuid", "sigaltstack",
      "socket", "stat", "statx", "tgkill", "timer_create", "timer_delete", "timer_settime", "umask", "uname", "unlink",
      "vfork", "wait4", "waitid", "write", "writev", "never_heard_of"], action: "SCMP_ACT_ALLOW"},
    {names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38},
    {names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 25},
    {names: ["personality"], action: "SCMP_ACT_ALLOW", args: [{index: 0, value: 0, op: "SCMP_CMP_EQ"}]}]}'

@test "process: a seccomp profile judges the process" {
  expect $'Seccomp:\t2\nmkdir: can\'t create directory \'/x\': Inappropriate ioctl for device\nrmdir: \'/tmp\': Operation not permitted' \
    "$(output_of '["sh", "-c", "exec 2>&1; busybox grep ^Seccomp: /proc/self/status; busybox mkdir /x; busybox rmdir /tmp"]' \
      ".linux.seccomp = $profile")" output
}

@test "process: exec runs under the container's seccomp profile, with no_new_privs or without" {
  for new in true false; do
    spec ".process.noNewPrivileges = $new | .linux.seccomp = $profile"
    create
    runtime start "$id" </dev/null
    expect $'Seccomp:\t2' "$(runtime exec "$id" sh -c 'busybox grep ^Seccomp: /proc/self/status' </dev/null)" "exec"
    runtime delete --force "$id" </dev/null
  done
}

# What runc itself does between loading a filter and execve, and what busybox does to say a word; all else fails.
sparse='{defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 1, architectures: ["SCMP_ARCH_X86_64"],
  syscalls: [{action: "SCMP_ACT_ALLOW", names: ["arch_prctl", "brk", "capget", "capset", "chdir", "clone", "close", "execve",
    "exit_group", "faccessat2", "fstat", "fstatfs", "futex", "getcwd", "getdents64", "getegid", "geteuid", "getgid", "getgroups", "getpid",
    "getppid", "gettid", "getuid", "mmap", "mprotect", "munmap",
    "nanosleep", "newfstatat", "openat", "prctl", "read", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity",
    "sched_yield", "setgid", "setgroups", "setuid", "sigaltstack", "tgkill", "timer_create", "timer_delete", "timer_settime",
    "write"]}]}'

# bats test_tags=lab
@test "process: a seccomp profile refuses all but what runc needs, with no_new_privs or without" {
  local without_faccessat='{defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["faccessat2"], action: "SCMP_ACT_ERRNO", errnoRet: 1}]}'
  for filter in "$without_faccessat" "$sparse"; do
    for new in true false; do
      for command in '["/bin/echo", "ran"]' '["echo", "ran"]'; do
        expect ran "$(output_of "$command" ".linux.seccomp = $filter | .process.noNewPrivileges = $new
          | .process.user = {uid: 1000, gid: 1000}")" "output of $command, noNewPrivileges $new"
        runtime delete --force "$id" </dev/null
      done
    done
  done
}

# bats test_tags=lab
@test "process: exec under a seccomp profile that refuses all but what runc needs" {
  for new in true false; do
    spec ".process.noNewPrivileges = $new | .process.args = [\"cat\"]
      | .linux.seccomp = ($sparse | .syscalls[0].names += [\"sendfile\"])"
    mkfifo "$work/in$new"
    exec 8<>"$work/in$new"
    runtime create --bundle "$bundle" "$id" <"$work/in$new" >"$work/out" 2>"$work/err" 8<&-
    runtime start "$id" </dev/null 8<&-
    expect ran "$(runtime exec "$id" echo ran </dev/null 8<&-)" "output, noNewPrivileges $new"
    expect ran "$(runtime exec -u 1000 "$id" /bin/echo ran </dev/null 8<&-)" "output, noNewPrivileges $new, as a user"
    runtime delete --force "$id" </dev/null 8<&-
    exec 8<&-
  done
}

@test "process: without a profile there is no seccomp" {
  expect $'Seccomp:\t0' "$(output_of '["sh", "-c", "busybox grep ^Seccomp: /proc/self/status"]' 'del(.linux.seccomp)')" output
}

@test "process: a seccomp profile that kills" {
  output_of '["sh", "-c", "busybox mkdir /x; echo $? >/code"]' \
    '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_KILL"}]}'
  expect 159 "$(cat "$bundle/rootfs/code")" "exit code: 128 + SIGSYS"
}

@test "process: a seccomp profile that is none is refused at create" {
  for mistake in \
    '"string SCMP_ACT_X is not a valid action for seccomp" {defaultAction:"SCMP_ACT_X"}' \
    '"string SCMP_ARCH_X is not a valid arch for seccomp" {defaultAction:"SCMP_ACT_ALLOW",architectures:["SCMP_ARCH_X"]}' \
    '"string SCMP_CMP_X is not a valid operator for seccomp" {defaultAction:"SCMP_ACT_ALLOW",syscalls:[{names:["mkdir"],action:"SCMP_ACT_KILL",args:[{index:0,value:1,op:"SCMP_CMP_X"}]}]}'; do
    spec ".linux.seccomp = ${mistake#*\" }"
    run ! create
    wanted=${mistake#\"}
    [[ $(logged_error) == *"${wanted%%\"*}"* ]]
    run ! runtime state "$id"
  done
}

@test "process: capabilities, unknown ones left out with a warning" {
  expect $'CapPrm:\t0000000000000020\nCapEff:\t0000000000000020\nCapBnd:\t0000000000000021\nCapAmb:\t0000000000000000' \
    "$(output_of '["sh", "-c", "busybox grep -E \"^Cap(Prm|Eff|Bnd|Amb)\" /proc/self/status"]' \
      '.process.capabilities = {bounding: ["CAP_KILL", "CAP_CHOWN", "CAP_FLY"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"]}')" output
  # The engine has a log of its own.
  cat "$work/log.json" /var/log/xen-runc/engine.log 2>/dev/null | grep -q CAP_FLY
}

@test "process: ambient capabilities reach a user that is not root" {
  expect $'CapEff:\t0000000000000020\nCapAmb:\t0000000000000020' \
    "$(output_of '["sh", "-c", "busybox grep -E \"^Cap(Eff|Amb)\" /proc/self/status"]' \
      '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = ({} | .bounding = ["CAP_KILL"] | .effective = .bounding
        | .permitted = .bounding | .inheritable = .bounding | .ambient = .bounding)')" output
}

@test "process: umask is 0022 if nothing is said" {
  expect 0022 "$(output_of '["sh", "-c", "umask"]')" umask
  runtime delete --force "$id" </dev/null
  expect 0047 "$(output_of '["sh", "-c", "umask"]' '.process.user.umask = 39')" umask
}

@test "process: no_new_privs, oom_score_adj and rlimits" {
  expect $'NoNewPrivs:\t1\n77\n100 200' "$(output_of \
    '["sh", "-c", "busybox grep NoNewPrivs /proc/self/status; cat /proc/self/oom_score_adj; echo $(ulimit -S -n) $(ulimit -H -n)"]' \
    '.process.noNewPrivileges = true | .process.oomScoreAdj = 77 | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}]')" output
}

@test "process: impossible rlimits" {
  refused 'error setting rlimit type 7: invalid argument' '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 2000, hard: 1000}]'
  refused 'error setting rlimit type 7: operation not permitted' \
    '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 2000000000, hard: 2000000000}]'
  refused 'wrong rlimit value: RLIMIT_X' '.process.rlimits = [{type: "RLIMIT_X", soft: 1, hard: 1}]'
}

@test "process: users beyond the range" {
  refused 'unable to setup user: ' '.process.user.uid = 4294967295'
  refused 'unable to setup user: ' '.process.user.gid = 4294967295'
  refused 'cannot unmarshal number 4294967296 into Go struct field User.process.user.uid of type uint32' '.process.user.uid = 4294967296'
  refused 'cannot unmarshal number -1 into Go struct field User.process.user.gid of type uint32' '.process.user.gid = -1'
}

@test "process: a working directory that is missing is made, by root" {
  expect $'/new/deep\n755 0 0' "$(output_of '["sh", "-c", "pwd; busybox stat -c \"%a %u %g\" ."]' \
    '.process.cwd = "/new/deep" | .process.user = {uid: 1000, gid: 1000} | .root.readonly = true')" output
}

@test "process: a working directory that cannot be" {
  refused 'mkdir /etc/passwd' '.process.cwd = "/etc/passwd/x"'
  refused 'Cwd must be an absolute path' '.process.cwd = "tmp"'
  refused 'Cwd property must not be empty' '.process.cwd = ""'
  refused 'args must not be empty' '.process.args = []'
}

@test "process: exec makes no working directory" {
  create
  runtime start "$id" </dev/null
  run runtime exec --cwd /nowhere "$id" true </dev/null
  expect 255 "$status" "exit code"
  [[ $(logged_error) == *'chdir to cwd ("/nowhere") set in config.json failed: no such file or directory'* ]]
  [[ ! -e $bundle/rootfs/nowhere ]]
}

@test "process: the command is searched in the spec's PATH and nowhere else" {
  mkdir "$bundle/rootfs/own"
  ln "$bundle/rootfs/bin/busybox" "$bundle/rootfs/own/arch"
  expect x86_64 "$(output_of '["arch"]' '.process.env = ["PATH=/none:/own"]')" output
  runtime delete --force "$id" </dev/null
  refused 'exec: "cat": executable file not found in \$PATH' '.process.args = ["cat"] | .process.env = []'
}

@test "process: argv[0] is as it was given" {
  expect /bin/../bin/cat "$(output_of '["/bin/../bin/cat", "/proc/self/cmdline"]' | tr '\0' '\n' | head -n 1)" "argv[0]"
}

@test "process: HOME is the user's, from the container's passwd, if the spec has none" {
  echo 'web:x:1000:1000::/srv/web:/bin/sh' >>"$bundle/rootfs/etc/passwd"
  for case in '1000 /srv/web' '0 /root' '77 /'; do
    expect "${case#* }" "$(output_of '["sh", "-c", "echo $HOME"]' ".process.user.uid = ${case% *} | .process.env = [\"PATH=/bin\", \"HOME=\"]")" "HOME of ${case% *}"
    runtime delete --force "$id" </dev/null
  done
  expect /own "$(output_of '["sh", "-c", "echo $HOME"]' '.process.env += ["HOME=/own"]')" "HOME of the spec"
}

@test "process: variables that are none, and the last of two counts" {
  refused 'invalid environment variable' '.process.env += ["A"]'
  refused 'environment variable.*name ca' '.process.env += ["=1"]'
  expect 2 "$(output_of '["sh", "-c", "echo $A"]' '.process.env += ["A=1", "A=2"]')" A
}

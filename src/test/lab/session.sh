# shellcheck shell=bash
# Talking to dom0: one ssh connection is kept open, and every command is a session on it.

ssh_configure() {
  cat >"$run/ssh_config" <<END
Host lab
  HostName 127.0.0.1
  Port $1
  User root
  IdentityFile "$image/key"
  IdentitiesOnly yes
  UserKnownHostsFile "$image/known_hosts"
  HostKeyAlias lab
  StrictHostKeyChecking yes
  BatchMode yes
  ControlPath control
  ControlMaster no
  ConnectTimeout 10
  KexAlgorithms curve25519-sha256
  HostKeyAlgorithms ssh-ed25519
  LogLevel ERROR
END
}

# session_ssh COMMAND…: in dom0, over the open connection. The control socket is named relatively: its path could be too long.
session_ssh() {
  env -C "$run" ssh -F ssh_config lab "$@"
}

session_open() {
  env -C "$run" timeout 60 ssh -F ssh_config -MNf lab \
    </dev/null >>"$run/ssh.log" 2>&1 {say_fd}>&- {run_lock}>&- {never}>&-
}

session_close() {
  env -C "$run" ssh -F ssh_config -O exit lab 2>/dev/null || true
}

# session_send TO TAR-ARGUMENT…: what tar packs here, dom0 unpacks in TO. It fetches the file itself, past ssh.
session_send() (
  to=$1
  shift
  exec {turn}>"$run/outbox.lock"
  flock -w 600 "$turn"
  trap 'rm -f "$run/outbox"' EXIT
  if ! grep -q guestfwd "/proc/$(machine_field pid)/cmdline"; then # a lab that an older checkout started
    tar -c "$@" | session_ssh "mkdir -p $(printf %q "$to") && tar -C $(printf %q "$to") -xp --no-overwrite-dir --keep-directory-symlink"
    return
  fi
  tar -cf "$run/outbox" "$@"
  session_ssh "/usr/lib/lab/receive $(printf %q "$to")"
)

# boot_wait SECONDS: until a booted dom0 answers, its docker answers and has the demo images.
boot_wait() {
  step 'booting Xen, dom0 and dockerd' boot_answers "$1"
  step 'importing the demo images into docker' session_ssh timeout 1200 /usr/lib/lab/import-demo-images
}

boot_answers() {
  wait_until "$1" 'dom0 to answer by ssh' session_open
  wait_until 300 'dockerd to answer' docker_answers
}

docker_answers() {
  session_ssh 'timeout 150 docker version' >/dev/null 2>&1
}

session_required() {
  machine_alive || die "no lab is up: $lab/lab up"
}

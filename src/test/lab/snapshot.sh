# shellcheck shell=bash
# The booted machine, kept: memory as a sparse file that later machines map privately (so a restore reads only what it uses),
# the devices' state, and the disk as a layer below theirs. Every restored machine starts pristine from the same moment.

# Sets $snapshot, whether it is there or not: it depends on the image, the board and QEMU itself.
snapshot_locate() {
  snapshot=$image/booted-$({
    printf '%s\n' "${machine_board[@]}" "$machine_dom0"
    "$image/emulator/run" qemu-system-x86_64 --version
  } | hash_short)
}

# The machine to be kept is a lab of its own name, so that nobody uses it meanwhile.
snapshot_ensure() {
  image_ensure
  snapshot_locate
  [ -d "$snapshot" ] || XEN_RUNC_LAB=snapshot setpriv --pdeathsig TERM "$lab/lab" snapshot
}

# Boots the machine once with its memory in a file, warms it up and keeps it.
snapshot_make() {
  local lock
  exec {lock}>"$cache/snapshot.lock"
  flock -n "$lock" || step 'waiting for another making of the snapshot' flock -w 1800 "$lock"
  image_locate
  snapshot_locate
  [ ! -d "$snapshot" ] || return 0
  lock_run
  say 'booting the image for its snapshot (about 2 minutes, once)'
  local scratch=$image/booting
  rm -rf "$scratch"
  mkdir "$scratch"
  step_log=$run/lab.log
  disk_on "$image/disk.img" raw
  machine_mortal=yes
  machine_start "memory-backend-file,mem-path=$scratch/ram,share=on"
  boot_wait 1200
  step 'warming up' session_ssh timeout 1200 /usr/lib/lab/warm-up
  session_close
  step 'keeping the booted machine' snapshot_save "$scratch"
  mv "$run/disk.qcow2" "$scratch/disk.qcow2"
  mv "$scratch" "$snapshot"
}

snapshot_save() {
  qmp '{"execute": "migrate-set-capabilities", "arguments": {"capabilities": [{"capability": "x-ignore-shared", "state": true}]}}'
  qmp "{\"execute\": \"migrate\", \"arguments\": {\"uri\": \"exec:cat >'$1/devices'\"}}"
  wait_until 120 'QEMU to write the snapshot' snapshot_saved
  machine_stop
  fallocate --dig-holes "$1/ram"
}

snapshot_saved() {
  case $(qmp '{"execute": "query-migrate"}') in
    *'"status": "completed"'*) ;;
    *'"status": "failed"'*) die "QEMU failed to write the snapshot: see $run/qemu.log" ;;
    *) return 1 ;;
  esac
}

snapshot_restore() {
  disk_on "$snapshot/disk.qcow2" qcow2 &&
    machine_start "memory-backend-file,mem-path=$snapshot/ram,share=off" -incoming defer &&
    qmp '{"execute": "migrate-set-capabilities", "arguments": {"capabilities": [{"capability": "x-ignore-shared", "state": true}]}}' &&
    qmp "{\"execute\": \"migrate-incoming\", \"arguments\": {\"uri\": \"exec:cat '$snapshot/devices'\"}}"
}

# disk_on FILE FORMAT: gives the machine a fresh disk layer over FILE.
disk_on() {
  rm -f "$run/disk.qcow2"
  qemu-img create -q -f qcow2 -b "$1" -F "$2" "$run/disk.qcow2"
}

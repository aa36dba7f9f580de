# shellcheck shell=bash
# Puts our artefacts into dom0 as a user would: make install, an entry in daemon.json, a reload of dockerd.

install_artefacts() {
  step_log=$run/lab.log
  step 'make install into a staging directory' install_stage
  if [ -x "$run/stage/usr/lib/xen-runc/make-cds" ]; then
    step "making the JVM's class archive" install_class_archive
  fi
  step 'copying into dom0' install_push
  step 'registering the runtime with dockerd' install_register
}

install_stage() {
  rm -rf "$run/stage"
  mkdir "$run/stage"
  make -s -C "$lab/../../.." install DESTDIR="$run/stage" PREFIX=/usr
  # The emulated processor's counter runs at one rate, which Xen cannot know; on its first processor the emulator loses
  # guests (docs/adr/0011-lab-brings-its-emulator.md).
  sed -i -e 's/^#tsc_mode = .*/tsc_mode = "native"/' -e 's/^#default_cpus = .*/default_cpus = "1"/' \
    "$run/stage/etc/xen-runc/config.toml"
}

# Runs the stage's make-cds in dom0's own userland, but at the speed of this machine. The JVM checks that the jars it finds
# later have the same paths, sizes and times.
install_class_archive() {
  rm -rf "$run/cds"
  mkdir -p "$run/cds"/{changes,work,root}
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --pid --fork bash -euc '
    mount -t overlay overlay -o "lowerdir=$1/stage:$2,upperdir=$1/cds/changes,workdir=$1/cds/work" "$1/cds/root"
    mount -t proc proc "$1/cds/root/proc"
    mount --bind /dev "$1/cds/root/dev"
    timeout 300 chroot "$1/cds/root" /usr/lib/xen-runc/make-cds
  ' - "$run" "$(machine_field image)/root"
  cp -p "$run/cds/changes/usr/lib/xen-runc/engine.jsa" "$run/stage/usr/lib/xen-runc/"
  rm -rf "$run/cds"
}

install_push() {
  session_send / -C "$run/stage" --numeric-owner --owner=0 --group=0 .
}

install_register() {
  session_ssh 'set -eu
    mkdir -p /etc/docker
    echo "{\"runtimes\": {\"xen\": {\"path\": \"/usr/sbin/xen-runc\"}}}" >/etc/docker/daemon.json
    systemctl reload docker'
  wait_until 300 'dockerd to list the runtime xen' docker_has_xen
}

docker_has_xen() {
  session_ssh "timeout 150 docker info --format '{{range \$name, \$_ := .Runtimes}}{{\$name}} {{end}}'" | grep -qw xen
}

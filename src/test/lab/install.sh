# shellcheck shell=bash
# Puts our artefacts into dom0 as a user would: the package, an entry in daemon.json, a reload of dockerd.

install_artefacts() {
  step_log=$run/lab.log
  step 'make deb, and what is in it' install_stage
  step "making the JVM's class archive" install_class_archive
  step 'installing the package in dom0' install_package
  step 'registering the runtime with dockerd' install_register
}

# Not compressed: dom0 would need longer to unpack it than to read it.
install_stage() {
  rm -rf "$run/stage" "$run/package"
  mkdir "$run/stage" "$run/package"
  DPKG_DEB_COMPRESSOR_TYPE=none make -s -C "$lab/../../.." deb
  cp "$lab"/../../../build/xen-runc_*_amd64.deb "$run/package/xen-runc.deb"
  dpkg-deb -x "$run/package/xen-runc.deb" "$run/stage"
  # The emulated processor's counter runs at one rate, which Xen cannot know; on its first processor the emulator loses
  # guests (docs/adr/0011-lab-brings-its-emulator.md).
  sed -e 's/^#tsc_mode = .*/tsc_mode = "native"/' -e 's/^#default_cpus = .*/default_cpus = "1"/' \
    "$run/stage/etc/xen-runc/config.toml" >"$run/package/config.toml"
}

# Runs the package's make-cds in dom0's own userland, but at the speed of this machine. The JVM checks that the jars it
# finds later have the same paths, sizes and times; the package makes an archive only where there is none that fits.
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
  cp -p "$run/cds/changes/usr/lib/xen-runc/engine.jsa" "$run/package/"
  rm -rf "$run/cds" "$run/stage"
}

# Its dependencies are in the image; a lab's disk need not survive a crash.
install_package() {
  session_send /var/tmp/package -C "$run/package" --numeric-owner --owner=0 --group=0 .
  session_ssh 'set -eu
    mkdir -p /usr/lib/xen-runc
    cp -p /var/tmp/package/engine.jsa /usr/lib/xen-runc/
    dpkg --force-unsafe-io --force-confold --force-confmiss -i /var/tmp/package/xen-runc.deb
    cp /var/tmp/package/config.toml /etc/xen-runc/'
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

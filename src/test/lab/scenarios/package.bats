#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The Debian package in dom0, and what check says there. Each scenario ends with the package installed as the lab has it:
# `lab install` leaves what it needs for that in /var/tmp/package.
# It also depends on docs/man.

load helpers

setup() {
  only_on_xen
}

teardown() {
  [[ -n ${BATS_TEST_COMPLETED-} || -n ${BATS_TEST_SKIPPED-} ]] || package_restore >/dev/null 2>&1 </dev/null
}

# The engine's pid. The shell that runs a scenario has the class's name among its own words.
ENGINE_PID='engine_pid() { pgrep -f "[d]ev.xenrunc.cli.XenRunc"; }'

REGISTER='mkdir -p /etc/docker
  echo "{\"runtimes\": {\"xen\": {\"path\": \"/usr/sbin/xen-runc\"}}}" >/etc/docker/daemon.json
  systemctl reload docker
  within 60 sh -c "docker info --format \"{{.Runtimes}}\" | grep -q xen-runc"'

package_restore() {
  host 'docker ps -aq | xargs -r docker rm -f
    mkdir -p /usr/lib/xen-runc && cp -p /var/tmp/package/engine.jsa /usr/lib/xen-runc/
    dpkg --force-unsafe-io --force-downgrade --force-confnew --force-confmiss -i /var/tmp/package/xen-runc.deb &&
    cp /var/tmp/package/config.toml /etc/xen-runc/ &&
    '"$REGISTER"
}

@test "package: on a bare dom0 apt installs it, and after two lines of configuration docker runs a container and check finds nothing wrong" {
  run host '
    dpkg --purge xen-runc >/dev/null 2>&1; rm -f /etc/docker/daemon.json; systemctl reload docker
    apt-get install -y /var/tmp/package/xen-runc.deb >/run/apt.log 2>&1 || { cat /run/apt.log; exit 1; }
    [ -s /usr/lib/xen-runc/engine.jsa ] && cp /var/tmp/package/config.toml /etc/xen-runc/
    '"$REGISTER"'
    docker_run --rm $BUSYBOX echo hello
    xen-runc check >/run/check.out 2>&1; echo "exit code $?"
    grep -v "^ok " /run/check.out; grep -o "^ok     [^:]*" /run/check.out | cut -c 8- | xargs' </dev/null

  expect $'hello\nexit code 0\nJava Xen xenstored xenconsoled devices modules settings toolstack memory guest class archive cgroups Docker trial container' \
    "$output" "what was seen"
}

@test "package: check names each of five faults, and nothing else" {
  run host '
    console=$(pidof xenconsoled); started=$(tr "\0" " " </proc/$console/cmdline)
    faults() { xen-runc check >/run/check.out 2>&1; code=$?; sed -n "s/^wrong  //; T; s/ — .*//; s/ (class .*//; p" /run/check.out; [ $code = 1 ] || echo "exit code $code"; }
    kill $console; within 20 sh -c "! pidof xenconsoled"; faults; $started; within 20 pidof xenconsoled
    mv /dev/xen/gntdev /dev/xen/away; faults; mv /dev/xen/away /dev/xen/gntdev
    mv /usr/lib/xen-runc/vmlinux /usr/lib/xen-runc/away; faults; mv /usr/lib/xen-runc/away /usr/lib/xen-runc/vmlinux
    echo "kernal = 1" >>/etc/xen-runc/config.toml; faults; cp /var/tmp/package/config.toml /etc/xen-runc/
    sed -i s,/usr/sbin/xen-runc,/usr/bin/xen-runc, /etc/docker/daemon.json; faults; sed -i s,/usr/bin/xen-runc,/usr/sbin/xen-runc, /etc/docker/daemon.json
    xen-runc check >/run/check.out 2>&1; echo "exit code $?"' </dev/null

  expect 'xenconsoled: does not run
devices: missing: /dev/xen/gntdev
guest: kernel /usr/lib/xen-runc/vmlinux cannot be read or is empty
settings: /etc/xen-runc/config.toml: Unrecognized field "kernal"
Docker: /etc/docker/daemon.json names /usr/bin/xen-runc, which is no program
exit code 0' "$output" "the faults"
}

@test "package: an upgrade replaces the engine and leaves a running container as it is" {
  run host "$ENGINE_PID"'
    docker_run -d --name stays $BUSYBOX sh -c "trap \"exit 5\" TERM; while :; do sleep 0.1; done" >/dev/null
    pid=$(docker inspect -f "{{.State.Pid}}" stays)
    engine=$(engine_pid)
    rm -rf /var/tmp/next && dpkg-deb -R /var/tmp/package/xen-runc.deb /var/tmp/next
    sed -i "s/^Version: .*/&+next/" /var/tmp/next/DEBIAN/control; echo next >/var/tmp/next/usr/share/xen-runc/build-id
    dpkg-deb -Znone -b /var/tmp/next /var/tmp/next.deb >/dev/null
    dpkg --force-unsafe-io --force-confold -i /var/tmp/next.deb >/run/dpkg.log 2>&1 || cat /run/dpkg.log
    dpkg-query -W -f "\${Version}\n" xen-runc | grep -o "+next"
    [ "$(engine_pid)" != "$engine" ] && echo "another engine"
    [ "$(docker inspect -f "{{.State.Pid}}" stays)" = $pid ] && docker inspect -f "{{.State.Status}}" stays
    docker exec stays echo inside
    docker stop -t 30 stays >/dev/null; docker inspect -f "{{.State.ExitCode}}" stays; docker rm stays >/dev/null
    rm -rf /var/tmp/next /var/tmp/next.deb' </dev/null
  expect $'+next\nanother engine\nrunning\ninside\n5' "$output" "what was seen"

  package_restore </dev/null
}

@test "package: it is not removed while it has containers, and purged it leaves nothing" {
  run host "$ENGINE_PID"'
    name=$(docker_run -d $BUSYBOX sleep 600)
    apt-get remove -y xen-runc >/run/apt.log 2>&1; echo "exit code $?"
    grep -o "not removed while it has containers" /run/apt.log | head -n 1; grep -c "/$name" /run/apt.log
    docker exec $name echo inside
    docker rm -f $name >/dev/null; engine_pid >/dev/null && echo "an engine runs"
    dpkg --remove xen-runc >/run/apt.log 2>&1; echo "exit code $?"; ls /etc/xen-runc
    dpkg --purge xen-runc >/run/apt.log 2>&1; echo "exit code $?"
    engine_pid
    ls -d /etc/xen-runc /var/log/xen-runc /run/xen-runc /usr/lib/xen-runc /usr/sbin/xen-runc /etc/logrotate.d/xen-runc 2>/dev/null
    dpkg -l xen-runc 2>/dev/null | grep ^[^u].*xen-runc; true' </dev/null
  expect $'exit code 100\nnot removed while it has containers\n1\ninside\nan engine runs\nexit code 0\nconfig.toml\nexit code 0' \
    "$output" "what was seen"

  package_restore </dev/null
}

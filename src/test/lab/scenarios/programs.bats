#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Programs of Debian's packages do their work in a container. What they do there is written in programs/.
# It also depends on src/test/lab/scenarios/programs.

load helpers

setup_file() {
  local files=$BATS_FILE_TMPDIR/programs
  cp -r "$BATS_TEST_DIRNAME/programs" "$files"
  javac --release 17 -d "$files" "$files/Primes.java"
  "$BATS_TEST_DIRNAME/../lab" cp "$files" /run/
  "$BATS_TEST_DIRNAME/../lab" run 'rm -f /run/programs/key*; ssh-keygen -q -t ed25519 -N "" -f /run/programs/key' </dev/null
}

# programs SCRIPT runs it on the host, where `in_programs OPTION… IMAGE COMMAND…` runs a container with programs/ at /programs.
programs() {
  run host 'in_programs() { docker_run -m 512m -v /run/programs:/programs:ro "$@"; }
'"$1" </dev/null
}

@test "programs: python's processes share memory, its threads a counter, and sqlite's writers a log" {
  programs 'in_programs $PROGRAMS sh -c "python3 /programs/python.py && sh /programs/sqlite.sh"'

  expect $'pool 328350\nshared memory there 0\nthreads 4000\nsubprocess piped\nwal\n300|45750\nok' "$output" "what worked"
}

@test "programs: postgresql keeps its rows over a restart, and redis is benchmarked and saves" {
  programs 'in_programs $PROGRAMS sh /programs/databases.sh'

  expect $'1000|500500\n3\nOK\nOK\nsafe' "$output" "what the databases say"
}

@test "programs: nginx serves dom0 a page, and sshd lets it log in" {
  programs 'in_programs -d --name served -p 8081:80 $PROGRAMS sh /programs/services.sh >/dev/null || exit
    address=$(docker inspect -f "{{.NetworkSettings.IPAddress}}" served)
    within 120 busybox wget -qO- -T 5 http://$address/
    busybox wget -qO- -T 20 http://10.0.2.15:8081/
    busybox wget -qO- -T 60 http://$address/large | sha256sum >/run/large.came
    docker exec served sha256sum /var/www/html/large | cut -d " " -f 1 | cmp -n 64 - /run/large.came && echo whole
    login() { ssh -i /run/programs/key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@$address "$@"; }
    echo over ssh | login "cat; id -un; exit 6"; echo $?
    login -tt "tty -s && echo terminal" | tr -d "\r"'

  expect $'served by nginx\nwhole\nover ssh\nroot\n6\nterminal' "$output" "what dom0 sees"
}

@test "programs: java has its version, threads, files and processes" {
  programs 'in_programs --cpus 2 $PROGRAMS sh -c "java -version 2>&1 | grep -o \"openjdk version .21\"; java -cp /programs Primes"'

  expect $'openjdk version "21\nprimes 2262\npool 500500\nprocess written 0' "$output" "what java says"
}

@test "programs: apt-get simulates an installation, git clones a repository" {
  programs 'in_programs $PROGRAMS sh /programs/packages.sh'

  expect $'Inst cowsay\nchange 3\nchange 2\nchange 1' "$output" "what they say"
}

@test "programs: stress-ng keeps cpu, memory, disk, pipes and forks busy for 30 s" {
  programs 'in_programs $PROGRAMS stress-ng --cpu 1 --vm 1 --vm-bytes 32M --hdd 1 --hdd-bytes 8M --pipe 1 --fork 1 \
      --verify --timeout 30s --temp-path /tmp 2>&1 | grep -oE "(failed|passed): [0-9]+|successful run completed"'

  expect $'passed: 5\nfailed: 0\nsuccessful run completed' "$output" "stress-ng's summary"
}

# What systemd does once after an update (ldconfig, a catalog of messages) has been done where the image was made.
@test "programs: systemd is PID 1 of a privileged container, runs units and halts at stop" {
  programs 'in_programs -d --privileged --name booted --stop-signal SIGRTMIN+3 --tmpfs /run --tmpfs /run/lock --tmpfs /tmp \
      -v /run/programs/limited.service:/etc/systemd/system/limited.service:ro \
      $PROGRAMS sh -c "touch /etc/.updated /var/.updated; exec /lib/systemd/systemd --unit=basic.target" >/dev/null || exit
    timeout 480 docker exec booted sh -c "until systemctl -q is-active basic.target 2>/dev/null; do sleep 2; done" || exit
    docker exec booted cat /proc/1/comm
    docker exec booted sh -c "systemctl start nginx limited && systemctl is-active nginx && cat /root/limit"
    busybox wget -qO- -T 20 http://$(docker inspect -f "{{.NetworkSettings.IPAddress}}" booted)/ | grep -o "<title>.*</title>"
    docker stop -t 90 booted >/dev/null; docker wait booted'

  expect $'systemd\nactive\n67108864\n<title>Welcome to nginx!</title>\n130' "$output" "what systemd does"
}

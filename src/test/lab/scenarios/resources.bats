#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Resources: what a limit gives and takes, when the container is made and afterwards.

load helpers

# A process that has so many MiB in memory, as files of a tmpfs, and says so.
FILL='dd if=/dev/zero of=/dev/shm/fill bs=1M count=$1 2>/dev/null && echo "has $1"'

setup_file() {
  "$LAB" cp "$BATS_TEST_DIRNAME/bundle.sh" /run/
}

# bundle FILTER SCRIPT runs the shell script in a bundle that the jq filter has changed, by the runtime itself.
bundle() {
  run host ". /run/bundle.sh; bundle_make $(printf %q "$1 | .process.args = [\"sh\", \"-c\", $(jq -n --arg script "$2" '$script')]"); run_one box; echo \$?" </dev/null
}

# bats test_tags=core
@test "resources: --memory=64m is 64 MB for the application, and free tells about that" {
  run host "docker_run --rm --memory=64m --shm-size=100m \$BUSYBOX sh -c '
      awk \"/MemTotal|MemAvailable/ { print \\\$2 }\" /proc/meminfo
      cat /sys/fs/cgroup/memory.max
      set -- 60; $FILL'" </dev/null

  expect 0 "$status" "exit code"
  [[ ${lines[2]} == 67108864 || $RUNTIME == runc ]]
  expect "has 60" "${lines[3]}" "what it could allocate"
  if [[ $RUNTIME == xen ]]; then
    ((lines[0] >= 64 * 1024 && lines[0] <= 84 * 1024))
    ((lines[1] >= 62 * 1024))
  fi
}

# bats test_tags=core
@test "resources: memory that is used up ends the container with 137, and events tells of it" {
  run host "docker_run -d --name box --memory=64m --shm-size=200m \$BUSYBOX sh -c '
      sleep 15; set -- 100; $FILL' >/dev/null
    id=\$(docker inspect -f {{.Id}} box)
    [ \$RUNTIME = runc ] || xen-runc --root /run/docker/runtime-runc/moby events --interval 60s \$id >/run/events &
    docker wait box; wait
    [ \$RUNTIME = runc ] || grep -c '\"type\":\"oom\"' /run/events" </dev/null

  expect 137 "${lines[0]}" "exit code"
  [[ $RUNTIME == runc ]] || ((lines[1] >= 1))
}

@test "resources: without a limit, too, it is the container that runs out of memory" {
  only_on_xen
  bundle '(.mounts[] | select(.destination == "/dev/shm")).options = ["size=1g"]' "set -- 500; $FILL"

  expect 137 "$output" "exit code"
}

@test "resources: docker update of memory, cpus and pids is seen inside" {
  only_on_xen
  run host 'docker_run -d --name box --memory=100m --memory-swap=100m --cpus=2 $BUSYBOX sleep 600 >/dev/null || exit
    within 60 docker exec box true || exit
    docker exec box nproc
    docker update --memory=64m --memory-swap=64m --cpus=1 --pids-limit=50 box >/dev/null || exit
    docker exec box cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max /sys/fs/cgroup/pids.max
    within 20 sh -c "[ \$(docker exec box nproc) = 1 ]" && echo one
    within 20 docker exec box awk "/MemTotal/ { exit \$2 > 90000 }" /proc/meminfo && echo smaller
    docker update --memory=100m --memory-swap=100m --cpus=2 box >/dev/null || exit
    docker exec box cat /sys/fs/cgroup/memory.max
    within 20 sh -c "[ \$(docker exec box nproc) = 2 ]" && echo two
    docker update --memory=900m --memory-swap=900m box 2>&1 | grep -o "at most [0-9]* MiB"
    docker update --cpus=3 box 2>&1 | grep -oE "at most [0-9.]+ cpus|Range of CPUs"' </dev/null

  expect $'2\n67108864\n100000 100000\n50\none\nsmaller\n104857600\ntwo\nat most 100 MiB' \
    "$(head -n 9 <<<"$output")" "what is seen"
}

@test "resources: with max_memory_mib and max_vcpus a container grows beyond its first size, and back" {
  only_on_xen
  run host ". /run/bundle.sh
    engine_restart_with 'max_memory_mib = 256
max_vcpus = 2'
    docker_run -d --name box --memory=64m --memory-swap=64m --cpus=1 --shm-size=300m \$BUSYBOX sleep 600 >/dev/null || exit
    within 60 docker exec box true || exit
    docker exec box nproc
    within 30 docker exec box awk '/MemTotal/ { exit \$2 > 90000 }' /proc/meminfo && echo small
    docker update --memory=200m --memory-swap=200m --cpus=2 box >/dev/null || exit
    within 20 sh -c '[ \$(docker exec box nproc) = 2 ]' && echo two
    docker exec box sh -c 'set -- 190; $FILL'
    docker exec box rm /dev/shm/fill
    docker update --memory=900m --memory-swap=900m box 2>&1 | grep -o 'at most [0-9]* MiB'
    docker update --memory=64m --memory-swap=64m --cpus=1 box >/dev/null || exit
    within 30 docker exec box awk '/MemTotal/ { exit \$2 > 90000 }' /proc/meminfo && echo small
    within 20 sh -c '[ \$(docker exec box nproc) = 1 ]' && echo one
    docker rm -f box >/dev/null
    engine_restart_with ''" </dev/null

  expect $'1\nsmall\ntwo\nhas 190\nat most 234 MiB\nsmall\none' "$output" "what is seen"
}

@test "resources: a limit of processes holds" {
  bundle '.linux.resources.pids.limit = 20' 'for n in $(seq 40); do sleep 1 & done; wait'

  [[ $output == *[Ff]ork* ]]
}

@test "resources: a quota of two processors gives two vcpus, and a set of one processor one, which is pinned" {
  only_on_xen
  bundle '.linux.resources.cpu = {quota: 200000, period: 100000}' nproc
  expect $'2\n0' "$output" "vcpus by a quota, and exit code"
  bundle '.linux.resources.cpu.cpus = "1"' nproc
  expect $'1\n0' "$output" "vcpus by a set, and exit code"
  run host '. /run/bundle.sh; bundle_make ".linux.resources.cpu.cpus = \"0\""
    xen_runc create --bundle $bundle box </dev/null >/dev/null 2>&1
    xl vcpu-list | awk "\$1 != \"Domain-0\" && NR > 1 { print \$7 }"; xen_runc delete --force box' </dev/null
  expect 0 "$output" affinity
}

@test "resources: events --stats has the guest's figures" {
  only_on_xen
  run host '. /run/bundle.sh; bundle_make ".linux.resources |= . + {memory: {limit: 67108864}, pids: {limit: 30}}"
    xen_runc create --bundle $bundle box </dev/null >/dev/null 2>&1; xen_runc start box
    xen_runc events --stats box; xen_runc delete --force box' </dev/null

  jq -e '.data.memory.usage.limit == 67108864 and .data.memory.usage.usage > 0
    and .data.pids.current >= 1 and .data.pids.limit == 30 and .data.cpu.usage.total > 0
    and .data.domain.memory > 67108864 and .data.domain.vcpus == 1' <<<"$output"
}

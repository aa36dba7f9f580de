#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What docker run asks of mounts, devices and kernel parameters; and which kernel a container boots.

load helpers

# seed makes the image lab/seed, which has a directory /data with a mode of its own and a file in it.
seed='docker run --runtime=runc --name seed $BUSYBOX sh -c "mkdir /data; echo image >/data/f; chown 7:8 /data/f; chmod 640 /data/f; chmod 1770 /data"
    docker commit seed lab/seed >/dev/null; docker rm seed >/dev/null
'

@test "mounts: docker's --tmpfs is empty, with the mode of the directory that it hides" {
  run host "$seed"'docker_run --rm --tmpfs /data:size=1m lab/seed sh -c "
      stat -c \"%n %a %u:%g\" /data; ls -A /data | wc -l
      echo new >/data/f && cat /data/f; grep -c \" /data tmpfs .*size=1024k\" /proc/mounts"
    docker_run --rm lab/seed cat /data/f; docker rmi lab/seed >/dev/null' </dev/null
  expect $'/data 1770 0:0\n0\nnew\n1\nimage' "$output" "the tmpfs"
}

@test "mounts: podman's --tmpfs begins with what the image has there" {
  run host "$seed"'docker save lab/seed | podman load -q >/dev/null; docker rmi lab/seed >/dev/null
    case $RUNTIME in xen) binary=/usr/sbin/xen-runc ;; *) binary=/usr/sbin/runc ;; esac
    podman --runtime $binary run --rm --tmpfs /data:size=1m lab/seed sh -c "
      stat -c \"%n %a %u:%g\" /data/f; cat /data/f; echo new >/data/f && cat /data/f"
    podman --runtime $binary run --rm lab/seed cat /data/f; podman rmi lab/seed >/dev/null' </dev/null
  expect $'/data/f 640 7:8\nimage\nnew\nimage' "$output" "the tmpfs"
}

@test "mounts: --read-only, volumes below volumes, --shm-size, --sysctl, --device, --hostname in one container" {
  run host 'mkdir -p /srv/outer /srv/inner; echo o >/srv/outer/o; echo i >/srv/inner/i; echo f >/srv/file
    docker_run --rm --read-only --tmpfs /run -v /srv/outer:/x -v /srv/inner:/x/y:ro -v /srv/file:/f:ro \
      --shm-size 2m --sysctl net.ipv4.ip_default_ttl=77 --sysctl kernel.shmmni=123 \
      --device /dev/null:/dev/xyz --device /dev/fuse --hostname box --domainname example.org $BUSYBOX sh -c "
      cat /x/o /x/y/i /f; echo w >/x/w && echo written
      echo w >/x/y/w || echo inner is read-only
      echo w >/w || echo root is read-only
      df -k /dev/shm | grep -o \"shm  *[0-9]*\" | tr -s \" \"
      cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/shmmni /proc/sys/kernel/domainname; hostname
      echo gone >/dev/xyz && echo device; grep -c \" /dev/mqueue mqueue \" /proc/mounts" 2>/dev/null
    rm -rf /srv/outer /srv/inner /srv/file' </dev/null
  expect $'o\ni\nf\nwritten\ninner is read-only\nroot is read-only\nshm 2048\n77\n123\nexample.org\nbox\ndevice\n1' "$output" "what is seen"
}

@test "mounts: what cannot be is refused with runc's words, and nothing stays" {
  leftovers_mark
  run host 'mkdir -p /srv/dir
    for option in "-v /srv/dir:/etc/passwd" "-v /etc/hostname:/etc"; do
      docker_run --rm $option $BUSYBOX true 2>&1 | grep -oE "error mounting \"[^\"]*\" to rootfs at \"[^\"]*\"|not a directory" | uniq | tr "\n" " "
      echo
    done; rmdir /srv/dir' </dev/null
  expect $'error mounting "/srv/dir" to rootfs at "/etc/passwd" not a directory \nerror mounting "/etc/hostname" to rootfs at "/etc" not a directory ' "$output" "the errors"
  leftovers_none
}

@test "vm: a kernel that config.toml allows is booted, another is refused, and vm.hwConfig sizes the domain" {
  only_on_xen
  "$BATS_TEST_DIRNAME/../lab" cp "$BATS_TEST_DIRNAME/bundle.sh" /run/
  run host '. /run/bundle.sh
    mkdir -p /srv/kernels && cp /usr/lib/xen-runc/vmlinux /srv/kernels/mine && cp /usr/lib/xen-runc/vmlinux /srv/other
    ln -sf /srv/other /srv/kernels/link
    engine_restart_with "allowed_kernels = [\"/srv/kernels/*\"]
allow_kernel_parameters = true"
    bundle_make ".vm = {kernel: {path: \"/srv/kernels/mine\", parameters: [\"xen_runc_lab=1\"]}, hwConfig: {vcpus: 2, memory: 209715200}} | .process.args = [\"sh\", \"-c\", \"grep -o xen_runc_lab=1 /proc/cmdline; grep -c ^processor /proc/cpuinfo\"]"
    xen_runc run --bundle $bundle vm1 </dev/null
    for path in /srv/kernels/link /srv/other /srv/kernels/../other; do
      bundle_make ".vm.kernel.path = \"$path\""
      refused "kernel \"$path\" is not among the files of allowed_kernels" xen_runc create --bundle $bundle vm2
    done
    engine_restart_with ""
    bundle_make ".vm.kernel.path = \"/srv/kernels/mine\""
    refused "is not among the files of allowed_kernels" xen_runc create --bundle $bundle vm3
    rm -rf /srv/kernels /srv/other' </dev/null
  expect $'xen_runc_lab=1\n2' "$output" "what is seen"
}

#!/bin/bash
# configuring dom0
# SPDX-License-Identifier: Apache-2.0
# Lays dom0/ over root/, gives it a key to log in with, turns units on and off.
set -euo pipefail

cp -rT "$1/dom0" root
: >root/etc/fstab
echo 0123456789abcdef0123456789abcdef >root/etc/machine-id
printf 'nameserver 10.0.2.3\n' >root/etc/resolv.conf
mkdir -p root/var/log/xen/console

ssh-keygen -q -t ed25519 -N '' -C lab -f key
install -D -m 600 key.pub root/root/.ssh/authorized_keys
chmod 700 root/root root/root/.ssh
[ -f root/etc/ssh/ssh_host_ed25519_key.pub ] || chroot root ssh-keygen -A
sed 's/^/lab /' root/etc/ssh/ssh_host_ed25519_key.pub >known_hosts

chroot root systemctl enable systemd-networkd ssh docker containerd xen
chroot root systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap fstrim.timer systemd-networkd-wait-online systemd-timesyncd systemd-tmpfiles-clean.timer \
  podman-auto-update.timer podman-restart xendomains

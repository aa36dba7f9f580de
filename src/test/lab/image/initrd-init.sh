#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# Finds dom0's disk and hands over to systemd.
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
for module in crc32c_generic crc16 mbcache jbd2 ext4 virtio_blk; do
  /bin/busybox insmod /modules/$module.ko
done
/bin/busybox mount -t ext4 /dev/vda /mnt
for dir in proc sys dev; do
  /bin/busybox mount --move /$dir /mnt/$dir
done
exec /bin/busybox switch_root /mnt /lib/systemd/systemd

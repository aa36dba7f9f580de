#!/bin/bash
# making the boot files and the disk
# SPDX-License-Identifier: Apache-2.0
# Makes xen, vmlinuz, initrd.gz and disk.img out of root/; root/ stays, to run dom0's JVM natively.
set -euo pipefail

kernels=(root/usr/lib/modules/*)
modules=${kernels[0]}/kernel
zcat root/boot/xen-4.20-amd64.gz >xen
cp "root/boot/vmlinuz-${kernels[0]##*/}" vmlinuz
rm -rf root/boot/*

mkdir -p initrd/{bin,modules,proc,sys,dev,mnt}
cp root/usr/bin/busybox initrd/bin/
for module in lib/crc16 fs/mbcache fs/jbd2/jbd2 fs/ext4/ext4 drivers/block/virtio_blk crypto/crc32c_generic; do
  xz -dc "$modules/$module.ko.xz" >"initrd/modules/${module##*/}.ko"
done
install -m 755 "$1/initrd-init.sh" initrd/init
(cd initrd && find . | cpio -o -H newc --quiet) | gzip -1 >initrd.gz
rm -r initrd

mke2fs -q -t ext4 -d root disk.img 10G

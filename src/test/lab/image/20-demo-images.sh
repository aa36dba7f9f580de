#!/bin/bash
# making the demo images' userlands
# SPDX-License-Identifier: Apache-2.0
# Makes root/usr/lib/lab/images/{busybox,debian}.tar, which dom0 imports into its docker when it first boots.
set -euo pipefail

out=root/usr/lib/lab/images
mkdir -p "$out"

mapfile -t packages <"$1/demo-debian.packages"
include=$(IFS=, && printf %s "${packages[*]}")
# shellcheck disable=SC2016 # expanded by mmdebstrap
mmdebstrap --variant=minbase --include="$include" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/*' trixie "$out/debian.tar"

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
mkdir -p "$tree"/{bin,dev,etc,home,proc,root,sys,usr,var}
mkdir -m 1777 "$tree"/tmp
ln -s ../bin "$tree"/usr/bin
ln -s ../bin "$tree"/usr/sbin
ln -s bin "$tree"/sbin
cp root/usr/bin/busybox "$tree"/bin/
for applet in $(root/usr/bin/busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
done
printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/:/bin/false' >"$tree"/etc/passwd
printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' >"$tree"/etc/group
printf '%s\n' 'NAME="xen-demo busybox"' 'ID=xen-demo-busybox' 'PRETTY_NAME="xen-demo busybox"' >"$tree"/etc/os-release
tar -C "$tree" --numeric-owner --owner=0 --group=0 -cf "$out/busybox.tar" .

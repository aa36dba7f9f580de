#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mkinitramfs.sh INIT OUT: an uncompressed newc cpio of what the guest's kernel unpacks: INIT as /init, the
# directories that it mounts on, and the /dev/console that the kernel opens for it. Needs no root; the same INIT
# gives the same bytes.
set -eu
init=$1
out=$2
inode=0
# Directories come before what lies in them.
directories='dev proc sys run root'

# entry NAME MODE SIZE [MAJOR MINOR]: the header of Documentation/driver-api/early-userspace/buffer-format.rst, all
# times and owners 0; the name with its NUL is padded to a multiple of four with the header's 110 bytes.
entry() {
  inode=$((inode + 1))
  printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s' \
    "$inode" "$2" 0 0 1 0 "$3" 0 0 "${4:-0}" "${5:-0}" $((${#1} + 1)) 0 "$1"
  zeros $((1 + (4 - (110 + ${#1} + 1) % 4) % 4))
}

zeros() {
  head -c "$1" /dev/zero
}

size=$(wc -c <"$init")
{
  for directory in $directories; do
    entry "$directory" 0040755 0
  done
  entry dev/console 0020600 0 5 1
  entry init 0100755 "$size"
  cat "$init"
  zeros $(((4 - size % 4) % 4))
  entry 'TRAILER!!!' 0 0
} >"$out.new"
mv "$out.new" "$out"
echo "initramfs: $(wc -c <"$out") bytes"

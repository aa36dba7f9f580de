#!/bin/bash
# unpacking Debian 13's QEMU
# SPDX-License-Identifier: Apache-2.0
# Makes emulator/: every machine has the same emulator, and Debian 12's loses guests (its SVM takes an exit twice).
# Its programs run by emulator/run, which needs no root and nothing of the host's libraries.
set -euo pipefail

mkdir emulator
mmdebstrap --variant=extract --include=qemu-system-x86 \
  --dpkgopt='path-exclude=/usr/share/doc/*' trixie - | tar -C emulator -x --numeric-owner
cat >emulator/run <<'END'
#!/bin/sh
# Usage: run PROGRAM [ARGUMENT…]
tree=$(dirname "$0")
program=$tree/usr/bin/$1
shift
export QEMU_MODULE_DIR="$tree/usr/lib/x86_64-linux-gnu/qemu"
exec "$tree/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" --library-path "$tree/usr/lib/x86_64-linux-gnu" "$program" "$@"
END
chmod 755 emulator/run
emulator/run qemu-system-x86_64 --version

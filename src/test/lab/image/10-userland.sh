#!/bin/bash
# unpacking dom0's Debian 13 userland
# SPDX-License-Identifier: Apache-2.0
# Makes root/. Usage, in the directory to build in: 10-userland.sh IMAGE-SOURCES
set -euo pipefail

mapfile -t packages <"$1/dom0.packages"
include=$(IFS=, && printf %s "${packages[*]}")
mkdir root
# INITRD=No: Debian's own initrd would be thrown away.
INITRD=No mmdebstrap --variant=minbase --include="$include" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' trixie - | tar -C root -x --numeric-owner

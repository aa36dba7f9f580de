#!/bin/bash
# unpacking the programs that containers are tried with
# SPDX-License-Identifier: Apache-2.0
# Makes the image xen-demo/programs in dom0's docker, by hand: importing a gigabyte under emulation takes many minutes, and
# would be in the snapshot's disk a second time. What is written here is what `docker import` of docker 26 writes.
set -euo pipefail

store=root/var/lib/docker
mapfile -t packages <"$1/programs.packages"
include=$(IFS=, && printf %s "${packages[*]}")
mkdir programs
# man pages go at the end: openjdk's alternatives want to link them. apt's lists stay: it is tried too.
# shellcheck disable=SC2016 # expanded by mmdebstrap
mmdebstrap --variant=minbase --format=directory --include="$include" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --skip=cleanup/apt/lists --customize-hook='rm -rf "$1"/var/cache/* "$1"/usr/share/man/*' trixie programs

# A digest that names the content; docker compares it with that of a tar only at a pull or a push.
digest=$(sha256sum <programs/var/lib/dpkg/status | cut -d ' ' -f 1)
link=PROGRAMS000000000000000000
size=$(du -sb programs | cut -f 1)

install -d -m 710 "$store" "$store/overlay2" "$store/overlay2/$digest"
install -d -m 700 "$store/overlay2/l" "$store/image"
mv programs "$store/overlay2/$digest/diff"
printf %s "$link" >"$store/overlay2/$digest/link"
ln -s "../$digest/diff" "$store/overlay2/l/$link"

layer=$store/image/overlay2/layerdb/sha256/$digest
mkdir -p "$layer" "$store/image/overlay2/imagedb/content/sha256"
printf 'sha256:%s' "$digest" >"$layer/diff"
printf %s "$digest" >"$layer/cache-id"
printf %s "$size" >"$layer/size"
printf '{"architecture":"amd64","os":"linux","config":{"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
  "$digest" >image.json
image=$(sha256sum <image.json | cut -d ' ' -f 1)
mv image.json "$store/image/overlay2/imagedb/content/sha256/$image"
printf '{"Repositories":{"xen-demo/programs":{"xen-demo/programs:latest":"sha256:%s"}}}' "$image" \
  >"$store/image/overlay2/repositories.json"

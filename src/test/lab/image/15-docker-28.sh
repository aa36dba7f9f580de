#!/bin/bash
# unpacking the dockerd of the Debian after 13
# SPDX-License-Identifier: Apache-2.0
# Makes root/usr/lib/lab/dockerd-28: from Docker 28 on a container's network is set up between create and start. It runs on
# Debian 13's libraries and beside its containerd. A machine without that Debian's archive gets an image without the file,
# and the scenario that wants it says so.
set -euo pipefail

# A testing release's signature ends after a week, and a mirror may be older than that.
if ! mmdebstrap --variant=extract --format=directory --include=docker.io --aptopt='Acquire::Check-Valid-Until "false"' \
  --dpkgopt='path-exclude=/usr/share/*' forky docker-28; then
  echo "no dockerd 28: mmdebstrap failed"
  rm -rf docker-28
  exit 0
fi
install -D -m 755 docker-28/usr/sbin/dockerd root/usr/lib/lab/dockerd-28
rm -rf docker-28
chroot root /usr/lib/lab/dockerd-28 --version

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apt simulates an installation from Debian's lists; git commits, clones and checks.
set -eu

apt-get -s -y install cowsay | grep -o '^Inst cowsay'

git config --global user.name lab
git config --global user.email lab@example.org
git config --global init.defaultBranch main
git init -q /srv/origin
cd /srv/origin
for n in 1 2 3; do
  seq $((n * 1000)) >file
  git add file
  git commit -q -m "change $n"
done
git clone -q --no-local /srv/origin /srv/copy
cd /srv/copy
git fsck --strict
git log --format=%s
cmp /srv/origin/file file

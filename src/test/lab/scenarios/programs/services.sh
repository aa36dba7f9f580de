#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# nginx and sshd as a container's services.
set -eu

mkdir -p /run/sshd
install -D -m 600 /programs/key.pub /root/.ssh/authorized_keys
/usr/sbin/sshd
echo 'served by nginx' >/var/www/html/index.html
head -c 3000000 /usr/bin/git >/var/www/html/large
exec nginx -g 'daemon off;'

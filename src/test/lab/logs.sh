# shellcheck shell=bash
# Everything that tells what happened, into one directory.

logs_collect() {
  local to=$1
  mkdir -p "$to"
  local file
  for file in serial.log qemu.log lab.log ssh.log; do
    [ ! -e "$run/$file" ] || cp "$run/$file" "$to/"
  done
  # shellcheck disable=SC2016 # expanded in dom0
  timeout 300 env -C "$run" ssh -F ssh_config lab '
    to=$(mktemp -d) && cd "$to" || exit
    xl dmesg >xl-dmesg.log 2>&1
    xl list -v >xl-list.log 2>&1
    timeout 20 xenstore-ls -f >xenstore.log 2>&1
    timeout 60 docker ps -a >docker-ps.log 2>&1
    ps axfo pid,ppid,stat,start,rss,args >processes.log
    journalctl -b --no-pager >journal.log 2>&1
    journalctl -b --no-pager -u docker >dockerd.log 2>&1
    journalctl -b --no-pager -u containerd >containerd.log 2>&1
    for dir in /var/log/xen /var/log/xen-runc; do
      [ ! -d "$dir" ] || cp -r "$dir" .
    done
    tar -c . && rm -r "$to"
  ' </dev/null | tar -C "$to" -x || say "dom0 did not hand over its logs; the machine's own are in $to"
}

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh PROGRAM SECONDS: fuzzes the message parser and every operation against a tree on tmpfs.
set -euo pipefail
program=$1 seconds=$2
work=$(mktemp -d)
trap 'umount "$work" 2>/dev/null || true; rm -rf "$work"' EXIT
mount -t tmpfs -o size=256m fuzz "$work"
mkdir "$work/tree" "$work/outside" "$work/corpus"
echo outside >"$work/outside/file"
export FUZZ_TREE=$work/tree FUZZ_OUTSIDE=$work/outside FUZZ_OUTSIDE_FILE=$work/outside/file
ulimit -n 200
"$program" -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=1024 -print_final_stats=1 \
  -verbosity=0 -close_fd_mask=2 -artifact_prefix="${FUZZ_ARTIFACTS:-.}/" "$work/corpus" 2>&1 |
  grep -E '^(stat::number|==|SUMMARY|    #)' || exit 1
[[ $(cat "$work/outside/file") = outside ]]
echo "fileserver-fuzz: 1 passed, 0 failed"

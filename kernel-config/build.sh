#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds the guest's kernels: Debian's linux-source-6.12, tinyconfig, fragments/ and patches/ -> a stripped ELF vmlinux;
# and with fragments/admin/ besides, vmlinux-admin.
#
# Usage: build.sh [--with NAME]... [OUT]
#   OUT           copy vmlinux there, and vmlinux-admin to OUT-admin
#   --with NAME   merge fragments/optional/NAME.config too
#
# Prints the path of vmlinux in the cache, ${XDG_CACHE_HOME:-~/.cache}/xen-runc/kernel-HASH, where the other one, both
# config and System.map, sha256 and build.log lie beside it. HASH covers everything in this folder that goes into them.
set -euo pipefail
export LC_ALL=C

readonly source_package=linux-source-6.12
readonly source_archive=/usr/src/$source_package.tar.xz
readonly cache_entries_kept=3

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/xen-runc

say() { printf 'kernel: %s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# What the build needs, each with the Debian package that has it.
require_tools() {
  local missing=() pair
  [[ -r $source_archive ]] || missing+=("$source_package")
  for pair in gcc:gcc make:make ld:binutils bc:bc flex:flex bison:bison xz:xz-utils patch:patch perl:perl flock:util-linux; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  if command -v gcc >/dev/null; then
    gcc -E -include gelf.h -x c /dev/null >/dev/null 2>&1 || missing+=(libelf-dev)
    gcc -E -include stdio.h -x c /dev/null >/dev/null 2>&1 || missing+=(libc6-dev)
  fi
  ((${#missing[@]} == 0)) || fail "cannot build: missing packages; run: apt-get install ${missing[*]}"
}

source_version() {
  dpkg-query -W -f '${Version}' "$source_package" 2>/dev/null || sha256sum <"$source_archive" | cut -c1-64
}

# One line per input, names without this folder's own path.
inputs_hash() {
  {
    source_version
    cd "$here" && sha256sum build.sh "${fragments[@]}" "${admin[@]}" "${patches[@]}"
  } | sha256sum | cut -c1-16
}

extract_source() {
  say "unpacking $source_package $(source_version)"
  # What an x86 guest never compiles; its Kconfig files are needed all the same.
  tar -C "$work" -xJf "$source_archive" \
    --exclude='*/drivers/gpu/*.[ch]' --exclude='*/drivers/media/*.[ch]' --exclude='*/drivers/net/ethernet/*.[ch]' \
    --exclude='*/drivers/net/wireless/*.[ch]' --exclude='*/drivers/scsi/*.[ch]' --exclude='*/sound/*.[ch]' \
    --exclude='*/Documentation/*.rst' --exclude='*/Documentation/*.yaml' --exclude='*/arch/*.dts*' --exclude='*/tools/testing'
  tree=$work/$source_package
  local p
  for p in "${patches[@]}"; do
    patch -d "$tree" -p1 --no-backup-if-mismatch -s <"$here/$p" || fail "$p does not apply to $source_package $(source_version)"
  done
}

# configure FRAGMENT...: where two speak of an option, the later one wins.
configure() {
  local option value lost=() f
  local -A wanted=() whose=()
  {
    kmake tinyconfig
    (cd "$tree" && scripts/kconfig/merge_config.sh -m .config "${@/#/$here/}")
    kmake olddefconfig
  } >>"$log"
  for f in "$@"; do
    while IFS='=' read -r option value; do
      wanted[$option]=$value
      whose[$option]=$f
    done < <(grep '^CONFIG_' "$here/$f")
  done
  for option in "${!wanted[@]}"; do
    value=${wanted[$option]}
    if [[ $value == n ]]; then
      ! grep -q "^$option=" "$tree/.config" || lost+=("${whose[$option]}: $option=n")
    else
      grep -qxF "$option=$value" "$tree/.config" || lost+=("${whose[$option]}: $option=$value")
    fi
  done
  ((${#lost[@]} == 0)) || fail "options that did not survive olddefconfig (a dependency is missing, or another option selects them):" \
    $'\n  '"$(printf '%s\n  ' "${lost[@]}")"
}

# In the source tree itself, so that no path of this machine gets into the kernel.
kmake() {
  make -C "$tree" -j "$(nproc)" ARCH=x86_64 \
    KBUILD_BUILD_USER=xen-runc KBUILD_BUILD_HOST=xen-runc KBUILD_BUILD_VERSION=1 \
    KBUILD_BUILD_TIMESTAMP="$(date -u -R -r "$tree/Makefile")" "$@"
}

objects() { grep -cE '^  (CC|AS) ' "$log"; }

compile() {
  local started=$SECONDS before pid end=$'\n'
  before=$(objects) || true
  [[ ! -t 2 ]] || end=$'\r'
  kmake vmlinux >>"$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.5
    ((SECONDS % 10)) || {
      printf 'kernel: %5d objects, %d:%02d %s' $(($(objects) - before)) \
        $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60)) "$end" >&2
      sleep 0.6
    }
  done
  wait "$pid" || {
    tail -n 40 "$log" >&2
    cp "$log" "$cache/kernel-build-failed.log"
    fail "compilation failed; whole log: $cache/kernel-build-failed.log"
  }
  say "compiled $(($(objects) - before)) objects in $((SECONDS - started)) s"
}

# keep SUFFIX: adds what was built to the entry, which has a temporary name still.
keep() {
  strip -s -o "$new/vmlinux$1" "$tree/vmlinux"
  readelf -n "$new/vmlinux$1" | grep -q '^  Xen ' || fail "vmlinux$1 has no Xen notes: the domain builder would refuse it"
  cp "$tree/.config" "$new/config$1"
  cp "$tree/System.map" "$new/System.map$1"
}

# The rename makes the entry whole or absent.
publish() {
  cp "$log" "$new/"
  (cd "$new" && sha256sum vmlinux* config* System.map* >sha256)
  rm -rf "$entry"
  mv -T "$new" "$entry"
}

prune() {
  local stale
  find "$cache" -maxdepth 1 -type d -name 'kernel-????????????????' -printf '%T@ %p\n' | sort -rn | cut -d' ' -f2- |
    tail -n +$((cache_entries_kept + 1)) | while read -r stale; do
    rm -rf "$stale"
  done
}

build() {
  exec {lock}>"$cache/kernel.lock"
  flock -n "$lock" || {
    say "another build is running: waiting for it"
    flock "$lock"
  }
  ! entry_is_whole || return 0
  # Left by killed builds: whoever holds the lock is the only builder.
  rm -rf "$cache"/kernel-build.??????
  work=$(mktemp -d "$cache/kernel-build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  log=$work/build.log
  new=$work/entry
  mkdir "$new"
  extract_source
  configure "${fragments[@]}"
  compile
  keep ''
  # The same tree again: what the options of admin/ do not change is not compiled twice.
  configure "${fragments[@]}" "${admin[@]}"
  compile
  keep -admin
  publish
  prune
}

entry_is_whole() { (cd "$entry" && sha256sum --quiet -c sha256) >/dev/null 2>&1; }

main() {
  local name
  fragments=() admin=() patches=()
  cd "$here"
  for name in fragments/*.config; do fragments+=("$name"); done
  for name in fragments/admin/*.config; do admin+=("$name"); done
  for name in patches/*.patch; do patches+=("$name"); done
  cd - >/dev/null
  while [[ ${1:-} == --with && -n ${2:-} ]]; do
    name=fragments/optional/$2.config
    [[ -r $here/$name ]] || fail "no such fragment: $here/$name"
    fragments+=("$name")
    shift 2
  done
  [[ $# -le 1 && ${1:-} != -* ]] || fail "usage: build.sh [--with NAME]... [OUT]"
  # Called from a Makefile, its flags and job server are not ours.
  unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

  require_tools
  mkdir -p "$cache"
  entry=$cache/kernel-$(inputs_hash)
  entry_is_whole || build
  touch "$entry"
  [[ -z ${1:-} ]] || {
    install -D -m 0644 "$entry/vmlinux" "$1"
    install -D -m 0644 "$entry/vmlinux-admin" "$1-admin"
  }
  printf '%s\n' "$entry/vmlinux"
}

main "$@"

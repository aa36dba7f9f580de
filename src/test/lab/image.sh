# shellcheck shell=bash
# The dom0 image: built once in a scratch directory and renamed into place, so that a killed build leaves no half image.

image_ensure() {
  image_locate
  mkdir -p "$cache/run"
  if [ -d "$image" ]; then
    touch "$image"
    return
  fi
  local lock
  exec {lock}>"$cache/image.lock"
  flock -n "$lock" || step 'waiting for another build of the image' flock -w 1800 "$lock"
  if [ ! -d "$image" ]; then
    image_build
    cache_prune
  fi
  exec {lock}>&-
}

image_build() {
  [ "$(id -u)" = 0 ] || die 'building the dom0 image needs root: chroots and files of many owners'
  image_needs_tools
  say "building the dom0 image ${image##*/} (about 5 minutes, once)"
  find "$cache" -mindepth 1 -maxdepth 1 -name 'building-*' -exec rm -rf {} +
  local scratch
  scratch=$(mktemp -d "$cache/building-XXXXXX")
  chmod 755 "$scratch"
  step_log=$scratch/build.log
  local part
  for part in "$lab"/image/[0-9]*.sh; do
    step "$(sed -n '2s/^# //p' "$part")" env -C "$scratch" "$part" "$lab/image"
  done
  mv "$scratch" "$image"
  step_log=/dev/null
}

image_needs_tools() {
  local missing='' tool
  for tool in mmdebstrap:mmdebstrap qemu-img:qemu-utils mke2fs:e2fsprogs \
    cpio:cpio xz:xz-utils ssh-keygen:openssh-client setpriv:util-linux; do
    command -v "${tool%%:*}" >/dev/null || missing+=" ${tool##*:}"
  done
  [ -z "$missing" ] || die "these Debian packages are needed first: apt-get install$missing"
}

# shellcheck shell=bash
# Where things lie outside the checkout, and what they are named after.
#   lab-image-<hash>/              the dom0 image: disk.img, xen, vmlinuz, initrd.gz, root/, key, known_hosts
#   lab-image-<hash>/booted-<hash> the booted machine: ram, devices, disk.qcow2
#   run/<name>/                    one running lab

cache=${XDG_CACHE_HOME:-$HOME/.cache}/xen-runc
run=$cache/run/${XEN_RUNC_LAB:-lab}
machine_file=$run/machine

# The hash of everything that makes the image: names, modes and contents below image/.
image_hash() {
  local file
  (
    cd "$lab/image" || exit
    find . -type f | LC_ALL=C sort | while read -r file; do
      stat -c '%n %a' "$file"
      cat "$file"
    done
  ) | hash_short
}

hash_short() {
  sha256sum | cut -c1-12
}

# Sets $image, whether it is built or not.
image_locate() {
  image=$cache/lab-image-$(image_hash)
}

# Keeps the two newest images, and any a running lab uses.
cache_prune() {
  local old
  find "$cache" -mindepth 1 -maxdepth 1 -name 'lab-image-*' -printf '%T@ %p\n' | sort -rn | tail -n +3 | cut -d' ' -f2- |
    while read -r old; do
      if ! grep -qsxF "image=$old" "$cache"/run/*/machine; then
        say "removing the old image ${old##*/}"
        rm -rf "$old"
      fi
    done
}

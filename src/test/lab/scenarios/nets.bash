# SPDX-License-Identifier: Apache-2.0
# Loaded after helpers by the files whose subject is networks. dom0's shell has the words of nets/dom0.sh, and a container
# that mounts it has nets/ at /nets.

setup_file() {
  "$LAB" cp "$BATS_TEST_DIRNAME/nets" /run/
}

# nets SCRIPT runs it on the host.
nets() {
  run host '. /run/nets/dom0.sh
'"$1" </dev/null
}

# Networks go after their containers; of a failed scenario, what every namespace was like is said first.
teardown() {
  if [[ -z ${BATS_TEST_COMPLETED-} ]]; then
    host '. /run/nets/dom0.sh; report' </dev/null || true
  elif [[ -n ${KEEPS-} ]]; then
    return
  fi
  remove_networks
}

remove_networks() {
  remove_all
  host 'docker network prune -f' >/dev/null 2>&1 </dev/null || true
}

#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# docker compose, Debian's own: services that know each other by name.
# It also depends on src/test/lab/scenarios/nets.bash.
# It also depends on src/test/lab/scenarios/nets.

load helpers
load nets

@test "compose: web, database and cache: up by health, scale, restart, logs, exec, down" {
  nets 'docker_run --rm $BUSYBOX true'
  leftovers_mark
  nets 'export RUNTIME PROGRAMS COMPOSE_PROGRESS=quiet
    compose() { docker-compose -p shop -f /run/nets/compose.yaml "$@"; }
    page() { busybox wget -qO- -T 60 http://$(docker inspect -f "{{.NetworkSettings.Networks.shop_front.IPAddress}}" shop-web-$1):8000/; }
    failed() { echo "failed: $1"; compose ps -a; compose logs --no-color --tail 20; cat /run/compose.log; exit; }
    compose down -t 5 >/dev/null 2>&1
    timeout 500 docker-compose -p shop -f /run/nets/compose.yaml up -d >/run/compose.log 2>&1 || failed up
    docker inspect -f "{{.State.Health.Status}}" shop-database-1
    within 60 page 1; page 1 | sed "s/ [0-9]*\$/ counted/"
    COMPOSE_PARALLEL_LIMIT=1 timeout 500 docker-compose -p shop -f /run/nets/compose.yaml up -d --no-recreate --scale web=3 >/run/compose.log 2>&1 || failed scale
    compose exec -T cache getent ahostsv4 web | awk "{ print \$1 }" | sort -u | wc -l
    for n in 1 2 3; do within 60 page $n; page $n | cut -d " " -f 1; done
    compose restart -t 5 cache >/run/compose.log 2>&1 || failed restart
    within 60 page 2; page 2 | awk "{ print (\$2 < 5 ? \"counts anew\" : \$0) }"
    docker compose -p shop -f /run/nets/compose.yaml logs --no-color web 2>&1 | grep -c "web-[123] .*GET / HTTP/1.1. 200" | awk "{ print (\$1 >= 5 ? \"logs\" : \$0) }"
    compose exec -T -e WORD=said web sh -c "echo \$WORD; exit 7"; echo $?
    compose exec -T database getent hosts cache | awk "{ print \$2 }"
    timeout 200 docker-compose -p shop -f /run/nets/compose.yaml down -t 5 >/run/compose.log 2>&1 || failed down
    docker ps -aq | wc -l; docker network ls -q -f name=shop | wc -l'

  expect $'healthy\n42 counted\n3\n42\n42\n42\ncounts anew\nlogs\nsaid\n7\ncache\n0\n0' "$output" "what is seen"
  leftovers_none
}

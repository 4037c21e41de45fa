#!/bin/sh
# Runs a command with a Redis server of its own, whose URL is in REDIS_URL: with_redis.sh COMMAND…
set -eu
PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
redis-server --port 0 --unixsocket "$folder/redis.sock" --dir "$folder" --save '' \
  --appendonly yes > "$folder/log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$folder"' EXIT
tries=0
until redis-cli -s "$folder/redis.sock" ping > /dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -gt 1000 ]; then
    cat "$folder/log"
    exit 1
  fi
done
REDIS_URL=unix://$folder/redis.sock "$@"

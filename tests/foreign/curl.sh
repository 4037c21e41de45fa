#!/bin/sh
# curl drives the emulator: the forms in which a request may come, compression, HTTPS.
# Usage: curl.sh VKXX_PROGRAM FOLDER
set -eu
program=$1
folder=$2
mkdir -p "$folder"
cd "$folder"

start() {
  : >facts
  "$program" emulate "$@" >facts &
  child=$!
  until grep -q '^token of the service:' facts; do kill -0 "$child"; done
  url=$(head -n 1 facts)
  user=$(sed -n 's/^token of user 1: *//p' facts)
}
stop() {
  kill -TERM "$child"
  wait "$child"
}
expect() {
  case $2 in
    *"$1"*) echo "ok - $3" ;;
    *)
      echo "not ok - $3: no $1 in $2" >&2
      kill -TERM "$child"
      exit 1
      ;;
  esac
}
ask() { curl --silent --show-error --max-time 10 "$@"; }

start
method=$url/method
bearer="Authorization: Bearer $user"
expect '"last_name":"Дуров"' "$(ask "$method/users.get?user_ids=1&v=5.199&access_token=$user")" GET
expect '"last_name":"Дуров"' "$(ask "$method/users.get" -d v=5.199 -H "$bearer")" 'POST of a form'
expect '"last_name":"Дуров"' "$(ask "$method/users.get" -F v=5.199 -F "access_token=$user")" multipart
expect '"last_name":"Дуров"' "$(ask "$method/users.get?v=5.199" -X POST -H "$bearer")" 'POST without a body'
expect '"error_code":8' \
  "$(ask "$method/users.get" -H 'Content-Type: application/json' -H "$bearer" -d '{"v":"5.199"}')" \
  'a JSON body holds no parameters'
expect '"error_code":5' "$(ask "$method/users.get" -d v=5.199)" 'no token'
for coding in gzip zstd; do
  expect "content-encoding: $coding" \
    "$(ask "$method/users.get" -d v=5.199 -H "$bearer" -H "Accept-Encoding: $coding" -D - -o packed |
      tr '[:upper:]' '[:lower:]')" "$coding"
done
expect '"last_name":"Дуров"' "$(ask "$url//method/users.get" -d v=5.199 -H "$bearer")" 'a doubled slash'
expect '"last_name":"Дуров"' \
  "$(ask --proxy "$url" --noproxy '' http://api.vk.ru/method/users.get -d v=5.199 -H "$bearer")" 'a proxy of HTTP'
expect 415 "$(ask "$method/users.get" -o page -w '%{http_code}' -d v=5.199 -H 'Content-Encoding: gzip')" \
  'a compressed body is refused'
address=$(ask "$method/photos.getWallUploadServer" -d v=5.199 -H "$bearer" |
  sed 's/.*"upload_url":"\([^"]*\)".*/\1/')
expect 'by POST' "$(ask "$address")" 'an upload address says how it is used'
expect '"ids":[1]' "$(ask "$url/_emulator/faults" --data-binary 'http_status=503:users.get')" control
expect 503 "$(ask "$method/users.get" -o page -w '%{http_code}' -d v=5.199 -H "$bearer")" 'HTTP 503'
stop

start --tls
expect '"error_code":8' "$(ask --insecure "$url/method/users.get")" HTTPS
expect 'speaks HTTPS' "$(ask "http${url#https}/")" 'HTTP where HTTPS is spoken'
status=0
ask "$url/method/users.get" 2>refusal || status=$?
expect 60 "$status" 'an unknown authority is refused'
stop

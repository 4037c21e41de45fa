#!/bin/sh
# Runs the checks of vk-io. The packages are installed into FOLDER, never into the source tree.
# Usage: run.sh VKXX_PROGRAM FOLDER [TEA_SHOP]
# TEA_SHOP: the bot of bot_story.cjs written with vkxx.
set -eu
here=$(dirname "$(readlink -f "$0")")
program=$1
folder=$2
mkdir -p "$folder"
cp "$here/package.json" "$here"/*.cjs "$folder/"
cd "$folder"
if ! [ -d node_modules/vk-io ] || ! [ -d node_modules/@vk-io/scenes ]; then
  # Without a registry it ends in a minute, with the reason.
  npm install --no-audit --no-fund --no-package-lock --ignore-scripts --fetch-retries 1 \
    --fetch-timeout 30000
fi
node vk_io.cjs "$program"
exec node bot_story.cjs "$program" ${3:+"$3"}

#!/bin/sh
# Runs the checks of vk_io.cjs. vk-io is installed into FOLDER, never into the source tree.
# Usage: run.sh VKXX_PROGRAM FOLDER
set -eu
here=$(dirname "$(readlink -f "$0")")
program=$1
folder=$2
mkdir -p "$folder"
cp "$here/package.json" "$here/vk_io.cjs" "$folder/"
cd "$folder"
if [ ! -d node_modules/vk-io ]; then
  npm install --no-audit --no-fund --no-package-lock --ignore-scripts
fi
exec node vk_io.cjs "$program"

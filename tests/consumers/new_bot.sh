#!/bin/sh
# new_bot.sh PROGRAM CMAKE FOLDER OPTION…: creates a project, builds it and runs its test.
set -eu
program=$1 cmake=$2 folder=$3
shift 3
rm -rf "$folder"
"$program" new bot teashop --into "$folder"
"$cmake" -S "$folder" -B "$folder/build" -G Ninja "$@"
"$cmake" --build "$folder/build"
cd "$folder/build"
ctest --output-on-failure --no-tests=error
# The program says what it needs, and what is wrong.
if VK_ACCESS_TOKEN= ./teashop 2>said; then exit 1; fi
grep -q VK_ACCESS_TOKEN said

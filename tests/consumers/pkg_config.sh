#!/usr/bin/env bash
# Builds a program against an installed tree with nothing but pkg-config, and runs it.
# Usage: pkg_config.sh PKG-CONFIG COMPILER PREFIX PACKAGE SOURCE PROGRAM
set -euo pipefail
pkg_config=$1 compiler=$2 prefix=$3 package=$4 source=$5 program=$6

file=$(find "$prefix" -name vkxx.pc)
export PKG_CONFIG_PATH=${file%/*}
libraries=$("$pkg_config" --variable=libdir vkxx)
read -ra flags <<<"$("$pkg_config" --cflags --libs "$package")"

"$compiler" -std=c++20 "$source" "${flags[@]}" -o "$program"
LD_LIBRARY_PATH=$libraries "$program"

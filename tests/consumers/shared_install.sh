#!/usr/bin/env bash
# Builds vkxx as shared libraries without the types, installs it, and moves the installed tree.
# Usage: shared_install.sh CMAKE SOURCE BUILD PREFIX OPTION...
set -euo pipefail
cmake=$1 source=$2 build=$3 prefix=$4
shift 4
"$cmake" -S "$source" -B "$build" -G Ninja -DBUILD_SHARED_LIBS=ON -DVKXX_TYPED=OFF \
  -DVKXX_BUILD_TESTS=OFF -DVKXX_BUILD_APPS=OFF -DVKXX_BUILD_EXAMPLES=OFF -DVKXX_INSTALL=ON "$@"
"$cmake" --build "$build"
rm -rf "$prefix" "$prefix.first"
"$cmake" --install "$build" --prefix "$prefix.first"
mv "$prefix.first" "$prefix"

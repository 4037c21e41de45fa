#!/usr/bin/env bash
# What is installed names no place of this machine: not where it was built or first installed, and no
# library by its path. Usage: installed_paths.sh PREFIX FORBIDDEN...
set -euo pipefail
prefix=$1
shift
faults=0
while IFS= read -r file; do
  for forbidden in "$@"; do
    if grep -HnF -- "$forbidden" "$file"; then faults=1; fi
  done
  if grep -HnE '/[^ ;:"]*\.(so|a)\b' "$file" | grep -vE '_IMPORT_PREFIX\}/'; then faults=1; fi
done < <(find "$prefix" -name '*.cmake' -o -name '*.pc')
for wanted in README.md docs/testing.md docs/emulator.md examples/testing.cpp; do
  if [[ -z $(find "$prefix" -path "*/$wanted") ]]; then
    echo "$wanted is not installed"
    faults=1
  fi
done
exit $faults

#!/usr/bin/env python3
"""Fails when two of our libraries define the same function in two ways.

Usage: check_definitions.py NM LIBRARY…

Two components that both have a `detail::trimmed(std::string_view)` compile, link, and use whichever
the linker takes: one of them is silently wrong. A definition in a source must therefore be the only
one in all libraries: neither another source nor a header (an inline function) may have it, too.
"""

import collections
import pathlib
import subprocess
import sys

STRONG, INLINE = "TDBR", "WV"


def definitions(listing, library):
    """Gives (name, kind, object) of what `nm` prints of a static library."""
    part = library
    for line in listing.splitlines():
        if line.endswith(":"):
            part = f"{library}({line[:-1]})"
            continue
        words = line.split()
        if len(words) == 3 and "4vkxx" in words[2]:
            yield words[2], words[1], part


def faults(all_definitions):
    places = collections.defaultdict(lambda: collections.defaultdict(set))
    for name, kind, part in all_definitions:
        if kind in STRONG:
            places[name]["a source"].add(part)
        elif kind in INLINE:
            places[name]["a header"].add(part)
    for name, kinds in sorted(places.items()):
        sources, headers = kinds["a source"], kinds["a header"]
        if len(sources) > 1 or (sources and headers):
            yield name, sorted(sources) + sorted(headers)


def main(nm, libraries):
    found = []
    for library in libraries:
        listing = subprocess.run([nm, "--defined-only", library], capture_output=True, text=True,
                                 check=True).stdout  # fmt: skip
        found.extend(definitions(listing, pathlib.Path(library).name))
    if not found:
        sys.exit("no library defines anything")
    bad = list(faults(found))
    for name, parts in bad:
        readable = subprocess.run(["c++filt", name], capture_output=True, text=True).stdout.strip()
        print(f"{readable or name}: defined more than once: {', '.join(parts[:4])}")
    print(f"{len(bad)} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

#!/usr/bin/env python3
"""Holds the pages (*.md) against the code.

  examples  a ```cpp block has `<!-- example: examples/NAME.cpp -->` on the line above it, and its
            lines stand in that file, one after the other (indentation of the whole block aside).
            The examples themselves are compiled and run by tests of their own, so the file has to
            be listed in a CMakeLists.txt beside it.
  links     a relative link leads to a file of the checkout.

Usage: check_docs.py ROOT
"""

import pathlib
import re
import sys
import textwrap

MARK = re.compile(r"^<!-- example: (\S+) -->$")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
SKIPPED_FOLDERS = {"build", ".git", "node_modules"}


def pages(root):
    for path in sorted(root.rglob("*.md")):
        if not SKIPPED_FOLDERS & set(path.relative_to(root).parts):
            yield path


def code_blocks(lines):
    """Gives (line number, language, line above, text) of each fenced block."""
    start = None
    for number, line in enumerate(lines, 1):
        if not line.startswith("```"):
            continue
        if start is None:
            start = number
            language = line[3:].strip()
            above = lines[number - 2].strip() if number > 1 else ""
        else:
            yield start, language, above, "\n".join(lines[start:number - 1])
            start = None


def dedented_runs(text, length):
    lines = text.splitlines()
    for first in range(len(lines) - length + 1):
        yield textwrap.dedent("\n".join(lines[first:first + length]))


def example_fault(root, above, block):
    """What is wrong with a block of C++, or None."""
    mark = MARK.match(above)
    if not mark:
        return "a cpp block without `<!-- example: FILE -->` above it"
    source = root / mark[1]
    if not source.is_file():
        return f"there is no {mark[1]}"
    listing = source.parent / "CMakeLists.txt"
    if not listing.is_file() or not re.search(rf"\b{re.escape(source.stem)}\b", listing.read_text()):
        return f"{mark[1]} is not listed in {source.parent.name}/CMakeLists.txt, so nobody runs it"
    wanted = textwrap.dedent(block)
    if not wanted.strip():
        return "an empty cpp block"
    if wanted not in dedented_runs(source.read_text(), len(wanted.splitlines())):
        return f"the block differs from {mark[1]}"
    return None


def page_faults(root, page):
    lines = page.read_text().splitlines()
    for number, language, above, block in code_blocks(lines):
        if language in {"cpp", "c++"}:
            if fault := example_fault(root, above, block):
                yield number, fault
    fenced = False
    for number, line in enumerate(lines, 1):
        fenced ^= line.startswith("```")
        for target in [] if fenced else LINK.findall(line):
            if "://" not in target and not (page.parent / target).exists():
                yield number, f"the link leads nowhere: {target}"


def faults(root):
    return [
        f"{page.relative_to(root)}:{number}: {fault}"
        for page in pages(root)
        for number, fault in page_faults(root, page)
    ]


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    found = faults(root)
    for fault in found:
        print(fault)
    print(f"{len(list(pages(root)))} pages, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

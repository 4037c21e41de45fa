#!/usr/bin/env python3
"""Compares the pages (*.md) with the code.

  examples  a ```cpp block has `<!-- example: examples/NAME.cpp -->` on the line above it, and its
            lines are consecutive lines of that file (indentation of the whole block aside). The
            examples are compiled and run by tests of their own, so the file must be listed in a
            CMakeLists.txt beside it.
  links     the target of a relative link exists.
  paths     a path between backticks exists: from the root of the checkout if it begins with a folder
            of the root, else as the end of some file's path. Names in capitals are placeholders.

Usage: check_docs.py ROOT
"""

import pathlib
import re
import sys
import textwrap

MARK = re.compile(r"^<!-- example: (\S+) -->$")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
SKIPPED_FOLDERS = {"build", ".git", "node_modules"}
PATH = re.compile(r"`(?:<)?([\w.-]+(?:/[\w.-]+)+/?)(?:>)?`")
PLACEHOLDER = re.compile(r"(?:^|[/_.])[A-Z]{3,}(?:$|[/_.])")
ROOT_FOLDERS = {
    "apps", "bench", "cmake", "codegen", "docs", "examples", "generated", "include", "packaging", "schema",
    "scripts", "src", "tests",
}
FILE_ENDINGS = {".cpp", ".hpp", ".py", ".json", ".md", ".cmake"}
# Pages about the past: their paths were right when they were written.
HISTORY = {"CHANGELOG.md"}


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


def all_files(root):
    """The paths of all files, with a slash in front."""
    found = set()
    for folder in sorted(ROOT_FOLDERS):
        found |= {f"/{path.relative_to(root)}" for path in (root / folder).rglob("*") if path.is_file()}
    return found


def path_fault(root, files, path):
    """What is wrong with a path in the text, or None."""
    if PLACEHOLDER.search(path):
        return None
    if path.split("/")[0] in ROOT_FOLDERS:
        return None if (root / path).exists() else f"there is no {path}"
    if pathlib.PurePosixPath(path).suffix not in FILE_ENDINGS:
        return None
    return None if any(file.endswith(f"/{path}") for file in files) else f"no file is called {path}"


def page_faults(root, page, files):
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
        if fenced or page.name in HISTORY:
            continue
        for path in PATH.findall(line):
            if fault := path_fault(root, files, path):
                yield number, fault


def faults(root):
    files = all_files(root)
    return [
        f"{page.relative_to(root)}:{number}: {fault}"
        for page in pages(root)
        for number, fault in page_faults(root, page, files)
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

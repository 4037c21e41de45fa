#!/usr/bin/env python3
"""Every public function of the emulator and of the testing kit stands in one of their pages.

A name counts when it is called in code (between backticks, or in a block of code) of docs/emulator.md or
docs/testing.md. Constructors, destructors and operators have no names of their own.

Usage: check_tables.py ROOT
"""

import pathlib
import re
import sys

HEADERS = ("include/vkxx/emulator", "include/vkxx/testing")
PAGES = ("docs/emulator.md", "docs/testing.md")
FUNCTION = re.compile(r"([A-Za-z_]\w*)\s*\(")
CLASS = re.compile(r"^\s*(?:class|struct)\s+(\w+)")
NO_FUNCTION = {"if", "for", "while", "switch", "return", "noexcept", "decltype", "sizeof", "defined"}


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def declarations(text):
    """Gives (class or None, access, declaration) of what ends in `;` or in a body."""
    scopes, pending, bodies = [], "", 0
    for piece in re.split(r"([{};]|\b(?:public|private|protected)\s*:(?!:))", without_comments(text)):
        if bodies:
            bodies += {"{": 1, "}": -1}.get(piece, 0)
        elif piece == "{":
            if match := CLASS.match(pending):
                scopes.append([match[1], "private" if "class" in pending.split() else "public"])
            elif re.match(r"\s*(?:inline\s+)?namespace\b", pending):
                scopes.append([None, "public"])
            else:
                yield from told(scopes, pending)
                bodies = 1
            pending = ""
        elif piece == "}":
            if scopes:
                scopes.pop()
            pending = ""
        elif piece == ";":
            yield from told(scopes, pending)
            pending = ""
        elif re.fullmatch(r"(?:public|private|protected)\s*:", piece):
            scopes[-1][1] = piece.split(":")[0].strip()
            pending = ""
        else:
            pending += re.sub(r"^\s*#[^\n]*$", "", piece, flags=re.MULTILINE)


def told(scopes, pending):
    if scopes and pending.strip():
        yield scopes[-1][0], scopes[-1][1], pending.strip()


def functions(text):
    """The names of the public functions that a header declares."""
    for owner, access, declaration in declarations(text):
        match = FUNCTION.search(declaration)
        if access != "public" or not match or "=" in declaration[:match.start()]:
            continue
        name = match[1]
        if name == owner or name in NO_FUNCTION or "operator" in declaration or "using " in declaration:
            continue
        yield name


def code_of(page):
    blocks = re.findall(r"^```.*?^```", page, flags=re.DOTALL | re.MULTILINE)
    return "\n".join(blocks + re.findall(r"`[^`\n]+`", page))


def faults(root):
    shown = "\n".join(code_of((root / page).read_text()) for page in PAGES)
    for folder in HEADERS:
        for header in sorted((root / folder).glob("*.hpp")):
            for name in sorted(set(functions(header.read_text()))):
                if not re.search(rf"\b{name}\(", shown):
                    yield f"{folder}/{header.name}: {name} stands in none of {', '.join(PAGES)}"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    for fault in found:
        print(fault)
    print(f"{len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Fails on words that the project does not use, and names their replacement.

Looks at code, comments, texts, pages and names. An identifier counts as the words that it consists of:
`sent_again` and `SentAgain` are "sent again". A phrase is found across the end of a line, too. Looks also for
parameters and local variables in C++ whose name does not say what they are.

    check_words.py ROOT                everything
    check_words.py ROOT FOLDER...      some files and folders
    check_words.py ROOT --count        the number of faults in each folder
"""

import argparse
import collections
import pathlib
import re
import sys

# What not to write, and what to write instead.
WORDS = {
    # architecture
    "house": "architecture", "houses": "components", "room": "component; space", "rooms": "components",
    "way in": "authentication flow; entry header; login or OAuth endpoint",
    "ways in": "authentication flows; entry headers; login and OAuth endpoints",
    "way into": "authentication flow", "vk in the box": "local VK API emulator",
    "in the box": "local", "vk of your own": "local VK API emulator",
    "front door": "login and OAuth pages", "lowest floor": "lowest level",
    "both faces": "the coroutine and the blocking client",
    # old or translated English
    "heed": "respect", "heeds": "respects", "heeded": "respected", "heeding": "respecting",
    "shall": "must, will", "anew": "again", "kin": "related", "besides": "also", "dear": "expensive",
    "bear": "tolerate", "bears": "tolerates", "borne": "tolerated", "bore": "tolerated", "lest": "so that … not",
    "whence": "from where", "whither": "where", "wherein": "in which", "thereof": "of it",
    "hitherto": "so far", "till": "until", "spelt": "spelled", "amiss": "wrong", "afresh": "again",
    "mend": "repair", "mends": "repairs", "mended": "repaired", "reckon": "count", "reckoned": "counted",
    "is told by": "is reported by", "are told by": "are reported by", "tells of": "describes",
    "tell of": "describe",
    # retries and outcomes
    "failure that passes": "transient failure", "failures that pass": "transient failures",
    "passing failure": "transient failure", "passing failures": "transient failures",
    "sent again": "retried", "send again": "retry", "sends again": "retries", "sending again": "retry",
    "known of the effect": "outcome", "left alone": "circuit open; ignored", "leave alone": "ignore",
    # limiter, batches
    "meeting place": "coordinator", "show up": "register", "pulse": "heartbeat", "patience": "timeout",
    "journey": "batch run", "journeys": "batch runs", "carrier": "pending batch",
    "carriers": "pending batches", "set out": "start", "sets out": "starts", "setting out": "starting",
    "call nature": "call idempotency", "nature of a call": "idempotency of a call",
    "nature of the call": "idempotency of the call",
    # emulator, prompts
    "dice": "random generator", "shall go wrong": "fault to inject",
    "goes wrong on demand": "injects faults", "questions to a person": "interactive prompts",
    "question to a person": "interactive prompt", "happening": "world event", "happenings": "world events",
    "parked request": "suspended request",
}

# Names that do not say what a parameter or a variable is.
VAGUE_NAMES = {"what", "how", "with", "way", "made", "one", "asked"}

# Where a word is right: (end of the path or a folder, word, what the line must contain).
ALLOWED = [
    ("", "way in", r"way in which"),
    ("", "ways in", r"ways in which"),
    # A quotation of VK or of a standard.
    ("", "shall", r"[\"“«].*\bshall\b.*[\"”»].*(RFC|VK)"),
    # A call between people at VK takes place in a room.
    ("docs/errors.md", "room", r"call_room|room of the call"),
    ("generated/", "room", r"call_room|room of the call"),
    ("schema/", "room", r"call_room|room of the call"),
    # libFuzzer's word for a line of its output.
    ("scripts/check", "pulse", r"RELOAD"),
]

# Where it looks by default.
EVERYTHING = [
    "README.md", "CONTRIBUTING.md", "CMakeLists.txt", ".ci", "apps", "bench", "cmake", "codegen", "docs",
    "examples", "include", "packaging", "schema/overlays", "scripts", "src", "tests",
]

# VK's texts, recorded texts, what a generator writes, and this list.
DATA = [
    "docs/images", "schema/sections", "tests/fuzz/corpus", "tests/golden/expected", "tests/golden/pretend",
    "tests/structure/check_words.py", "tests/structure/check_words_test.py",
]
CXX_ENDINGS = {".cpp", ".hpp", ".ipp"}
BINARY_ENDINGS = {".pyc", ".png", ".svg", ".gz"}

PHRASES = re.compile(
    r"(?<![a-z0-9])(" + "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True)) + r")(?![a-z0-9])"
)
NAMES = "|".join(sorted(VAGUE_NAMES))
TYPE = r"(?:const\s+)?(?:typename\s+)?[A-Za-z_][\w:]*(?:<[^;(){}]*>)?(?:\s+const)?"
NAMED = rf"({TYPE})(?:\s*(?:&&?|\*)+\s*|\s+)(?:\.\.\.\s*)?({NAMES})"
PARAMETER = re.compile(rf"[(,]\s*{NAMED}\s*(?=[,)=])")
WRAPPED_PARAMETER = re.compile(rf"^\s*{NAMED}\s*(?=[,)])")
VARIABLE = re.compile(rf"(?:^|[;{{(])\s*(?:static\s+|constexpr\s+)*({TYPE})(?:\s*(?:&&?|\*)+\s*|\s+)({NAMES})\s*(?=[={{;:])")
BINDING = re.compile(rf"\bauto\s*&{{0,2}}\s*\[[^\]]*\b({NAMES})\b")
NO_TYPE = {"return", "co_return", "co_await", "co_yield", "throw", "delete", "new", "else", "case", "not",
           "using", "goto", "namespace", "typename", "const"}


def as_words(line):
    """The line in lower case, with identifiers split into their words."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", line)
    return re.sub(r"\s+", " ", split.replace("_", " ")).lower()


def allowed(path, word, line):
    return any(
        path.startswith(where) and word == permitted and re.search(context, line, re.IGNORECASE)
        for where, permitted, context in ALLOWED
    )


def without_texts(line):
    """The line without string literals and comments."""
    line = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
    return re.sub(r"//.*|/\*.*?\*/", "", line)


def vague_names(line):
    patterns = (("parameter", PARAMETER), ("parameter", WRAPPED_PARAMETER), ("variable", VARIABLE))
    for kind, pattern in patterns:
        for match in pattern.finditer(without_texts(line)):
            if match[1].removeprefix("const ").split()[0] not in NO_TYPE:
                yield f"a {kind} called '{match[2]}': name it for what it is"
    for match in BINDING.finditer(without_texts(line)):
        yield f"a variable called '{match[1]}': name it for what it is"


def line_faults(path, line):
    for match in PHRASES.finditer(as_words(line)):
        if not allowed(path, match[1], line):
            yield f"'{match[1]}': write {WORDS[match[1]]}"
    if pathlib.PurePosixPath(path).suffix in CXX_ENDINGS:
        yield from vague_names(line)


def wrapped_faults(path, line, next_line):
    """Phrases that begin at the end of a line of text and end on the next one."""
    before = as_words(line).strip()
    next_line = re.sub(r"^\s*(?:///?<?|#|\*|>)?\s*", "", next_line)
    after = as_words(next_line).strip()
    for match in PHRASES.finditer(f"{before} {after}"):
        if match.start() < len(before) < match.end() and not allowed(path, match[1], f"{line} {next_line}"):
            yield f"'{match[1]}': write {WORDS[match[1]]}"


def is_data(path):
    return any(path == data or path.startswith(data + "/") for data in DATA)


def files(root, places):
    for place in places:
        start = root / place
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            name = path.relative_to(root).as_posix()
            skipped = {"__pycache__", "node_modules", "build"} & set(path.relative_to(root).parts)
            if path.is_file() and not skipped and path.suffix not in BINARY_ENDINGS and not is_data(name):
                yield name, path


def faults(root, places):
    """Gives (path, line number, fault) of every fault in `places`, files or folders below `root`."""
    for name, path in files(root, places):
        for fault in line_faults(name, name):
            yield name, 0, f"its name has {fault}"
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            for fault in line_faults(name, line):
                yield name, number, fault
            for fault in wrapped_faults(name, line, lines[number] if number < len(lines) else ""):
                yield name, number, fault


def print_counts(root, places):
    counts = collections.Counter()
    for name, _, _ in faults(root, places):
        folders = pathlib.PurePosixPath(name).parts[:-1]
        counts["/".join(folders[:3]) or name] += 1
    for folder, count in sorted(counts.items()):
        print(f"{count:5} {folder}")
    print(f"{sum(counts.values()):5} in all")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("places", nargs="*", help="files and folders below the root; everything by default")
    parser.add_argument("--count", action="store_true", help="count the faults in each folder")
    options = parser.parse_args()
    root = options.root.resolve()
    places = options.places or EVERYTHING
    if options.count:
        print_counts(root, places)
        return 0
    missing = [place for place in places if not (root / place).exists()]
    found = list(faults(root, places))
    for place in missing:
        print(f"there is no {place}")
    for name, number, fault in found:
        print(f"{name}:{number}: {fault}")
    print(f"{len(found)} words to replace")
    return 1 if found or missing else 0


if __name__ == "__main__":
    sys.exit(main())

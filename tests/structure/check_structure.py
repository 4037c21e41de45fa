#!/usr/bin/env python3
"""Fails when the code contradicts docs/architecture.md.

Checks, over the files of the checkout given as the only argument:
  arrows     a part includes only the parts that it may know, and nobody's private headers
  public     public headers include no heavy or private dependency
  size       a source file has at most 600 lines
  places     no file names a folder that exists on one machine only
  lists      every source file stands in a CMakeLists.txt or a .cmake file
  test_names suites and tests of GoogleTest are named in CamelCase
  folders    a folder has at most 18 C++ files
"""

import pathlib
import re
import sys

# Which parts may be included by which. A part missing here may not exist.
MAY_KNOW = {
    "core": set(),
    "http": {"core"},
    "client": {"core", "http", "schema_tables"},
    "schema_tables": {"core"},
    "emulator": {"core", "schema_tables"},
    "testing": {"core", "http", "emulator"},
    "auth": {"core", "http", "client"},
    "redis": {"core", "client", "state"},
    "uploads": {"core", "http", "client"},
    "updates": {"core", "http", "client", "objects"},
    "state": {"core"},
    "dispatch": {"core", "client", "state", "updates"},
    "bot": {"core", "client", "objects", "api", "state", "updates", "dispatch", "messages", "dialogues", "uploads"},
    "bot_testing": {"core", "http", "client", "state", "dispatch", "messages", "bot", "emulator", "testing"},
    "messages": {"core", "client", "state", "uploads"},
    "dialogues": {"core", "client", "state", "updates", "dispatch", "messages"},
    "objects": {"core"},
    "api": {"core", "client", "objects"},
}

# The entry headers directly in include/vkxx/.
ENTRY_HEADERS = {
    "client.hpp": "client",
    "auth.hpp": "auth",
    "blocking_client.hpp": "client",
    "emulator.hpp": "emulator",
    "testing.hpp": "testing",
    "api.hpp": "api",
    "redis.hpp": "redis",
    "uploads.hpp": "uploads",
    "updates.hpp": "updates",
    "state.hpp": "state",
    "dispatch.hpp": "dispatch",
    "bot.hpp": "bot",
    "bot_testing.hpp": "bot_testing",
    "messages.hpp": "messages",
    "dialogues.hpp": "dialogues",
}

# What a public header may include in addition to the standard library and our own headers.
LIGHT_HEADERS = {
    "boost/asio/any_completion_handler.hpp",
    "boost/asio/any_io_executor.hpp",
    "boost/asio/associator.hpp",
    "boost/asio/async_result.hpp",
    "boost/asio/awaitable.hpp",
    "boost/assert/source_location.hpp",
    "boost/json/fwd.hpp",
}
LIGHT_FOLDERS = ("boost/system/", "boost/describe/")

# Folders of one person's or one machine's disk. Split so that this file passes its own check.
PLACES = re.compile(r"(?<![\w.~])/(?:" + "home/|" + "root/|" + "Users/|" + "work/|" + "tmp/" + r"build)")

MAXIMUM_LINES = 600
SOURCE_ENDINGS = {".hpp", ".cpp", ".py", ".sh", ".cmake"}
MAXIMUM_FILES = 18
TEST_NAME = re.compile(r"(?:TYPED_)?TEST(?:_[FP])?\((\w+), *(\w+)\)")
CAMEL_CASE = re.compile(r"[A-Z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9]*")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Checker:
    def __init__(self, root):
        self.root = root
        self.faults = []

    def fault(self, path, line, text):
        self.faults.append(f"{path.relative_to(self.root)}:{line}: {text}")

    def files(self, *folders, endings=None):
        for folder in folders:
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file() and (endings is None or path.suffix in endings):
                    yield path

    def includes(self, path):
        for number, text in enumerate(path.read_text().splitlines(), 1):
            if match := INCLUDE.match(text):
                yield number, match[1], match[2]

    def part_of_public(self, name):
        """The part of <vkxx/NAME>, or None if there is no such part."""
        first = name.split("/")[0]
        return ENTRY_HEADERS.get(name) or (first if first in MAY_KNOW else None)

    def check_arrows(self):
        for path in self.files("include/vkxx", "src", endings={".hpp", ".cpp"}):
            inside = path.relative_to(self.root)
            public = inside.parts[0] == "include"
            name = "/".join(inside.parts[2:] if public else inside.parts[1:])
            part = self.part_of_public(name)
            if part is None:
                self.fault(path, 1, "belongs to no known part")
                continue
            for line, bracket, included in self.includes(path):
                self.check_include(path, line, part, public, bracket, included)

    def check_include(self, path, line, part, public, bracket, included):
        if included.startswith("vkxx/"):
            other = self.part_of_public(included.removeprefix("vkxx/"))
            homes = [self.root / "include", self.root / "generated/include"]
            if other is None or not any((home / included).is_file() for home in homes):
                self.fault(path, line, f"there is no public header {included}")
            elif other != part and other not in MAY_KNOW[part]:
                self.fault(path, line, f"{part} may not know {other} ({included})")
        elif bracket == '"':
            if public:
                self.fault(path, line, f"a public header includes a private one ({included})")
                return
            found = (path.parent / included).resolve()
            if not found.is_file():
                found = self.root / "src" / included
            # The inside of core is everybody's toolbox; the inside of any other part is its own.
            homes = [self.root / "src" / home for home in (part, "core")]
            if not found.is_file() or not any(found.is_relative_to(home) for home in homes):
                self.fault(path, line, f"{part} includes another part's inside ({included})")

    def check_public(self):
        for path in self.files("include", endings={".hpp"}):
            for line, bracket, included in self.includes(path):
                if included.startswith("vkxx/") or bracket == '"':
                    continue
                standard = re.fullmatch(r"[a-z_0-9]+", included)
                light = included in LIGHT_HEADERS or included.startswith(LIGHT_FOLDERS)
                if not standard and not light:
                    self.fault(path, line, f"too heavy for a public header: {included}")
            if "#pragma once" not in path.read_text():
                self.fault(path, 1, "has no #pragma once")

    def check_size(self):
        folders = ["include", "src", "apps", "tests", "examples", "bench", "cmake", "scripts"]
        for path in self.files(*folders, endings=SOURCE_ENDINGS):
            lines = len(path.read_text().splitlines())
            if lines > MAXIMUM_LINES:
                self.fault(path, lines, f"has more than {MAXIMUM_LINES} lines; split its subject")

    def check_places(self):
        folders = [
            "include", "src", "apps", "tests", "examples", "bench", "cmake", "scripts", "docs",
            "packaging", "codegen", ".ci",
        ]
        # `.git` is a file in a second worktree; it names the first.
        top = [path for path in self.root.iterdir() if path.is_file() and path.name != ".git"]
        for path in [*top, *self.files(*folders)]:
            if "corpus" in path.parts or "__pycache__" in path.parts or path.suffix == ".pyc":
                continue
            for number, text in enumerate(path.read_text(errors="replace").splitlines(), 1):
                if PLACES.search(text):
                    self.fault(path, number, f"names a folder of one machine: {text.strip()}")

    def check_lists(self):
        folders = [f"src/{part}" for part in MAY_KNOW] + ["apps", "tests", "examples", "bench"]
        listed = ""
        for path in [*self.root.rglob("CMakeLists.txt"), *self.files("cmake", endings={".cmake"})]:
            if path.relative_to(self.root).parts[0] != "build":
                listed += path.read_text()
        for path in self.files(*folders, endings={".cpp"}):
            if path.is_relative_to(self.root / "tests/golden"):
                continue  # what the generator is expected to write; compared, not compiled
            if not re.search(r"(?<![\w])" + re.escape(path.name) + r"(?![\w])", listed):
                self.fault(path, 1, "stands in no CMakeLists.txt, so nobody compiles it")

    def check_test_names(self):
        for path in self.files("tests", endings={".cpp"}):
            for number, text in enumerate(path.read_text().splitlines(), 1):
                if not (match := TEST_NAME.match(text)):
                    continue
                name = f"{match[1]}.{match[2]}"
                if not CAMEL_CASE.fullmatch(name):
                    self.fault(path, number, f"test names are CamelCase: {name}")

    def check_folders(self):
        """A folder has few enough files to be read at a glance; data and public headers excepted."""
        for top in ("src", "apps", "tests"):
            for folder in [self.root / top, *(self.root / top).rglob("*")]:
                if not folder.is_dir() or {"corpus", "golden", "__pycache__"} & set(folder.parts):
                    continue
                files = [path for path in folder.iterdir() if path.suffix in {".cpp", ".hpp"}]
                if len(files) > MAXIMUM_FILES:
                    self.fault(folder, 0, f"has {len(files)} files; sort them by concern")

    def run(self):
        for check in ("arrows", "public", "size", "places", "lists", "test_names", "folders"):
            getattr(self, f"check_{check}")()
        return self.faults


def main():
    faults = Checker(pathlib.Path(sys.argv[1]).resolve()).run()
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Compiles the public headers in the two ways that a foreign program can trip over.

  alone   each header by itself, included twice, with warnings as errors
  hostile all headers after the macros that Windows and old C headers define

Usage: check_headers.py ROOT COMPILER [EXTRA-INCLUDE-FOLDER…]
       check_headers.py --hostile ROOT COMPILER [EXTRA-INCLUDE-FOLDER…]
       check_headers.py --generated ROOT COMPILER

The second form leaves out the headers by themselves, which are minutes of CPU and more than a short test run
has to give: `scripts/check long` runs the first. The third form takes the 141 generated headers instead, which
change only with the generator: `scripts/check headers` runs it.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
         "-Werror", "-x", "c++", "-"]

# Names that other people's headers define as macros.
HOSTILE_MACROS = """
#define min(a, b) vkxx_headers_must_not_use_min
#define max(a, b) vkxx_headers_must_not_use_max
#define small char
#define interface struct
#define near
#define far
#define ERROR 0
#define DELETE 0x00010000L
#define NO_ERROR 0L
#define IN
#define OUT
#define OPTIONAL
#define TRUE 1
#define FALSE 0
#define GetMessage GetMessageW
#define SendMessage SendMessageW
#define major(device) 0
#define minor(device) 0
#define check(expression) 0
#define unix 1
#define linux 1
"""

INCLUDE = re.compile(r"^\s*#\s*include\s*<([^>]+)>", re.MULTILINE)


def compile_text(compiler, folders, text):
    command = [compiler, *(f"-I{folder}" for folder in folders), *FLAGS]
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    return done.returncode == 0, done.stderr


def foreign_includes(headers):
    """What the headers include that is not ours: such headers may use the names of the macros."""
    found = set()
    for header in headers:
        found.update(INCLUDE.findall(header.read_text()))
    return sorted(name for name in found if not name.startswith("vkxx/"))


def translation_units(include, headers, others=(), alone=True):
    names = [header.relative_to(include).as_posix() for header in headers]
    if alone:
        for name in names:
            yield name, f"#include <{name}>\n#include <{name}>\n"
    yield "all headers after hostile macros", "".join([
        *(f"#include <{name}>\n" for name in foreign_includes([*headers, *others])),
        HOSTILE_MACROS,
        *(f"#include <{name}>\n" for name in names),
    ])


def main():
    arguments = sys.argv[1:]
    form = arguments.pop(0) if arguments[0].startswith("--") else ""
    generated = form == "--generated"
    root, compiler, *more = arguments
    include = pathlib.Path(root) / "include"
    folders, others = [include, *more], ()
    if generated:
        include = pathlib.Path(root) / "generated" / "include"
        folders.append(include)
        others = (pathlib.Path(root) / "include").rglob("*.hpp")
    headers = sorted(include.rglob("*.hpp"))
    if not headers:
        print(f"there are no headers in {include}")
        return 1
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        units = list(translation_units(include, headers, others, alone=form != "--hostile"))
        results = workers.map(lambda unit: compile_text(compiler, folders, unit[1]), units)
        for (name, _), (good, errors) in zip(units, results):
            if not good:
                failures += 1
                print(f"--- {name}\n{errors}")
    print(f"{len(units)} translation units, {failures} of them do not compile")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

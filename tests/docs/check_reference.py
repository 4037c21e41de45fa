#!/usr/bin/env python3
"""Makes the reference and fails on any warning of Doxygen: every public name, members too, has a
docstring of its own; docs/share_comments.py says which may share one or have none. The members of generated
types are described by name and type only, but every method of VK's schema must be there, with the address
of its page at VK, and every generated type with its name in the schema.

Usage: check_reference.py DOXYGEN DOXYFILE ROOT
       check_reference.py --own DOXYGEN DOXYFILE ROOT   the warnings of the headers that are not generated:
                                                        a tenth of the time
"""

import json
import pathlib
import re
import subprocess
import sys

EXPECTED = re.compile(r"/generated/include/.* warning: Member .* is not documented\.$|^warning: No output formats")
METHOD = re.compile(r"https://dev\.vk\.com/method/([\w.]+)")
NAMED = re.compile(r"<code>(\w+)</code> of VK's schema")
TYPE = re.compile(r"^/// `(\w+)` of VK's schema", re.MULTILINE)


def faults_of(doxygen, doxyfile, changes=""):
    settings = f"@INCLUDE = {doxyfile}\n{changes}"
    done = subprocess.run([doxygen, "-"], input=settings, text=True, capture_output=True)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    faults = [line for line in lines if not EXPECTED.search(line)]
    if done.returncode != 0:
        faults.append(f"Doxygen ended with {done.returncode}")
    return faults


def absent(pages, root):
    """What the schema and the generated headers have and the reference has not."""
    text = "".join(page.read_text(errors="replace") for page in pages.glob("*.html"))
    methods, types = set(METHOD.findall(text)), set(NAMED.findall(text))
    for section in sorted((root / "schema" / "sections").glob("*.json")):
        for name in json.loads(section.read_text()).get("methods", ()):
            if name not in methods:
                yield f"the reference has no link to VK's page of {name}"
    for header in sorted((root / "generated" / "include").rglob("objects/*.hpp")):
        for name in TYPE.findall(header.read_text()):
            if name not in types:
                yield f"the reference has no {name} of {header.name}"


def main():
    own = sys.argv[1] == "--own"
    doxygen, doxyfile, root = sys.argv[-3:]
    if own:
        faults = faults_of(doxygen, doxyfile, f"INPUT = {root}/include\nGENERATE_HTML = NO\n")
    else:
        faults = faults_of(doxygen, doxyfile)
        output = re.search(r"^OUTPUT_DIRECTORY = (.*)$", pathlib.Path(doxyfile).read_text(), re.MULTILINE)
        faults += absent(pathlib.Path(output[1]) / "html", pathlib.Path(root))
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

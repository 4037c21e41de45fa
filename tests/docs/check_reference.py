#!/usr/bin/env python3
"""Makes the reference and fails on any warning of Doxygen but one kind: a member of a documented class
may go without a comment of its own, where its name says all there is to say. Classes, enumerations
and free functions may not.

Usage: check_reference.py DOXYGEN DOXYFILE
"""

import re
import subprocess
import sys

MEMBER = re.compile(
    r"Member .* \((?:function|variable|typedef|enumeration|enumvalue|friend)\) of (?:class|struct) "
    r".* is not documented\.$"
    r"|Member \w+_id \(typedef\) of namespace vkxx is not documented\.$")


def main():
    done = subprocess.run(sys.argv[1:], text=True, capture_output=True)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    faults = [line for line in lines if not MEMBER.search(line)]
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults; {len(lines) - len(faults)} members speak for themselves")
    return 1 if faults or (done.returncode != 0 and not lines) else 0


if __name__ == "__main__":
    sys.exit(main())

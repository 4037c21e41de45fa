#!/usr/bin/env python3
"""Makes the reference and fails on any warning of Doxygen: every public name, members too, has words
of its own. What may share them or go without any, docs/share_comments.py says.

Usage: check_reference.py DOXYGEN DOXYFILE
"""

import subprocess
import sys


def main():
    done = subprocess.run(sys.argv[1:], text=True, capture_output=True)
    faults = [line for line in done.stderr.splitlines() if line.strip()]
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults")
    return 1 if faults or done.returncode != 0 else 0


if __name__ == "__main__":
    sys.exit(main())

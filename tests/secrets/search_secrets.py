#!/usr/bin/env python3
"""Runs test programs and searches all they show for the secrets they use.

usage: search_secrets.py FOLDER [--last-test-log FOLDER] PROGRAM...

Every secret of the tests has a mark in its middle (tests/support/secrets.cpp), where redaction takes
it away. FOLDER receives what the programs show: their log lines, errors and records
(VKXX_SHOWN_TEXTS) and their output. CTest's own logs of the run so far are searched as well.
"""

import base64
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.parse

# Spelt so that this file does not hold it.
MARK = "MARK" + "OF" + "SECRET"
# In the middle of the tokens that the emulator's world knows from the start.
EMULATORS_MARK = "emulator" + "-user-"


def forms_of(mark):
    """The mark as it is and as it would look encoded."""
    forms = {mark, mark.lower(), urllib.parse.quote(mark), mark.encode().hex()}
    # In base64 a text has three looks, by its place; the inner characters are the same.
    for shift in range(3):
        text = base64.b64encode(b"x" * shift + mark.encode()).decode()
        forms.add(text[4:-4])
    return sorted(forms)


def found_in(text, forms):
    return [form for form in forms if form in text]


def search(folders, marks=(MARK,)):
    """A line for each finding; how many bytes were searched."""
    forms = sorted({form for mark in marks for form in forms_of(mark)})
    findings, size = [], 0
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if not path.is_file():
                continue
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                size += len(line)
                for form in found_in(line, forms):
                    findings.append(f"{path}:{number}: shows a secret (as {form})")
    return findings, size


def main():
    arguments = sys.argv[1:]
    shown = pathlib.Path(arguments.pop(0))
    logs = []
    if arguments and arguments[0] == "--last-test-log":
        logs.append(arguments[1])
        arguments = arguments[2:]
    shutil.rmtree(shown, ignore_errors=True)
    shown.mkdir(parents=True)

    def fails(program):
        with open(shown / f"{pathlib.Path(program).name}.output.txt", "wb") as output:
            environment = dict(os.environ, VKXX_SHOWN_TEXTS=str(shown))
            done = subprocess.run([program], stdout=output, stderr=subprocess.STDOUT,
                                  env=environment, check=False, timeout=240)
        return done.returncode != 0

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        failed = [pathlib.Path(program).name
                  for program, bad in zip(arguments, pool.map(fails, arguments)) if bad]
    # Other tests may show the emulator's tokens, which are no secrets to who starts it.
    findings, size = search([shown], (MARK, EMULATORS_MARK))
    in_logs, size_of_logs = search(logs)
    findings += in_logs
    size += size_of_logs
    recorded = sum(path.stat().st_size for path in shown.glob("[0-9]*.txt"))
    print("\n".join(findings))
    print(f"{size} bytes searched, {recorded} of them logs, errors and records; "
          f"{len(findings)} findings")
    if failed:
        print("programs that failed: " + ", ".join(failed))
    if recorded < 10_000:
        print("too little was recorded: the programs do not keep what they show")
        return 1
    return 1 if findings or failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Searches all that tests have shown for the secrets they used.

usage: search_secrets.py SHOWN LOGS

Every secret of the tests has a mark in its middle (tests/support/secrets.cpp), where redaction takes
it away. SHOWN is the folder with what the tests kept (VKXX_SHOWN_TEXTS): their log lines, errors and
records; LOGS has CTest's own logs of the run, with their output.
"""

import base64
import pathlib
import sys
import urllib.parse

# Split so that this file does not contain it.
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
    shown, logs = (pathlib.Path(argument) for argument in sys.argv[1:])
    findings, size = search([shown], (MARK, EMULATORS_MARK))
    recorded = size
    # Other tests may show the emulator's tokens, which are no secrets to who starts it.
    in_logs, size_of_logs = search([logs])
    findings += in_logs
    size += size_of_logs
    print("\n".join(findings))
    print(f"{size} bytes searched, {recorded} of them logs, errors and records; "
          f"{len(findings)} findings")
    if recorded < 10_000:
        print("too little was recorded: the programs do not keep what they show")
        return 1
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

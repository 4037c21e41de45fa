#!/usr/bin/env python3
"""The search finds a secret in every form it could be shown in, and nothing in clean texts."""

import base64
import pathlib
import re
import sys
import tempfile
import urllib.parse

import search_secrets

SECRET = "begin." + search_secrets.MARK + ".token.end"

SHOWN = {
    "as it is": f"token={SECRET}",
    "in lower case": SECRET.lower(),
    "in hexadecimal digits": SECRET.encode().hex(),
    "in base64": base64.b64encode(SECRET.encode()).decode(),
    "in base64, one byte later": base64.b64encode(b"a" + SECRET.encode()).decode(),
    "in base64, two bytes later": base64.b64encode(b"ab" + SECRET.encode()).decode(),
    "in a URL": "?t=" + urllib.parse.quote("ы" + SECRET),
    "with one end cut off": SECRET[6:],
}


def findings_in(text):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "log.txt").write_text("first line\n" + text + "\n")
        return search_secrets.search([folder])[0]


def main():
    faults = [name for name, text in SHOWN.items() if not findings_in(text)]
    if findings_in("token=begi***.end, 5. User authorization failed"):
        faults.append("a redacted secret was found")
    # The mark of the search is the mark of the tests.
    source = pathlib.Path(__file__).parent.parent / "support" / "secrets.cpp"
    pieces = re.search(r'std::string\{"(\w+)"\} \+ "(\w+)" \+ "(\w+)"', source.read_text())
    if not pieces or "".join(pieces.groups()) != search_secrets.MARK:
        faults.append("the tests use another mark")
    # The emulator's tokens still have the mark that the search knows.
    world = pathlib.Path(__file__).parents[2] / "src" / "emulator" / "world" / "accounts" / "first_accounts.cpp"
    prefix = re.search(r'std::string text = "([^"]*)"', world.read_text())
    name = re.search(r'make_token\("(user-[^"]*)", token_kind::user', world.read_text())
    if not prefix or not name or (
            search_secrets.EMULATORS_MARK not in prefix.group(1) + name.group(1) + "-"):
        faults.append("the emulator's tokens have another mark")
    print(f"{len(SHOWN) + 3} checks, faults: {faults}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

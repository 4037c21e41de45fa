#!/usr/bin/env python3
"""Imports VK's JSON schema: `import_schema.py CHECKOUT` rewrites schema/ and lists the changes.

CHECKOUT is any checkout of https://github.com/VKCOM/vk-api-schema. Only facts are kept (names,
types, limits, numbers); overlays under schema/overlays/ are not touched. Run generate.py next.
"""

import argparse
import pathlib
import sys

from vkxx_codegen import changes, description, facts

DEFAULT_FOLDER = pathlib.Path(__file__).resolve().parent.parent / "schema"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", help="folder of a vk-api-schema checkout")
    parser.add_argument("--schema", default=DEFAULT_FOLDER, help="folder to write (schema/)")
    options = parser.parse_args()
    try:
        new = facts.read_checkout(options.checkout)
    except facts.SchemaError as error:
        print(f"import_schema: {error}", file=sys.stderr)
        return 1
    old = description.read(options.schema)
    description.write(new, options.schema)
    counts = ", ".join(f"{count} {kind}" for kind, count in new["manifest"]["counts"].items())
    print(f"API {new['manifest']['api_version']}: {counts}")
    if old is None:
        print("first import, nothing to compare with")
        return 0
    found = changes.changes(old, new)
    print("\n".join(found) if found else "no change for users")
    return 0


if __name__ == "__main__":
    sys.exit(main())

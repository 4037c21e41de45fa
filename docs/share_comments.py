#!/usr/bin/env python3
"""A filter for Doxygen, so that the headers say each thing once.

  overloads         written one under the other share the comment of the first
  special members   (defaulted, deleted, destructors) need no words and are left out

Line numbers stay as they are.
"""

import re
import sys

SPECIAL = re.compile(r"=\s*(?:default|delete);\s*$|^\s*(?:virtual )?~\w+\(\)")
NAME = re.compile(r"(operator[^\w\s(]+|\w+)\(")
NOISE = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//.*')


class Sharer:
    def __init__(self):
        self.comment = ""  # the last comment, in one line
        self.name = ""  # of the function that it was written for
        self.fresh = False  # the line before was part of the comment
        self.depth = 0  # of open braces and parentheses inside the declaration at hand

    def declaration(self, line):
        code = NOISE.sub("", line)
        inside = self.depth > 0
        self.depth = max(0, self.depth + len(re.findall(r"[({]", code)) - len(re.findall(r"[)}]", code)))
        if inside:
            return line
        if code.rstrip().endswith("{") and not NAME.search(code):
            self.depth = 0  # a class, an enum, a namespace: its members are declarations again
            self.comment = ""
            return line
        if not self.fresh and SPECIAL.search(code):
            return f"/** @cond */ {line} /** @endcond */"
        name = match[1] if (match := NAME.search(code)) else ""
        if self.fresh:
            self.name = name
            self.fresh = not name  # the name comes on a later line: a template, an attribute
            return line
        if name and name == self.name and self.comment:
            return f"/** {self.comment} */ {line}"
        return line

    def line(self, line):
        text = line.strip()
        if self.depth == 0 and text.startswith("///") and not text.startswith("///<"):
            words = text.removeprefix("///").strip()
            self.comment = f"{self.comment} {words}" if self.fresh else words
            self.fresh = True
            if re.search(r"@[{}]|@name|@file|\*/", words):
                self.comment = ""
                self.fresh = False
            return line
        if self.depth == 0 and (not text or text.startswith(("#", "//"))):
            self.name = ""
            self.fresh = False
            return line
        return self.declaration(line)


def main():
    sharer = Sharer()
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            sys.stdout.write(sharer.line(line.rstrip("\n")) + "\n")


if __name__ == "__main__":
    main()

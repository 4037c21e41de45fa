#!/usr/bin/env python3
"""A filter for Doxygen, so that the headers say each thing once.

  same name     functions of one class (or file) with one name share the comment of the first that
                has one: overloads, and the setter and getter of a setting
  left out      what needs no words: defaulted and deleted members, destructors, and the standard's own
                vocabulary for containers, iterators and comparison

Line numbers stay as they are.
"""

import re
import sys

LEFT_OUT = re.compile(
    r"=\s*(?:default|delete);\s*$"
    r"|^\s*(?:virtual )?~\w+\(\)"
    r"|^\s*using (?:iterator_category|value_type|difference_type|pointer|reference)\b"
    r"|\b(?:begin|end|size|empty)\(\) const\b"
    r"|\boperator(?:==|<=>|\*|->|\+\+|<<) ?\("
)
SCOPE = re.compile(r"^\s*(?:template <.*>\s*)?(?:class|struct|union|enum|namespace|extern)\b[^;()]*{\s*$")
NAME = re.compile(r"(operator[^\w\s(]+|\b(?!requires\b)\w+)\(")
NOISE = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//.*')


class Sharer:
    def __init__(self):
        self.comment = []  # the comment that waits for its declaration
        self.scopes = [{}]  # of each open class: name -> comment
        self.depth = 0  # of open braces and parentheses inside the declaration at hand
        self.leaving_out = False  # what is at hand is left out, up to its end

    def comment_line(self, words):
        if re.search(r"@[{}]|@name|@file|\*/", words):
            self.comment = []
        else:
            self.comment.append(words)

    def group_line(self, line):
        """Doxygen would read the comment of the first member as more of the group's own."""
        line = re.sub(r"/// (?=@name )", "/** ", line)
        return re.sub(r"/// @\{", " @{ */", line)

    def end_of_left_out(self, code):
        if self.depth > 0 or not code.rstrip().endswith((";", "}")):
            return ""
        self.leaving_out = False
        return " /** @endcond */"

    def declaration(self, line):
        code = NOISE.sub("", line)
        if self.depth == 0 and SCOPE.match(code):
            self.scopes.append({})
            self.comment = []
            return line
        inside = self.depth > 0
        self.depth += len(re.findall(r"[({]", code)) - len(re.findall(r"[)}]", code))
        if self.depth < 0:
            self.depth = 0
            self.scopes.pop()
        if self.leaving_out:
            return line + self.end_of_left_out(code)
        if inside:
            return line
        name = match[1] if (match := NAME.search(code)) else ""
        known = self.scopes[-1]
        if self.comment:
            if name:
                known.setdefault(name, " ".join(self.comment))
                self.comment = []
            return line
        if "///<" in line:
            return line
        if LEFT_OUT.search(code):
            self.leaving_out = True
            return f"/** @cond */ {line}{self.end_of_left_out(code)}"
        return f"/** {known[name]} */ {line}" if known.get(name) else line

    def line(self, line):
        text = line.strip()
        if self.depth == 0:
            if text.startswith("///") and not text.startswith("///<"):
                self.comment_line(text.removeprefix("///").strip())
                return self.group_line(line)
            if not text or text.startswith(("#", "//")):
                self.comment = []
                return line
        return self.declaration(line)


def main():
    sharer = Sharer()
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            # Doxygen 1.9.4 takes a full stop near the end of a piece of code for the end of the
            # sentence; one that only looks like it does no harm.
            line = re.sub(r"(?:\.|…)+(?=[^\w\s`]?`)", "\u2024", line.rstrip("\n"))
            sys.stdout.write(sharer.line(line) + "\n")


if __name__ == "__main__":
    main()

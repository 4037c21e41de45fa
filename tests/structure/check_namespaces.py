#!/usr/bin/env python3
"""Fails when something private is declared in a public namespace.

Checks, over the checkout given as the only argument:
  headers  a header under src/ declares names in a namespace `detail` only
  sources  a class, an enumeration or a function of a source under src/ is in a namespace `detail` or
           in an unnamed one, unless a public header declares it
"""

import pathlib
import re
import sys

# What has no say in where a name is: comments, texts, characters (not the ' of 1'000), directives.
SILENT = re.compile(
    r'R"(\w*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"|(?<!\w)\'(?:[^\'\\\n]|\\.)+\'|//[^\n]*|/\*.*?\*/'
    r"|^[ \t]*#(?:\\\n|[^\n])*", re.M | re.S)
NAMESPACE = re.compile(r"(?:inline )?namespace ?([\w:]*)$")
NAMESPACE_ALIAS = re.compile(r"namespace \w+ =")
# They declare nothing of ours.
NO_NAME = re.compile(r"(?:using\b(?! \w+ =)|static_assert\b|extern template\b|template (?!<)|friend\b)")
ATTRIBUTE = re.compile(r"\[\[.*?\]\]|alignas ?\([^)]*\)")
TEMPLATE = re.compile(r"template ?<[^{;]*?> ?(?=(?:class|struct|enum|union|using|inline|constexpr|\w))")
TYPE = re.compile(r"(?:class|struct|union|enum(?: class| struct)?) ([\w:]+)")
FUNCTION = re.compile(r"([\w:~]*\boperator ?(?:\(\)|[^\s\w(]+|\w+)|[\w:~]+) ?\(")


def statements(text):
    """Yields (line, namespace, declaration, ending) of what stands in no class and no function."""
    text = SILENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    scopes, depth, start, declared = [], 0, 0, False
    for found in re.finditer(r"[{};()]", text):
        sign, at = found[0], found.start()
        if depth == 0 and sign in "{;}":
            head = " ".join(text[start:at].split())
            line = text.count("\n", 0, start + len(text[start:at]) - len(text[start:at].lstrip())) + 1
            opened = NAMESPACE.match(head)
            if sign == "{" and (opened or head.startswith("extern ")):
                scopes.append(opened[1] if opened else "")
                start = found.end()
                continue
            if head and not declared:
                yield line, "::".join(scope or "(unnamed)" for scope in scopes), head, sign
            start = found.end()
            if sign == "{":
                declared = True  # what follows the block belongs to it: `};`, a list of members
            else:
                declared = False
                if sign == "}" and scopes:
                    scopes.pop()
        if sign in "{(":
            depth += 1
        elif sign in "})" and depth > 0:
            depth -= 1
            # A function ends with its block, everything else goes on to `;`, or to the next block.
            if sign == "}" and depth == 0:
                after = text[found.end():].lstrip()
                declared = after.startswith((";", ",", "{"))
                start = found.end()


def is_private(namespace):
    return bool({"detail", "(unnamed)"} & set(namespace.split("::")))


def header_faults(text):
    faults = []
    for line, namespace, head, ending in statements(text):
        forward = ending == ";" and TYPE.fullmatch(head) and not namespace  # of a library in C
        alias = NAMESPACE_ALIAS.match(head)
        if is_private(namespace) or forward or alias or NO_NAME.match(head):
            continue
        faults.append((line, f"is declared outside of a namespace detail: {head[:60]}"))
    return faults


def source_faults(text, public):
    """`public`: the text of all public headers."""
    faults = []
    for line, namespace, head, ending in statements(text):
        head = TEMPLATE.sub("", ATTRIBUTE.sub("", head)).strip()
        if is_private(namespace) or NO_NAME.match(head) or NAMESPACE_ALIAS.match(head):
            continue
        if found := TYPE.match(head):
            pattern = rf"\b(?:class|struct|union|enum)\s+{found[1]}\b"
        elif (found := FUNCTION.search(head)) and "=" not in head[:found.start()]:
            pattern = rf"(?<!\w){re.escape(found[1])}\s*\("
        else:
            continue
        # `struct client::state`, `client::call(`: members, which a class declares.
        if "::" not in found[1] and not re.search(pattern, public):
            faults.append((line, f"is in no namespace detail, and no public header declares it: {found[1]}"))
    return faults


def faults_of(root):
    headers = [*(root / "include").rglob("*.hpp"), *(root / "generated/include").rglob("*.hpp")]
    public = "\n".join(path.read_text() for path in headers)
    for path in sorted((root / "src").rglob("*")):
        if path.suffix == ".hpp":
            found = header_faults(path.read_text())
        elif path.suffix == ".cpp":
            found = source_faults(path.read_text(), public)
        else:
            continue
        for line, text in found:
            yield f"{path.relative_to(root)}:{line}: {text}"


def main():
    faults = list(faults_of(pathlib.Path(sys.argv[1]).resolve()))
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

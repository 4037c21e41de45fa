#!/usr/bin/env python3
"""Fails when a public header breaks a rule that all of them follow.

Checks, over the checkout given as the only argument:
  options    an options class has a getter for every setter, by the same name; no setter that has a
             getter takes a default argument; no aggregate beside it repeats its members
  sections   the comment of an asynchronous function has the sections Completion, Errors,
             Cancellation, Lifetime and Executor, or says where they are
"""

import pathlib
import re
import sys

# A setter gives its own object back: `name& setter(…)`.
SETTER = re.compile(r"^\s+(?:\w+::)*(\w+)& (\w+)\(([^;{]*)\)", re.M)
GETTER = re.compile(r"\b(\w+)\(\)\s*const\b")
CLASS = re.compile(r"^class (\w+)(?: final)?(?: : [^{;]*)?\s*\{(.*?)^\};", re.M | re.S)

# Setters without a getter of their name, and why.
WITHOUT_GETTER = {
    # They set several others.
    ("config", "access_token"), ("config", "emulator"), ("endpoints", "all"), ("limits", "off"),
    ("retries", "off"),
    # `config::common` reads them.
    ("config", "v"), ("config", "lang"), ("config", "https"), ("config", "test_mode"),
    # `config::transport_options` reads them.
    ("config", "proxy"), ("config", "ca_file"), ("config", "max_answer_size"),
    ("config", "max_connections"), ("config", "max_in_flight"), ("config", "connect_timeout"),
    ("config", "user_agent"),
    # It adds one more: read by `headers`.
    ("call_options", "header"),
    # It sets a parameter: read by `parameters`.
    ("upload_options", "set"),
}
# Classes of options; others have setters, too, but are values of another kind.
OPTIONS = re.compile(
    r"(?:\w*options|config|limits|retries|batching|endpoints|fault|direct|implicit|communities|code"
    r"|vk_id|validation|interactive)$")

SECTIONS = ("completion", "errors", "cancellation", "lifetime", "executor")
ASYNCHRONOUS = re.compile(r"^\s*(?:\[\[nodiscard\]\] )?(?:virtual )?asio::awaitable<")
REFERENCE = re.compile(r"\b(?:see|as) `|\bthe same (?:for|as)\b|\bas (?:above|the calls above)\b", re.I)


def options_faults(name, text):
    faults = []
    for found in re.finditer(r"\bstruct (\w*settings)\b|\bvalues\(\) const\b", text):
        if "schema_tables" in name:
            continue
        faults.append((text.count("\n", 0, found.start()) + 1,
                       "repeats the members of an options class; give it getters"))
    for cls in CLASS.finditer(text):
        owner, body = cls.group(1), cls.group(2)
        if not OPTIONS.match(owner):
            continue
        public = re.sub(r"^ (?:private|protected):.*?(?=^ public:|\Z)", "", body, flags=re.M | re.S)
        getters = set(GETTER.findall(public))
        first = text.count("\n", 0, cls.start(2)) + 1
        for setter in SETTER.finditer(public):
            returned, name_of, arguments = setter.groups()
            if returned not in (owner, "Options") or name_of.startswith("add_"):
                continue
            if name_of.startswith("operator") or (owner, name_of) in WITHOUT_GETTER:
                continue
            line = first + body.count("\n", 0, body.find(setter.group(0)))
            if name_of not in getters:
                faults.append((line, f"{owner}::{name_of} has no getter of its name"))
            elif re.search(r"^[^,]*=", arguments):
                faults.append((line, f"{owner}::{name_of}() would set, not get: no default argument"))
    return faults


def public_lines(text):
    """Lines outside of `detail`, `private:` and `protected:`, with their numbers."""
    open_for_all = True
    detail = False
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"namespace (?:\w+::)?detail\b.*\{", line):
            detail = True
        elif re.match(r"\}  // namespace (?:\w+::)?detail", line):
            detail = False
        elif re.match(r"\s(?:private|protected):", line):
            open_for_all = False
        elif re.match(r"\s+public:", line) or re.match(r"(?:class|struct|\};)", line):
            open_for_all = True
        if open_for_all and not detail:
            yield number, line


def sections_faults(text):
    faults = []
    comment = []
    documented = ""
    in_template = False
    for number, line in public_lines(text):
        stripped = line.strip()
        if stripped.startswith("///"):
            comment.append(stripped[3:].strip())
            continue
        if stripped.startswith(("template", "requires")) and comment:
            in_template = True
        if ASYNCHRONOUS.match(line) and " override" not in line:
            own = " ".join(comment)
            told = own or documented
            documented = told
            missing = [name for name in SECTIONS if not re.search(rf"\b{name}\b", told, re.I)]
            if missing and not REFERENCE.search(told):
                faults.append((number, "asynchronous, and its comment has no section "
                                       f"{', '.join(missing)}"))
        if not in_template or not stripped.startswith(("template", "requires")):
            comment = []
            in_template = False
    return faults


def faults_of(root):
    faults = []
    for path in sorted((root / "include/vkxx").rglob("*.hpp")):
        name = path.relative_to(root / "include/vkxx").as_posix()
        if name.startswith(("api/", "objects/")):
            continue
        text = path.read_text()
        found = options_faults(name, text) + sections_faults(text)
        faults += [f"include/vkxx/{name}:{line}: {what}" for line, what in found]
    return faults


def main():
    faults = faults_of(pathlib.Path(sys.argv[1]).resolve())
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

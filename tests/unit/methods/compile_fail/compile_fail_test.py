#!/usr/bin/env python3
"""Programs that must not compile: each is compiled without its fault, and with it.

Usage: compile_fail_test.py COMPILER INCLUDE_FOLDER...
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

# (headers, the right statement, the wrong one, what the compiler has to say of it)
MISSING = r"no matching (function|constructor)"
CASES = [
    # A required parameter is forgotten.
    ("users", "users::report{user_id{1}, users::report_type::spam};", "users::report{};", MISSING),
    ("users", "users::report{user_id{1}, users::report_type::spam};",
     "users::report{user_id{1}};", MISSING),
    ("wall", "wall::getComment{comment_id{1}};", "wall::getComment{};", MISSING),
    ("wall", "wall::repost{\"wall1_1\"};", "wall::repost{};", MISSING),
    ("friends", "friends::addList{\"family\"};", "friends::addList{};", MISSING),
    ("likes", "likes::getList{likes::type::post};", "likes::getList{};", MISSING),
    ("utils", "utils::resolveScreenName{\"durov\"};", "utils::resolveScreenName{};", MISSING),
    ("storage", "storage::set{\"key\"};", "storage::set{};", MISSING),
    ("docs", "docs::save{\"file\"};", "docs::save{};", MISSING),
    ("messages", "messages::createChat{}.title(\"t\");", "messages::getInviteLink{};", MISSING),
    ("messages", "messages::send::with_peer_ids{integers{1, 2}};",
     "messages::send::with_peer_ids{};", MISSING),
    ("groups", "groups::ban{group_id{1}};", "groups::ban{};", MISSING),
    # Two are swapped, or one is of another kind.
    ("groups", "groups::editManager{group_id{1}, user_id{2}};",
     "groups::editManager{user_id{2}, group_id{1}};", "could not convert|no viable|cannot convert|"
     "no matching|no known conversion"),
    ("groups", "groups::ban{group_id{1}};", "groups::ban{user_id{1}};",
     "could not convert|cannot convert|no matching|no known conversion|no viable"),
    # A number is no id, a text no number, a number no flag.
    ("groups", "groups::ban{group_id{1}};", "groups::ban{1};",
     "could not convert|cannot convert|no matching|no viable|narrowing"),
    ("users", "users::getFollowers{}.count(1);", "users::getFollowers{}.count(\"1\");",
     "invalid conversion|cannot initialize|no matching"),
    ("wall", "wall::getComments{}.need_likes(true);", "wall::getComments{}.need_likes(\"yes\");",
     "no matching|cannot convert|could not convert|no viable"),
    # A value of another enumeration.
    ("users", "users::get{}.name_case(base::name_case::Gen);",
     "users::get{}.name_case(users::fields::sex);", "no matching|could not convert|cannot convert|"
     "no viable|no known conversion"),
    ("users", "users::get{}.fields(users::fields::sex);",
     "users::get{}.fields(base::name_case::Gen);", "no matching|constraint"),
    ("users", "users::get{}.user_ids(1, \"durov\");", "users::get{}.user_ids(1.5);",
     "no matching|constraint"),
    # What would bring another answer cannot be said.
    ("wall", "wall::get::with_extended{}.count(1);", "wall::get{}.extended(true);",
     "has no member named|no member named"),
    ("friends", "friends::get::with_fields{}.fields(\"sex\");", "friends::get{}.fields(\"sex\");",
     "has no member named|no member named"),
]


def compiles(compiler, folders, header, statement):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "program.cpp"
        source.write_text(f"#include <vkxx/methods/{header}.hpp>\nusing namespace vkxx;\n"
                          f"void call() {{ (void){statement} }}\n", encoding="utf-8")
        done = subprocess.run(
            [compiler, "-std=c++20", "-fsyntax-only", *(f"-I{path}" for path in folders),
             str(source)], capture_output=True, text=True, check=False)
        return done.returncode == 0, done.stderr


def main():
    compiler, *folders = sys.argv[1:]
    faults, right = 0, {}
    for header, good, bad, message in CASES:
        if (header, good) not in right:
            right[(header, good)] = compiles(compiler, folders, header, good)
        good_compiles, good_text = right[(header, good)]
        bad_compiles, text = compiles(compiler, folders, header, bad)
        if not good_compiles:
            print(f"does not compile, but should: {good}\n{good_text[:1500]}")
        elif bad_compiles:
            print(f"compiles, but should not: {bad}")
        elif not re.search(message, text):
            print(f"fails for another reason: {bad}\n{text[:1500]}")
        else:
            continue
        faults += 1
    print(f"{len(CASES)} programs, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Programs that must not compile: each is compiled without its fault, and with it.

Usage: compile_fail_test.py COMPILER INCLUDE_FOLDER...
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

# (section, the right statement, the wrong one, what the compiler has to say of it)
MISSING = r"no matching (function|constructor)"
CASES = [
    # A required parameter is forgotten.
    ("users", "users::report{user_id{1}, users::report_type::spam};", "users::report{};", MISSING),
    ("users", "users::report{user_id{1}, users::report_type::spam};",
     "users::report{user_id{1}};", MISSING),
    ("users", "users::report{user_id{1}, users::report_type::spam};",
     "users::report{users::report_type::spam};", MISSING),
    ("wall", "wall::getComment{comment_id{1}};", "wall::getComment{};", MISSING),
    ("wall", "wall::repost{\"wall1_1\"};", "wall::repost{};", MISSING),
    ("friends", "friends::addList{\"family\"};", "friends::addList{};", MISSING),
    ("likes", "likes::getList{likes::type::post};", "likes::getList{};", MISSING),
    ("utils", "utils::resolveScreenName{\"durov\"};", "utils::resolveScreenName{};", MISSING),
    ("storage", "storage::set{\"key\"};", "storage::set{};", MISSING),
    ("docs", "docs::save{\"file\"};", "docs::save{};", MISSING),
    ("messages", "messages::getInviteLink{peer_id{1}};", "messages::getInviteLink{};", MISSING),
    ("messages", "messages::send::with_peer_ids{ids<peer_id>{1, 2}};",
     "messages::send::with_peer_ids{};", MISSING),
    ("groups", "groups::ban{group_id{1}};", "groups::ban{};", MISSING),
    ("groups", "groups::editManager{group_id{1}, user_id{2}};",
     "groups::editManager{group_id{1}};", MISSING),
    ("groups", "groups::editManager{group_id{1}, user_id{2}};",
     "groups::editManager{user_id{2}};", MISSING),
    # Two are swapped, or one is of another kind.
    ("groups", "groups::editManager{group_id{1}, user_id{2}};",
     "groups::editManager{user_id{2}, group_id{1}};", "could not convert|no viable|cannot convert|"
     "no matching|no known conversion"),
    ("groups", "groups::ban{group_id{1}};", "groups::ban{user_id{1}};",
     "could not convert|cannot convert|no matching|no known conversion|no viable"),
    # An id of another kind in a setter or a list.
    ("users", "users::get{}.user_ids(user_id{1}, 2, \"durov\");",
     "users::get{}.user_ids(group_id{1});", "no matching|constraint"),
    ("groups", "groups::getById{}.group_ids(group_id{1}, \"team\");",
     "groups::getById{}.group_ids(user_id{1});", "no matching|constraint"),
    ("messages", "messages::createChat{}.user_ids(user_id{1}, 2);",
     "messages::createChat{}.user_ids(group_id{1});", "no matching|constraint"),
    ("messages", "messages::delete_{}.message_ids(message_id{1});",
     "messages::delete_{}.message_ids(cmid{1});", "no matching|constraint"),
    ("messages", "messages::delete_{}.message_ids(std::vector<message_id>{});",
     "messages::delete_{}.message_ids(std::vector<user_id>{});", "no matching|constraint"),
    ("messages", "messages::send::with_peer_ids{ids<peer_id>{user_id{1}, chat_id{2}}};",
     "messages::send::with_peer_ids{ids<peer_id>{message_id{1}}};", "no matching|constraint"),
    ("messages", "messages::send::with_peer_ids{ids<peer_id>{1}};",
     "messages::send::with_peer_ids{ids<user_id>{1}};",
     "could not convert|cannot convert|no matching|no known conversion|no viable"),
    ("wall", "wall::get{}.owner_id(user_id{1});", "wall::get{}.owner_id(message_id{1});",
     "no matching"),
    ("wall", "wall::get{}.owner_id(group_id{1});", "wall::get{}.owner_id(chat_id{1});",
     "no matching"),
    ("groups", "groups::getMembers{}.group_id(group_id{1});",
     "groups::getMembers{}.group_id(user_id{1});", "no matching"),
    # Members have the type of their object.
    ("wall", "(wall::wallpost_full{}.id == post_id{1});",
     "(wall::wallpost_full{}.id == message_id{1});", "no match|invalid operands"),
    ("users", "(users::user_full{}.id == user_id{1});", "(users::user_full{}.id == group_id{1});",
     "no match|invalid operands"),
    # A number is no id, a text no number, a number no flag.
    ("groups", "groups::ban{group_id{1}};", "groups::ban{1};",
     "could not convert|cannot convert|no matching|no viable|narrowing"),
    ("users", "users::getFollowers{}.count(1);", "users::getFollowers{}.count(\"1\");",
     "invalid conversion|cannot initialize|no matching"),
    ("wall", "wall::getComments{}.need_likes(true);", "wall::getComments{}.need_likes(\"yes\");",
     "no matching|cannot convert|could not convert|no viable"),
    # A value of another enumeration.
    ("users", "users::get{}.name_case(base::name_case::Gen);",
     "users::get{}.name_case(users::fields::sex);", "no matching|could not|cannot convert|"
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


def run(compiler, folders, *arguments):
    done = subprocess.run([compiler, "-std=c++20", *(f"-I{path}" for path in folders), *arguments],
                          capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr


class Programs:
    """Compiles statements against headers that are read once: reading them is what a program costs."""

    def __init__(self, compiler, folders, folder):
        self.compiler, self.folders, self.folder = compiler, folders, Path(folder)
        self.headers = self.folder / "headers.hpp"
        self.headers.write_text("".join(
            f"#include <vkxx/api/{name}.hpp>\n" for name in sorted({case[0] for case in CASES})),
            encoding="utf-8")
        good, text = run(compiler, folders, "-x", "c++-header", str(self.headers),
                         "-o", f"{self.headers}.gch")
        if not good:
            sys.exit(f"the headers do not compile:\n{text}")

    def compile(self, number, statement):
        source = self.folder / f"program{number}.cpp"
        source.write_text(f"using namespace vkxx;\nusing namespace vkxx::api;\nvoid call() {{ (void){statement} }}\n",
                          encoding="utf-8")
        return run(self.compiler, self.folders, "-include", str(self.headers), "-fsyntax-only",
                   str(source))


def main():
    compiler, *folders = sys.argv[1:]
    faults, right = 0, {}
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(compiler, folders, folder)
        for number, (_, good, bad, message) in enumerate(CASES):
            if good not in right:
                right[good] = programs.compile(f"{number}_right", good)
            good_compiles, good_text = right[good]
            bad_compiles, text = programs.compile(f"{number}_wrong", bad)
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

#!/usr/bin/env python3
"""Compiles a case twice: as it is (must compile) and with -DFAULT (must not, with its message).

usage: check_compile_fail.py CHECKOUT COMPILER [CASE...]   all cases when none is named
"""

import pathlib
import re
import subprocess
import sys
import tempfile

# name: (headers, what stands before the function, a good line, a faulty line, what the compiler has to say)
CASES = {
    "a handler with another argument": (
        "#include <vkxx/bot/router.hpp>\n",
        "vkxx::router r;",
        "r.on_text([](vkxx::message_context) {});",
        "r.on_text([](int) {});",
        "a handler takes the context by value",
    ),
    "a handler of messages for buttons": (
        "#include <vkxx/bot/router.hpp>\n",
        "vkxx::router r;",
        "r.on_button(\"buy\", [](vkxx::button_context) {});",
        "r.on_button(\"buy\", [](vkxx::message_context) {});",
        "a handler takes the context by value",
    ),
    "a word in place of a filter": (
        "#include <vkxx/bot/router.hpp>\n",
        "vkxx::router r;",
        "r.on_message(vkxx::filters::text_is(\"hello\"), [] {});",
        "r.on_message(\"hello\", [] {});",
        "what stands before the handler is a filter",
    ),
    "a handler that returns a number": (
        "#include <vkxx/bot/router.hpp>\n",
        "vkxx::router r;",
        "r.on_text([] { return \"text\"; });",
        "r.on_text([] { return 5; });",
        "a handler returns nothing or",
    ),
    "an answer to an event": (
        "#include <vkxx/bot/router.hpp>\n",
        "vkxx::router r;",
        "r.on_update(\"group_join\", [](vkxx::bot_context) {});",
        "r.on_update(\"group_join\", [] { return \"text\"; });",
        "a handler returns nothing or",
    ),
    "off_loop with a capture that g++ 12 destroys twice": (
        "#include <string>\n#include <vkxx/bot/message_context.hpp>\n",
        "extern vkxx::message_context& m; std::string text;",
        "auto work = m.off_loop([] { return text.size(); }); static_cast<void>(work);",
        "auto work = m.off_loop([kept = text] { return kept.size(); }); static_cast<void>(work);",
        "g\\+\\+ 12 destroys other captures twice",
    ),
    "once with a capture that g++ 12 destroys twice": (
        "#include <string>\n#include <vkxx/bot/message_context.hpp>\n",
        "extern vkxx::message_context& m; boost::asio::awaitable<std::string> charge(std::string); "
        "std::string card;",
        "auto work = m.once(\"charge\", [] { return charge(card); }); static_cast<void>(work);",
        "auto work = m.once(\"charge\", [card = card] { return charge(card); }); static_cast<void>(work);",
        "g\\+\\+ 12 destroys other captures twice",
    ),
    "a condition that decides nothing": (
        "#include <vkxx/bot/filter.hpp>\n",
        "",
        "static_cast<void>(vkxx::filters::when([](const vkxx::incoming_message&) { return true; }));",
        "static_cast<void>(vkxx::filters::when([](int) { return true; }));",
        "a condition takes an incoming_message or a bot_context",
    ),
    "a list of lists": (
        "#include <vector>\n#include <vkxx/client/request.hpp>\n",
        "vkxx::request r{\"a.b\"};",
        "r.set(\"p\", std::vector<int>{1, 2});",
        "r.set(\"p\", std::vector<std::vector<int>>{{1}, {2}});",
        "a list of lists has no form on the wire",
    ),
    "a map": (
        "#include <map>\n#include <vector>\n#include <vkxx/client/request.hpp>\n",
        "vkxx::request r{\"a.b\"};",
        "r.set(\"p\", std::vector<std::string>{\"a\"});",
        "r.set(\"p\", std::map<std::string, int>{{\"a\", 1}});",
        "a map has no single form on the wire",
    ),
    "a type without a form": (
        "#include <vkxx/client/request.hpp>\n",
        "struct thing {}; struct known {}; std::string vk_parameter(const known&) { return {}; } "
        "vkxx::request r{\"a.b\"};",
        "r.set(\"p\", known{});",
        "r.set(\"p\", thing{});",
        "this type has no form on the wire",
    ),
    "a pointer": (
        "#include <vkxx/client/request.hpp>\n",
        "vkxx::request r{\"a.b\"};",
        "r.set(\"p\", \"text\");",
        "int number = 1; r.set(\"p\", &number);",
        "this type has no form on the wire",
    ),
    "wide characters": (
        "#include <vkxx/client/request.hpp>\n",
        "vkxx::request r{\"a.b\"};",
        "r.set(\"p\", 'x');",
        "r.set(\"p\", L\"text\");",
        "texts are sent as UTF-8 in char",
    ),
    "no value": (
        "#include <vkxx/client/request.hpp>\n",
        "vkxx::request r{\"a.b\"};",
        "r.set(\"p\", nullptr);",
        "r.set(\"p\");",
        "no matching",
    ),
    "an ignored result": (
        "#include <vkxx/core/result.hpp>\n",
        "vkxx::result<int> attempt();",
        "static_cast<void>(attempt());",
        "attempt();",
        "nodiscard",
    ),
    "an ignored awaitable": (
        "#include <vkxx/client/client.hpp>\n",
        "extern vkxx::client& c; extern vkxx::request r;",
        "auto work = c.try_call(r); static_cast<void>(work);",
        "c.try_call(r);",
        "nodiscard",
    ),
    "a text where a secret is wanted": (
        "#include <vkxx/core/secret.hpp>\n",
        "void take(vkxx::secret);",
        "take(vkxx::secret{\"text\"});",
        "take(\"text\");",
        "(could not convert|no matching function|no known conversion|from 'const char)",
    ),
    "a secret where a text is wanted": (
        "#include <vkxx/core/secret.hpp>\n",
        "void show(const std::string&); vkxx::secret hidden;",
        "show(hidden.redacted());",
        "show(hidden);",
        "(invalid initialization|no matching function|cannot convert|no known conversion)",
    ),
    "a secret added to a text": (
        "#include <vkxx/core/secret.hpp>\n",
        "vkxx::secret hidden;",
        "std::string line = \"token \" + hidden.redacted();",
        "std::string line = \"token \" + hidden;",
        "(no match for|invalid operands)",
    ),
    "a secret in formatted output": (
        "#include <cstdio>\n#include <vkxx/core/secret.hpp>\n",
        "vkxx::secret hidden;",
        "std::printf(\"%s\", hidden.redacted().c_str());",
        "std::printf(\"%s\", hidden);",
        "(format|non-trivial|cannot pass)",
    ),
    "a copied clock": (
        "#include <vkxx/core/clock.hpp>\n",
        "void use(vkxx::clock&);",
        "use(*vkxx::system_clock());",
        "auto copy = *vkxx::system_clock();",
        "(deleted|abstract)",
    ),
    "a walk of a temporary client": (
        "#include <vkxx/client/blocking_client.hpp>\n#include <vkxx/client/pages.hpp>\n",
        "vkxx::blocking_client make(); extern vkxx::request r; extern vkxx::paging list;",
        "auto vk = make(); for (const auto& page : {vk.pages(r, list)}) static_cast<void>(page);",
        "for (const auto& page : {make().pages(r, list)}) static_cast<void>(page);",
        "deleted (member )?function",
    ),
    "a dialogue's effect that captures a text by value": (
        "#include <vkxx/dialogues.hpp>\n",
        "extern vkxx::dialogue talk; extern std::string name;",
        "auto work = talk.once(\"effect\", [&] { return name.size(); }); static_cast<void>(work);",
        "auto work = talk.once(\"effect\", [copy = name] { return copy.size(); }); static_cast<void>(work);",
        "capture by reference",
    ),
    "a dialogue's change of state that captures a text by value": (
        "#include <vkxx/dialogues.hpp>\n",
        "extern vkxx::dialogue talk; extern std::string name;",
        "auto work = talk.write(\"note\", [&](vkxx::update_context c) { c.write(name, name); }); "
        "static_cast<void>(work);",
        "auto work = talk.write(\"note\", [copy = name](vkxx::update_context c) { c.write(copy, copy); }); "
        "static_cast<void>(work);",
        "capture by reference",
    ),
    "a page of a menu that is drawn from something else": (
        "#include <boost/describe/class.hpp>\n#include <vkxx/bot/menu.hpp>\n",
        "struct cups { static constexpr std::string_view kind = \"cups\"; int count = 0; }; "
        "BOOST_DESCRIBE_STRUCT(cups, (), (count))",
        "vkxx::menu<cups>{\"tea\"}.page(\"a\", [](const cups&) { return vkxx::menu_page<cups>{\"?\"}; });",
        "vkxx::menu<cups>{\"tea\"}.page(\"a\", [](int) { return vkxx::menu_page<cups>{\"?\"}; });",
        "a page is drawn from the state",
    ),
    "a button of a menu that returns a text": (
        "#include <boost/describe/class.hpp>\n#include <vkxx/bot/menu.hpp>\n",
        "struct cups { static constexpr std::string_view kind = \"cups\"; int count = 0; }; "
        "BOOST_DESCRIBE_STRUCT(cups, (), (count))",
        "vkxx::menu_page<cups>{\"?\"}.button(\"a\", [](cups&) { return vkxx::stay(\"b\"); });",
        "vkxx::menu_page<cups>{\"?\"}.button(\"a\", [](cups&) { return \"b\"; });",
        "a button returns nothing or",
    ),
    "a dialogue that is no coroutine function": (
        "#include <vkxx/dialogues.hpp>\n",
        "vkxx::asio::awaitable<void> book(vkxx::dialogue talk); void other(vkxx::dialogue talk);",
        "auto kind = vkxx::starts(\"booking\", book); static_cast<void>(kind);",
        "auto kind = vkxx::starts(\"booking\", other); static_cast<void>(kind);",
        "a dialogue is a coroutine function",
    ),
    "a stored type without a name": (
        "#include <boost/describe/class.hpp>\n#include <vkxx/dialogues.hpp>\n",
        "struct named { static constexpr std::string_view kind = \"named\"; int count = 0; }; "
        "BOOST_DESCRIBE_STRUCT(named, (), (count)) "
        "struct nameless { int count = 0; }; BOOST_DESCRIBE_STRUCT(nameless, (), (count))",
        "auto bytes = vkxx::to_stored(named{});",
        "auto bytes = vkxx::to_stored(nameless{});",
        "name the type",
    ),
    "a question that is an aggregate": (
        "#include <vkxx/dialogues.hpp>\n",
        "",
        "vkxx::question other{\"?\"};",
        "vkxx::question other{.label_ = \"?\"};",
        "(designated|aggregate|no matching|initializer)",
    ),
    "a request that is an aggregate": (
        "#include <vkxx/client/request.hpp>\n",
        "",
        "vkxx::request other{\"a.b\"};",
        "vkxx::request other{.method_ = \"a.b\"};",
        "(designated|aggregate|no matching|initializer)",
    ),
}

SOURCE = """{headers}
{before}
void test();
void test() {{
#ifdef FAULT
  {faulty}
#else
  {good}
#endif
}}
"""


class Cases:
    """Compiles cases against headers that are read once: reading them is what a case costs."""

    def __init__(self, root, compiler, folder):
        self.options = [compiler, "-std=c++20", f"-I{root}/include", f"-I{root}/generated/include",
                        "-Werror=unused-result", "-Werror=format", "-Werror=conditionally-supported"]
        self.source = folder / "case.cpp"
        self.headers = folder / "headers.hpp"
        lines = {line for case in CASES.values() for line in case[0].splitlines()}
        self.headers.write_text("".join(f"{line}\n" for line in sorted(lines)), encoding="utf-8")
        done = self.run("-x", "c++-header", str(self.headers), "-o", f"{self.headers}.gch")
        if done.returncode != 0:
            sys.exit(f"the headers do not compile:\n{done.stderr}")

    def run(self, *arguments):
        return subprocess.run([*self.options, *arguments], capture_output=True, text=True, check=False)

    def compiled(self, name, *options):
        headers, before, good, faulty, _ = CASES[name]
        self.source.write_text(
            SOURCE.format(headers=headers, before=before, good=good, faulty=faulty), encoding="utf-8")
        done = self.run("-fsyntax-only", "-include", str(self.headers), *options, str(self.source))
        return done.returncode == 0, done.stderr

    def check(self, name):
        faults = []
        message = CASES[name][-1]
        fine, said = self.compiled(name)
        if not fine:
            faults.append(f"{name}: does not compile without its fault:\n{said[:2000]}")
        fine, said = self.compiled(name, "-DFAULT")
        if fine:
            faults.append(f"{name}: compiles with its fault")
        elif not re.search(message, said):
            faults.append(f"{name}: the compiler does not say `{message}`:\n{said[:2000]}")
        return faults


def main():
    root, compiler, *names = sys.argv[1:]
    names = names or list(CASES)
    with tempfile.TemporaryDirectory() as folder:
        cases = Cases(root, compiler, pathlib.Path(folder))
        faults = [fault for name in names for fault in cases.check(name)]
    print("\n".join(faults))
    print(f"{len(names)} cases, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

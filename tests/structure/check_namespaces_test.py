#!/usr/bin/env python3
"""Gives check_namespaces.py small files with one fault each."""

import pathlib
import tempfile
import unittest

from check_namespaces import faults_of, header_faults, source_faults, statements

PUBLIC = """\
namespace vkxx {
enum class token_kind { user, service };
class client {
 public:
  void call();

 private:
  struct state;
};
std::string to_string(token_kind kind);
std::ostream& operator<<(std::ostream& out, token_kind kind);
}  // namespace vkxx
"""

HEADER = """\
// namespace vkxx { class not_here; }
#pragma once
#define ROW(name) \\
  struct name {}

struct redisReply;  // of a library in C

namespace vkxx::auth::detail {

constexpr char brace = '{';
class jar;
struct cookie {
  std::string text = "}";
  int size() const { return 1'000; }
};
template <class T>
[[nodiscard]] T read(const jar& from);

}  // namespace vkxx::auth::detail
"""

SOURCE = """\
#include "auth/jar.hpp"

namespace vkxx {
namespace json = boost::json;
using namespace detail;
using vkxx::detail::trimmed;
namespace {

struct local {
  int value;
};

}  // namespace

struct client::state {
  int value = 0;
};

client::client(int a, int b) : a_{a}, b_(b), c_{[] { return 1; }()} {
  if (a > b) call();
}

void client::call() {}

std::string to_string(token_kind kind) { return kind == token_kind::user ? "user" : "service"; }

std::ostream& operator<<(std::ostream& out, token_kind kind) { return out << to_string(kind); }

template class client::list<int>;

namespace detail {

enum class step { first, last };
bool is_last(step value) { return value == step::last; }

}  // namespace detail
}  // namespace vkxx
"""


class HeaderTest(unittest.TestCase):
    def assert_one_fault(self, before, after, expected):
        text = HEADER.replace(before, after)
        self.assertNotEqual(text, HEADER)
        faults = header_faults(text)
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(expected, faults[0][1])

    def test_a_sound_header_has_no_faults(self):
        self.assertEqual(header_faults(HEADER), [])

    def test_a_public_namespace(self):
        for name in ("vkxx", "vkxx::auth", "vkxx::auth::details"):
            faults = header_faults(HEADER.replace("vkxx::auth::detail", name))
            self.assertEqual([line for line, _ in faults], [10, 11, 12, 16])

    def test_what_follows_the_namespace(self):
        for text in ("class jar;", "enum class step { first };", "int count();", "using text = int;",
                     "inline constexpr int most{3};", "template <class T> struct row {};"):
            self.assert_one_fault("}  // namespace vkxx::auth::detail\n",
                                  "}\nnamespace vkxx {\n" + text + "\n}\n", text.split("{")[0].rstrip(" ;"))

    def test_a_definition_in_the_global_namespace(self):
        self.assert_one_fault("struct redisReply;", "struct redisReply {};", "struct redisReply")


class SourceTest(unittest.TestCase):
    def assert_one_fault(self, text, expected):
        faults = source_faults(SOURCE.replace("void client::call()", text + "\nvoid client::call()"),
                               PUBLIC)
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(expected, faults[0][1])

    def test_a_sound_source_has_no_faults(self):
        self.assertEqual(source_faults(SOURCE, PUBLIC), [])

    def test_a_class(self):
        self.assert_one_fault("class jar final : public base {\n  int size;\n};", ": jar")

    def test_an_enumeration(self):
        self.assert_one_fault("enum class step : int { first };", ": step")

    def test_a_function(self):
        self.assert_one_fault("[[nodiscard]] static int count(std::vector<int> of = {1, 2}) {\n  f();\n}",
                              ": count")

    def test_a_template(self):
        self.assert_one_fault("template <class T>\nvoid count(T value) {}", ": count")

    def test_an_operator(self):
        self.assert_one_fault("bool operator==(const jar& a, const jar& b) { return true; }",
                              ": operator==")

    def test_the_lines(self):
        text = "namespace vkxx {\n\n// One.\nint one() {\n  return 1;\n}\n\nclass two {\n};\n}\n"
        self.assertEqual([(line, head) for line, _, head, _ in statements(text)],
                         [(4, "int one()"), (8, "class two")])


class CheckoutTest(unittest.TestCase):
    def test_names_the_file_and_the_line(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {"include/vkxx/client.hpp": PUBLIC, "src/auth/jar.hpp": HEADER,
                               "src/client.cpp": SOURCE, "src/auth/jar.cpp": "\nclass jar {};\n"}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            faults = list(faults_of(root))
        self.assertEqual(len(faults), 1, faults)
        self.assertTrue(faults[0].startswith("src/auth/jar.cpp:2: "), faults[0])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Shows check_tables.py a small tree with a header and a page."""

import pathlib
import tempfile
import unittest

from check_tables import faults, functions

HEADER = """#pragma once
#define VKXX_MACRO(name) name()
namespace vkxx {
/// not_this(): a comment
class thing {
 public:
  explicit thing(int size = hidden_call());
  thing& operator=(const thing&) = delete;
  [[nodiscard]] int size() const noexcept { return count(1); }
  struct part {
    int area() const;
    int plain = 0;
  };

 private:
  int secret();
  std::function<int(int)> field_ = make(1);
};
enum class kind { a, b };
constexpr int limit = compute(3);
[[nodiscard]] thing make_thing(int size);
}  // namespace vkxx
"""


class TablesTest(unittest.TestCase):
    def test_public_functions_of_a_header(self):
        self.assertEqual(sorted(functions(HEADER)), ["area", "make_thing", "size"])

    def test_a_name_that_no_page_calls(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for part in ("emulator", "testing"):
                (root / "include/vkxx" / part).mkdir(parents=True)
            (root / "include/vkxx/emulator/thing.hpp").write_text(HEADER)
            (root / "docs").mkdir()
            (root / "docs/emulator.md").write_text("`make_thing(1).size()`, and the word area\n")
            (root / "docs/testing.md").write_text("```cpp\nsecret();\n```\n")
            found = list(faults(root))
            self.assertEqual(len(found), 1, found)
            self.assertIn("thing.hpp: area stands in none", found[0])


if __name__ == "__main__":
    unittest.main()

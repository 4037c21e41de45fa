#!/usr/bin/env python3
"""Gives check_docs.py small sets of pages with one fault each."""

import pathlib
import tempfile
import unittest

from check_docs import faults

PROGRAM = "#include <cstdio>\n\nint main() {\n  std::puts(\"one\");\n  std::puts(\"two\");\n}\n"
MARK = "<!-- example: examples/say.cpp -->\n"


class DocsTest(unittest.TestCase):
    def faults(self, page, listing="add_executable(say say.cpp)\n"):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            (root / "examples").mkdir()
            (root / "examples/say.cpp").write_text(PROGRAM)
            (root / "examples/CMakeLists.txt").write_text(listing)
            (root / "README.md").write_text(page)
            return faults(root)

    def assert_one_fault(self, page, expected, **more):
        found = self.faults(page, **more)
        self.assertEqual(len(found), 1, found)
        self.assertIn(expected, found[0])

    def test_the_whole_file(self):
        self.assertEqual(self.faults(MARK + "```cpp\n" + PROGRAM + "```\n"), [])

    def test_some_lines_with_their_indentation_taken_off(self):
        block = "std::puts(\"one\");\nstd::puts(\"two\");\n"
        self.assertEqual(self.faults(MARK + "```cpp\n" + block + "```\n"), [])

    def test_other_languages_are_ignored(self):
        self.assertEqual(self.faults("```sh\nls\n```\n"), [])

    def test_a_changed_line(self):
        block = PROGRAM.replace("two", "three")
        self.assert_one_fault(MARK + "```cpp\n" + block + "```\n", "differs")

    def test_lines_left_out_in_the_middle(self):
        block = "int main() {\n  std::puts(\"two\");\n}\n"
        self.assert_one_fault(MARK + "```cpp\n" + block + "```\n", "differs")

    def test_a_block_without_a_mark(self):
        self.assert_one_fault("Text\n```cpp\nint x;\n```\n", "without")

    def test_a_file_that_is_not_there(self):
        self.assert_one_fault("<!-- example: examples/gone.cpp -->\n```cpp\nint x;\n```\n", "no examp")

    def test_an_example_that_nobody_runs(self):
        page = MARK + "```cpp\n" + PROGRAM + "```\n"
        self.assert_one_fault(page, "nobody runs it", listing="# nothing\n")

    def test_a_broken_link(self):
        self.assert_one_fault("See [the plan](docs/plan.md).\n", "leads nowhere")

    def test_a_path_to_no_file(self):
        self.assert_one_fault("It is in `src/gone.cpp`.\n", "there is no src/gone.cpp")
        self.assert_one_fault("It is in `parts/gone.cpp`.\n", "no file is called parts/gone.cpp")

    def test_paths_that_exist(self):
        self.assertEqual(self.faults("In `examples/say.cpp`, `examples` and `tests/KIND/NAME.cpp`.\n"), [])

    def test_links_that_are_good(self):
        page = "See [the code](examples/say.cpp), [it](https://vk.ru), [here](#top).\n"
        self.assertEqual(self.faults(page), [])


if __name__ == "__main__":
    unittest.main()

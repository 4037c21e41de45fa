#!/usr/bin/env python3
"""Gives check_words.py lines and small checkouts, good and bad."""

import pathlib
import tempfile
import unittest

from check_words import WORDS, faults, line_faults


def of_line(line, path="src/core/a.cpp"):
    return list(line_faults(path, line))


class LineTest(unittest.TestCase):
    def assert_one_fault(self, line, expected, **more):
        found = of_line(line, **more)
        self.assertEqual(len(found), 1, found)
        self.assertIn(expected, found[0])

    def test_every_word_has_a_replacement(self):
        for word, replacement in WORDS.items():
            self.assertTrue(replacement.strip())
            self.assertEqual(word, word.lower())
            self.assert_one_fault(f"# {word}", f"'{word}': write {replacement}", path="docs/page.md")

    def test_words_in_texts_and_comments(self):
        self.assert_one_fault("// The call shall end.", "'shall'")
        self.assert_one_fault('throw failure{"ask anew"};', "'anew'")

    def test_words_in_identifiers(self):
        self.assert_one_fault("void sent_again();", "'sent again'")
        self.assert_one_fault("TEST(Calls, AreSentAgain) {", "'sent again'")
        self.assert_one_fault("int patience_ = 3;", "'patience'")

    def test_parts_of_other_words(self):
        self.assertEqual(of_line("// a bearer token, a warehouse, dearth, until, kinds, Shallow"), [])
        self.assertEqual(of_line("bool is_bearer_token;"), [])
        self.assertEqual(of_line("TEST(Login, EndsWithANewToken) {"), [])

    def test_allowed_uses(self):
        self.assertEqual(of_line("// the way in which VK signs"), [])
        self.assertEqual(of_line('// "The client shall send it" (RFC 7636)'), [])
        self.assert_one_fault('// "shall" of ours', "'shall'")

    def test_parameters(self):
        self.assert_one_fault("void send(request what);", "parameter called 'what'")
        self.assert_one_fault("explicit call(const std::vector<int>& one, int count)", "called 'one'")
        self.assert_one_fault("void f(int count, way_options&& with = {})", "called 'with'")
        self.assert_one_fault("auto f = [](const error& asked) {", "called 'asked'")
        self.assert_one_fault("    const request& what, int count) {", "called 'what'")

    def test_variables(self):
        self.assert_one_fault("  auto made = make();", "variable called 'made'")
        self.assert_one_fault("for (const auto& one : all) {", "variable called 'one'")
        self.assert_one_fault("for (const auto& [name, how] : all) {", "variable called 'how'")

    def test_names_that_are_no_declarations(self):
        for line in ("send(std::move(request), other.what());", "return what;", "const char* what() const",
                     "struct call { call& with(int number); };", '// (a text about what, how)',
                     'print("the call, what");'):
            self.assertEqual(of_line(line), [], line)

    def test_vague_names_are_faults_of_cpp_only(self):
        self.assertEqual(of_line("def f(int what):", path="codegen/a.py"), [])


class CheckoutTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def test_files_and_folders(self):
        self.write("README.md", "It shall work.\n")
        self.write("docs/page.md", "fine\n\nanew\n")
        self.assertEqual([fault[:2] for fault in faults(self.root, ["README.md", "docs"])],
                         [("README.md", 1), ("docs/page.md", 3)])

    def test_phrases_across_the_end_of_a_line(self):
        self.write("a.cpp", "// It is sent\n// again.\n\n/// a way\n/// in which\n")
        self.write("page.md", "The call is sent\nonce. Again it is\n")
        self.assertEqual([fault[:2] for fault in faults(self.root, ["a.cpp", "page.md"])], [("a.cpp", 1)])

    def test_names_of_files(self):
        self.write("docs/ways_in.md", "fine\n")
        found = list(faults(self.root, ["docs"]))
        self.assertEqual(len(found), 1, found)
        self.assertIn("its name has 'ways in'", found[0][2])

    def test_data_is_skipped(self):
        self.write("schema/sections/wall.json", '{"text": "shall"}\n')
        self.write("tests/fuzz/corpus/a", "shall\n")
        self.write("docs/images/demo.txt", "shall\n")
        self.assertEqual(list(faults(self.root, ["schema", "tests", "docs"])), [])


if __name__ == "__main__":
    unittest.main()

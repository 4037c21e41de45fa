#!/usr/bin/env python3
"""Builds small checkouts with one fault each and asks check_structure.py to find it."""

import pathlib
import tempfile
import unittest

from check_structure import MAXIMUM_FILES, MAXIMUM_LINES, Checker

SOUND = {
    "CMakeLists.txt": "add_library(vkxx_core a.cpp)\nadd_library(vkxx_client b.cpp)\n",
    "include/vkxx/client.hpp": "#pragma once\n#include <vkxx/client/client.hpp>\n",
    "include/vkxx/client/client.hpp": "#pragma once\n#include <vkxx/core/a.hpp>\n#include <string>\n",
    "include/vkxx/core/a.hpp": "#pragma once\n#include <boost/json/fwd.hpp>\n",
    "src/core/a.cpp": '#include <vkxx/core/a.hpp>\n#include "a_inside.hpp"\n',
    "src/core/a_inside.hpp": "#pragma once\n",
    "src/client/b.cpp": '#include <vkxx/client.hpp>\n#include <curl/curl.h>\n',
    "src/client/b_inside.hpp": '#pragma once\n#include "core/a_inside.hpp"\n',
    "src/http/c.hpp": "#pragma once\n",
}


class StructureTest(unittest.TestCase):
    def faults(self, **changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            for name, text in {**SOUND, **changes.pop("files", {})}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return Checker(root).run()

    def assert_one_fault(self, name, text, expected):
        faults = self.faults(files={name: text})
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(expected, faults[0])
        self.assertTrue(faults[0].startswith(name), faults[0])

    def test_a_sound_checkout_has_no_faults(self):
        self.assertEqual(self.faults(), [])

    def test_an_arrow_that_points_upwards(self):
        self.assert_one_fault("src/core/a.cpp", "#include <vkxx/client.hpp>\n",
                              "core may not know client")

    def test_the_inside_of_another_part(self):
        self.assert_one_fault("src/client/b.cpp", '#include "http/c.hpp"\n',
                              "another part's inside")

    def test_a_private_header_in_a_public_one(self):
        self.assert_one_fault("include/vkxx/core/a.hpp", '#pragma once\n#include "a_inside.hpp"\n',
                              "a public header includes a private one")

    def test_a_header_that_is_not_there(self):
        self.assert_one_fault("src/core/a.cpp", "#include <vkxx/core/gone.hpp>\n",
                              "there is no public header")

    def test_an_unknown_part(self):
        self.assert_one_fault("src/attic/readme.hpp", "#pragma once\n", "no known part")

    def test_a_heavy_public_header(self):
        self.assert_one_fault("include/vkxx/core/a.hpp", "#pragma once\n#include <curl/curl.h>\n",
                              "too heavy")

    def test_a_missing_include_guard(self):
        self.assert_one_fault("include/vkxx/core/a.hpp", "// empty\n", "#pragma once")

    def test_a_long_file(self):
        self.assert_one_fault("src/core/a_inside.hpp", "#pragma once\n" + "\n" * MAXIMUM_LINES,
                              "more than")

    def test_a_folder_of_one_machine(self):
        self.assert_one_fault("docs/page.md", "cd /" + "home/somebody\n", "one machine")

    def test_a_source_that_nobody_compiles(self):
        self.assert_one_fault("src/core/forgotten.cpp", "\n", "stands in no CMakeLists.txt")

    def test_a_test_in_snake_case(self):
        faults = self.faults(files={"tests/a_test.cpp": "TEST(a_suite, does_it) {}\n",
                                    "tests/CMakeLists.txt": "a_test.cpp\n"})
        self.assertEqual(faults, ["tests/a_test.cpp:1: test names are CamelCase: a_suite.does_it"])

    def test_a_full_folder(self):
        crowd = {f"src/core/crowd/a{n}.hpp": "#pragma once\n" for n in range(MAXIMUM_FILES + 1)}
        self.assertEqual(len(self.faults(files=crowd)), 1)
        crowd.popitem()
        self.assertEqual(self.faults(files=crowd), [])


if __name__ == "__main__":
    unittest.main()

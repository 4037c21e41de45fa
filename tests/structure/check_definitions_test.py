"""The check of definitions finds what it is for."""

import unittest

from check_definitions import definitions, faults

ONE = """
one.o:
0000000000000000 T _ZN4vkxx6detail4trimEv
0000000000000000 W _ZN4vkxx6detail4foldEv
0000000000000000 t _ZN4vkxx12_GLOBAL__N_15localEv
                 U _ZN4vkxx6detail4usedEv
"""


class Definitions(unittest.TestCase):
    def check(self, *libraries):
        found = []
        for number, listing in enumerate(libraries):
            found.extend(definitions(listing, f"lib{number}.a"))
        return [name for name, _ in faults(found)]

    def test_one_library_is_fine(self):
        self.assertEqual(self.check(ONE), [])

    def test_two_sources(self):
        other = "two.o:\n0000000000000000 T _ZN4vkxx6detail4trimEv\n"
        self.assertEqual(self.check(ONE, other), ["_ZN4vkxx6detail4trimEv"])

    def test_a_source_and_a_header(self):
        other = "two.o:\n0000000000000000 T _ZN4vkxx6detail4foldEv\n"
        self.assertEqual(self.check(ONE, other), ["_ZN4vkxx6detail4foldEv"])

    def test_the_same_header_in_two_libraries_is_fine(self):
        other = "two.o:\n0000000000000000 W _ZN4vkxx6detail4foldEv\n"
        self.assertEqual(self.check(ONE, other), [])

    def test_other_projects_are_no_concern(self):
        other = "two.o:\n0000000000000000 T main\n"
        self.assertEqual(self.check(other, other), [])


if __name__ == "__main__":
    unittest.main()

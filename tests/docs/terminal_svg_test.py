#!/usr/bin/env python3
"""Tests scripts/terminal_svg, and that the picture in the README is what it draws."""

import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/terminal_svg"
SVG = "{http://www.w3.org/2000/svg}"


def run(*arguments):
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, encoding="utf-8",
                          timeout=60)


class TerminalSvgTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.text = pathlib.Path(self.folder.name) / "output.txt"

    def rows(self, output, *arguments):
        self.text.write_text(output, encoding="utf-8")
        drawn = run("--command", "vkxx demo", "--text", self.text, *arguments)
        self.assertEqual((drawn.returncode, drawn.stderr), (0, ""))
        root = ElementTree.fromstring(drawn.stdout)
        return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]

    def test_the_picture_of_the_demo_is_up_to_date(self):
        drawn = run("--command", "vkxx demo", "--text", ROOT / "docs/images/demo.txt")
        self.assertEqual(drawn.stdout, (ROOT / "docs/images/demo.svg").read_text(encoding="utf-8"))

    def test_the_command_comes_first(self):
        self.assertEqual(self.rows("one\ntwo\n"), ["$ vkxx demo", "one", "two"])

    def test_markup_is_escaped(self):
        self.assertEqual(self.rows('    <    a & b "c"\n')[1], '<    a & b "c"')

    def test_a_long_line_continues_below_its_text(self):
        rows = self.rows("    =    " + "word " * 30 + "\n")
        self.assertEqual(len(rows), 3)
        self.assertTrue(rows[1].startswith("=    word"), rows[1])
        self.assertTrue(rows[2].startswith("word"), rows[2])

    def test_lines_are_selected(self):
        self.assertEqual(self.rows("a\nb\nc\nd\n", "--lines", "1-1,3-4")[1:], ["a", "c", "d"])

    def test_a_command_is_run_and_recorded(self):
        drawn = run("--record", self.text, "--", sys.executable, "-c", "print('hello')")
        self.assertIn(">hello<", drawn.stdout)
        self.assertEqual(self.text.read_text(), "hello\n")

    def test_without_any_output_to_draw(self):
        self.assertEqual(run().returncode, 2)


if __name__ == "__main__":
    unittest.main()

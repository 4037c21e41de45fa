"""`vkxx inbox`, on the file of a bot whose handler fails, and on one of a bot that was killed."""

import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
from program import run  # noqa: E402


class InboxTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = self.folder + "/inbox.db"

    def bot(self, point, count=1):
        child = [os.environ["VKXX_KILL_CHILD"], self.folder, point, str(count)]
        return subprocess.run(child, timeout=60).returncode

    def inbox(self, *arguments, status=0):
        done = run("inbox", self.file, *arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout if status == 0 else done.stderr

    def rows(self, *arguments):
        return [json.loads(line) for line in self.inbox(*arguments).splitlines()]

    def test_dead_letters_are_shown_and_handled_again(self):
        self.assertEqual(self.bot("refuse"), 0)
        dead = self.rows("list", "--dead", "--json")
        self.assertEqual(len(dead), 16)
        self.assertEqual(dead[0]["state"], "dead")
        self.assertIn("never mind", dead[0]["error"])
        self.assertIn("never mind", self.inbox("list"))
        first = str(dead[0]["seq"])
        shown = json.loads(self.inbox("show", first))
        self.assertEqual(shown["update"]["type"], "message_new")
        self.assertEqual(shown["update"]["group_id"], 5)
        self.assertTrue(shown["event_key"].startswith("5/"))
        self.assertEqual(self.inbox("drop", first), "1 dropped\n")
        self.assertEqual(self.inbox("retry", "--all"), "15 to be handled again\n")
        self.assertEqual({row["state"] for row in self.rows("list", "--json")}, {"waiting"})
        self.assertEqual(self.bot("never"), 0)
        self.assertEqual(self.rows("export"), [])
        # What was dropped is known, and does not come back.
        handled = pathlib.Path(self.folder, "runs").read_text().splitlines()
        self.assertEqual(len(handled), 16 + 15)

    def test_what_a_killed_bot_left_is_exported(self):
        self.assertLess(self.bot("after_put", 4), 0)
        rows = self.rows("export")
        self.assertGreater(len(rows), 0)
        for row in rows:
            self.assertEqual(row["update"]["event_id"], row["event_key"].split("/")[1])
        self.assertEqual(self.bot("never"), 0)
        self.assertEqual(self.inbox("list"), "")

    def test_wrong_uses(self):
        self.assertIn("there is no file", self.inbox("list", status=2))
        self.assertFalse(pathlib.Path(self.file).exists())
        self.bot("never")
        self.assertIn("is not the number of a row", self.inbox("show", "one", status=2))
        self.assertIn("has no row 99", self.inbox("show", "99", status=2))
        self.assertIn("name rows by their numbers", self.inbox("retry", status=2))
        self.assertIn("has no row 99", self.inbox("retry", "99", status=2))
        self.assertIn("list", self.inbox("lost", status=2))
        for contradiction in (["drop", "5", "--all"], ["retry", "5", "--all"], ["list", "5"],
                              ["export", "--all"], ["drop", "5", "--dead"]):
            self.inbox(*contradiction, status=2)

    def test_a_wrong_use_changes_nothing(self):
        self.assertEqual(self.bot("refuse"), 0)
        dead = [str(row["seq"]) for row in self.rows("list", "--dead", "--json")]
        self.inbox("drop", dead[0], "--all", status=2)
        self.assertIn("has no row 99", self.inbox("drop", dead[0], "99", status=2))
        self.assertEqual(len(self.rows("list", "--json")), len(dead))
        self.assertEqual(self.inbox("drop", dead[0], dead[0]), "1 dropped\n")
        self.assertIn("has no row", self.inbox("drop", dead[0], status=2))

    def test_files_of_other_programs_stay_as_they_are(self):
        other = pathlib.Path(self.file)
        connection = sqlite3.connect(self.file)
        connection.execute("create table mine(x)")
        connection.close()
        for content in (other.read_bytes(), b"no database", b""):
            other.write_bytes(content)
            for action in (["list"], ["drop", "1"], ["retry", "--all"]):
                self.inbox(*action, status=2)
                self.assertEqual(other.read_bytes(), content)
                self.assertEqual([path.name for path in other.parent.iterdir()], [other.name])


if __name__ == "__main__":
    unittest.main()

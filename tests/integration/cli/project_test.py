"""New projects. That one builds and passes its test is shown by tests/consumers."""

import json
import pathlib
import resource
import subprocess
import tempfile
import unittest

from program import VKXX, Emulator, environment, run


class NewProject(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        self.folder = pathlib.Path(self.home.name) / "bots" / "teashop"

    def create(self, name="teashop", folder=None):
        return run("new", "bot", name, "--into", str(folder or self.folder))

    def test_writes_and_lists_every_file(self):
        done = self.create()
        self.assertEqual(done.returncode, 0, done.stderr)
        written = sorted(str(path) for path in self.folder.rglob("*") if path.is_file())
        self.assertEqual(sorted(done.stdout.splitlines()), written)
        for name in ("CMakeLists.txt", "src/main.cpp", "Dockerfile", "deploy/teashop.service",
                     ".github/workflows/test.yml", "tests/handlers_test.cpp"):  # fmt: skip
            self.assertIn(str(self.folder / name), written)
        for path in written:
            self.assertNotIn("@NAME@", pathlib.Path(path).read_text())
        self.assertIn("ctest", done.stderr)

    def test_the_next_command_is_one_for_a_shell(self):
        done = self.create(folder=pathlib.Path(self.home.name) / "it's mine")
        self.assertIn(f"cd '{self.home.name}/it'\\''s mine' && cmake", done.stderr)

    def test_writes_over_nothing(self):
        self.folder.mkdir(parents=True)
        mine = self.folder / "notes"
        mine.write_text("mine")
        refused = self.create()
        self.assertEqual(refused.returncode, 2)
        self.assertIn("is not empty", refused.stderr)
        self.assertEqual([mine], list(self.folder.iterdir()))

    def test_takes_an_empty_folder_and_refuses_a_file(self):
        self.folder.mkdir(parents=True)
        self.assertEqual(self.create().returncode, 0)
        file = pathlib.Path(self.home.name) / "file"
        file.write_text("mine")
        refused = self.create(folder=file)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("no folder", refused.stderr)
        self.assertEqual(file.read_text(), "mine")

    def test_refuses_names_that_cannot_be_targets(self):
        for name in ("", "Tea", "../up", "a b", "1st", "test", "vkxx", "vkxx_bot", "a" * 41, "чай"):
            refused = self.create(name)
            self.assertEqual(refused.returncode, 2, name)
            self.assertFalse(self.folder.exists(), name)

    def test_says_what_cannot_be_written(self):
        file = pathlib.Path(self.home.name) / "file"
        file.write_text("mine")
        refused = self.create(folder=file / "teashop")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("cannot be", refused.stderr)

    def test_leaves_no_part_of_a_project(self):
        def full_disk():
            resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))

        self.folder.parent.mkdir(parents=True)
        # Python ignores SIGXFSZ, and so does its child: a write beyond the limit fails.
        refused = subprocess.run(
            [VKXX, "new", "bot", "teashop", "--into", str(self.folder)], preexec_fn=full_disk,
            restore_signals=False, env=environment(None), capture_output=True, text=True, timeout=60)  # fmt: skip
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("too large", refused.stderr)
        self.assertEqual(refused.stdout, "")
        self.assertFalse(self.folder.exists())
        self.assertTrue(self.folder.parent.exists())
        self.assertEqual(self.create().returncode, 0)

    def test_knows_one_kind(self):
        refused = run("new", "boat", "teashop")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("bot", refused.stderr)


class CheckOfABot(unittest.TestCase):
    def setUp(self):
        self.emulator = Emulator()
        self.addCleanup(self.emulator.stop)
        off = run("call", "groups.setLongPollSettings", "group_id=1", "enabled=0", "group_join=0",
                  "--emulator", self.emulator.url,
                  token=self.emulator.tokens["community 1"])  # fmt: skip
        self.assertEqual(off.returncode, 0, off.stderr)

    def check(self, *options, token="community 1"):
        return run("bot", "check", "--emulator", self.emulator.url, *options,
                   token=self.emulator.tokens[token])  # fmt: skip

    def test_switches_on_what_is_missing_once(self):
        first = self.check("--types", "message_new,group_join")
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertIn("switched on: Long Poll API", first.stdout)
        self.assertIn("switched on: event type group_join", first.stdout)
        second = self.check("--types", "message_new,group_join", "--json")
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertEqual(json.loads(second.stdout),
                         {"community": 1, "switched_on": [], "problems": []})

    def test_says_what_the_token_may_not_change(self):
        self.emulator.fault("error=15:groups.setLongPollSettings")
        checked = self.check()
        self.assertEqual(checked.returncode, 1, checked.stderr)
        self.assertIn("problem: Long Poll API: switch it on", checked.stdout)

    def test_refuses_unknown_types(self):
        refused = self.check("--types", "message_knew")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("message_knew", refused.stderr)

    def test_a_token_of_a_user_is_no_bot(self):
        refused = self.check(token="user 1")
        self.assertNotEqual(refused.returncode, 0)
        self.assertEqual(refused.stdout, "")


if __name__ == "__main__":
    unittest.main()

"""The completion in real shells, started on a terminal as users start them."""

import os
import pathlib
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest

from program import TIMEOUT, VKXX, environment, open_terminal, run

# The build writes the scripts beside the program.
SCRIPTS = pathlib.Path(VKXX).parent


def with_program_in_path(home):
    """The environment of a shell that finds the program, with nothing from that of the tests."""
    variables = environment()
    variables["PATH"] = f"{pathlib.Path(VKXX).parent}:{variables['PATH']}"
    variables.update(HOME=home, TERM="dumb", HISTFILE="/dev/null", COLUMNS="200", LINES="50")
    return variables


class Terminal:
    """A shell on a terminal of its own."""

    def __init__(self, home, *command):
        self.master, slave = open_terminal()
        self.shown = ""
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=with_program_in_path(home),
            cwd=home, start_new_session=True,
        )  # fmt: skip
        os.close(slave)

    def type(self, text):
        os.write(self.master, text.encode())

    def wait_for(self, pattern):
        """What is shown up to a text that fits, which is forgotten."""
        end = time.monotonic() + TIMEOUT
        while True:
            found = re.search(pattern, self.shown)
            if found:
                before = self.shown[: found.end()]
                self.shown = self.shown[found.end() :]
                return before
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"{pattern!r} is not in {self.shown!r}")
            self.shown += os.read(self.master, 65536).decode(errors="replace")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


class Words(unittest.TestCase):
    def test_they_come_from_standard_input(self):
        done = run("completion-words", stdin="vkxx\ncall\nusers.get\nus")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^user_ids=\tlist of texts\b.*\n$")

    def test_nothing_typed(self):
        done = run("completion-words")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_no_help_names_them(self):
        self.assertNotIn("completion-words", run("--help").stdout)


# What is typed before the tabulator, and what then stands there.
CASES = (
    ("vkxx call users.getF", "vkxx call users.getFollowers "),
    ("vkxx call execu", "vkxx call execute "),
    ("vkxx describe wall.getRep", "vkxx describe wall.getReposts "),
    ("vkxx methods wal", "vkxx methods wall "),
    ("vkxx call users.get user_", "vkxx call users.get user_ids="),
    ("vkxx call users.get --lang en fields=1 user_", "user_ids="),
    ("vkxx call wall.get filter=post", "filter=postponed "),
    ("vkxx call users.get fields=city,home_t", "fields=city,home_town "),
)


class Shells(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = folder.name

    def shell(self, name, *options):
        program = shutil.which(name)
        if program is None:
            self.skipTest(f"there is no {name}")
        terminal = Terminal(self.home, program, *options)
        self.addCleanup(terminal.close)
        return terminal

    def check_cases(self, terminal):
        for typed, completed in CASES:
            with self.subTest(typed):
                terminal.wait_for("ready> ")
                # A shell takes a tabulator that has typed text behind it for part of a paste.
                terminal.type(f"{typed}\t")
                terminal.wait_for(re.escape(completed))
                # The line is thrown away; an empty one gives the next prompt.
                terminal.type("\x15\r")

    def test_bash(self):
        rc = pathlib.Path(self.home, "rc")
        rc.write_text(f"bind 'set enable-bracketed-paste off'\nPS1='ready> '\n. {SCRIPTS}/vkxx.bash\n")
        terminal = self.shell("bash", "--noprofile", "--rcfile", str(rc), "-i")
        self.check_cases(terminal)

    def test_zsh(self):
        rc = pathlib.Path(self.home, ".zshrc")
        rc.write_text(
            "unsetopt zle_bracketed_paste prompt_sp\nPS1='ready> '\nautoload -U compinit\n"
            f"compinit -D -u\n. {SCRIPTS}/vkxx.zsh\n"
        )
        terminal = self.shell("zsh", "-d", "-i")
        self.check_cases(terminal)

    def test_fish(self):
        program = shutil.which("fish")
        if program is None:
            self.skipTest("there is no fish")
        for typed, completed in CASES:
            with self.subTest(typed):
                done = subprocess.run(
                    [program, "--no-config", "-c",
                     f"source {SCRIPTS}/vkxx.fish; complete -C '{typed}'"],
                    capture_output=True, encoding="utf-8", env=with_program_in_path(self.home),
                    timeout=TIMEOUT,
                )  # fmt: skip
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                words = [line.split("\t")[0] for line in done.stdout.splitlines()]
                self.assertEqual(words, [completed.split()[-1]])


if __name__ == "__main__":
    unittest.main()

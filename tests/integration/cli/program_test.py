"""The rest of the program: demo, help, version, completions, the manual page."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from program import TIMEOUT, VKXX, run

ROOT = pathlib.Path(__file__).resolve().parents[3]
# The build writes the manual page and the completion scripts beside the program.
FILES = pathlib.Path(VKXX).parent
COMMANDS = re.findall(
    r"^  ([a-z]+)  ", run("--help").stdout.partition("\nCommands:\n")[2], re.MULTILINE
)


def options_of(command):
    """The long options in the help text of a command."""
    return set(re.findall(r"^\s+(?:-\w,)?(--[a-z-]+)", run(command, "--help").stdout, re.MULTILINE))


class Demo(unittest.TestCase):
    def test_every_step_does_what_it_should(self):
        done = run("demo")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        titles = re.findall(r"(?m)^\d\. (.*)$", done.stdout)
        self.assertEqual(
            titles,
            ["A call", "A list parameter", "A wrong token", "A captcha, shown and answered",
             "An error inside execute", "A timeout"],
        )  # fmt: skip
        for part in (
            '"first_name":"Pavel"', "user_ids=1,vera_s,2", "vkxx: 5. User authorization failed",
            "HTTP 200, error 14", "captcha_key=***", '{"post_id":', "storage.get: 100. ",
            "vkxx: timeout: ", "All six steps behaved as expected.",
        ):  # fmt: skip
            self.assertIn(part, done.stdout)

    def test_it_is_the_same_every_time(self):
        self.assertEqual(run("demo").stdout, run("demo").stdout)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.assertEqual(run("demo", stdout=full).returncode, 1)


class Help(unittest.TestCase):
    def test_version(self):
        done = run("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^vkxx \d+\.\d+\.\d+\n$")

    def test_each_command_has_help_with_its_options(self):
        self.assertEqual(run("--help").returncode, 0)
        for command in COMMANDS:
            with self.subTest(command):
                done = run(command, "--help")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn(f"vkxx {command}", done.stdout)
                self.assertIn(command, run("--help").stdout)
        for command in ("call", "all", "methods", "describe", "explain", "emulate", "bench",
                        "completion"):
            self.assertIn("Examples:", run(command, "--help").stdout)

    def test_every_kind_of_fault_is_named(self):
        kinds = run("emulate", "--fault", "nonsense").stderr.split("there are ")[1]
        told = run("emulate", "--help").stdout
        for kind in re.findall(r"[a-z_]+", kinds.split(" (")[0]):
            self.assertRegex(told, rf"\b{kind}\b")


class Page(unittest.TestCase):
    PAGE = ROOT / "docs/command-line.md"

    def test_it_has_every_option_and_no_other(self):
        text = self.PAGE.read_text()
        known = {"--help", "--version"}.union(*(options_of(command) for command in COMMANDS))
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))
        self.assertEqual(sorted(named - known), [])
        self.assertEqual(sorted(known - named - {"--help", "--version"}), [])


class Completion(unittest.TestCase):
    def test_they_are_printed_as_they_are_installed(self):
        for shell in ("bash", "zsh", "fish"):
            script = FILES / f"vkxx.{shell}"
            self.assertEqual(run("completion", shell).stdout, script.read_text())

    def test_an_unknown_shell(self):
        self.assertEqual(run("completion", "ksh").returncode, 2)

    def test_the_shells_can_read_them(self):
        for shell in ("bash", "zsh", "fish"):
            program = shutil.which(shell)
            if program is None:
                continue
            with self.subTest(shell), tempfile.TemporaryDirectory() as folder:
                script = pathlib.Path(folder, "vkxx")
                script.write_text(run("completion", shell).stdout)
                done = subprocess.run(
                    [program, "-n", str(script)], capture_output=True, timeout=TIMEOUT
                )
                self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_every_command_and_option_is_in_all_of_them(self):
        for shell in ("bash", "zsh", "fish"):
            script = run("completion", shell).stdout
            for command in COMMANDS:
                self.assertIn(command, script)
                for option in options_of(command):
                    wanted = f"-l {option[2:]}" if shell == "fish" else option
                    self.assertIn(wanted, script, f"{shell}: {command}")

    def completed_by_bash(self, *words):
        script = FILES / "vkxx.bash"
        quoted = " ".join(f"'{word}'" for word in words)
        done = subprocess.run(
            ["bash", "-c",
             f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _vkxx; "
             'printf "%s\\n" "${COMPREPLY[@]}"'],
            capture_output=True, encoding="utf-8", timeout=TIMEOUT,
        )  # fmt: skip
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_bash_completes(self):
        self.assertEqual(self.completed_by_bash("vkxx", "ex"), ["explain"])
        self.assertEqual(self.completed_by_bash("vkxx", "call", "--tok"),
                         ["--token", "--token-file", "--token-kind", "--tokens"])
        self.assertEqual(self.completed_by_bash("vkxx", "emulate", "--fault", "captcha_p"),
                         ["captcha_page"])  # fmt: skip
        self.assertEqual(self.completed_by_bash("vkxx", "completion", ""),
                         ["bash", "zsh", "fish", "--help"])  # fmt: skip


class Manual(unittest.TestCase):
    PAGE = FILES / "vkxx.1"

    def test_every_command_and_option_is_in_it(self):
        text = self.PAGE.read_text().replace("\\-", "-")
        for command in COMMANDS:
            self.assertIn(f"vkxx {command}", text)
            for option in options_of(command):
                self.assertIn(option, text, command)

    def test_it_is_well_formed(self):
        groff = shutil.which("groff")
        if groff is None:
            self.skipTest("there is no groff")
        done = subprocess.run(
            [groff, "-man", "-ww", "-z", "-Tutf8", "-K", "utf8", str(self.PAGE)],
            capture_output=True, encoding="utf-8", timeout=TIMEOUT,
        )  # fmt: skip
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()

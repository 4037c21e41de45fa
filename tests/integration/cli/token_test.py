"""Where the token comes from, and that it goes nowhere but into the request."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from program import (
    TIMEOUT, VKXX, WithEmulator, environment, everything_from, open_terminal, shown_command_line,
)  # fmt: skip


class Token(WithEmulator):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file_with(self, text):
        path = self.folder / "token"
        path.write_text(text)
        return str(path)

    def owner(self, *arguments, **options):
        """Whose token was used."""
        return self.answer_to("users.get", *arguments, **options)[0]["id"]

    def test_from_the_environment(self):
        self.assertEqual(self.owner(token=self.emulator.tokens["user 2"]), 2)

    def test_from_a_file_without_its_line_break(self):
        file = self.file_with(self.emulator.tokens["user 2"] + "\r\n")
        self.assertEqual(self.owner("--token-file", file), 2)

    def test_the_flag_beats_the_file_and_the_file_the_environment(self):
        file = self.file_with(self.emulator.tokens["user 2"] + "\n")
        flag = ("--token", self.emulator.token, "--token-file", file)
        self.assertEqual(self.owner(*flag, token="mistyped"), 1)
        self.assertEqual(self.owner("--token-file", file, token="mistyped"), 2)

    def test_a_parameter_beats_them_all(self):
        token = f"access_token={self.emulator.tokens['user 2']}"
        self.assertEqual(self.owner(token, "--token", "mistyped"), 2)
        self.assertNotIn("access_token", self.sent())

    def test_a_file_that_holds_no_token(self):
        for text, part in {"": "is empty", "\n": "is empty", "a b": "does not hold a token"}.items():
            done = self.call("users.get", "--token-file", self.file_with(text))
            self.assertEqual(done.returncode, 2)
            self.assertIn(part, done.stderr)

    def test_it_is_never_printed(self):
        secret = "vk1.a.ThisIsTheVerySecretTokenOfSomebodyWhoTrustsUs0123456789"
        for fault in ("", "error=15:*", "html:*", "captcha:*", "confirmation:*", "closed:*"):
            for arguments in (
                ("users.get", "--token", secret),
                ("users.get", "--token-file", self.file_with(secret)),
                ("users.get", f"access_token={secret}"),
                # Misplaced, so that it is part of what is complained about.
                ("users.get", secret),
                (secret,),
                ("users.get", "--tokn", secret),
                ("users.get", f"--tokn={secret}"),
                ("users.get", "--timeout", "5", "--", secret),
                ("users.get", f"--token={secret}", "--proxy", f"http://u:{secret}@127.0.0.1:1"),
            ):
                with self.subTest(fault=fault, arguments=arguments):
                    self.emulator.control("reset", {}, "POST")
                    if fault:
                        self.emulator.fault(fault)
                    done = self.call(*arguments, "--verbose", token=secret)
                    self.assertNotIn(secret[6:], done.stdout + done.stderr)

    def test_nobody_sees_it_while_a_question_waits(self):
        self.emulator.fault("captcha:users.get*0")
        token = self.emulator.token
        process = subprocess.Popen(
            [VKXX, "call", "users.get", f"--token={token}", "password=secret9",
             "--emulator", self.emulator.url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(), encoding="utf-8",
        )  # fmt: skip
        self.assertIn("human", process.stderr.readline())
        seen = shown_command_line(process)
        process.communicate(timeout=TIMEOUT)
        self.assertIn("--token=*", seen)
        self.assertNotIn(token, seen)
        self.assertNotIn("secret9", seen)

    def test_a_person_is_warned_of_the_flag_and_a_script_is_not(self):
        self.assertEqual(self.call("users.get", "--token", self.emulator.token).stderr, "")
        terminal, inner = open_terminal()
        done = subprocess.run(
            [VKXX, "call", "users.get", "--token", self.emulator.token,
             "--emulator", self.emulator.url],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=inner,
            env=environment(), timeout=TIMEOUT,
        )  # fmt: skip
        os.close(inner)
        shown = everything_from(terminal)
        os.close(terminal)
        self.assertEqual(done.returncode, 0)
        self.assertIn("other users of this machine can see", shown)
        self.assertNotIn(self.emulator.token, shown)


if __name__ == "__main__":
    unittest.main()

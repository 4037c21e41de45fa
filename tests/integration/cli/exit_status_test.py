"""Every exit status of `vkxx call`, with the one line on standard error that belongs to it."""

import signal
import subprocess
import unittest

from program import TIMEOUT, VKXX, WithEmulator, environment, run


class ExitStatus(WithEmulator):
    def assert_failed(self, done, status, *parts):
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertTrue(done.stderr.startswith("vkxx: "), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_done(self):
        self.assertEqual(self.call("users.get").returncode, 0)

    def test_usage(self):
        for arguments, parts in {
            (): ["METHOD"],
            ("users/get",): ["users/get", "users.get"],
            ("",): ["not the name of a method"],
            ("users.get", "user_ids"): ["parameter 1", "user_ids", "name=value"],
            ("users.get", "=1"): ["parameter 1"],
            ("users.get", "a=1", "b c=1"): ["parameter 2", "b c"],
            ("users.get", "x:=[1,"): ["x:", "not JSON"],
            ("users.get", "x:="): ["x:", "not JSON"],
            ("users.get", "x=1", "x=2"): ["x is given twice"],
            ("users.get", "x=@/no/such/file"): ["/no/such/file", "No such file"],
            ("users.get", "x=@"): ["x:", "@@"],
            ("users.get", "x=@-", "y=@-"): ["y:", "standard input", "once"],
            ("users.get", "--bogus"): ["unknown option: --bogus"],
            ("users.get", "--timeout", "0"): ["--timeout", "seconds"],
            ("users.get", "--timeout", "nan"): ["--timeout", "seconds"],
            ("users.get", "--timeout", "1s"): ["--timeout", "seconds"],
            ("users.get", "--proxy", "ftp://h"): ["proxy", "ftp"],
            ("users.get", "--api-url", "nonsense"): ["nonsense"],
            ("users.get", "--ca-file", "/no/such/file"): ["/no/such/file"],
            ("users.get", "--token", ""): ["--token is empty"],
            ("users.get", "--token-file", "/no/such/file"): ["/no/such/file"],
        }.items():
            with self.subTest(arguments):
                self.assert_failed(self.call(*arguments), 2, *parts)
        self.assertEqual(self.emulator.requests(), [])

    def test_a_text_that_is_not_utf8(self):
        done = subprocess.run(
            [VKXX, "call", "status.set", b"text=\xff\xfe", "--emulator", self.emulator.url],
            capture_output=True, env=environment(), encoding="utf-8", timeout=TIMEOUT,
        )  # fmt: skip
        self.assert_failed(done, 2, "text", "UTF-8")

    def test_no_command_and_unknown_command(self):
        self.assert_failed(run(), 2, "call, all, login, ", "methods, describe, explain", "vkxx --help")
        self.assert_failed(run("cal"), 2, "vkxx --help")

    def test_api_error(self):
        self.emulator.fault("error=15:users.get")
        self.assert_failed(self.call("users.get"), 3, "vkxx: 15. ", "(vkxx explain 15)")

    def test_an_error_that_has_no_name(self):
        self.emulator.fault("error=77777:users.get,message=Something new")
        self.assert_failed(self.call("users.get"), 3, "77777. Something new.", "not known here")

    def test_unknown_method(self):
        self.assert_failed(self.call("users.frobnicate"), 3, "vkxx: 3. ")

    def test_dead_token(self):
        self.assert_failed(
            self.call("users.get", token="vk1.a.mistyped"), 4,
            "vkxx: 5. User authorization failed: invalid access_token (4). Get a new token",
            "(vkxx explain 5)",
        )  # fmt: skip

    def test_missing_token(self):
        self.assert_failed(
            self.call("users.get", token=""), 4, "No token was given", "--token-file", "VK_ACCESS_TOKEN"
        )

    def test_a_dead_token_of_another_code(self):
        self.emulator.fault("error=1117:users.get")
        self.assert_failed(self.call("users.get"), 4, "vkxx: 1117. ")

    def test_connection_refused(self):
        done = run("call", "users.get", "--emulator", "http://127.0.0.1:1")
        self.assert_failed(done, 5, "connection refused", "--api-url")

    def test_host_not_found(self):
        done = run("call", "users.get", "--tries", "1", "--emulator",
                   "https://no-such-host.invalid")
        self.assert_failed(done, 5, "no-such-host.invalid")

    def test_broken_ways(self):
        for fault in ("closed", "reset", "lost", "http_status=502", "http_status=403"):
            with self.subTest(fault):
                self.emulator.fault(f"{fault}:users.get")
                self.assert_failed(self.call("users.get", "--tries", "1"), 5)

    def test_bad_answers(self):
        for fault, part in {
            "html": "not JSON",
            "empty": "not JSON",
            "broken_json": "truncated answer",
            "no_envelope": "neither `response` nor `error`",
        }.items():
            with self.subTest(fault):
                self.emulator.fault(f"{fault}:users.get")
                self.assert_failed(self.call("users.get", "--tries", "1"), 6, part)

    def test_an_answer_cut_in_the_middle(self):
        self.emulator.fault("truncated:users.get")
        self.assertIn(self.call("users.get", "--tries", "1").returncode, (5, 6))

    def test_interrupted(self):
        for number, status in {signal.SIGINT: 130, signal.SIGTERM: 143}.items():
            with self.subTest(number):
                self.emulator.control("reset", {}, "POST")
                self.emulator.fault("silent:users.get*0")
                process = subprocess.Popen(
                    [VKXX, "call", "users.get", "--verbose", "--emulator", self.emulator.url],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    env=environment(self.emulator.token), encoding="utf-8",
                )  # fmt: skip
                self.assertIn("sending", process.stderr.readline())
                process.send_signal(number)
                _, messages = process.communicate(timeout=TIMEOUT)
                self.assertEqual(process.returncode, status)
                self.assertIn("vkxx: interrupted", messages)


if __name__ == "__main__":
    unittest.main()

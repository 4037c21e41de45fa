"""What the program does where things are not as they should be: outputs that cannot be written,
streams that are closed, proxies and emulators of the environment, errors for a program to read."""

import contextlib
import fcntl
import http.server
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import tempfile
import termios
import threading
import time
import unittest

from program import TIMEOUT, VKXX, Emulator, WithEmulator, environment, open_terminal, run

KEY = {"VKXX_TOKENS_KEY": "1f" * 32}
# Of Linux; in the module from Python 3.10 on.
F_SETPIPE_SZ = 1031


@contextlib.contextmanager
def logged_in():
    """The variables of a folder in which the profile `default` is."""
    with tempfile.TemporaryDirectory() as folder:
        variables = {**KEY, "VKXX_TOKENS": str(pathlib.Path(folder, "tokens"))}
        key = pathlib.Path(folder, "key")
        key.write_text("0123456789abcdef0123456789abcdef\n")
        with Emulator() as emulator:
            pathlib.Path(folder, "key").write_text(emulator.token)
            done = run("login", "service", "--token-file", str(key), "--emulator", emulator.url,
                       **variables)  # fmt: skip
            assert done.returncode == 0, done.stderr
            yield emulator, variables


def commands_that_print(emulator):
    """Each command with arguments with which it prints something."""
    here = ("--emulator", emulator.url)
    return {
        "call": ("call", "users.get", *here),
        "all": ("all", "wall.get", *here),
        "profiles": ("profiles",),
        "whoami": ("whoami", *here),
        "methods": ("methods",),
        "describe": ("describe", "wall.get"),
        "explain": ("explain", "14"),
        "bench": ("bench", "--seconds", "1", "--no-limit", "--callers", "1"),
        "demo": ("demo",),
        "completion": ("completion", "bash"),
        "emulate": ("emulate",),
        "help": ("--help",),
        "logout": ("logout", *here),
    }


class Output(unittest.TestCase):
    def test_a_full_disk_is_a_sentence_and_status_1_for_every_command(self):
        with logged_in() as (emulator, variables):
            for name, arguments in commands_that_print(emulator).items():
                with self.subTest(name), open("/dev/full", "w", encoding="utf-8") as full:
                    done = run(*arguments, token=emulator.token, stdout=full, **variables)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertEqual(
                        done.stderr.splitlines()[-1],
                        "vkxx: standard output cannot be written: No space left on device",
                    )

    def test_a_limit_of_the_size_of_files_is_a_sentence(self):
        with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
            for name, arguments, sentence in (
                ("call", ("users.get",), "standard output cannot be written: File too large"),
                ("emulate", ("--keep", f"{folder}/world"), "cannot be written"),
            ):
                with self.subTest(name), open(f"{folder}/{name}", "w", encoding="utf-8") as output:
                    done = subprocess.run(
                        ["bash", "-c", 'ulimit -f 0; exec "$0" "$@"', VKXX, name, *arguments],
                        env=environment(emulator.token, VK_EMULATOR_URL=emulator.url),
                        stdout=output, stderr=subprocess.PIPE, encoding="utf-8", timeout=TIMEOUT,
                    )  # fmt: skip
                    self.assertIn(done.returncode, (1, 2), done.stderr)
                    self.assertIn(sentence, done.stderr)

    def test_a_file_on_a_full_disk_is_status_1(self):
        done = run("emulate", "--tls", "--ca-out", "/dev/full")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("/dev/full cannot be written: No space left on device", done.stderr)

    def test_a_reader_that_goes_ends_every_command_quietly(self):
        with logged_in() as (emulator, variables):
            for name, arguments in commands_that_print(emulator).items():
                with self.subTest(name):
                    reader, writer = os.pipe()
                    os.close(reader)
                    with os.fdopen(writer, "w") as broken:
                        done = run(*arguments, token=emulator.token, stdout=broken, **variables)
                    self.assertEqual((done.returncode, done.stderr), (141, ""))

    def test_closed_streams_are_no_crash(self):
        with logged_in() as (emulator, variables):
            commands = commands_that_print(emulator)
            # It would take the profile from the others.
            del commands["logout"]
            for name, arguments in commands.items():
                for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
                    if name == "emulate" and ">&-" not in closed.split():
                        continue
                    with self.subTest(f"{name} {closed}"):
                        done = subprocess.run(
                            ["bash", "-c", f'exec "$0" "$@" {closed}', VKXX, *arguments],
                            capture_output=True, timeout=TIMEOUT,
                            env=environment(emulator.token, **variables),
                        )  # fmt: skip
                        expected = 1 if ">&-" in closed.split() else 0
                        self.assertEqual(done.returncode, expected, done.stderr)


class ErrorsAsJson(WithEmulator):
    def failure_of(self, *arguments, **options):
        done = run(*arguments, token=self.emulator.token, **options)
        lines = [line for line in done.stderr.splitlines() if line.startswith("{")]
        self.assertEqual(len(lines), 1, done.stderr)
        failure = json.loads(lines[0])["error"]
        self.assertEqual(failure["exit_status"], done.returncode)
        self.assertEqual(done.stdout, "")
        return failure

    def test_each_kind(self):
        here = ("--json", "--emulator", self.emulator.url, "--tries", "1")
        for fault, kind, status in (
            ("error=15:users.get", "api", 3),
            ("error=5:users.get", "api", 4),
            ("reset:users.get", "connection_lost", 5),
            ("http_status=502:users.get", "http_status", 5),
            ("html:users.get", "not_json", 6),
        ):
            with self.subTest(fault):
                self.emulator.control("reset", {}, "POST")
                self.emulator.fault(fault)
                failure = self.failure_of("call", "users.get", *here)
                self.assertEqual((failure["kind"], failure["exit_status"]), (kind, status))
                self.assertEqual(failure["method"], "users.get")
                self.assertIn(failure["outcome"], ("not_sent", "rejected", "unknown", "done"))
                self.assertTrue(failure["message"])
                self.assertTrue(failure["advice"])

    def test_members_of_an_error_of_the_api(self):
        self.emulator.fault("error=15:users.get,subcode=1133,text=Доступ закрыт")
        failure = self.failure_of("call", "users.get", "--json", "--emulator", self.emulator.url)
        self.assertEqual(failure["code"], 15)
        self.assertEqual(failure["subcode"], 1133)
        self.assertEqual(failure["name"], "access_denied")
        self.assertEqual(failure["text"], "Доступ закрыт")
        self.assertEqual(failure["attempts"], 1)

    def test_other_commands_and_the_command_line_itself(self):
        for arguments in (
            ("call", "users.get", "--json", "--bogus"),
            ("frobnicate", "--json"),
            ("all", "users.get", "--json", "--emulator", self.emulator.url),
            ("describe", "no.such", "--json"),
            ("explain", "nonsense", "--json"),
            ("bench", "--json", "--seconds", "0"),
        ):
            with self.subTest(arguments):
                self.assertEqual(self.failure_of(*arguments)["kind"], "usage")

    def test_explain_profiles_and_whoami(self):
        self.assertEqual(json.loads(run("explain", "14", "--json").stdout)["name"], "captcha_needed")
        narrow = json.loads(run("explain", "15", "1133", "--json").stdout)
        self.assertEqual(narrow["subcode"], 1133)
        self.assertTrue(narrow["subcode_meaning"])
        self.assertGreater(len(json.loads(run("explain", "--list", "--json").stdout)), 50)
        self.assertEqual(run("profiles", "--json").stdout, "[]\n")
        with logged_in() as (emulator, variables):
            profiles = json.loads(run("profiles", "--json", **variables).stdout)
            self.assertEqual([profile["profile"] for profile in profiles], ["default"])
            self.assertIsNone(profiles[0]["expires_at"])
            done = run("whoami", "--json", "--emulator", emulator.url, **variables)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            who = json.loads(done.stdout)
            self.assertEqual(who["profile"], "default")
            self.assertEqual(who["response"][0]["id"], 1)
            self.assertNotIn(emulator.token, done.stdout)


class AsksOnce(WithEmulator):
    def test_a_captcha_that_was_refused_is_not_asked_again(self):
        for method in ("execute", "wall.get"):
            self.emulator.fault(f"captcha:{method}*0")
        done = run("all", "wall.get", "count=1", "--emulator", self.emulator.url,
                   token=self.emulator.token, stdin="\n" * 20)  # fmt: skip
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr.count("Enter CAPTCHA key: "), 1, done.stderr)


class EmulatorOfTheEnvironment(WithEmulator):
    def test_it_is_used(self):
        done = run("call", "getServerTime", token=self.emulator.token,
                   VK_EMULATOR_URL=self.emulator.url)  # fmt: skip
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(self.emulator.requests()), 1)

    def test_options_come_first(self):
        for option in ("--emulator", "--api-url"):
            done = run("call", "getServerTime", option, self.emulator.url, token=self.emulator.token,
                       VK_EMULATOR_URL="http://127.0.0.1:1")  # fmt: skip
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_wrong_one_is_named(self):
        done = run("call", "getServerTime", VK_EMULATOR_URL="nonsense")
        self.assertEqual(done.returncode, 2)
        self.assertIn("VK_EMULATOR_URL", done.stderr)


class Proxy(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(self.path)
        answer = b'{"response":1}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_CONNECT(self):
        self.server.seen.append(self.path)
        self.send_error(403)

    def log_message(self, *_):
        pass


class ProxyOfTheEnvironment(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        self.server.seen = []
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)

    def seen(self, api, *options, **variables):
        self.server.seen.clear()
        run("call", "x.y", "--tries", "1", "--api-url", api, *options, token="t", **variables)
        return list(self.server.seen)

    def test_they_are_honoured(self):
        plain, secure = "http://vk.invalid", "https://vk.invalid"
        targets = [f"{plain}/method/x.y"]
        self.assertEqual(self.seen(secure, HTTPS_PROXY=self.url), ["vk.invalid:443"])
        self.assertEqual(self.seen(secure, ALL_PROXY=self.url), ["vk.invalid:443"])
        self.assertEqual(self.seen(plain, ALL_PROXY=self.url), targets)
        self.assertEqual(self.seen(plain, http_proxy=self.url), targets)
        self.assertEqual(self.seen(plain, HTTP_PROXY=self.url), [])
        self.assertEqual(self.seen(plain, ALL_PROXY=self.url, NO_PROXY="vk.invalid"), [])

    def test_the_option_comes_first_and_an_empty_one_means_none(self):
        plain = "http://vk.invalid"
        self.assertEqual(
            self.seen(plain, "--proxy", self.url, ALL_PROXY="http://127.0.0.1:1", NO_PROXY="*"),
            [f"{plain}/method/x.y"],
        )
        self.assertEqual(self.seen(plain, "--proxy", "", ALL_PROXY=self.url), [])

    def test_this_machine_is_reached_without(self):
        with Emulator() as emulator:
            done = run("call", "getServerTime", "--emulator", emulator.url, token=emulator.token,
                       ALL_PROXY=self.url)  # fmt: skip
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.server.seen, [])

    def test_a_wrong_one_is_named(self):
        done = run("call", "x.y", "--api-url", "https://vk.invalid", HTTPS_PROXY="ftp://u:secret@h")
        self.assertEqual(done.returncode, 2)
        self.assertIn("HTTPS_PROXY", done.stderr)
        self.assertNotIn("secret", done.stderr)

    def test_characters_that_are_not_encoded_are_explained(self):
        for url, part in (
            ("http://u:pa@ss@127.0.0.1:1", "%40"),
            ("http://u:pa#ss@127.0.0.1:1", "%23"),
            ("http://u:pa/ss@127.0.0.1:1", "%2F"),
            ("http://u:pa%ss@127.0.0.1:1", "%25"),
        ):
            done = run("call", "x.y", "--proxy", url)
            self.assertEqual(done.returncode, 2)
            self.assertIn(part, done.stderr)
            self.assertNotIn("pa", done.stderr.replace("password", "").replace("port", "").replace(
                "parameter", ""), done.stderr)  # fmt: skip


class Terminal(WithEmulator):
    def shown_until(self, terminal, part):
        shown, until = "", time.monotonic() + TIMEOUT
        while part not in shown:
            ready, _, _ = select.select([terminal], [], [], max(0, until - time.monotonic()))
            self.assertTrue(ready, shown)
            shown += os.read(terminal, 4096).decode()
        return shown

    def test_a_long_wait_says_why(self):
        for fault, options, part in (
            ("silent:users.get", (), "waiting for a response"),
            ("http_status=503:users.get,retry_after=30", (), "waiting before a retry"),
        ):
            with self.subTest(part):
                self.emulator.control("reset", {}, "POST")
                self.emulator.fault(fault)
                terminal, inner = open_terminal()
                process = subprocess.Popen(
                    [VKXX, "call", "users.get", *options, "--emulator", self.emulator.url],
                    stdin=inner, stdout=subprocess.DEVNULL, stderr=inner,
                    env=environment(self.emulator.token),
                )  # fmt: skip
                os.close(inner)
                self.assertIn(part, self.shown_until(terminal, part))
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(TIMEOUT), 130)
                os.close(terminal)

    def test_a_script_is_told_nothing(self):
        self.emulator.fault("slow=2600:users.get")
        done = self.call("users.get")
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class Interruption(unittest.TestCase):
    def interrupted(self, prompt, *arguments, number=signal.SIGINT, **variables):
        """The status after a signal at the prompt."""
        process = subprocess.Popen(
            [VKXX, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment(**variables),
        )  # fmt: skip
        told = b""
        while prompt not in told:
            piece = os.read(process.stderr.fileno(), 4096)
            self.assertTrue(piece, told)
            told += piece
        process.send_signal(number)
        # Before its standard input ends: the end of input would be an answer, too.
        process.wait(timeout=TIMEOUT)
        process.communicate()
        return process.returncode

    def test_at_the_question_for_a_passphrase(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "tokens").write_bytes(b"something")
            for arguments in (("profiles",), ("whoami",), ("logout",), ("login", "service"),
                              ("call", "users.get")):  # fmt: skip
                with self.subTest(arguments):
                    self.assertEqual(
                        self.interrupted(b"Passphrase of the token file: ", *arguments,
                                         VKXX_TOKENS=f"{folder}/tokens"),
                        130,
                    )  # fmt: skip

    def test_while_nobody_writes_into_a_named_pipe(self):
        with tempfile.TemporaryDirectory() as folder:
            pipe = f"{folder}/pipe"
            os.mkfifo(pipe)
            for arguments in (("call", "users.get", "--token-file", pipe),
                              ("call", "users.get", f"fields=@{pipe}"),
                              ("call", "users.get", "--ca-file", pipe),
                              ("stream", "rules", "--ca-file", pipe),
                              ("bench", "users.get", "--emulator", "https://127.0.0.1:1",
                               "--ca-file", pipe),
                              ("emulate", "--world", pipe), ("emulate", "--replay", pipe)):  # fmt: skip
                with self.subTest(arguments):
                    process = subprocess.Popen([VKXX, *arguments], env=environment())
                    with self.opened_for_writing(pipe):
                        process.send_signal(signal.SIGTERM)
                        self.assertIn(process.wait(TIMEOUT), (-signal.SIGTERM, 143))

    def opened_for_writing(self, pipe):
        """Waits until somebody reads it: before, it cannot be opened."""
        until = time.monotonic() + TIMEOUT
        while True:
            try:
                return os.fdopen(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK), "wb")
            except OSError:
                self.assertLess(time.monotonic(), until, "nobody reads the pipe")
                time.sleep(0.01)

    def test_while_the_reader_has_stopped(self):
        size = 4096
        with Emulator() as emulator:
            reader, writer = os.pipe()
            fcntl.fcntl(writer, F_SETPIPE_SZ, size)
            process = subprocess.Popen(
                [VKXX, "call", "users.get", "user_ids=1,2,3,4,5,6,7,8,9,10,11",
                 "fields=city,bdate,photo_100,photo_200,education,contacts,personal,schools",
                 "--emulator", emulator.url],
                stdout=writer, stderr=subprocess.PIPE, env=environment(emulator.token),
            )  # fmt: skip
            os.close(writer)
            until = time.monotonic() + TIMEOUT
            while int.from_bytes(fcntl.ioctl(reader, termios.FIONREAD, bytes(4)), "little") < size:
                self.assertLess(time.monotonic(), until, "the output fits into a pipe")
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=TIMEOUT)
            os.close(reader)
            self.assertEqual(process.returncode, -signal.SIGTERM)

    def test_while_standard_input_is_read(self):
        self.assertEqual(self.interrupted(b"", "call", "a.b", "text=@-", number=signal.SIGTERM),
                         -signal.SIGTERM)


class Ports(unittest.TestCase):
    def test_a_taken_port_is_one_sentence(self):
        with socket.socket() as taken, tempfile.TemporaryDirectory() as folder:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            for arguments in (
                ("emulate", "--port", port),
                ("login", "vkid", "--client-id", "7", "--port", port),
            ):
                with self.subTest(arguments[0]):
                    done = run(*arguments, VKXX_TOKENS=f"{folder}/tokens", **KEY)
                    self.assertEqual(done.returncode, 5)
                    self.assertEqual(done.stderr.count("\n"), 1)
                    self.assertIn(f"port {port} of 127.0.0.1: Address already in use; ", done.stderr)
                    self.assertNotIn("boost", done.stderr)
                    self.assertNotIn("[", done.stderr)


if __name__ == "__main__":
    unittest.main()

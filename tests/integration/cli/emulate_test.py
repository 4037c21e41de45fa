"""`vkxx emulate`: its address, its options, its end."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from program import TIMEOUT, VKXX, Emulator, environment, run


class Emulate(unittest.TestCase):
    def start(self, *options, **more):
        emulator = Emulator(*options, **more)
        self.addCleanup(lambda: emulator.process.poll() is None and emulator.stop())
        return emulator

    def call(self, emulator, *arguments):
        return run("call", *arguments, "--emulator", emulator.url, token=emulator.token)

    def test_the_first_line_is_the_address_and_it_can_be_called_at_once(self):
        emulator = self.start()
        self.assertRegex(emulator.url, r"^http://127\.0\.0\.1:[1-9]\d*$")
        self.assertEqual(self.call(emulator, "users.get").returncode, 0)

    def test_each_token_it_prints_is_good(self):
        emulator = self.start()
        methods = {
            "user 1": "users.get",
            "user 2": "users.get",
            "community 1": "groups.getById",
            "the service": "getServerTime",
        }
        self.assertEqual(set(emulator.tokens), set(methods))
        for name, method in methods.items():
            with self.subTest(name):
                done = run("call", method, "--emulator", emulator.url, token=emulator.tokens[name])
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_world_that_cannot_be_kept_shows_in_the_status(self):
        parent = tempfile.TemporaryDirectory()
        self.addCleanup(parent.cleanup)
        folder = pathlib.Path(parent.name, "here")
        folder.mkdir()
        path = folder / "world.json"
        emulator = self.start("--keep", str(path), stderr=subprocess.PIPE)
        self.assertTrue(path.exists())
        folder.rename(folder.with_name("elsewhere"))
        self.assertEqual(self.call(emulator, "status.set", "text=new").returncode, 0)
        emulator.process.send_signal(signal.SIGTERM)
        _, messages = emulator.process.communicate(timeout=TIMEOUT)
        self.assertEqual(emulator.process.returncode, 1, messages)
        self.assertIn("The world cannot be written", messages)

    def test_a_world_is_kept_by_one_emulator(self):
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder, "world.json"))
            first = self.start("--keep", path)
            second = run("emulate", "--keep", path)
            self.assertEqual((second.returncode, second.stdout), (2, ""))
            self.assertIn(f"Another emulator keeps its world in `{path}`", second.stderr)
            first.stop(signal.SIGKILL)
            third = self.start("--keep", path)
            self.assertEqual(third.stop(), 0)

    def test_a_signal_ends_it_cleanly(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                emulator = self.start()
                # A connection that waits must not hold it.
                host, port = emulator.url.removeprefix("http://").split(":")
                with socket.create_connection((host, int(port)), TIMEOUT):
                    self.assertEqual(emulator.stop(number), 0)

    def test_it_stops_when_started_in_the_background_of_a_script(self):
        # A shell without job control makes background programs ignore SIGINT.
        script = f'"{VKXX}" emulate > "$1" & pid=$!; while ! [ -s "$1" ]; do :; done; ' \
                 'kill -INT $pid; wait $pid'
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                ["sh", "-c", script, "sh", str(pathlib.Path(folder, "out"))],
                env=environment(), timeout=TIMEOUT,
            )  # fmt: skip
        self.assertEqual(done.returncode, 0)

    def test_a_chosen_port_and_address(self):
        first = self.start("--address", "127.0.0.2")
        self.assertTrue(first.url.startswith("http://127.0.0.2:"))
        port = first.url.rsplit(":", 1)[1]
        second = self.start("--port", port)
        self.assertEqual(second.url, f"http://127.0.0.1:{port}")

    def test_a_port_that_is_taken(self):
        port = self.start().url.rsplit(":", 1)[1]
        done = run("emulate", "--port", port)
        self.assertEqual((done.returncode, done.stdout), (5, ""))
        self.assertEqual(
            done.stderr,
            f"vkxx: the emulator cannot listen on port {port} of 127.0.0.1: Address already in use; "
            "choose another --port or --address, or leave --port out for a free one\n",
        )

    def test_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = str(pathlib.Path(folder, "ca.pem"))
            emulator = self.start("--tls", "--ca-out", authority)
            self.assertTrue(emulator.url.startswith("https://127.0.0.1:"))
            trusted = self.call(emulator, "users.get", "--ca-file", authority)
            self.assertEqual(trusted.returncode, 0, trusted.stderr)
        refused = self.call(emulator, "users.get")
        self.assertEqual(refused.returncode, 5)
        self.assertTrue(refused.stderr.startswith("vkxx: certificate rejected: "), refused.stderr)
        self.assertIn("--ca-file", refused.stderr)

    def test_faults(self):
        emulator = self.start("--fault", "error=9:wall.*", "--fault", "http_status=502:users.get*2")
        self.assertEqual(self.call(emulator, "wall.get").returncode, 3)
        statuses = [self.call(emulator, "users.get", "--tries", "1").returncode
                    for _ in range(3)]
        self.assertEqual(statuses, [5, 5, 0])

    def test_stored_procedures(self):
        with tempfile.TemporaryDirectory() as folder:
            first, second = pathlib.Path(folder, "first"), pathlib.Path(folder, "second")
            first.write_text('return API.users.get({"user_ids": Args.who})[0].last_name;')
            second.write_text('return {"two": Args.who};')
            emulator = self.start("--procedure", f"name={first}", "--procedure", f"name:2={second}")
        done = self.call(emulator, "execute.name", "who=durov", "--compact")
        self.assertEqual((done.returncode, done.stdout), (0, '"Дуров"\n'), done.stderr)
        done = self.call(emulator, "execute.name", "who=durov", "func_v=2", "--compact")
        self.assertEqual((done.returncode, done.stdout), (0, '{"two":"durov"}\n'), done.stderr)
        done = self.call(emulator, "execute.other")
        self.assertEqual(done.returncode, 3)
        self.assertTrue(done.stderr.startswith("vkxx: 3. Unknown method passed"), done.stderr)
        self.assertEqual([procedure["version"] for procedure in emulator.control("procedures")], [1, 2])

    def test_strict_limits(self):
        emulator = self.start("--strict-limits")
        script = "\n".join(
            f'"{VKXX}" call users.get --compact --tries 1 --emulator {emulator.url} & pids="$pids $!"'
            for _ in range(12)
        )
        done = subprocess.run(
            ["sh", "-c", script + "\nwait"],
            env=environment(emulator.token), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
            encoding="utf-8", timeout=TIMEOUT,
        )  # fmt: skip
        self.assertIn("vkxx: 6. Too many requests per second", done.stderr)

    def test_the_seed_decides_what_is_drawn(self):
        def captcha_of(*options):
            emulator = self.start("--fault", "captcha:users.get", *options)
            told = self.call(emulator, "users.get").stderr
            emulator.stop()
            return re.search(r"sid=(\d+)", told)[1]

        self.assertEqual(captcha_of("--seed", "7"), captcha_of("--seed", "7"))
        self.assertNotEqual(captcha_of("--seed", "7"), captcha_of("--seed", "8"))

    def test_a_shell_gets_the_credentials(self):
        script = f"""
            eval "$("{VKXX}" emulate --print-credentials &)" || exit 9
            trap 'kill "$VK_EMULATOR_PID"' EXIT
            "{VKXX}" call users.get --compact --emulator "$VK_EMULATOR_URL" || exit 8
            "{VKXX}" call groups.getById --compact --emulator "$VK_EMULATOR_URL" \\
              --token "$VK_GROUP_ACCESS_TOKEN" || exit 7
            # What every program that a script starts gets to see.
            env | grep '^VK_' | sort
        """
        for shell in ("sh", "bash"):
            with self.subTest(shell):
                done = subprocess.run(
                    [shell, "-c", script],
                    env=environment(), stdout=subprocess.PIPE, encoding="utf-8", timeout=TIMEOUT,
                )  # fmt: skip
                self.assertEqual(done.returncode, 0)
                user, groups, *variables = done.stdout.splitlines()
                self.assertEqual(json.loads(user)[0]["id"], 1)
                self.assertIn("apiclub", groups)
                values = dict(line.split("=", 1) for line in variables)
                self.assertEqual(
                    set(values),
                    {"VK_EMULATOR_URL", "VK_EMULATOR_PID", "VK_USER_LOGIN", "VK_USER_PASSWORD",
                     "VK_ACCESS_TOKEN", "VK_GROUP_IDS", "VK_GROUP_ACCESS_TOKEN",
                     "VK_SERVICE_TOKEN"},
                )  # fmt: skip
                self.assertEqual(values["VK_USER_LOGIN"], "plain@emulator.test")
                self.assertEqual(values["VK_GROUP_IDS"], "1,2")
                with self.assertRaises(ProcessLookupError):
                    self.wait_for_end(int(values["VK_EMULATOR_PID"]))

    @staticmethod
    def wait_for_end(process):
        """Raises ProcessLookupError once the process, which is not a child of ours, has ended."""
        until = time.monotonic() + TIMEOUT
        while time.monotonic() < until:
            os.kill(process, 0)
            os.sched_yield()

    def test_the_printed_account_can_log_in(self):
        emulator = self.start("--token-lifetime", "5", "--page-seed", "3", "--auto-consent")
        form = urllib.parse.urlencode({
            "grant_type": "password", "client_id": "2274003",
            "client_secret": "hHbZxrka2uZ6jB1inYsH", "username": "plain@emulator.test",
            "password": "emulator-password", "scope": "wall",
        })  # fmt: skip
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(emulator.url + "/token", form.encode(), TIMEOUT) as answer:
            self.assertEqual(json.load(answer)["expires_in"], 5)

    def test_the_control_api_by_the_name_of_a_container(self):
        emulator = self.start("--control-host", "emulator", "--control-host", "other.test")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def status(host):
            request = urllib.request.Request(
                emulator.url + "/_emulator/requests", headers={"Host": host}
            )
            try:
                with opener.open(request, timeout=TIMEOUT) as answer:
                    return answer.status
            except urllib.error.HTTPError as refusal:
                with refusal:
                    return refusal.code

        self.assertEqual([status(host) for host in ("emulator:8080", "other.test", "foreign:8080")],
                         [200, 200, 403])  # fmt: skip
        done = run("emulate", "--control-host", "http://emulator:8080")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("expected a host name without a port", done.stderr)

    def test_verbose(self):
        reader, writer = os.pipe()
        emulator = self.start("--verbose", stderr=writer)
        os.close(writer)
        self.call(emulator, "users.get")
        self.assertEqual(emulator.stop(), 0)
        with os.fdopen(reader) as told:
            text = told.read()
        self.assertIn("POST /method/users.get status=200", text)
        self.assertNotIn(emulator.token, text)

    def test_usage(self):
        for arguments, part in {
            ("--port", "70000"): "--port",
            ("--port", "x"): "--port",
            ("--seed", "x"): "--seed",
            ("--page-seed", "x"): "--page-seed",
            ("--token-lifetime", "0"): "--token-lifetime",
            ("--address", "nowhere"): "nowhere",
            ("--fault", "nonsense"): "nonsense",
            ("--fault", "error=9,rate=2"): "rate",
            ("--procedure", "name"): "NAME=FILE",
            ("--procedure", "name=/no/such/file"): "/no/such/file",
            ("--procedure", "execute.name=/dev/null"): "Latin letters",
            ("--procedure", "name:x=/dev/null"): "version",
            ("--procedure", f"name={__file__}"): "does not compile",
            ("--ca-out", "/tmp/x"): "--tls",
            ("--tls", "--ca-out", "/no/such/folder/ca.pem"): "/no/such/folder",
        }.items():
            with self.subTest(arguments):
                done = run("emulate", *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(part, done.stderr)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            self.assertEqual(run("emulate", stdout=full).returncode, 1)

    def test_prints_the_lines_of_etc_hosts(self):
        done = run("emulate", "--hosts", "--address", "127.0.0.9")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 2)
        for line, domain in zip(lines, ("vk.ru", "vk.com")):
            address, *names = line.split()
            self.assertEqual(address, "127.0.0.9")
            for name in ("", "api.", "oauth.", "login.", "id.", "m."):
                self.assertIn(name + domain, names)

    def test_any_client_can_use_it(self):
        emulator = self.start()
        answer = emulator.control("world")
        self.assertIn("Durov", json.dumps(answer))


if __name__ == "__main__":
    unittest.main()

"""Runs the program `vkxx`, and an emulator made by it, for the tests of this folder.

The environment says where the program is: VKXX=/path/to/vkxx.
"""

import json
import os
import pathlib
import pty
import signal
import subprocess
import time
import unittest
import urllib.request

VKXX = os.environ["VKXX"]
# Longer than anything here takes, sanitizers and a loaded machine included.
TIMEOUT = 60


def environment(token=None, **more):
    """A clean environment: nothing of the tester's own leaks in, no token, no proxy."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith(("VK_", "VKXX_"))
    }
    # Where no profiles are.
    kept["XDG_CONFIG_HOME"] = "/nonexistent"
    if token is not None:
        kept["VK_ACCESS_TOKEN"] = token
    kept.update(more)
    return kept


def run(*arguments, stdin="", token=None, stdout=subprocess.PIPE, **variables):
    """Runs vkxx to its end; output and messages are text."""
    return subprocess.run(
        [VKXX, *arguments],
        input=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment(token, **variables),
        encoding="utf-8",
        timeout=TIMEOUT,
    )


def open_terminal():
    """Both ends of a terminal of our own."""
    try:
        return pty.openpty()
    except OSError as failure:
        raise unittest.SkipTest(f"this machine gives no terminals (/dev/pts): {failure}") from None


def everything_from(terminal):
    """What was written to the other end, which is closed."""
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:  # EIO: there is no more
        pass
    return b"".join(parts).decode()


def shown_command_line(process):
    """What other users of the machine see of it."""
    try:
        return pathlib.Path(f"/proc/{process.pid}/cmdline").read_text()
    except FileNotFoundError:
        process.kill()
        process.communicate()
        raise unittest.SkipTest("/proc is not mounted: nobody sees command lines") from None


class Emulator:
    """`vkxx emulate` as a process."""

    def __init__(self, *options, stderr=subprocess.DEVNULL):
        self.process = subprocess.Popen(
            [VKXX, "emulate", *options],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(),
            encoding="utf-8",
        )
        self.url = self.process.stdout.readline().strip()
        self.tokens = {}
        for _ in range(4):
            name, token = self.process.stdout.readline().strip().rsplit(":", 1)
            self.tokens[name.removeprefix("token of ")] = token.strip()
        self.token = self.tokens.get("user 1", "")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, number=signal.SIGTERM):
        """Ends it by a signal; gives its exit status."""
        self.process.send_signal(number)
        try:
            return self.process.wait(TIMEOUT)
        finally:
            self.process.stdout.close()

    def control(self, path, body=None, method=None):
        """Speaks to the control API; gives the JSON that it answers."""
        request = urllib.request.Request(
            f"{self.url}/_emulator/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method or ("GET" if body is None else "POST"),
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=TIMEOUT) as answer:
            return json.load(answer)

    def fault(self, text):
        """Adds a fault, in the form of `--fault`."""
        self.control("faults", text)

    def requests(self):
        return self.control("requests")

    def wait_for_request(self):
        """Comes back when anything has been asked."""
        until = time.monotonic() + TIMEOUT
        while not self.requests():
            if time.monotonic() > until:
                raise AssertionError("no request came")


class WithEmulator(unittest.TestCase):
    """Tests that share an emulator, put back to its start before each of them."""

    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator(*cls.OPTIONS)
        cls.addClassCleanup(cls.emulator.stop)

    def setUp(self):
        self.emulator.control("reset", {}, "POST")

    def call(self, *arguments, token=None, **options):
        """`vkxx call … --emulator URL` with the token of user 1."""
        token = self.emulator.token if token is None else token
        return run("call", *arguments, "--emulator", self.emulator.url, token=token, **options)

    def answer_to(self, *arguments, **options):
        """The JSON that a call prints, which has to succeed."""
        done = self.call(*arguments, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def sent(self):
        """The parameters of the last request that the emulator got."""
        return dict(self.emulator.requests()[-1]["parameters"])

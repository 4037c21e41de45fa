"""A conversation as a test in Python and in C++: the one passes against the same bot and fails against
another, the other one compiles."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request

from emulator import TIMEOUT, Emulator

# Everything that might end a literal, or mean something else in it.
TEXTS = ["hello", "it's \"quoted\" \\ \\n \\x41 \\u0041", "two\nlines\ttab\rreturn", ")lines\" ??/ ??=",
         "''' \"\"\" {braces} %s $x `y`", "привет 🙂 ﷽", "\u202eright to left\u202c \u2066\u2069", "\u2028\u2029\ufeff",
         "R\"lines(", "#include <x>", "\\", "'"]  # fmt: skip


class Bot(threading.Thread):
    """Repeats what a user writes to community 1."""

    def __init__(self, vk, token, prefix="You said: "):
        super().__init__()
        self.vk, self.token, self.prefix = vk, token, prefix
        self.ended = threading.Event()
        self.server = self.call("groups.getLongPollServer", group_id=1)
        self.start()

    def call(self, method, **values):
        form = {"v": "5.199", "access_token": self.token, **values}
        return self.vk.ask("/method/" + method, form)["response"]

    def run(self):
        at = self.server["ts"]
        path = urllib.parse.urlsplit(self.server["server"]).path
        while not self.ended.is_set():
            form = {"act": "a_check", "key": self.server["key"], "ts": at, "wait": 1}
            answer = self.vk.ask(path, form)
            at = answer["ts"]
            for update in answer["updates"]:
                if update["type"] == "message_new":
                    self.repeat(update["object"]["message"])

    def repeat(self, message):
        self.call("messages.send", peer_id=message["peer_id"], random_id=0,
                  message=self.prefix + message["text"])

    def stop(self):
        self.ended.set()
        self.join(TIMEOUT)


class Transcript(unittest.TestCase):
    def setUp(self):
        self.vk = Emulator()
        self.addCleanup(self.vk.__exit__)
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.community = self.vk.ask("/_emulator/world")["tokens"]["community"]

    def bot(self, **settings):
        bot = Bot(self.vk, self.community, **settings)
        self.addCleanup(bot.stop)
        return bot

    def say(self, text):
        self.vk.ask("/_emulator/people/2/say", json.dumps({"to": -1, "text": text}).encode())

    def conversation(self):
        """With a bot; the text of it in each format."""
        bot = self.bot()
        for text in TEXTS:
            self.say(text)
        for _ in range(TIMEOUT * 20):
            lines = self.transcript("jsonl").splitlines()
            if len([line for line in lines if "You said: " in line]) == len(TEXTS):
                break
            threading.Event().wait(0.05)
        bot.stop()
        return {kind: self.transcript(kind) for kind in ("python", "cpp")}

    def transcript(self, kind):
        url = f"{self.vk.url}/_emulator/transcript?since=0&format={kind}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, None, TIMEOUT) as answer:
            return answer.read().decode()

    def run_python(self, text):
        file = pathlib.Path(self.folder.name, "test_conversation.py")
        file.write_text(text + "\n\ntest_conversation()\n", encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-B", str(file)], capture_output=True, text=True, timeout=TIMEOUT,
            env={**os.environ, "VK_EMULATOR_URL": self.vk.url, "no_proxy": "*"}, check=False)

    def test_in_python_passes_against_the_same_bot_only(self):
        text = self.conversation()["python"]
        same = self.bot()
        done = self.run_python(text)
        self.assertEqual(done.returncode, 0, done.stderr)
        same.stop()
        self.bot(prefix="No: ")
        done = self.run_python(text)
        self.assertEqual(done.returncode, 1)
        self.assertIn("AssertionError", done.stderr)
        self.assertIn("No: hello", done.stderr)

    def test_in_cpp_compiles(self):
        compiler = os.environ.get("VKXX_COMPILER")
        file = pathlib.Path(self.folder.name, "conversation.cpp")
        file.write_text(self.conversation()["cpp"], encoding="utf-8")
        folders = os.environ["VKXX_INCLUDE"].split(":")
        done = subprocess.run(
            [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
             *(f"-I{folder}" for folder in folders), str(file)],
            capture_output=True, text=True, timeout=TIMEOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()

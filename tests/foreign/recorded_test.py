"""Recorded requests of vk_api (Python), vkbottle (Python) and vksdk (Go), sent to the emulator again.

others.jsonl: what only other clients send: vk-php-sdk, easyvk, …

recorded/CLIENT.jsonl has a request per line, in order: method, path, headers, body (characters are
bytes), and `needs`: the members of the answer that the client reads, with their types. `{user}` is
a token, `{3/response/key}` a value of the answer to the fourth line; `|q` marks it as quoted.
Lines of the client `player` are what a user does meanwhile.
"""

import gzip
import http.client
import json
import pathlib
import re
import unittest
import urllib.parse

from emulator import TIMEOUT, Emulator

FOLDER = pathlib.Path(__file__).with_name("recorded")
TYPES = {"int": int, "str": str, "bool": bool, "number": (int, float), "null": type(None)}
ZSTD = b"\x28\xb5\x2f\xfd"


def misfit(needs, value, place=""):
    """What the answer lacks; None if nothing."""
    if needs == "any":
        return None
    if isinstance(needs, str):
        fits = isinstance(value, TYPES[needs]) and (needs == "bool" or not isinstance(value, bool))
        return None if fits else f"{place} is not {needs}: {json.dumps(value)[:200]}"
    if not isinstance(value, type(needs)):
        return f"{place} is not a {type(needs).__name__}: {json.dumps(value)[:200]}"
    if isinstance(needs, dict):
        inner = ((f"{place}/{name}", form, value.get(name)) for name, form in needs.items())
    elif needs and not value:
        return f"{place} is empty"
    else:
        inner = ((f"{place}/{at}", form, value[at] if at < len(value) else None)
                 for at, form in enumerate(needs))  # fmt: skip
    faults = (misfit(form, member, where) for where, form, member in inner)
    return next((fault for fault in faults if fault), None)


class Replay:
    def __init__(self, emulator, tokens):
        self.address = urllib.parse.urlsplit(emulator.url).netloc
        self.values = {"user": tokens["user"], "user2": tokens["other_user"],
                       "community": tokens["community"], "service": tokens["service"]}  # fmt: skip
        self.answers = []

    def value(self, found):
        name, _, quoted = found[1].partition("|")
        value = self.values.get(name)
        if value is None:
            line, *steps = name.split("/")
            value = self.answers[int(line)]
            for step in steps:
                value = value[int(step) if isinstance(value, list) else step]
        return urllib.parse.quote_plus(str(value)) if quoted else str(value)

    def filled(self, text):
        return re.sub(r"\{([a-z0-9]+(?:/\w+)*(?:\|q)?)\}",
                      lambda found: self.value(found) if "/" in found[1] or found[1] in self.values
                      else found[0], text)  # fmt: skip

    def send(self, line):
        path = self.filled(line["path"])
        if not path.startswith("/"):
            # An address that the emulator gave: whole, or without its scheme.
            path = "/" + re.sub(r"^https?://", "", path).partition("/")[2]
        body = self.filled(line.get("body", "")).encode("latin-1")
        connection = http.client.HTTPConnection(self.address, timeout=TIMEOUT)
        connection.putrequest(line["method"], path, skip_host=True, skip_accept_encoding=True)
        for name, value in line["headers"].items():
            connection.putheader(name, self.filled(value))
        if body or line["method"] == "POST":
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.getheader("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return answer.status, content

    def check(self, line):
        """What is wrong with the answer; None if nothing."""
        self.answers.append(None)
        status, content = self.send(line)
        if status != 200:
            return f"HTTP {status}: {content[:200]}"
        # Without needs it may be MessagePack.
        if "needs" not in line and not content.startswith((b"{", b"[")):
            return None
        if content.startswith(ZSTD):
            return None
        self.answers[-1] = json.loads(content)
        return misfit(line.get("needs", "any"), self.answers[-1])


class Recorded(unittest.TestCase):
    def replay(self, client):
        lines = [json.loads(line) for line in
                 FOLDER.joinpath(client + ".jsonl").read_text("utf-8").splitlines()]  # fmt: skip
        with Emulator() as emulator:
            replay = Replay(emulator, emulator.ask("/_emulator/world")["tokens"])
            for number, line in enumerate(lines):
                fault = replay.check(line)
                self.assertIsNone(fault, f"line {number + 1} of {client}: {line['path']}")

    def test_vk_api(self):
        self.replay("vk_api")

    def test_vkbottle(self):
        self.replay("vkbottle")

    def test_vksdk(self):
        self.replay("vksdk")

    def test_others(self):
        self.replay("others")


if __name__ == "__main__":
    unittest.main()

"""An emulator at an address, as the models call it: every answer is checked as it comes."""

import http.client
import json
import urllib.parse

from answer_check import Answers

VERSION = "5.199"
LAST = 12  # Calls that a failure shows.


class Wrong(AssertionError):
    pass


class Server:
    """Calls of an emulator at an address."""

    def __init__(self, url, timeout=60):
        self.url = url
        self.answers = Answers()
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc,
                                                     timeout=timeout)

    def ask(self, method, path, body=None, kind="application/json"):
        self.connection.request(method, path, body, {"Content-Type": kind} if body else {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def control(self, path, body=None):
        method = "GET" if body is None else "POST"
        status, text = self.ask(method, "/_emulator/" + path,
                                None if body is None else json.dumps(body))
        if status != 200:
            raise Wrong(f"{path} {body}: HTTP {status} {text[:200]}")
        return json.loads(text)

    def call(self, token, name, **parameters):
        """The response, or the error as (code, text)."""
        form = urllib.parse.urlencode({"v": VERSION, "access_token": token, **parameters})
        _, text = self.ask("POST", "/method/" + name, form, "application/x-www-form-urlencoded")
        answer = json.loads(text)
        if "error" in answer:
            return None, (answer["error"]["error_code"], answer["error"]["error_msg"])
        faults = self.answers.faults(name, answer["response"])
        if faults:
            raise Wrong(f"W8: {name} {parameters}: {faults[:3]}")
        return answer["response"], None

    def check_event(self, update):
        faults = self.answers.event_faults(update["type"], update["object"])
        if faults:
            raise Wrong(f"W8: {update['type']}: {faults[:3]} {update['object']}")

    def ask_json(self, path):
        status, text = self.ask("GET", path)
        return status, json.loads(text)


class Poll:
    """A reader of long poll, of a community or of a user."""

    def __init__(self, server, given, version=3):
        self.server, self.version = server, version
        self.path = "/" + given["server"].split("//")[-1].partition("/")[2]
        self.key, self.ts = given["key"], given["ts"]

    def take(self):
        query = {"act": "a_check", "key": self.key, "ts": self.ts, "wait": 0, "mode": 2,
                 "version": self.version}
        status, answer = self.server.ask_json(self.path + "?" + urllib.parse.urlencode(query))
        if status != 200 or "failed" in answer:
            raise Wrong(f"a poll of {self.path}: {status} {answer}")
        self.ts = answer["ts"]
        return answer["updates"]


def walk(schedule, seed, steps, every):
    """All steps of a schedule; a failure names its seed and its last calls."""
    try:
        for number in range(steps):
            schedule.step()
            if number % every == every - 1:
                schedule.check()
        schedule.check()
    except Exception as fault:
        last = "\n".join(str(entry) for entry in schedule.trace[-LAST:])
        raise Wrong(f"seed {seed}: {fault!r}\nafter:\n{last}") from fault
    return schedule

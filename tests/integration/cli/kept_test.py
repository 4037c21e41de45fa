"""`vkxx emulate --keep`: what was answered is there after the emulator was killed, once.

VKXX_KILLS=100 kills it so often; VKXX_SEED chooses other moments.
"""

import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import tempfile
import threading
import unittest
import urllib.parse

from program import TIMEOUT, Emulator

KILLS = int(os.environ.get("VKXX_KILLS", "3"))
SEED = int(os.environ.get("VKXX_SEED", "1"))
CHAT = 2_000_000_001
LOGIN = {
    "grant_type": "password",
    "client_id": "2274003",
    "client_secret": "hHbZxrka2uZ6jB1inYsH",
    "username": "plain@emulator.test",
    "password": "emulator-password",
}


class Gone(Exception):
    """The emulator did not answer: what it did is not known."""


class Client:
    """One connection of plain HTTP."""

    def __init__(self, url):
        host, port = url.removeprefix("http://").split(":")
        self.connection = http.client.HTTPConnection(host, int(port), timeout=TIMEOUT)

    def request(self, method, path, body=None, headers=None):
        try:
            self.connection.request(method, path, body, headers or {})
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as failure:
            self.connection.close()
            raise Gone from failure
        return answer.status, text

    def form(self, path, fields):
        _, text = self.request(
            "POST",
            path,
            urllib.parse.urlencode(fields),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        return json.loads(text)

    def call(self, token, method, **fields):
        answer = self.form(f"/method/{method}", fields | {"v": "5.199", "access_token": token})
        if "response" not in answer:
            raise AssertionError(f"{method}: {answer}")
        return answer["response"]

    def close(self):
        self.connection.close()


class Writer:
    """Writes by one token to one peer, and remembers what was answered."""

    def __init__(self, name, token, peer, seed):
        self.name, self.token, self.peer = name, token, peer
        self.random = random.Random(seed)
        self.count = 0
        self.texts = {}  # cmid: the text that was answered last
        self.pending = None  # fields of a message without an answer
        self.unsure = {}  # cmid: the texts one of which it has; None: it is deleted
        self.keys = [f"{name}_{letter}" for letter in "abc"]
        self.stored = {}
        self.maybe_stored = {}
        self.documents = set()
        self.logins = set()

    def cmid_of(self, answer):
        # With peer_ids the answer has the number in the conversation.
        return answer[0]["conversation_message_id"]

    def send(self, client):
        if self.pending is None:
            self.count += 1
            self.pending = {
                "peer_ids": self.peer,
                "message": f"{self.name}-{self.count}",
                "random_id": 1000 * self.count + 1,
            }
        answer = client.call(self.token, "messages.send", **self.pending)
        self.texts[self.cmid_of(answer)] = self.pending["message"]
        self.pending = None

    def edit(self, client):
        if not self.texts:
            return
        cmid = self.random.choice(list(self.texts))
        text = f"{self.texts[cmid]}+"
        self.unsure[cmid] = {self.texts.pop(cmid), text}
        client.call(self.token, "messages.edit", peer_id=self.peer, cmid=cmid, message=text)
        del self.unsure[cmid]
        self.texts[cmid] = text

    def delete(self, client):
        if len(self.texts) < 5:
            return
        cmid = self.random.choice(list(self.texts))
        self.unsure[cmid] = {self.texts.pop(cmid), None}
        client.call(
            self.token, "messages.delete", peer_id=self.peer, cmids=cmid, delete_for_all=1
        )
        self.unsure[cmid] = {None}

    def store(self, client):
        name, value = self.random.choice(self.keys), str(self.random.random())
        self.maybe_stored[name] = {self.stored.get(name, ""), value}
        client.call(self.token, "storage.set", key=name, value=value)
        del self.maybe_stored[name]
        self.stored[name] = value

    def login(self, client):
        answer = client.form("/token", LOGIN)
        self.logins.add(answer["access_token"])

    def upload(self, client):
        address = client.call(self.token, "docs.getMessagesUploadServer", peer_id=2)["upload_url"]
        body = (
            b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"
            + os.urandom(200)
            + b"\r\n--x--\r\n"
        )
        _, text = client.request(
            "POST",
            urllib.parse.urlsplit(address).path,
            body,
            {"Content-Type": "multipart/form-data; boundary=x"},
        )
        saved = client.call(self.token, "docs.save", file=json.loads(text)["file"])
        self.documents.add((saved["doc"]["owner_id"], saved["doc"]["id"], saved["doc"]["url"]))

    def step(self, client):
        steps = [self.send] * 6 + [self.edit, self.edit, self.delete, self.store]
        if self.name == "user":
            steps += [self.login, self.upload]
        self.random.choice(steps)(client)

    def check(self, client, test):
        """Compares with what the emulator says now."""
        if self.pending is not None:  # Once more, with the same random_id.
            self.send(client)
        found = {}
        while True:
            page = client.call(
                self.token, "messages.getHistory", peer_id=self.peer, count=200, offset=len(found)
            )["items"]
            for item in page:
                test.assertNotIn(item["conversation_message_id"], found)
                found[item["conversation_message_id"]] = item["text"]
            if len(page) < 200:
                break
        mine = {k: v for k, v in found.items() if v.startswith(self.name + "-")}
        for cmid, possible in list(self.unsure.items()):
            test.assertIn(mine.pop(cmid, None), possible, (self.name, cmid))
            text = found.get(cmid)
            self.unsure[cmid] = {text}
        test.assertEqual(mine, self.texts, self.name)
        numbers = [text.rstrip("+") for text in mine.values()]
        test.assertEqual(len(numbers), len(set(numbers)), "a message is there twice")
        if self.stored or self.maybe_stored:
            kept = client.call(self.token, "storage.get", keys=",".join(self.keys))
            kept = {item["key"]: item["value"] for item in kept}
            for name in self.keys:
                possible = self.maybe_stored.pop(name, {self.stored.get(name, "")})
                test.assertIn(kept.get(name, ""), possible, (self.name, name))
                self.stored[name] = kept.get(name, "")
        for token in self.logins:
            client.call(token, "users.get")
        for owner, number, url in self.documents:
            status, _ = client.request("GET", urllib.parse.urlsplit(url).path)
            test.assertEqual(status, 200, (owner, number))


class Poller:
    """Takes the events of community 1 and user 1, whatever happens in between."""

    def __init__(self, token):
        self.token = token
        self.server = None
        self.seen = {}

    def poll(self, client, test, wait=0):
        if self.server is None:
            self.server = client.call(self.token, "groups.getLongPollServer", group_id=1)
        query = urllib.parse.urlencode(
            {"act": "a_check", "wait": wait, "key": self.server["key"], "ts": self.server["ts"]}
        )
        _, text = client.request("GET", f"/whp/1?{query}")
        answer = json.loads(text)
        test.assertNotIn("failed", answer)
        test.assertGreaterEqual(int(answer["ts"]), int(self.server["ts"]))
        test.assertEqual(
            int(answer["ts"]) - int(self.server["ts"]), len(answer["updates"]), "a hole in the events"
        )
        for update in answer["updates"]:
            test.assertNotIn(update["event_id"], self.seen, "an event came twice")
            self.seen[update["event_id"]] = update
        self.server["ts"] = answer["ts"]
        return len(answer["updates"])

    def check(self, client, test, writers):
        while self.poll(client, test):
            pass
        news = [u for u in self.seen.values() if u["type"] == "message_new"]
        texts = [u["object"]["message"]["text"] for u in news]
        test.assertEqual(len(texts), len(set(texts)), "a message came twice")
        for writer in writers:
            if writer.peer == -1:
                wanted = {text.rstrip("+") for text in writer.texts.values()}
                test.assertEqual(wanted - set(texts), set(), "a message did not come")


class Kept(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(pathlib.Path(folder.name, "world.json"))

    def start(self, *options, **more):
        emulator = Emulator("--keep", self.path, *options, **more)
        self.addCleanup(lambda: emulator.process.poll() is None and emulator.stop())
        return emulator

    def run_until_killed(self, emulator, writers, poller, answers):
        """All write at once, until so many answers have come; then it is killed."""
        done = threading.Semaphore(0)
        failures = []

        def work(step):
            client = Client(emulator.url)
            try:
                while True:
                    step(client)
                    done.release()
            except Gone:
                pass
            except BaseException as failure:  # noqa: B902: shown by the test
                failures.append(failure)
                done.release(10_000)
            finally:
                client.close()

        steps = [writer.step for writer in writers]
        steps.append(lambda client: poller.poll(client, self, wait=1))
        threads = [threading.Thread(target=work, args=(step,)) for step in steps]
        for thread in threads:
            thread.start()
        for _ in range(answers):
            self.assertTrue(done.acquire(timeout=TIMEOUT), "no answers come")
        emulator.stop(signal.SIGKILL)
        for thread in threads:
            thread.join(TIMEOUT)
        self.assertEqual(failures, [])

    def test_nothing_answered_is_lost_when_it_is_killed(self):
        moments = random.Random(SEED)
        emulator = self.start()
        tokens = emulator.tokens
        writers = [
            Writer("user", tokens["user 1"], -1, 1),
            Writer("other", tokens["user 2"], -1, 2),
            Writer("community", tokens["community 1"], 2, 3),
            Writer("chat", tokens["user 1"], CHAT, 4),
        ]
        poller = Poller(tokens["community 1"])
        with contextlib.closing(Client(emulator.url)) as client:
            poller.poll(client, self)
        for _ in range(KILLS):
            self.run_until_killed(emulator, writers, poller, moments.randrange(1, 300))
            emulator = self.start()
            with contextlib.closing(Client(emulator.url)) as client:
                for writer in writers:
                    writer.check(client, self)
                poller.check(client, self, writers)
        self.assertEqual(emulator.stop(), 0)
        self.assertEqual(list(pathlib.Path(self.path).parent.glob("*.log-*")), [])


if __name__ == "__main__":
    unittest.main()

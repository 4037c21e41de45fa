"""Random schedules of calls against `vkxx emulate`, compared with models that are not the emulator's.

    VKXX=build/dev/apps/vkxx/vkxx python3 tests/foreign/world_schedules_test.py [FIRST COUNT STEPS]

Every answer of these calls is compared with VK's schema, too.

The arguments are for longer runs by hand. A failure names its seed and the last calls.
"""

import json
import pathlib
import sys
import tempfile
import unittest

from emulator import Emulator
from model_server import Server, Wrong
from wall_model import run_walls
from world_model import run

FIRST, COUNT, STEPS = 1, 16, 40


class Frozen(unittest.TestCase):
    def frozen(self, emulator):
        """Calls of the emulator, whose clock stands still."""
        server = Server(emulator.url)
        self.addCleanup(server.connection.close)
        server.control("clock", {"freeze": True})
        return server


class Schedules(Frozen):
    def run_all(self, run_one):
        with Emulator() as emulator:
            server, done, refused = self.frozen(emulator), 0, 0
            for seed in range(FIRST, FIRST + COUNT):
                schedule = run_one(server, seed, STEPS)
                done, refused = done + schedule.done, refused + schedule.refused
            self.assertGreater(done, COUNT * STEPS // 4)
            self.assertGreater(refused, 0)
            self.assertGreater(server.answers.checked, done)

    def test_everybody_sees_what_the_model_says(self):
        """W1 to W8, of messages."""
        self.run_all(run)

    def test_everybody_sees_the_walls_of_the_model(self):
        """W7 and W8, of walls and the blacklist of a community."""
        self.run_all(run_walls)

    def test_a_snapshot_of_a_snapshot_is_the_same(self):
        """W9, and the world goes on from there as if nothing had happened."""
        with Emulator() as emulator:
            server = self.frozen(emulator)
            schedule = run(server, 1000, STEPS)
            first = server.ask("GET", "/_emulator/snapshot")[1]
            self.assertEqual(server.ask("PUT", "/_emulator/snapshot", first)[0], 200)
            self.assertEqual(server.ask("GET", "/_emulator/snapshot")[1], first)
            with Emulator() as other:
                second = Server(other.url)
                self.addCleanup(second.connection.close)
                # Its clock is moved to the time of the snapshot.
                self.assertEqual(second.ask("PUT", "/_emulator/snapshot", first)[0], 200)
                found = json.loads(second.ask("GET", "/_emulator/snapshot")[1])
                self.assertEqual(found["events"], json.loads(first)["events"])
                schedule.server = second
                schedule.check_views()

    def world(self, server):
        """The parts of the snapshot, without the address."""
        text = server.ask("GET", "/_emulator/snapshot")[1].decode()
        return json.loads(text.replace(server.url, "http://emulator"))

    def test_a_killed_emulator_is_the_same_world_afterwards(self):
        """With `--keep`."""
        with tempfile.TemporaryDirectory() as folder:
            keep = "--keep", str(pathlib.Path(folder) / "world.json")
            emulator = Emulator(*keep)
            try:
                server = self.frozen(emulator)
                # A clock that stands still is never behind that of the machine at the start.
                server.control("clock", {"advance": 7 * 24 * 3600})
                for seed in range(3, 5):
                    run(server, seed, STEPS)
                    run_walls(server, seed, STEPS)
                before = self.world(server)
            finally:
                emulator.process.kill()
                emulator.__exit__()
            with Emulator(*keep) as emulator:
                server = Server(emulator.url)
                self.addCleanup(server.connection.close)
                found = self.world(server)
                # So that a failure names what differs.
                for name, value in before.items():
                    self.assertEqual(found[name], value, name)

    def test_memory_is_bounded(self):
        """W10: the oldest messages go; nothing that is left has changed."""
        limit = 50
        with Emulator("--message-limit", str(limit)) as emulator:
            server = self.frozen(emulator)
            made = server.control("people", {"first_name": "A", "last_name": "B"})
            tokens = {1: emulator.token, made["id"]: made["token"]}
            sent = []
            for number in range(3 * limit):
                author = 1 if number % 3 else made["id"]
                peer = made["id"] if author == 1 else 1
                response, error = server.call(tokens[author], "messages.send", peer_id=peer,
                                              random_id=0, message=f"m{number}")
                self.assertIsNone(error)
                sent.append((author, f"m{number}"))
            for member, peer in ((1, made["id"]), (made["id"], 1)):
                answer, error = server.call(tokens[member], "messages.getHistory", peer_id=peer,
                                            count=200, rev=1)
                self.assertIsNone(error)
                shown = [(item["from_id"], item["text"]) for item in answer["items"]]
                self.assertEqual(shown, sent[-len(shown):])
                self.assertEqual(answer["count"], len(shown))
                self.assertLessEqual(len(shown), limit)
                self.assertGreater(len(shown), limit - 10)
                cmids = [item["conversation_message_id"] for item in answer["items"]]
                self.assertEqual(cmids, list(range(3 * limit - len(shown) + 1, 3 * limit + 1)))


class TheModel(Frozen):
    def lied_to(self, server, method, change):
        """What the model of walls says if the answers of a method are changed."""
        ask = server.ask

        def lie(verb, path, *more):
            status, text = ask(verb, path, *more)
            if path == "/method/" + method:
                answer = json.loads(text)
                if "response" in answer:
                    text = json.dumps({"response": change(answer["response"])})
            return status, text

        server.ask = lie
        with self.assertRaises(Wrong) as found:
            for seed in range(1, 20):
                run_walls(server, seed, STEPS)
        server.ask = ask
        return str(found.exception)

    def test_it_finds_what_a_poll_leaves_out(self):
        with Emulator() as emulator:
            server = self.frozen(emulator)
            ask = server.ask
            for kind, word in ((2, "shows"), (13, "shows"), (80, "counts")):

                def lie(verb, path, *more, left_out=kind):
                    status, text = ask(verb, path, *more)
                    if path.startswith("/nim"):
                        answer = json.loads(text)
                        answer["updates"] = [update for update in answer.get("updates", [])
                                             if update[0] != left_out]
                        text = json.dumps(answer)
                    return status, text

                server.ask = lie
                with self.assertRaises(Wrong) as found:
                    for seed in range(1, 20):
                        run(server, seed, STEPS)
                self.assertIn(word, str(found.exception).partition("after:")[0])

    def test_it_finds_faults_of_walls_and_of_forms(self):
        with Emulator() as emulator:
            server = self.frozen(emulator)
            one_more = lambda answer: {"likes": answer["likes"] + 1}
            self.assertIn("likes", self.lied_to(server, "likes.add", one_more))
            as_text = lambda answer: {**answer, "count": str(answer["count"])}
            self.assertIn("W8: wall.get", self.lied_to(server, "wall.get", as_text))
            all_but_one = lambda answer: {**answer, "items": answer["items"][1:]}
            self.assertIn("comments of", self.lied_to(server, "wall.getComments", all_but_one))

    def test_it_finds_a_fault(self):
        """A server that says that nothing has been deleted."""
        with Emulator() as emulator:
            server = self.frozen(emulator)
            ask = server.ask

            def lie(method, path, body=None, kind="application/json"):
                if path.endswith("messages.delete"):
                    return 200, b'{"response": []}' if "cmids" not in body else json.dumps(
                        {"response": [{"conversation_message_id": int(cmid), "response": 1}
                                      for cmid in body.split("cmids=")[1].split("&")[0]
                                      .split("%2C")]}).encode()
                return ask(method, path, body, kind)

            server.ask = lie
            with self.assertRaises(Wrong) as found:
                for seed in range(1, 20):
                    run(server, seed, STEPS)
            self.assertIn("seed ", str(found.exception))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        FIRST, COUNT, STEPS = (int(text) for text in sys.argv[1:4])
        del sys.argv[1:4]
    unittest.main()

"""`vkxx all`: lists that come page by page."""

import contextlib
import http.server
import json
import os
import re
import shlex
import signal
import pathlib
import random
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from program import (
    TIMEOUT, VKXX, Emulator, WithEmulator, environment, everything_from, open_terminal, run,
)  # fmt: skip


def lines_of(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


class Offsets(WithEmulator):
    def all(self, *arguments, token=None):
        token = self.emulator.token if token is None else token
        return run("all", *arguments, "--emulator", self.emulator.url, token=token)

    def friends(self):
        return self.answer_to("friends.get", "user_id=1")["items"]

    def test_all_of_them_in_their_order(self):
        done = self.all("friends.get", "user_id=1", "count=3")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(lines_of(done), self.friends())
        sent = [dict(one["parameters"]) for one in self.emulator.requests()]
        del sent[2:]
        self.assertEqual((sent[0].get("offset"), sent[0]["count"]), (None, "3"))
        # The rest comes in one request; each page reaches into the one before.
        self.assertEqual(len(sent), 2)
        self.assertEqual(re.findall(r'"offset":"(\d+)"', sent[1]["code"]), ["2", "4", "6", "8"])

    def test_an_item_is_one_line_of_json(self):
        done = self.all("friends.get", "user_id=1", "fields=city", "--lang", "en")
        people = lines_of(done)
        self.assertEqual([one["id"] for one in people], self.friends())
        self.assertIn("first_name", people[0])

    def test_the_largest_page_of_the_schema(self):
        self.emulator.control("requests", method="DELETE")
        self.all("groups.getMembers", "group_id=1")
        first = dict(self.emulator.requests()[0]["parameters"])
        self.assertEqual(first["count"], "1000")

    def test_a_limit(self):
        done = self.all("friends.get", "user_id=1", "count=3", "--limit", "4")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(lines_of(done), self.friends()[:4])
        self.assertEqual(self.all("friends.get", "--limit", "0").stdout, "")

    def test_an_error_in_the_middle_and_the_way_on(self):
        friends = self.friends()
        self.emulator.fault("error=15:friends.get")
        first = self.all("friends.get", "user_id=1", "count=4")
        self.assertEqual((first.returncode, first.stdout), (3, ""))
        self.assertNotIn("--from", first.stderr)
        rest = self.all("friends.get", "user_id=1", "count=4", "--limit", "4")
        self.assertEqual(lines_of(rest), friends[:4])

    def test_what_is_no_list(self):
        done = self.all("users.get", "user_ids=1")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("users.get has no pages", done.stderr)
        done = self.all("frends.get")
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean friends.get?", done.stderr)

    def test_a_wrong_cursor(self):
        done = self.all("friends.get", "--from", "somewhere")
        self.assertEqual((done.returncode, done.stdout), (2, ""))

    def test_a_limit_out_of_range(self):
        for limit in ("-5", "1e3", "99999999999999999999", ""):
            done = self.all("friends.get", "--limit", limit)
            self.assertEqual((done.returncode, done.stdout), (2, ""), limit)

    def test_a_state_goes_on_and_ends(self):
        friends = self.friends()
        with tempfile.TemporaryDirectory() as folder:
            state = ("user_id=1", "count=4", "--state", os.path.join(folder, "state"))
            first = self.all("friends.get", *state, "--limit", "3")
            rest = self.all("friends.get", *state)
            self.assertEqual(lines_of(first) + lines_of(rest), friends)
            again = self.all("friends.get", *state)
            self.assertEqual((again.returncode, again.stdout), (0, ""))
            self.assertIn("this list has been printed", again.stderr)
            other = self.all("friends.get", "user_id=2", "count=4", *state[2:])
            self.assertEqual((other.returncode, other.stdout), (2, ""))
            self.assertIn("another call", other.stderr)

    def test_a_list_that_somebody_describes(self):
        described = ("user_id=1", "count=3", "--list", "items", "--by", "offset")
        self.assertEqual(lines_of(self.all("friends.get", *described)), self.friends())

    def test_every_option_of_the_page_is_one_of_the_program(self):
        page = pathlib.Path(__file__).parents[3] / "docs" / "command-line.md"
        text = page.read_text(encoding="utf-8")
        own = text.split("## vkxx all\n")[1].split("\n## ")[0]
        common = text.split("### Options\n")[1].split("\n### ")[0]
        promised = set(re.findall(r"`(--[a-z-]+)", own + common)) - {"--compact", "--raw"}
        known = set(re.findall(r"--[a-z-]+", run("all", "--help").stdout))
        self.assertEqual(promised - known, set())

    def test_a_dead_token(self):
        done = self.all("friends.get", token=self.emulator.token + "x")
        self.assertEqual((done.returncode, done.stdout), (4, ""))

    def test_a_mistyped_parameter(self):
        done = self.all("friends.get", "user_id=1", "fiels=city")
        self.assertEqual(done.returncode, 0)
        self.assertIn("did you mean fields?", done.stderr)


class Cursors(WithEmulator):
    def test_pages_that_follow_each_other_come_in_few_requests(self):
        self.emulator.control("requests", method="DELETE")
        done = run("all", "newsfeed.search", "q=number", "count=1",
                   "--emulator", self.emulator.url, token=self.emulator.token)  # fmt: skip
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        posts = [(one["owner_id"], one["id"]) for one in lines_of(done)]
        self.assertEqual(posts, [(1, 3), (1, 2), (1, 1), (-1, 3), (-1, 2), (-1, 1)])
        self.assertEqual([one["method"] for one in self.emulator.requests()],
                         ["newsfeed.search", "execute", "execute"])  # fmt: skip


class Kinds(unittest.TestCase):
    """The limit of a token that somebody gave without saying what kind it is."""

    NUMBERS = (
        'var at = parseInt(Args.offset); var items = []; if (at < %d) { items = [at + 1]; } '
        'return {"count": %d, "items": items};'
    )

    def walk(self, token, count, *options):
        """The requests that a walk through so many pages made, the emulator refusing too many."""
        with tempfile.TemporaryDirectory() as folder:
            code = pathlib.Path(folder, "numbers")
            code.write_text(self.NUMBERS % (count, count), encoding="utf-8")
            with Emulator("--strict-limits", "--procedure", f"numbers={code}") as emulator:
                done = run("all", "execute.numbers", "--list", "items", "--by", "offset", *options,
                           "--emulator", emulator.url, token=emulator.tokens[token])  # fmt: skip
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(lines_of(done), list(range(1, count + 1)))
                # On a busy machine requests may arrive closer together than they were sent.
                return [one for one in emulator.requests() if one["error_code"] != 6]

    def names(self, requests):
        return [one["method"] for one in requests]

    def busiest_second(self, requests):
        times = sorted(one["time_ms"] for one in requests)
        return max(sum(begin <= time < begin + 1000 for time in times) for begin in times)

    def test_a_community_is_recognised_and_gets_its_twenty_a_second(self):
        requests = self.walk("community 1", 30)
        self.assertEqual(self.names(requests).index("groups.getById"), 3)
        self.assertEqual(self.names(requests).count("groups.getById"), 1)
        # A user's limit would let no more than three through, however quick the machine is.
        self.assertGreater(self.busiest_second(requests), 3)

    def test_a_user_is_asked_for_once_and_stays_at_three(self):
        requests = self.walk("user 1", 7)
        self.assertEqual(self.names(requests).count("groups.getById"), 1)
        self.assertLessEqual(self.busiest_second(requests), 3)

    def test_nobody_asks_when_the_kind_was_told_or_the_list_is_short(self):
        self.assertNotIn(
            "groups.getById", self.names(self.walk("community 1", 6, "--token-kind", "community"))
        )
        self.assertNotIn("groups.getById", self.names(self.walk("community 1", 1)))


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers with what the test has put on the server, one answer a request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(dict(urllib.parse.parse_qsl(body.decode())))
        answer = self.server.answers.pop(0)
        if callable(answer):
            answer = answer(self.server.asked[-1])
        if answer is None:
            self.server.stuck.set()
            self.server.ended.wait(TIMEOUT)
            return
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def server_of(*answers):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.answers, server.asked = list(answers), []
    server.stuck, server.ended = threading.Event(), threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def page(posts, next_from=None):
    made = {"items": [{"source_id": 1, "post_id": post} for post in posts]}
    if next_from is not None:
        made["next_from"] = next_from
    return {"response": made}


def script(*pages, errors=()):
    """The answer to a script that follows the list's cursor."""
    made = {"response": [one if one is False else one["response"] for one in pages]}
    if errors:
        made["execute_errors"] = [{"method": "newsfeed.get", **one["error"]} for one in errors]
    return made


ERROR = {"error": {"error_code": 15, "error_msg": "Access denied", "request_params": []}}


class Stubborn(unittest.TestCase):
    def all(self, server, *arguments):
        return run("all", "friends.get", *arguments, "--api-url", server.url, token="t")

    @staticmethod
    def same(response):
        """To every call the same, inside of a script or not."""
        def answer(asked):
            calls = asked["code"].count("API.") if "code" in asked else 0
            return {"response": [response] * calls if calls else response}

        return answer

    def test_a_list_that_ignores_the_offset(self):
        same = self.same({"count": 1000, "items": [1, 2, 3, 4]})
        with server_of(*[same] * 9) as server:
            done = self.all(server)
            self.assertEqual((done.returncode, lines_of(done)), (6, [1, 2, 3, 4]))
            self.assertIn("the list ignores `offset`", done.stderr)
            self.assertTrue("go on with --from '{" in done.stderr, done.stderr)
            self.assertLessEqual(len(server.asked), 4)

    def test_a_list_that_comes_whole_every_time(self):
        with server_of(*[self.same([1, 2])] * 3) as server:
            done = self.all(server)
            self.assertEqual((done.returncode, lines_of(done)), (0, [1, 2]), done.stderr)


    def test_a_list_that_may_be_incomplete_says_so_in_every_run(self):
        def answer(asked):
            first = "offset" not in asked
            return {"response": {"count": 1000, "items": [1, 2, 3] if first else []}}

        def answers(asked):
            if "code" not in asked:
                return answer(asked)
            calls = re.findall(r"API\.friends\.get\((\{.*?\})\)", asked["code"])
            return {"response": [answer(json.loads(one))["response"] for one in calls]}

        with server_of(*[answers] * 20) as server, tempfile.TemporaryDirectory() as folder:
            state = os.path.join(folder, "state")
            for expected in ([1, 2, 3], []):
                done = self.all(server, "count=3", "--state", state)
                self.assertEqual((done.returncode, lines_of(done)), (0, expected))
                self.assertIn("VK says 1000, and gave 3", done.stderr)

    def test_odd_lists_end_with_a_reason(self):
        for items in ({"1": 2}, 7, "x"):
            with server_of(*[self.same({"count": 3, "items": items})] * 5) as server:
                done = self.all(server)
                self.assertEqual((done.returncode, done.stdout), (6, ""), items)
                self.assertIn("no list at `items`", done.stderr)
        for count in ("3", -3, None, 0):
            with server_of(*[self.same({"count": count, "items": [1, 2, 3]})] * 9) as server:
                done = self.all(server)
                self.assertEqual((done.returncode, lines_of(done)), (0, [1, 2, 3]), done.stderr)
        with server_of(*[self.same({"count": 2**60, "items": None})] * 9) as server:
            done = self.all(server)
            self.assertEqual((done.returncode, done.stdout), (0, ""))
            self.assertIn("it gives none of this list", done.stderr)


class Wall:
    """A wall of posts, newest first, a few of them hidden, page by page."""

    def __init__(self, posts, hidden_every=0):
        self.posts = list(range(posts, 0, -1))
        self.hidden_every = hidden_every
        self.delay = 0.0

    def shown(self, post):
        return not self.hidden_every or post % self.hidden_every != 0

    def page(self, parameters):
        start = int(parameters.get("offset", 0))
        posts = self.posts[start : start + int(parameters["count"])]
        items = [{"id": post, "owner_id": -1} for post in posts if self.shown(post)]
        return {"count": len(self.posts), "items": items}

    def __call__(self, asked):
        time.sleep(self.delay)
        if "code" not in asked:
            return {"response": self.page(asked)}
        calls = re.findall(r"API\.wall\.get\((\{.*?\})\)", asked["code"])
        return {"response": [self.page(json.loads(one)) for one in calls]}


class Resumed(unittest.TestCase):
    """Walks that end in the middle and go on in another process."""

    def arguments(self, server, *more):
        return ("all", "wall.get", "owner_id=-1", "count=20", "--api-url", server.url, *more)

    def posts(self, text):
        return [json.loads(line)["id"] for line in text.splitlines() if line.endswith("}")]

    def test_a_cursor_repeats_nothing_after_five_new_posts(self):
        for hidden_every in (0, 7):
            wall = Wall(100, hidden_every)
            with server_of(*[wall] * 99) as server:
                server.answers[2:] = [ERROR] * 9
                first = run(*self.arguments(server), token="t")
                self.assertNotEqual(first.returncode, 0)
                cursor = shlex.split(first.stderr.rsplit("--from ", 1)[1])[0]
                wall.posts[:0] = range(105, 100, -1)
                server.answers[:] = [wall] * 99
                rest = run(*self.arguments(server, "--from", cursor), token="t")
                self.assertEqual((rest.returncode, rest.stderr), (0, ""))
                found = self.posts(first.stdout) + self.posts(rest.stdout)
                self.assertLess(len(self.posts(first.stdout)), 100)
                self.assertEqual(found, [i for i in range(100, 0, -1) if wall.shown(i)])

    def test_a_limit_inside_of_a_page_repeats_and_loses_nothing(self):
        wall = Wall(60, 7)
        with server_of(*[wall] * 99) as server, tempfile.TemporaryDirectory() as folder:
            state = os.path.join(folder, "state")
            found = []
            for _ in range(20):
                done = run(*self.arguments(server, "--state", state, "--limit", "7"), token="t")
                self.assertEqual(done.returncode, 0, done.stderr)
                if "has been printed" in done.stderr or not done.stdout:
                    break
                found += self.posts(done.stdout)
            self.assertEqual(found, [i for i in range(60, 0, -1) if wall.shown(i)])

    def killed_after(self, server, state, lines):
        """What a walk printed until it was killed, once it had printed so many lines."""
        process = subprocess.Popen(
            [VKXX, *self.arguments(server, "--state", state)], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=environment("t"), encoding="utf-8",
        )  # fmt: skip
        with process:
            printed = ""
            for line in process.stdout:
                printed += line
                if printed.count("\n") >= lines:
                    process.send_signal(signal.SIGKILL)
                    break
            # Not `communicate`: it would leave out what the iteration has read ahead.
            printed += process.stdout.read()
            process.wait(timeout=TIMEOUT)
            return printed, process.returncode

    def test_a_state_survives_a_kill_at_any_time(self):
        wall = Wall(700, 11)
        expected = {post for post in wall.posts if wall.shown(post)}
        wall.delay = 0.005
        choice = random.Random(7)
        with server_of(*[wall] * 999) as server, tempfile.TemporaryDirectory() as folder:
            state = os.path.join(folder, "state")
            found, kills = [], 0
            for _ in range(60):
                printed, status = self.killed_after(server, state, choice.randrange(1, 120))
                found += self.posts(printed)
                if status != -signal.SIGKILL:
                    break
                kills += 1
            self.assertEqual(status, 0)
            self.assertGreater(kills, 3)
            self.assertEqual(set(found), expected)
            # The page that was printed when the process ended may come again: one at each kill.
            self.assertLessEqual(len(found) - len(expected), 20 * kills)


class NextFrom(unittest.TestCase):
    def all(self, server, *arguments):
        return run("all", "newsfeed.get", *arguments, "--api-url", server.url, token="t")

    def posts(self, done):
        return [one["post_id"] for one in lines_of(done)]

    def test_it_goes_where_vk_says_and_leaves_nothing_out(self):
        rest = script(page([2, 3], "b/2"), page([4]))
        with server_of(page([1, 2], "a/1"), rest) as server:
            done = self.all(server)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            # Nothing identifies its items: what VK gives twice is given twice.
            self.assertEqual(self.posts(done), [1, 2, 2, 3, 4])
            self.assertNotIn("start_from", server.asked[0])
            self.assertTrue(server.asked[1]["code"].startswith('var from="a/1";'))

    def test_a_token_of_its_own_takes_no_script(self):
        with server_of(page([1, 2], "a/1"), page([3], "b/2"), page([4])) as server:
            done = self.all(server, "access_token=another")
            self.assertEqual((done.returncode, self.posts(done)), (0, [1, 2, 3, 4]), done.stderr)
            self.assertEqual([one.get("start_from") for one in server.asked], [None, "a/1", "b/2"])

    def test_an_error_in_the_middle(self):
        middle = script(page([5], "b/2"), False, errors=[ERROR])
        with server_of(page([1, 2], "a/1"), middle, ERROR, page([3])) as server:
            done = self.all(server)
            self.assertEqual(done.returncode, 3)
            self.assertEqual(self.posts(done), [1, 2, 5])
            self.assertIn("\nvkxx: 15. ", done.stderr)
            self.assertTrue(
                "\nvkxx: note: 3 items were printed; go on with --from '{" in done.stderr,
                done.stderr,
            )
            cursor = shlex.split(done.stderr.rsplit("--from ", 1)[1])[0]
            self.assertEqual(self.posts(self.all(server, "--from", cursor)), [3])
            self.assertEqual(server.asked[-1]["start_from"], "b/2")

    def test_a_cursor_is_one_word_of_the_shell(self):
        with server_of(page([1], "a'; b\x1b"), ERROR, ERROR) as server:
            words = shlex.split(self.all(server).stderr.rsplit("--from ", 1)[1])
            self.assertEqual([json.loads(word)["from"] for word in words], ["a'; b\x1b"])

    def test_an_answer_without_a_list(self):
        with server_of(page([1], "a/1"), {"response": [{"nothing": 1}]}) as server:
            done = self.all(server)
            self.assertEqual((done.returncode, self.posts(done)), (6, [1]))
            self.assertIn('"from":"a/1"', done.stderr)

    def test_an_interruption(self):
        with server_of(page([1, 2], "a/1"), None) as server:
            process = subprocess.Popen(
                [VKXX, "all", "newsfeed.get", "--api-url", server.url], stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, env=environment("t"), encoding="utf-8",
            )  # fmt: skip
            self.assertTrue(server.stuck.wait(TIMEOUT))
            process.send_signal(signal.SIGINT)
            output, messages = process.communicate(timeout=TIMEOUT)
            self.assertEqual(process.returncode, 130)
            self.assertEqual(len(output.splitlines()), 2)
            self.assertIn("vkxx: note: 2 items were printed; go on with --from '{", messages)

    def test_the_bar_is_for_a_terminal(self):
        with server_of(page([1, 2], "a/1"), script(page([3]))) as server:
            terminal, inner = open_terminal()
            done = subprocess.run(
                [VKXX, "all", "newsfeed.get", "--api-url", server.url],
                stdout=subprocess.PIPE, stderr=inner, env=environment("t"),
                encoding="utf-8", timeout=TIMEOUT,
            )  # fmt: skip
            os.close(inner)
            shown = everything_from(terminal)
            os.close(terminal)
            self.assertEqual((done.returncode, self.posts(done)), (0, [1, 2, 3]))
            self.assertEqual(shown, "\r2 items\r\x1b[K\r3 items\r\x1b[K")


if __name__ == "__main__":
    unittest.main()

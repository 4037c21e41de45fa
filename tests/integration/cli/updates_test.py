"""`vkxx listen`, `vkxx trigger`, `vkxx stream`: updates on the command line."""

import http.server
import json
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import unittest
import urllib.request

from program import TIMEOUT, VKXX, Emulator, environment, run


class Bot(http.server.ThreadingHTTPServer):
    """A callback bot: remembers what was posted, and refuses the first `refusals` updates."""

    def __init__(self, refusals=0, answer="ok", retry_after=None):
        super().__init__(("127.0.0.1", 0), BotHandler)
        self.posted = []
        self.refusals = refusals
        self.answer = answer
        self.retry_after = retry_after
        self.news = threading.Condition()
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"

    def stop(self):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def wait_for(self, count):
        with self.news:
            return self.news.wait_for(lambda: len(self.posted) >= count, TIMEOUT)


class BotHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        bot = self.server
        with bot.news:
            bot.posted.append((body, self.headers.get("X-Retry-Counter")))
            refused = body["type"] != "confirmation" and bot.refusals > 0
            bot.refusals -= refused
            bot.news.notify_all()
        text = "c0de" if body["type"] == "confirmation" else bot.answer
        self.send_response(503 if refused else 200)
        if refused and bot.retry_after:
            self.send_header("Retry-After", str(bot.retry_after))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments):
        pass


class Updates(unittest.TestCase):
    def setUp(self):
        self.emulator = Emulator()
        self.addCleanup(self.emulator.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.cursor = str(pathlib.Path(folder.name, "cursor"))
        self.token = self.emulator.tokens["community 1"]

    def say(self, text):
        request = urllib.request.Request(
            self.emulator.url + "/_emulator/people/2/say",
            data=json.dumps({"to": -1, "text": text}).encode(),
            headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=TIMEOUT).close()

    def listen(self, *options, token=None):
        listener = subprocess.Popen(
            [VKXX, "listen", "--emulator", self.emulator.url, *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            env=environment(token or self.token))
        self.addCleanup(lambda: listener.poll() is None and listener.kill())
        return listener

    def start_cursor(self):
        """A cursor before what happens next."""
        listener = self.listen("--cursor", self.cursor)
        for _ in range(int(TIMEOUT / 0.01)):
            if pathlib.Path(self.cursor).exists():
                break
            threading.Event().wait(0.01)
        listener.send_signal(signal.SIGTERM)
        output, messages = listener.communicate(timeout=TIMEOUT)
        self.assertEqual((listener.returncode, output, messages), (143, "", ""))

    def texts(self, output):
        updates = [json.loads(line) for line in output.splitlines()]
        for update in updates:
            self.assertEqual(set(update), {"type", "object", "group_id", "event_id", "v"})
        return [update["object"]["message"]["text"] for update in updates]

    def test_prints_updates_and_continues_at_its_cursor(self):
        self.start_cursor()
        for text in ("1", "2", "3"):
            self.say(text)
        options = ("--types", "message_new", "--cursor", self.cursor)
        output, messages = self.listen("--limit", "3", *options).communicate(timeout=TIMEOUT)
        self.assertEqual((self.texts(output), messages), (["1", "2", "3"], ""))
        self.say("4")
        link = pathlib.Path(self.cursor + ".link")
        link.symlink_to(self.cursor)
        options = ("--types", "message_new", "--cursor", str(link))
        output, _ = self.listen("--limit", "1", *options).communicate(timeout=TIMEOUT)
        self.assertEqual(self.texts(output), ["4"])
        self.assertTrue(link.is_symlink())
        self.say("5")
        options = ("--types", "message_new", "--cursor", self.cursor)
        output, _ = self.listen("--limit", "1", *options).communicate(timeout=TIMEOUT)
        self.assertEqual(self.texts(output), ["5"])
        self.assertEqual(pathlib.Path(self.cursor).stat().st_mode & 0o777, 0o600)

    def test_a_limit_in_the_middle_of_a_batch_repeats_nothing(self):
        self.start_cursor()
        for text in ("1", "2", "3", "4"):
            self.say(text)
        for limit, expected in (("1", ["1"]), ("2", ["2", "3"]), ("1", ["4"])):
            listener = self.listen("--cursor", self.cursor, "--limit", limit,
                                   "--types", "message_new")
            output, messages = listener.communicate(timeout=TIMEOUT)
            self.assertEqual((self.texts(output), messages), (expected, ""))

    def test_a_limit_in_the_middle_of_a_batch_of_a_mailbox(self):
        def one_more():
            return self.listen("--user", "--cursor", self.cursor, "--limit", "1", "--types",
                               "user:4", token=self.emulator.tokens["user 2"])
        listener = one_more()
        for _ in range(int(TIMEOUT / 0.01)):
            if pathlib.Path(self.cursor).exists():
                break
            threading.Event().wait(0.01)
        for text in ("1", "2", "3"):
            self.say(text)
        texts = []
        for number in range(3):
            if number > 0:
                listener = one_more()
            output, messages = listener.communicate(timeout=TIMEOUT)
            self.assertEqual(messages, "")
            texts += [json.loads(line)["object"][5] for line in output.splitlines()]
        self.assertEqual(texts, ["1", "2", "3"])

    def test_reads_the_mailbox_of_a_user(self):
        listener = self.listen("--user", "--lp-version", "19", "--limit", "1", "--types",
                               "user:10004", "--cursor", self.cursor,
                               token=self.emulator.tokens["user 2"])
        for _ in range(int(TIMEOUT / 0.01)):
            if pathlib.Path(self.cursor).exists():
                break
            threading.Event().wait(0.01)
        self.say("hello")
        output, messages = listener.communicate(timeout=TIMEOUT)
        self.assertEqual(messages, "")
        self.assertEqual(json.loads(output)["object"][0], 10004)

    def test_forwards_updates_as_vk_does(self):
        bot = Bot(refusals=1)
        self.addCleanup(bot.stop)
        self.start_cursor()
        self.say("1")
        self.say("2")
        listener = self.listen("--forward-to", bot.url, "--secret", "s3cret", "--cursor",
                               self.cursor, "--types", "message_new", "--limit", "2")
        _, messages = listener.communicate(timeout=TIMEOUT)
        self.assertEqual(listener.returncode, 0, messages)
        self.assertIn('confirms with the code "c0de"', messages)
        self.assertNotIn("s3cret", messages)
        kinds = [(body["type"], counter) for body, counter in bot.posted]
        self.assertEqual(kinds, [("confirmation", None), ("message_new", None),
                                 ("message_new", "1"), ("message_new", None)])
        texts = [body["object"]["message"]["text"] for body, _ in bot.posted[1:]]
        self.assertEqual(texts, ["1", "1", "2"])
        self.assertTrue(all(body["secret"] == "s3cret" for body, _ in bot.posted))

    def test_a_signal_ends_the_pause_before_another_attempt(self):
        bot = Bot(refusals=100, retry_after=60)
        self.addCleanup(bot.stop)
        self.start_cursor()
        before = pathlib.Path(self.cursor).read_text()
        self.say("1")
        listener = self.listen("--forward-to", bot.url, "--cursor", self.cursor)
        messages = []
        while not any("attempt 2 in 60 s" in line for line in messages):
            messages.append(listener.stderr.readline())
            self.assertNotEqual(messages[-1], "", messages)
        listener.send_signal(signal.SIGTERM)
        _, rest = listener.communicate(timeout=30)  # less than the pause
        self.assertEqual((listener.returncode, rest), (143, ""))
        # It was not taken: it comes again.
        self.assertEqual(pathlib.Path(self.cursor).read_text(), before)

    def test_a_closed_output_leaves_the_cursor(self):
        self.start_cursor()
        before = pathlib.Path(self.cursor).read_text()
        listener = self.listen("--cursor", self.cursor)
        listener.stdout.close()
        self.say("1")
        listener.wait(timeout=TIMEOUT)
        self.assertEqual(listener.stderr.read(), "")
        self.assertEqual(pathlib.Path(self.cursor).read_text(), before)

    def test_ends_when_the_bot_answers_remove(self):
        bot = Bot(answer="remove")
        self.addCleanup(bot.stop)
        self.start_cursor()
        self.say("1")
        listener = self.listen("--forward-to", bot.url, "--cursor", self.cursor)
        _, messages = listener.communicate(timeout=TIMEOUT)
        self.assertEqual(listener.returncode, 0)
        self.assertIn("remove", messages)

    def test_reports_what_vk_cannot_give_any_more(self):
        pathlib.Path(self.cursor).write_text('{"ts":"999999999"}\n')
        listener = self.listen("--cursor", self.cursor)
        self.assertIn("updates may be missing (history_outdated)", listener.stderr.readline())
        listener.send_signal(signal.SIGINT)
        listener.communicate(timeout=TIMEOUT)
        self.assertEqual(listener.returncode, 130)

    def test_refuses_a_cursor_file_from_which_it_would_skip_updates(self):
        for text, problem in (
                ("", "is empty"),
                ('{"ts":"1","source":"bots_long_poll:7"}\n', "bots_long_poll:7"),
                ('{"ts":"1"', "not a cursor")):
            with self.subTest(text):
                pathlib.Path(self.cursor).write_text(text)
                done = run("listen", "--emulator", self.emulator.url, "--cursor", self.cursor,
                           token=self.token)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(problem, done.stderr)
                self.assertEqual(pathlib.Path(self.cursor).read_text(), text)

    def test_holds_its_cursor_file(self):
        # A link to a file that is still to be made.
        link = pathlib.Path(self.cursor + ".link")
        link.symlink_to(self.cursor)
        first = self.listen("--cursor", str(link))
        for _ in range(int(TIMEOUT / 0.01)):
            if pathlib.Path(self.cursor).exists():
                break
            threading.Event().wait(0.01)
        self.assertTrue(link.is_symlink())
        done = run("listen", "--emulator", self.emulator.url, "--cursor", self.cursor,
                   token=self.token)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("another program uses", done.stderr)
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=TIMEOUT)
        self.say("1")
        next_one = self.listen("--cursor", self.cursor, "--types", "message_new", "--limit", "1")
        output, messages = next_one.communicate(timeout=TIMEOUT)
        self.assertEqual((self.texts(output), messages), (["1"], ""))

    def test_refuses_what_it_cannot_use(self):
        for options, text in (
                (("--from", "junk", "--group", "1"), "not a cursor"),
                (("--from", "a", "--cursor", "b"), "where to begin"),
                (("--secret", "a"), "--forward-to"),
                (("--forward-to", "junk"), "address"),
                (("--lp-version", "4", "--user"), "3 or 19")):
            with self.subTest(options):
                done = run("listen", "--emulator", self.emulator.url, *options, token=self.token)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(text, done.stderr)
        done = run("listen", "--emulator", self.emulator.url, token=self.emulator.tokens["user 1"])
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("--group ID", done.stderr)
        done = run("listen", "--group", "1", "--emulator", self.emulator.url, token="dead")
        self.assertEqual(done.returncode, 4, done.stderr)

    def test_warns_of_a_type_that_never_comes(self):
        done = run("listen", "--group", "1", "--types", "mesage_new,message_event",
                   "--emulator", self.emulator.url, token="dead")
        self.assertEqual(done.returncode, 4, done.stderr)
        warnings = [line for line in done.stderr.splitlines() if "--types" in line]
        self.assertEqual(len(warnings), 1, done.stderr)
        self.assertIn("mesage_new is not an event", warnings[0])

    def test_triggers_an_event(self):
        bot = Bot()
        self.addCleanup(bot.stop)
        done = run("trigger", "message_new", "message.text=Hi", "message.peer_id=5",
                   "message.payload:={\"a\":1}", "--secret", "s3cret", "--to", bot.url)
        self.assertEqual((done.returncode, done.stdout), (0, "200 ok\n"), done.stderr)
        body, _ = bot.posted[0]
        self.assertEqual(body["object"]["message"]["text"], "Hi")
        self.assertEqual(body["object"]["message"]["peer_id"], 5)
        self.assertEqual(body["object"]["message"]["payload"], {"a": 1})
        self.assertEqual((body["group_id"], body["secret"], body["v"]), (1, "s3cret", "5.199"))
        self.assertRegex(body["event_id"], "^[0-9a-f]{40}$")
        # By the schema, whatever this sample of the object has.
        for seed in range(5):
            values = ["message.peer_id=5", "message.text=7", "message.is_cropped=true",
                      "message.attachments:=[{}]", "message.attachments.0.type=1"]
            told = run("trigger", "message_new", "--seed", str(seed), *values)
            message = json.loads(told.stdout)["object"]["message"]
            self.assertEqual((message["peer_id"], message["text"], message["is_cropped"],
                              message["attachments"]), (5, "7", True, [{"type": "1"}]))
        # A bot ignores an event that it has seen.
        for seed in ([], ["--seed", "3"], ["--seed", "3"]):
            run("trigger", "message_new", *seed, "--to", bot.url)
        identities = [posted["event_id"] for posted, _ in bot.posted]
        self.assertEqual(len(set(identities)), 3, identities)
        self.assertEqual(identities[2], identities[3])
        self.assertEqual(run("trigger", "no_such_event").returncode, 2)
        self.assertEqual(run("trigger", "group_join", "--to", "http://127.0.0.1:1/").returncode, 5)
        printed = run("trigger", "group_join", "user_id=7")
        self.assertEqual(json.loads(printed.stdout)["object"]["user_id"], 7)

    def test_a_member_of_a_list_is_named_by_its_place(self):
        whole = run("trigger", "message_new", "message.attachments:=[{\"type\":\"photo\"},{}]",
                    "message.attachments.1.type=doc", "message.attachments.1.doc.id:=5")
        self.assertEqual(whole.returncode, 0, whole.stderr)
        self.assertEqual(json.loads(whole.stdout)["object"]["message"]["attachments"],
                         [{"type": "photo"}, {"type": "doc", "doc": {"id": 5}}])

    def test_what_would_take_the_place_of_something_else_is_refused(self):
        for values, sentence in (
                (["message.attachments:=[]", "message.attachments.0.type=doc"], "a list of 0"),
                (["message.attachments:=[1]", "message.attachments.first=doc"], "a list of 1"),
                (["message.text=Hi", "message.text.size=5"], "no object that could have size"),
                (["message..text=Hi"], "a name is empty")):
            with self.subTest(values):
                done = run("trigger", "message_new", *values)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(sentence, done.stderr)

    def test_a_signal_shows_in_the_status(self):
        service = self.emulator.tokens["the service"]
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.settimeout(TIMEOUT)
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            for command, token in (
                    (["listen", "--group", "1", "--emulator", url], self.token),
                    (["stream", "listen", "--emulator", url], service),
                    (["stream", "rules", "--emulator", url], service),
                    (["trigger", "group_join", "--to", url], "")):
                for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
                    with self.subTest(command=command, signal=number):
                        program = subprocess.Popen(
                            [VKXX, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=environment(token))
                        self.addCleanup(lambda p=program: p.poll() is None and p.kill())
                        connection, _ = silent.accept()
                        with connection:
                            program.send_signal(number)
                            program.communicate(timeout=TIMEOUT)
                        self.assertEqual(program.returncode, status)

    def test_an_update_that_is_not_taken_shows_in_the_status(self):
        bot = Bot(refusals=100, retry_after="Thu, 01 Jan 1970 00:00:01 GMT")
        self.addCleanup(bot.stop)
        self.start_cursor()
        self.say("1")
        listener = self.listen("--forward-to", bot.url, "--cursor", self.cursor, "--limit", "1",
                               "--types", "message_new")
        _, messages = listener.communicate(timeout=TIMEOUT)
        self.assertEqual(listener.returncode, 1, messages)
        self.assertIn("attempt 6 in 1 s", messages)
        self.assertIn("given up after 6 attempts", messages)

    def test_changes_rules_and_reads_the_stream(self):
        stream = ("--emulator", self.emulator.url)
        service = self.emulator.tokens["the service"]
        done = run("stream", "rules", "--add", "pets=cat -dog", *stream, token=service)
        self.assertEqual(json.loads(done.stdout), {"tag": "pets", "value": "cat -dog"}, done.stderr)
        self.assertEqual(run("stream", "rules", "--add", "pets=x", *stream, token=service).returncode, 2)
        listener = subprocess.Popen(
            [VKXX, "stream", "listen", "--limit", "1", *stream], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8", env=environment(service))
        for _ in range(int(TIMEOUT / 0.05)):
            if listener.poll() is not None:
                break
            run("call", "wall.post", "message=a cat", *stream, token=self.emulator.token)
        output, messages = listener.communicate(timeout=TIMEOUT)
        self.assertEqual(json.loads(output)["text"], "a cat", messages)
        done = run("stream", "rules", "--delete", "pets", *stream, token=service)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()

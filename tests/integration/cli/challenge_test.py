"""What VK asks a person: answered on standard input, refused at its end."""

import html
import json
import os
import re
import subprocess
import unittest
import urllib.parse
import urllib.request

from program import TIMEOUT, VKXX, WithEmulator, environment, everything_from, open_terminal

NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Conversation:
    """A call that asks questions; they are read from its standard error."""

    def __init__(self, test, *arguments):
        self.process = subprocess.Popen(
            [VKXX, "call", *arguments, "--emulator", test.emulator.url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(test.emulator.token),
        )  # fmt: skip
        self.told = ""

    def read_until(self, prompt):
        """What was told up to the prompt."""
        start = len(self.told)
        while prompt not in self.told[start:]:
            piece = os.read(self.process.stderr.fileno(), 4096).decode()
            if not piece:
                raise AssertionError(f"no `{prompt}` in: {self.told}")
            self.told += piece
        return self.told[start:]

    def type(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def end(self):
        """Exit status, output, and the last messages."""
        output, messages = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, output.decode(), messages.decode()


class Captcha(WithEmulator):
    def right_key(self, told):
        sid = re.search(r"http://\S+captcha\.php\?sid=(\d+)\S*", told)[1]
        return self.emulator.control(f"captcha?sid={sid}")["answer"]

    def test_a_picture(self):
        self.emulator.fault("captcha:wall.post")
        talk = Conversation(self, "wall.post", "message=hi")
        talk.type(self.right_key(talk.read_until("Enter CAPTCHA key: ")))
        status, output, _ = talk.end()
        self.assertEqual(status, 0)
        self.assertIn("post_id", json.loads(output))
        self.assertIn("captcha_sid", self.sent())
        self.assertEqual(len(self.emulator.requests()), 2)

    def test_the_picture_is_there(self):
        self.emulator.fault("captcha:wall.post")
        talk = Conversation(self, "wall.post", "message=hi")
        address = re.search(r"http://\S+", talk.read_until("Enter CAPTCHA key: "))[0]
        with NO_PROXY.open(address, timeout=TIMEOUT) as picture:
            self.assertEqual(picture.read(8), b"\x89PNG\r\n\x1a\n")
        talk.end()

    def test_a_wrong_answer_is_asked_for_again(self):
        self.emulator.fault("captcha:wall.post")
        talk = Conversation(self, "wall.post", "message=hi")
        talk.read_until("Enter CAPTCHA key: ")
        talk.type("wrong")
        told = talk.read_until("Enter CAPTCHA key: ")
        self.assertIn("did not accept the answer", told)
        talk.type(self.right_key(told))
        self.assertEqual(talk.end()[0], 0)

    def test_no_answer_is_a_refusal(self):
        for stdin in ("", "\n", "  \n"):
            with self.subTest(stdin):
                self.emulator.control("reset", {}, "POST")
                self.emulator.fault("captcha:wall.post")
                done = self.call("wall.post", "message=hi", stdin=stdin)
                self.assertEqual((done.returncode, done.stdout), (3, ""))
                self.assertIn("vkxx: 14. ", done.stderr)
                self.assertEqual(len(self.emulator.requests()), 1)

    def test_the_last_line_may_lack_its_break(self):
        self.emulator.fault("captcha:wall.post")
        self.call("wall.post", "message=hi", stdin="12345")
        self.assertEqual(len(self.emulator.requests()), 2)

    def test_a_page(self):
        self.emulator.fault("captcha_page:wall.post,check_remixstlid=1")
        talk = Conversation(self, "wall.post", "message=hi")
        told = talk.read_until("success_token that the page gave: ")
        session = re.search(r"http://\S+session_token=([^&\s]+)", told)[1]
        passed = self.emulator.control(f"captcha?session_token={session}", {}, "POST")
        talk.type(passed["success_token"])
        self.assertEqual(talk.end()[0], 0)
        self.assertIn("success_token", self.sent())
        self.assertIn("remixstlid", self.sent())

    def test_interrupted_at_the_question(self):
        self.emulator.fault("captcha:wall.post")
        talk = Conversation(self, "wall.post", "message=hi")
        talk.read_until("Enter CAPTCHA key: ")
        talk.process.send_signal(2)
        self.assertEqual(talk.process.wait(TIMEOUT), 130)
        talk.end()


class Validation(WithEmulator):
    def last_address(self, told):
        """Opens the page and types the missing digits, as a person would; gives where it ends."""
        page = re.search(r"http://\S+", told)[0]

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay())
        try:
            shown = opener.open(page, timeout=TIMEOUT).read().decode()
            form = urllib.parse.urljoin(page, html.unescape(re.search(r'action="([^"]+)"', shown)[1]))
            opener.open(form, data=b"code=99912345", timeout=TIMEOUT)
        except urllib.error.HTTPError as redirect:
            with redirect:
                return redirect.headers["Location"]
        raise AssertionError("the page did not lead on")

    def test_passed(self):
        self.emulator.fault("validation:users.get")
        talk = Conversation(self, "users.get", "user_ids=1")
        address = self.last_address(talk.read_until("Paste the address"))
        self.assertIn("access_token=", address)
        talk.type(address)
        status, output, messages = talk.end()
        self.assertEqual((status, json.loads(output)[0]["id"]), (0, 1))
        token = re.search(r"access_token=([^&]+)", address)[1]
        self.assertNotIn(token, output + messages)

    def test_refused(self):
        for answer in ("", "https://oauth.vk.ru/blank.html#fail=1", "what?"):
            with self.subTest(answer):
                self.emulator.control("reset", {}, "POST")
                self.emulator.fault("validation:users.get")
                done = self.call("users.get", stdin=answer + "\n")
                self.assertEqual(done.returncode, 3)
                self.assertIn("vkxx: 17. ", done.stderr)
                self.assertEqual(len(self.emulator.requests()), 1)

    def test_the_address_is_not_shown_while_it_is_typed(self):
        self.emulator.fault("validation:users.get")
        terminal, inner = open_terminal()
        process = subprocess.Popen(
            [VKXX, "call", "users.get", "--emulator", self.emulator.url],
            stdin=inner, stdout=subprocess.DEVNULL, stderr=inner,
            env=environment(self.emulator.token),
        )  # fmt: skip
        os.close(inner)
        shown = ""
        while "holds a token): " not in shown:
            shown += os.read(terminal, 4096).decode()
        os.write(terminal, b"https://oauth.vk.ru/blank.html#access_token=hidden-one\n")
        shown += everything_from(terminal)
        os.close(terminal)
        self.assertEqual(process.wait(TIMEOUT), 3)
        self.assertNotIn("hidden-one", shown)


class Confirmation(WithEmulator):
    def test_yes(self):
        self.emulator.fault("confirmation:wall.post,text=Really post?")
        done = self.call("wall.post", "message=hi", stdin="y\n")
        self.assertEqual(done.returncode, 0)
        self.assertIn("VK asks: Really post?\nGo on? [y/N] ", done.stderr)
        self.assertEqual(self.sent()["confirm"], "1")

    def test_no(self):
        for answer in ("n\n", "\n", "", "yellow\n"):
            with self.subTest(answer):
                self.emulator.control("reset", {}, "POST")
                self.emulator.fault("confirmation:wall.post")
                done = self.call("wall.post", "message=hi", stdin=answer)
                self.assertEqual(done.returncode, 3)
                self.assertIn("vkxx: 24. ", done.stderr)
                self.assertEqual(len(self.emulator.requests()), 1)


if __name__ == "__main__":
    unittest.main()

"""`vkxx call`: what goes out, what is printed, every option."""

import http.server
import json
import os
import pathlib
import tempfile
import threading
import unittest
import urllib.parse

from program import WithEmulator, run


class Parameters(WithEmulator):
    def test_a_text(self):
        users = self.answer_to("users.get", "user_ids=1,durov", "fields=city", "--lang", "en")
        self.assertEqual(users[0]["first_name"], "Pavel")
        self.assertEqual(users[0]["city"]["title"], "Saint Petersburg")
        self.assertEqual(self.sent()["user_ids"], "1,durov")

    def test_the_request_on_the_wire(self):
        self.answer_to("users.get", "user_ids=1")
        request = self.emulator.requests()[-1]
        self.assertEqual(request["http_method"], "POST")
        self.assertEqual(request["target"], "/method/users.get")
        self.assertTrue(request["bearer"])
        self.assertEqual(self.sent(), {"user_ids": "1", "v": "5.199"})

    def test_json_is_encoded_by_the_rules_of_vk(self):
        self.answer_to(
            "users.get", 'user_ids:=[1,"durov"]', "yes:=true", "no:=false", "nothing:=null",
            'object:={"a":[1,"б"]}', "number:=9223372036854775807", "real:=1.5",
        )  # fmt: skip
        self.assertEqual(
            self.sent(),
            {
                "user_ids": "1,durov",
                "yes": "1",
                "no": "0",
                "object": '{"a":[1,"б"]}',
                "number": "9223372036854775807",
                "real": "1.5",
                "v": "5.199",
            },
        )

    def test_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            letter = pathlib.Path(folder, "letter.txt")
            letter.write_bytes("Привет,\nмир & co = 100%\n".encode())
            self.answer_to("status.set", f"text=@{letter}")
        self.assertEqual(self.sent()["text"], "Привет,\nмир & co = 100%\n")

    def test_standard_input(self):
        self.answer_to("status.set", "text=@-", stdin="from a pipe")
        self.assertEqual(self.sent()["text"], "from a pipe")

    def test_a_text_that_begins_with_an_at_sign(self):
        self.answer_to("status.set", "text=@@durov wrote")
        self.assertEqual(self.sent()["text"], "@durov wrote")

    def test_an_empty_text_and_a_text_with_equals_signs(self):
        self.answer_to("status.set", "text=", "more=a=b:=c")
        self.assertEqual(self.sent()["text"], "")
        self.assertEqual(self.sent()["more"], "a=b:=c")

    def test_a_value_that_looks_like_an_option_or_a_command(self):
        self.answer_to("status.set", "text=--token", "other=demo")
        self.assertEqual(self.sent()["text"], "--token")

    def test_a_method_without_a_section(self):
        self.assertIsInstance(self.answer_to("getServerTime"), int)

    def test_null_keeps_the_version_from_being_sent(self):
        done = self.call("users.get", "v:=null")
        self.assertEqual(done.returncode, 3)
        self.assertIn("vkxx: 8. Invalid request: v is required.", done.stderr)
        self.assertNotIn("v", self.sent())


class Output(WithEmulator):
    def test_pretty_with_utf8_as_it_is(self):
        done = self.call("users.get", "user_ids=1", "--lang", "ru")
        self.assertTrue(done.stdout.startswith('[\n  {\n    "id": 1,\n'), done.stdout)
        self.assertIn('"first_name": "Павел"', done.stdout)
        self.assertTrue(done.stdout.endswith("]\n"))

    def test_compact(self):
        done = self.call("users.get", "user_ids=1", "--lang", "en", "--compact")
        self.assertTrue(done.stdout.startswith('[{"id":1,"first_name":"Pavel",'), done.stdout)
        self.assertEqual(done.stdout.count("\n"), 1)

    def test_raw(self):
        done = self.call("users.get", "user_ids=1", "--raw")
        self.assertEqual(list(json.loads(done.stdout)), ["response"])

    def test_raw_has_the_errors_of_execute(self):
        done = self.call("execute", "code=return [API.storage.get({})];", "--raw", "--compact")
        envelope = json.loads(done.stdout)
        self.assertEqual(envelope["response"], [False])
        self.assertEqual(envelope["execute_errors"][0]["method"], "storage.get")

    def test_errors_of_execute_are_warnings(self):
        done = self.call("execute", "code=return API.storage.get({});")
        self.assertEqual((done.returncode, done.stdout), (0, "false\n"))
        self.assertTrue(
            done.stderr.startswith('vkxx: warning: Execute "storage.get" error: 100. '), done.stderr
        )

    def test_verbose(self):
        done = self.call("users.get", "user_ids=1", "--verbose")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"(?m)^vkxx: info: method=users\.get attempt=1 ")

    def test_loose_types_do_not_matter(self):
        self.emulator.fault("loose:users.get")
        self.assertEqual(len(self.answer_to("users.get", "user_ids=1")), 1)

    def test_a_full_disk(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = self.call("users.get", stdout=full)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(
            done.stderr, "vkxx: standard output cannot be written: No space left on device\n"
        )

    def test_a_full_disk_does_not_hide_that_a_write_was_executed(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = self.call("wall.post", "message=x", stdout=full)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left on device; VK executed the request", done.stderr)

    def test_a_closed_pipe(self):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as broken:
            done = self.call("users.get", stdout=broken)
        self.assertEqual((done.returncode, done.stderr), (141, ""))


class Canned(http.server.BaseHTTPRequestHandler):
    """Answers everything with the server's `answer`."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_):
        pass


class AnyAnswer(unittest.TestCase):
    """Answers that the emulator does not give."""

    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canned)
        self.server.paths = []
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)

    def printed(self, response):
        self.server.answer = b'{"response":' + response + b"}"
        done = run("call", "x.y", "--compact", "--emulator", self.url)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_integers_keep_64_bits(self):
        numbers = b"[9223372036854775807,-9223372036854775808,18446744073709551615]\n"
        self.assertEqual(self.printed(numbers.strip()), numbers.decode())

    def test_reals_read_back_as_reals(self):
        self.assertEqual(self.printed(b"[2.6,3.0,1e300,-0.5]"), "[2.6,3.0,1e300,-0.5]\n")

    def test_numbers_are_printed_as_vk_wrote_them(self):
        numbers = (
            b"[123456789012345678901234567890,1e400,-0,-0.0,1E5,2.50,18446744073709551616,"
            b"-9223372036854775809,0.1000000000000000055511151231257827]\n"
        )
        self.assertEqual(self.printed(numbers.strip()), numbers.decode())
        done = run("call", "x.y", "--compact", "--raw", "--emulator", self.url)
        self.assertEqual(done.stdout, '{"response":' + numbers.decode().strip() + "}\n")

    def test_items_of_a_list_keep_their_digits(self):
        item = '{"id":1,"n":[123456789012345678901234567890,1e400,-0,2.50]}'
        self.server.answer = ('{"response":{"count":1,"items":[' + item + "]}}").encode()
        done = run("all", "wall.get", "owner_id=1", "--emulator", self.url)
        self.assertEqual((done.returncode, done.stdout), (0, item + "\n"), done.stderr)

    def test_raw_prints_the_refusal_as_vk_wrote_it_without_tokens(self):
        token = "vk1.a." + "0123456789abcdef" * 5
        self.server.answer = (
            '{"error":{"error_code":15,"error_msg":"Access denied","limit":1e400,"hash":"'
            + token + '","request_params":[{"key":"method","value":"x.y"}]}}'
        ).encode()  # fmt: skip
        done = run("call", "x.y", "--compact", "--raw", "--emulator", self.url)
        self.assertEqual(done.returncode, 3)
        self.assertIn('"limit":1e400', done.stdout)
        self.assertIn('{"key":"method","value":"x.y"}', done.stdout)
        self.assertEqual(json.loads(done.stdout)["error"]["error_code"], 15)
        self.assertNotIn(token, done.stdout + done.stderr)
        self.assertTrue(done.stderr.startswith("vkxx: 15. Access denied."), done.stderr)
        self.assertEqual(run("call", "x.y", "--emulator", self.url).stdout, "")

    def test_raw_refusals_do_not_repeat_a_token_of_any_form(self):
        for token in ("correct-horse-battery-staple", "100%/sure", "abc", "t", "7"):
            with self.subTest(token):
                said = {"error_code": 5, "error_msg": f"the token ({token}) is 7 days old",
                        "url": f"https://vk.ru/?q={urllib.parse.quote(token, safe='')}&x=1",
                        "request_params": [{"key": "token", "value": token}], "n": 7}  # fmt: skip
                self.server.answer = json.dumps({"error": said}).encode()
                done = run("call", "users.get", "--raw", "--token", token, "--emulator", self.url)
                shown = json.loads(done.stdout)["error"]
                self.assertEqual((shown["error_code"], shown["n"]), (5, 7))
                self.assertTrue(shown["error_msg"].startswith("the token (***) is"), shown)
                self.assertEqual(shown["url"], "https://vk.ru/?q=***&x=1")
                self.assertNotEqual(shown["request_params"][0]["value"], token)
                self.assertIn("the token (***) is", done.stderr)

    def test_nothing_that_a_terminal_obeys_is_printed(self):
        strange = '"\\u001b[31m\\u009b\\u202e\\u007f\\" \\\\ \\n ж 😀"'
        printed = self.printed(strange.encode())
        self.assertEqual(json.loads(printed), json.loads(strange))
        self.assertEqual(printed, '"\\u001b[31m\\u009b\\u202e\\u007f\\" \\\\ \\n ж 😀"\n')

    def test_the_texts_of_servers_stay_on_one_line_without_commands(self):
        self.server.answer = json.dumps(
            {"error": {"error_code": 15, "error_msg": "No\x1b[2J\nfake: line\u202e"}}
        ).encode()
        done = run("call", "x.y", "--emulator", self.url)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertIn("15. No\\u001b[2J fake: line\\u202e.", done.stderr)

    def test_the_text_for_users_and_the_subcode_are_told(self):
        self.server.answer = json.dumps(
            {
                "error": {
                    "error_code": 15,
                    "error_subcode": 1133,
                    "error_msg": "Access denied",
                    "error_text": "Доступ закрыт",
                }
            }
        ).encode()
        done = run("call", "x.y", "--emulator", self.url)
        self.assertIn(
            "15. Access denied. VK says: Доступ закрыт. The application has no permission for this "
            "method.",
            done.stderr,
        )


class Options(WithEmulator):
    def test_common_parameters(self):
        self.answer_to("users.get", "--v", "5.131", "--lang", "en", "--test-mode", "--https")
        self.assertEqual(
            self.sent(), {"v": "5.131", "lang": "en", "test_mode": "1", "https": "1"}
        )

    def test_the_call_beats_the_common_parameters(self):
        self.answer_to("users.get", "v=5.150", "--v", "5.131")
        self.assertEqual(self.sent(), {"v": "5.150"})

    def test_api_url_beats_emulator(self):
        done = run(
            "call", "getServerTime", "--emulator", "http://127.0.0.1:1",
            "--api-url", self.emulator.url, token=self.emulator.token,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0)

    def test_the_other_addresses_are_read_and_checked(self):
        for option in ("--oauth-url", "--id-url", "--login-url", "--mobile-url"):
            with self.subTest(option):
                self.answer_to("getServerTime", option, "http://127.0.0.1:1")
                done = self.call("getServerTime", option, "nonsense")
                self.assertEqual(done.returncode, 2)
                self.assertIn("nonsense", done.stderr)

    def test_timeout(self):
        self.emulator.fault("slow=60000:users.get")
        done = self.call("users.get", "--timeout", "0.25", "--tries", "1")
        self.assertEqual(done.returncode, 5)
        self.assertTrue(done.stderr.startswith("vkxx: timeout: "), done.stderr)
        self.assertNotIn("executed the request", done.stderr)  # noise for a read

    def test_a_proxy_is_used(self):
        done = self.call("users.get", "--proxy", "http://127.0.0.1:1")
        self.assertEqual(done.returncode, 5)
        self.assertTrue(done.stderr.startswith("vkxx: proxy failure: "), done.stderr)
        self.assertEqual(self.emulator.requests(), [])

    def test_the_password_of_a_proxy_is_not_printed(self):
        for url in ("http://me:pass-of-mine@127.0.0.1:1", "ftp://me:pass-of-mine@h"):
            done = self.call("users.get", "--proxy", url, "--verbose")
            self.assertNotIn("pass-of-mine", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()

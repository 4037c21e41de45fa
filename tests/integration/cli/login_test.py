"""Logging in by every way, and what becomes of the token."""

import json
import pathlib
import re
import signal
import stat
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

from program import TIMEOUT, VKXX, WithEmulator, environment, run, shown_command_line

KEY = "5a" * 32


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def consent(page):
    """What a person does who opens the page and allows; gives the address that it leads to."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect())
    data = urllib.parse.urlencode({"consent": "allow"}).encode()
    try:
        opener.open(page, data, TIMEOUT)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError("the page led nowhere")


class Login(WithEmulator):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.tokens = self.folder / "config" / "vkxx" / "tokens"

    def run(self, *arguments, **more):
        # unittest's own `run` takes a result.
        if not arguments or not isinstance(arguments[0], str):
            return super().run(*arguments, **more)
        variables = {"XDG_CONFIG_HOME": str(self.folder / "config"), "VKXX_TOKENS_KEY": KEY}
        variables.update(more)
        return run(*arguments, **variables)

    def at_emulator(self, *arguments, **more):
        return self.run(*arguments, "--emulator", self.emulator.url, **more)

    def log_in(self, *arguments, **more):
        done = self.at_emulator("login", *arguments, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def caller(self, *arguments):
        done = self.at_emulator("call", "users.get", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return re.search(r'"id": (\d+)', done.stdout)[1]

    def file_with(self, text):
        path = self.folder / "file"
        path.write_text(text)
        return str(path)


class Passwords(Login):
    def test_asked_for_on_standard_input(self):
        for flow in ("direct", "implicit"):
            with self.subTest(flow):
                done = self.log_in(flow, stdin="plain@emulator.test\nemulator-password\n")
                self.assertIn("VK user login: VK user password: ", done.stderr)
                self.assertRegex(done.stdout, r"^logged in as profile default: user 1, ")
                self.assertEqual(self.caller(), "1")

    def test_from_a_file_and_from_an_argument(self):
        file = self.file_with("emulator-password\nsecond line\n")
        self.log_in("direct", "--login", "plain@emulator.test", "--password-file", file)
        self.log_in("direct", "--login=plain@emulator.test", "--password=emulator-password")
        self.log_in("direct", "--login", "plain@emulator.test", "--password-file", "-", stdin="emulator-password\n")

    def test_a_captcha_and_a_code_are_asked_for(self):
        done = self.at_emulator("login", "direct", stdin="captcha@emulator.test\nemulator-password\n\n")
        self.assertIn("Enter CAPTCHA key: ", done.stderr)
        self.assertNotEqual(done.returncode, 0)
        done = self.at_emulator("login", "direct", stdin="app@emulator.test\nemulator-password\n\n")
        self.assertIn("Auth check code: ", done.stderr)
        self.assertNotEqual(done.returncode, 0)

    def test_a_wrong_password(self):
        done = self.at_emulator("login", "implicit", "--login", "plain@emulator.test", stdin="wrong\n")
        self.assertEqual(done.returncode, 4)
        self.assertIn("Login error (e.g. incorrect password)", done.stderr)
        self.assertFalse(self.tokens.exists())

    def test_no_answer(self):
        done = self.at_emulator("login", "direct", stdin="")
        self.assertEqual(done.returncode, 4)
        self.assertIn("needs a login", done.stderr)

    def test_nothing_secret_is_printed_or_seen(self):
        process = subprocess.Popen(
            [VKXX, "login", "direct", "--login", "captcha@emulator.test", "--password=emulator-password",
             "--emulator", self.emulator.url, "--verbose"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(XDG_CONFIG_HOME=str(self.folder), VKXX_TOKENS_KEY=KEY),
            encoding="utf-8",
        )  # fmt: skip
        shown = ""
        while "human" not in shown:
            shown += process.stderr.readline()
        seen = shown_command_line(process)
        rest = "".join(process.communicate(timeout=TIMEOUT))
        self.assertIn("--password=*", seen)
        self.assertNotIn("emulator-password", seen + shown + rest)

    def test_communities(self):
        done = self.log_in("communities", "--group-ids", "1,2", stdin="plain@emulator.test\nemulator-password\n")
        self.assertIn("community 1, community 2", done.stdout)
        answer = self.at_emulator("call", "groups.getById", "group_id=2")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        answer = self.at_emulator("call", "groups.getById", "group_id=3")
        self.assertIn("no token for the community", answer.stderr)

    def test_communities_that_the_user_may_not_speak_for(self):
        for ids, why in (("1,4", "does not administer the community 4"), ("1,99", "group_ids is incorrect")):
            done = self.at_emulator("login", "communities", "--group-ids", ids,
                                    stdin="plain@emulator.test\nemulator-password\n")  # fmt: skip
            self.assertEqual(done.returncode, 4, done.stderr)
            self.assertIn(why, done.stderr)
            self.assertFalse(self.tokens.exists())


class WithBrowser(Login):
    def begun(self, *arguments):
        process = subprocess.Popen(
            [VKXX, "login", *arguments, "--emulator", self.emulator.url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(XDG_CONFIG_HOME=str(self.folder / "config"), VKXX_TOKENS_KEY=KEY,
                            VK_CLIENT_SECRET="emulator-test-secret"),
            encoding="utf-8",
        )  # fmt: skip
        self.addCleanup(process.wait, TIMEOUT)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if line.strip().startswith("http"):
                return process, line.strip()
        raise AssertionError("no page was shown")


class VkId(WithBrowser):
    def test_vk_id_comes_back_to_this_machine(self):
        process, page = self.begun("vkid", "--client-id", self.app())
        with urllib.request.urlopen(consent(page), timeout=TIMEOUT) as answer:
            self.assertEqual(answer.status, 200)
        shown, problems = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 0, problems)
        self.assertIn("refreshes itself", shown)
        self.assertEqual(self.caller(), "1")
        # VK forgets it, too.
        self.assertEqual(self.at_emulator("logout").stdout, "profile default is removed\n")
        self.assertEqual(self.run("profiles").stdout, "")

    def test_an_interruption_ends_a_logout_that_gets_no_answer(self):
        process, page = self.begun("vkid", "--client-id", self.app(),
                                   "--redirect-uri", "https://app.example/back")  # fmt: skip
        process.communicate(consent(page) + "\n", timeout=TIMEOUT)
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(number):
                self.emulator.fault("silent:/oauth2/logout")
                self.emulator.control("requests", method="DELETE")
                process = subprocess.Popen(
                    [VKXX, "logout", "--emulator", self.emulator.url, "--timeout", "3600"],
                    env=environment(XDG_CONFIG_HOME=str(self.folder / "config"),
                                    VKXX_TOKENS_KEY=KEY),
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                )  # fmt: skip
                self.emulator.wait_for_request()
                process.send_signal(number)
                output, told = process.communicate(timeout=TIMEOUT)
                self.assertEqual((process.returncode, output), (status, ""))
                self.assertIn("interrupted; it is not known whether VK ended", told)
                self.assertIn("default", self.run("profiles").stdout)
        self.assertEqual(self.at_emulator("logout").stdout, "profile default is removed\n")

    def test_vk_id_with_a_pasted_address(self):
        process, page = self.begun("vkid", "--client-id", self.app(),
                                   "--redirect-uri", "https://app.example/back")  # fmt: skip
        process.stdin.write(consent(page) + "\n")
        shown, problems = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 0, problems)
        self.assertIn("logged in as profile default: user 1", shown)

    def test_a_foreign_address_is_refused(self):
        process, _ = self.begun("vkid", "--client-id", self.app(),
                                "--redirect-uri", "https://app.example/back")  # fmt: skip
        process.stdin.write("https://app.example/back?code=1&state=2&device_id=3\n")
        _, problems = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 4, problems)

    def test_an_interruption_ends_the_wait(self):
        process, _ = self.begun("vkid", "--client-id", self.app())
        process.terminate()
        process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 143)

    @staticmethod
    def app():
        return "777"


class Code(WithBrowser):
    """The older OAuth, for apps that have a secret."""

    AWAY = ("--client-id", "777", "--redirect-uri", "https://app.example/back")

    def finished(self, process, typed):
        """Types the rest; gives the exit status and the messages."""
        shown, problems = process.communicate(typed, timeout=TIMEOUT)
        self.assertNotIn("emulator-test-secret", shown + problems)
        return process.returncode, shown + problems

    def test_comes_back_to_this_machine(self):
        process, page = self.begun("code", "--client-id", "777")
        with urllib.request.urlopen(consent(page), timeout=TIMEOUT) as answer:
            self.assertEqual(answer.status, 200)
        status, told = self.finished(process, "")
        self.assertEqual(status, 0, told)
        self.assertEqual(self.caller(), "1")

    def test_passes_the_validation_before_the_token(self):
        for asks, prompt, typed in (
            ("code", "Auth check code: ", "000000\n246810\n"),
            ("phone", "phone", "99912345\n"),
            ("link", "", ""),
        ):
            with self.subTest(asks):
                self.setUp()
                self.emulator.fault("validation:/access_token,page=" + asks)
                process, page = self.begun("code", *self.AWAY)
                status, told = self.finished(process, consent(page) + "\n" + typed)
                self.assertEqual(status, 0, told)
                self.assertIn(prompt, told)
                self.assertIn("logged in as profile default: user 1", told)
                self.assertEqual(self.emulator.control("faults"), [])
                self.assertEqual(self.caller(), "1")
                used = self.emulator.requests()[-1]["token"]
                self.assertNotEqual(used, self.emulator.requests()[0]["token"])
                self.assertEqual(stat.S_IMODE(self.tokens.stat().st_mode), 0o600)

    def test_passes_a_captcha_before_the_token(self):
        self.emulator.fault("validation:/access_token,page=captcha")
        process, page = self.begun("code", *self.AWAY)
        process.stdin.write(consent(page) + "\n")
        process.stdin.flush()
        line = ""
        while "captcha.php?sid=" not in line:
            line = process.stderr.readline()
            self.assertNotEqual(line, "", "no captcha was asked")
        sid = re.search(r"sid=(\d+)", line)[1]
        key = self.emulator.control("captcha?sid=" + sid)["answer"]
        status, told = self.finished(process, key + "\n")
        self.assertEqual(status, 0, told)
        self.assertEqual(self.caller(), "1")

    def test_keeps_nothing_of_a_validation_that_is_not_passed(self):
        for asks, typed, why in (
            ("code", "", "was not answered"),
            ("code", "1\n2\n3\n", "3 codes"),
            ("phone", "0\n", "phone"),
            ("no_token", "99912345\n", "gave no token"),
        ):
            with self.subTest(asks=asks, typed=typed):
                self.setUp()
                self.emulator.fault("validation:/access_token,page=" + asks)
                process, page = self.begun("code", *self.AWAY)
                status, told = self.finished(process, consent(page) + "\n" + typed)
                self.assertEqual(status, 4, told)
                self.assertIn(why, told)
                self.assertFalse(self.tokens.exists())

    def test_communities(self):
        process, page = self.begun("code", *self.AWAY, "--group-ids", "1,2")
        status, told = self.finished(process, consent(page) + "\n")
        self.assertEqual(status, 0, told)
        for number in ("1", "2"):
            done = self.at_emulator("call", "groups.getById", "group_id=" + number)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_communities_that_the_user_may_not_speak_for(self):
        process, page = self.begun("code", *self.AWAY, "--group-ids", "1,4")
        status, told = self.finished(process, consent(page) + "\n")
        self.assertEqual(status, 4, told)
        self.assertIn("does not administer the community 4", told)
        # Nobody comes back from a dialog that VK does not open; the person sees why.
        process, page = self.begun("code", *self.AWAY, "--group-ids", "1,99")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(page, timeout=TIMEOUT)
        with refused.exception as answer:
            self.assertEqual(answer.code, 401)
            self.assertIn(b"group_ids is incorrect", answer.read())
        status, told = self.finished(process, "\n")
        self.assertEqual(status, 4, told)
        self.assertIn("the page says why", told)
        self.assertFalse(self.tokens.exists())


class Profiles(Login):
    def test_the_file_is_the_users_own_and_holds_no_token(self):
        done = self.log_in("service", "--print-token", stdin=self.emulator.token + "\n")
        self.assertIn("VK API access token: ", done.stderr)
        self.assertEqual(done.stdout.strip(), self.emulator.token)
        self.assertEqual(stat.S_IMODE(self.tokens.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.tokens.parent.stat().st_mode), 0o700)
        self.assertNotIn(self.emulator.token.encode(), self.tokens.read_bytes())

    def test_several_names(self):
        for name, number in {"one": 1, "two": 2}.items():
            file = self.file_with(self.emulator.tokens[f"user {number}"] + "\n")
            self.log_in("service", "--profile", name, "--token-file", file)
        self.assertEqual(self.caller("--profile", "one"), "1")
        self.assertEqual(self.caller("--profile", "two"), "2")
        listed = self.run("profiles").stdout
        self.assertEqual([line.split()[0] for line in listed.splitlines()], ["one", "two"])
        self.assertIn('"id": 2', self.at_emulator("whoami", "--profile", "two").stdout)
        done = self.at_emulator("logout", "--profile", "one")
        self.assertIn("profile one is removed; VK still accepts", done.stdout)
        done = self.at_emulator("call", "users.get", "--profile", "one")
        self.assertEqual(done.returncode, 4)
        self.assertIn("there is no profile one", done.stderr)

    def test_the_owner_of_a_community_token(self):
        self.log_in("service", "--token-file", self.file_with(self.emulator.tokens["community 1"]))
        owner = json.loads(self.at_emulator("whoami").stdout)
        self.assertEqual(owner["groups"][0]["id"], 1)
        service = self.emulator.control("world")["tokens"]["service"]
        self.log_in("service", "--token-file", self.file_with(service))
        self.assertEqual(json.loads(self.at_emulator("whoami").stdout), [])

    def test_a_token_of_the_environment_goes_before_an_unnamed_profile(self):
        file = self.file_with(self.emulator.tokens["user 2"])
        self.log_in("service", "--token-file", file)
        self.assertEqual(self.caller(), "2")
        done = self.at_emulator("call", "users.get", token=self.emulator.token)
        self.assertIn('"id": 1', done.stdout)

    def test_nobody_has_logged_in(self):
        for command in ("whoami", "logout"):
            done = self.at_emulator(command)
            self.assertEqual(done.returncode, 4)
            self.assertIn("nobody has logged in yet", done.stderr)
        self.assertEqual(self.run("profiles").stdout, "")

    def test_a_passphrase(self):
        key = self.file_with(self.emulator.token)
        arguments = ("service", "--token-file", key)
        done = self.at_emulator("login", *arguments, stdin="one\nother\n", VKXX_TOKENS_KEY="")
        self.assertEqual(done.returncode, 2)
        self.assertIn("differ", done.stderr)
        self.log_in(*arguments, stdin="horse\nhorse\n", VKXX_TOKENS_KEY="")
        done = self.at_emulator("whoami", stdin="horse\n", VKXX_TOKENS_KEY="")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.at_emulator("whoami", VKXX_TOKENS_KEY="", VKXX_TOKENS_PASSPHRASE="mule")
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn("mule", done.stderr)

    def test_a_file_that_others_can_read_is_refused(self):
        self.log_in("service", "--token-file", self.file_with(self.emulator.token))
        self.tokens.chmod(0o644)
        done = self.at_emulator("whoami")
        self.assertEqual(done.returncode, 2)
        self.assertIn("others", done.stderr)

    def test_a_way_that_does_not_exist(self):
        self.assertEqual(self.run("login", "magic").returncode, 2)
        done = self.run("login", "communities")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--group-ids", done.stderr)
        done = self.run("login", "vkid")
        self.assertIn("--client-id", done.stderr)


if __name__ == "__main__":
    unittest.main()

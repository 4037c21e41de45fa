"""A person in a real browser: headless Chromium, driven by its own chromedriver over WebDriver.

Skipped (status 77) where chromium or chromedriver is missing.
"""

import unittest
import urllib.parse

from browser import Browser, skip_without_browser
from emulator import CODE_OF_APP, CODE_OF_SMS, PASSWORD, PHONE_DIGITS, Emulator


class InTheBrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def start(self, *options):
        emulator = Emulator(*options)
        self.addCleanup(emulator.__exit__)
        return emulator

    def log_in(self, name, password=PASSWORD):
        self.browser.write("[name=email]", f"{name}@emulator.test")
        self.browser.write("[name=pass]", password)
        self.browser.click("#submit")

    def type_captcha(self, emulator):
        # The picture is one, and shows: a browser has read it.
        self.browser.find("[name=captcha_sid]")
        size = self.browser.value(
            "Promise.all([...document.images].map("
            "one => one.decode().then(() => [one.naturalWidth, one.naturalHeight])))"
        )
        self.assertEqual(size, [[130, 50]])
        sid = self.browser.value("document.querySelector('[name=captcha_sid]').value")
        self.browser.write("[name=captcha_key]", emulator.captcha_key(sid))
        self.browser.click("#submit")

    def token_of(self, emulator):
        # The page in between goes on by a script.
        self.browser.find("#blank")
        self.assertTrue(self.browser.address.startswith(emulator.url + "/blank.html#"))
        fragment = urllib.parse.urlsplit(self.browser.address).fragment
        return dict(urllib.parse.parse_qsl(fragment))["access_token"]

    def test_a_person_meets_a_captcha_and_a_code_and_grants(self):
        for options in ((), ("--page-seed=5",)):
            with self.subTest(options):
                emulator = self.start(*options)
                self.browser.forget()
                self.browser.open(emulator.dialog())
                self.log_in("code-captcha", "not the password")
                self.assertIn("Incorrect login or password", self.browser.text())
                self.log_in("code-captcha")
                self.browser.write("[name=code]", CODE_OF_APP)
                self.browser.click("#submit")
                self.type_captcha(emulator)
                self.assertIn("6121396", self.browser.text())
                self.browser.click("#allow")
                self.assertEqual(emulator.caller(self.token_of(emulator)), 7)

    def test_a_person_is_sent_an_sms_and_uses_the_page_for_large_screens(self):
        emulator = self.start()
        self.browser.forget()
        self.browser.open(emulator.dialog(display="page"))
        self.log_in("app")
        self.browser.click("#send_sms")
        self.browser.write("[name=code]", CODE_OF_SMS)
        self.browser.click("#submit")
        self.browser.click("#allow")
        self.assertEqual(emulator.caller(self.token_of(emulator)), 4)

    def test_a_person_refuses(self):
        emulator = self.start()
        self.browser.forget()
        self.browser.open(emulator.dialog())
        self.log_in("page")
        self.browser.write("[name=code]", PHONE_DIGITS)
        self.browser.click("#submit")
        self.browser.click("#cancel")
        self.browser.find("#blank")
        self.assertIn("error=access_denied", self.browser.address)

    def test_a_person_logs_in_and_consents_by_vk_id(self):
        emulator = self.start()
        self.browser.forget()
        self.browser.open(
            f"{emulator.url}/authorize?" + urllib.parse.urlencode({
                "response_type": "code", "client_id": "777", "state": "a-state",
                "redirect_uri": emulator.url + "/blank.html", "prompt": "login",
                "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                "code_challenge_method": "s256", "scope": "email phone",
            })
        )  # fmt: skip
        self.log_in("captcha")
        self.browser.write("[name=pass]", PASSWORD)
        self.type_captcha(emulator)
        self.assertIn("Anna Lebedeva", self.browser.text())
        self.browser.click("#allow")
        self.browser.find("#blank")
        values = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.browser.address).query))
        self.assertEqual(values["state"], "a-state")
        pair = emulator.ask("/oauth2/auth", {
            "grant_type": "authorization_code", "code": values["code"], "client_id": "777",
            "device_id": values["device_id"], "redirect_uri": emulator.url + "/blank.html",
            "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "state": "another",
        })  # fmt: skip
        self.assertEqual(emulator.caller(pair["access_token"]), 2)

    def test_a_person_is_not_a_robot(self):
        emulator = self.start("--fault", "captcha_page:users.get")
        call = {"v": "5.199", "access_token": emulator.token}
        asked = emulator.ask("/method/users.get", call)["error"]
        self.browser.open(asked["redirect_uri"])
        self.browser.click("#confirm")
        token = self.browser.text("#success_token")
        answer = emulator.ask("/method/users.get", {**call, "success_token": token})
        self.assertEqual(answer["response"][0]["id"], 1)

    def test_a_person_follows_the_validation_of_a_call(self):
        emulator = self.start("--fault", "validation:users.get,page=captcha")
        call = {"v": "5.199", "access_token": emulator.token}
        self.browser.open(emulator.ask("/method/users.get", call)["error"]["redirect_uri"])
        self.type_captcha(emulator)
        self.assertEqual(emulator.caller(self.token_of(emulator)), 1)


if __name__ == "__main__":
    skip_without_browser()
    unittest.main()

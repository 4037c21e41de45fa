"""The pages of the web login, read by Python's own HTML parser, in many spellings."""

import html.parser
import http.cookiejar
import unittest
import urllib.parse
import urllib.request

from emulator import CODE_OF_APP, PASSWORD, PHONE_DIGITS, TIMEOUT, Emulator

SPELLINGS = range(12)


class Reader(html.parser.HTMLParser):
    """The forms, links and pictures of a page."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.pictures, self.spans = [], {}, [], []
        self.in_form = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "form":
            self.forms.append((values, {}))
            self.in_form = True
        elif tag == "input" and self.in_form and "name" in values:
            self.forms[-1][1][values["name"]] = values.get("value", "")
        elif tag == "img":
            self.pictures.append(values["src"])
        elif tag == "a":
            self.links[values.get("id", "")] = values["href"]

    def handle_endtag(self, tag):
        if tag == "form":
            self.in_form = False


class Person:
    """Somebody with a browser of forty lines: cookies, redirects, forms, no scripts."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
        )
        self.seen = []

    def open(self, address, form=None):
        data = None if form is None else urllib.parse.urlencode(form).encode()
        with self.opener.open(address, data, TIMEOUT) as answer:
            self.url = answer.geturl()
            self.text = answer.read().decode()
        self.seen.append(self.text)
        self.page = Reader(self.text)

    def follow(self, name):
        self.open(urllib.parse.urljoin(self.url, self.page.links[name]))

    def submit(self, **typed):
        values, fields = next(
            form for form in self.page.forms if form[0].get("method", "").lower() == "post"
        )
        fields = {**fields, **typed}
        fields.pop("remember", None)
        self.open(urllib.parse.urljoin(self.url, values["action"]), fields)

    def log_in(self, name, **more):
        self.submit(email=f"{name}@emulator.test", **{"pass": PASSWORD}, **more)

    def captcha(self):
        return self.emulator.captcha_key(self.page.forms[-1][1]["captcha_sid"])

    def outcome(self):
        """What the last address says: at once, or in the address that it leads to."""
        parts = urllib.parse.urlsplit(self.url)
        values = dict(urllib.parse.parse_qsl(parts.query) + urllib.parse.parse_qsl(parts.fragment))
        target = values.get("authorize_url", self.url)
        while target.startswith("http%3A"):
            target = urllib.parse.unquote(target)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(target).fragment))


class LoginPages(unittest.TestCase):
    def in_each_spelling(self, visit):
        for seed in SPELLINGS:
            with self.subTest(seed=seed), Emulator(f"--page-seed={seed}") as emulator:
                visit(emulator)

    def finish(self, person, user):
        person.submit()
        token = person.outcome()["access_token"]
        self.assertEqual(person.emulator.caller(token), user)
        self.assertNotIn(token, person.emulator.records())

    def test_every_way_to_a_token_in_every_spelling(self):
        def visit(emulator):
            person = Person(emulator)
            person.open(emulator.dialog())
            person.submit(email="captcha@emulator.test", **{"pass": "wrong"})
            self.assertIn("m=4", person.url)
            person.log_in("captcha")
            with person.opener.open(
                urllib.parse.urljoin(person.url, person.page.pictures[0])
            ) as picture:
                self.assertTrue(picture.read().startswith(b"\x89PNG"))
            person.log_in("captcha", captcha_key=person.captcha())
            self.finish(person, 2)

            person = Person(emulator)
            person.open(emulator.dialog())
            person.log_in("code-captcha")
            person.submit(code="000000")
            person.submit(captcha_key=person.captcha())
            self.assertIn("m=442", person.url)
            person.submit(code=CODE_OF_APP)
            self.finish(person, 7)

            person = Person(emulator)
            person.open(emulator.dialog())
            person.log_in("page")
            person.submit(code=PHONE_DIGITS)
            self.finish(person, 8)

        self.in_each_spelling(visit)

    def test_a_person_can_refuse_in_every_spelling(self):
        def visit(emulator):
            person = Person(emulator)
            person.open(emulator.dialog(state="s"))
            person.log_in("plain")
            person.follow("cancel")
            outcome = person.outcome()
            self.assertEqual(outcome["error"], "access_denied")
            self.assertEqual(outcome["state"], "s")

        self.in_each_spelling(visit)

    def test_validation_pages_in_every_spelling(self):
        def visit(emulator):
            for kind, typed in {"code": {"code": CODE_OF_APP}, "phone": {"code": PHONE_DIGITS},
                                "captcha": {}, "link": None}.items():  # fmt: skip
                emulator.ask("/_emulator/faults", f"validation:users.get,page={kind}".encode())
                refused = emulator.ask(
                    "/method/users.get", {"v": "5.199", "access_token": emulator.token}
                )
                person = Person(emulator)
                person.open(refused["error"]["redirect_uri"])
                if kind == "captcha":
                    typed["captcha_key"] = person.captcha()
                if typed is None:
                    person.follow("")
                else:
                    person.submit(**typed)
                outcome = person.outcome()
                self.assertEqual((outcome["success"], outcome["user_id"]), ("1", "1"))
                self.assertEqual(emulator.caller(outcome["access_token"]), 1)

        self.in_each_spelling(visit)

    def test_the_spellings_are_as_many_as_real_pages_have(self):
        pages = []

        def visit(emulator):
            person = Person(emulator)
            person.open(emulator.dialog(state="a'b"))
            person.log_in("app")
            person.submit(code=CODE_OF_APP)
            pages.append("".join(person.seen))

        self.in_each_spelling(visit)
        for name, mark in {
            "capital letters": "<FORM", "entity by name": "&amp;", "by number": "&#38;",
            "by hexadecimal number": "&#x26;", "quotes of the other kind": "method='post'",
            "no quotes": "=post", "an address of this scheme": "'//127.0.0.1",
            "an address of this server": "'/login?act=authcheck_code",
            "another form": "/search", "a form in a comment": "decoy?comment",
            "a form in a script": "decoy?script", "order": '" name=',
        }.items():  # fmt: skip
            with self.subTest(name):
                count = sum(mark in page for page in pages)
                self.assertGreater(count, 0)
                self.assertLess(count, len(pages))
        self.assertNotIn("decoy", pages[0])

    def test_a_seed_spells_the_same_way_each_time(self):
        def page():
            with Emulator("--page-seed=7") as emulator:
                person = Person(emulator)
                person.open(emulator.dialog())
                return person.text.replace(emulator.url.split(":")[2], "PORT")

        self.assertEqual(page(), page())


if __name__ == "__main__":
    unittest.main()

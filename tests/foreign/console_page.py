"""The console of the emulator in headless Chromium: what its tests have in common.

A person plays users, the test is the bot. Nothing is found by position or colour: elements have
`data-test` names.
"""

import json
import unittest

from browser import Browser
from emulator import Emulator

ENTER = "\ue007"
KEYBOARD = {"one_time": True, "buttons": [[
    {"action": {"type": "text", "label": "Menu", "payload": "{\"c\":1}"}, "color": "primary"},
    {"action": {"type": "callback", "label": "Ping", "payload": "{\"p\":1}"}},
]]}  # fmt: skip
INLINE = {"inline": True, "buttons": [[
    {"action": {"type": "callback", "label": "Buy", "payload": "{}"}, "color": "positive"},
]]}  # fmt: skip


def named(name):
    return f"[data-test={name}]"


class ConsoleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        cls.emulator = Emulator()
        cls.addClassCleanup(cls.emulator.__exit__)
        cls.tokens = cls.emulator.ask("/_emulator/world")["tokens"]

    def setUp(self):
        self.emulator.ask("/_emulator/reset", "{}".encode())
        self.browser.resize(1400, 900)
        # The page of the last test would save its columns.
        self.browser.open("about:blank")
        self.browser.open(self.emulator.url + "/console#start")
        self.browser.run("localStorage.clear(); localStorage.setItem('language', 'en')")

    def open(self, address="chat/u2/-1"):
        """Opens the page again, with a conversation of Anna and the community."""
        self.browser.open("about:blank")
        self.browser.open(f"{self.emulator.url}/console#{address}")
        self.browser.until("document.querySelector('[data-test=connection][data-state=live]')")
        # What the page knows, for tests that wait until something has reached it.
        self.browser.later("import('/console/store.js').then((module) => {"
                           " window.known = module.store; })")

    def say(self, text, column=1):
        self.browser.type(f"{named('column')}:nth-child({column}) {named('composer')}", text + ENTER)
        self.see(text)

    def bot(self, method="messages.send", **parameters):
        """The bot calls a method; gives the whole answer."""
        form = {"v": "5.199", "access_token": self.tokens["community"]}
        if method == "messages.send":
            form |= {"peer_id": 2, "random_id": 0}
        for name, value in parameters.items():
            form[name] = value if isinstance(value, (str, int)) else json.dumps(value)
        return self.emulator.ask("/method/" + method, form)

    def see(self, text, selector=named("text"), gone=False):
        found = f"[...document.querySelectorAll({json.dumps(selector)})].some(node => " \
                f"node.checkVisibility() && node.textContent.includes({json.dumps(text)}))"
        self.browser.until(("!" if gone else "") + found)

    def press_key(self, label):
        self.see(label, named("key"))
        self.browser.run(
            "[...document.querySelectorAll('[data-test=key]')]"
            ".find(key => key.textContent.includes(arguments[0])).click()", label)

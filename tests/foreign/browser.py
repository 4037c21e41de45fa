"""Headless Chromium, driven by its own chromedriver over WebDriver."""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from emulator import TIMEOUT

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
# Nothing but the emulator is to be spoken to.
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --no-proxy-server
    --disable-background-networking --disable-component-update --disable-sync
    --disable-dev-shm-usage --disable-extensions""".split()
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # The name that WebDriver gives it.


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp()
        # What the browser keeps in a home is to end with it, too.
        home = dict(os.environ, HOME=self.folder)
        self.driver = subprocess.Popen(
            [DRIVER, "--port=0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", env=home,
        )  # fmt: skip
        try:
            self.begin()
        except BaseException:
            self.end()
            raise

    def begin(self):
        ports = (re.search(r"started successfully on port (\d+)", line)
                 for line in self.driver.stdout)  # fmt: skip
        port = next(port for port in ports if port)[1]
        self.base = f"http://127.0.0.1:{port}/session"
        profile = pathlib.Path(self.folder, "profile")
        options = {"binary": CHROMIUM, "args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        self.base += "/" + self.ask("POST", "", wanted)["sessionId"]
        # Elements are waited for as long as that, in milliseconds.
        self.ask("POST", "/timeouts", {"implicit": 30_000, "pageLoad": TIMEOUT * 1000,
                                        "script": 50_000})

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            self.end()

    def end(self):
        self.driver.terminate()
        self.driver.wait(TIMEOUT)
        self.driver.stdout.close()
        # The browser may still write into it.
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, path, body=None):
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=TIMEOUT) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as failure:
            with failure:
                told = json.load(failure)["value"]["message"]
            raise AssertionError(f"{method} {path}: {told.splitlines()[0]}") from None

    def open(self, address):
        self.ask("POST", "/url", {"url": address})

    @property
    def address(self):
        return self.ask("GET", "/url")

    def find(self, selector):
        found = self.ask("POST", "/element", {"using": "css selector", "value": selector})
        return "/element/" + found[ELEMENT]

    def write(self, selector, text):
        field = self.find(selector)
        self.ask("POST", field + "/clear")
        self.ask("POST", field + "/value", {"text": text})

    def click(self, selector):
        """Clicks what leads to another page, and waits until it is there."""
        button = self.find(selector)
        self.value("document.documentElement.setAttribute('data-left', '')")
        self.ask("POST", button + "/click")
        self.find("html:not([data-left]) body")

    def text(self, selector="body"):
        return self.ask("GET", self.find(selector) + "/text")

    def value(self, script):
        return self.ask("POST", "/execute/sync", {"script": "return " + script, "args": []})

    def forget(self):
        self.ask("DELETE", "/cookie")

    def press(self, selector):
        """Clicks what stays on the page."""
        self.ask("POST", self.find(selector) + "/click")

    def type(self, selector, text):
        self.ask("POST", self.find(selector) + "/value", {"text": text})

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def later(self, promise):
        """What an expression of the page resolves with."""
        script = f"""
            const done = arguments[arguments.length - 1];
            Promise.resolve().then(() => {promise}).then(done, (failure) => done(String(failure)));"""
        return self.ask("POST", "/execute/async", {"script": script, "args": []})

    def point(self, *actions):
        self.ask("POST", "/actions", {"actions": [{
            "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
            "actions": list(actions)}]})  # fmt: skip

    def hold(self, selector):
        """Presses the button of the mouse, until `let_go`."""
        target = {ELEMENT: self.find(selector).removeprefix("/element/")}
        self.point({"type": "pointerMove", "origin": target, "x": 0, "y": 0},
                   {"type": "pointerDown", "button": 0})  # fmt: skip

    def let_go(self):
        self.point({"type": "pointerUp", "button": 0})

    def until(self, condition):
        """Waits for an expression of the page to be true."""
        script = f"""
            const done = arguments[arguments.length - 1];
            const look = () => {{
              let value;
              try {{ value = {condition}; }} catch {{ value = undefined; }}
              if (value) done(true); else requestAnimationFrame(look);
            }};
            look();"""
        try:
            self.ask("POST", "/execute/async", {"script": script, "args": []})
        except AssertionError as failure:
            page = self.run("return document.body.innerText.slice(0, 3000)")
            raise AssertionError(f"never true: {condition}; the page: {page}") from failure

    def resize(self, width, height):
        self.ask("POST", "/window/rect", {"width": width, "height": height})

    def picture(self):
        """A screenshot as PNG."""
        return base64.b64decode(self.ask("GET", "/screenshot"))


def skip_without_browser():
    """Ends the program with status 77 where the browser is missing."""
    if CHROMIUM and DRIVER:
        return
    print("skipped: the packages chromium and chromium-driver are not installed "
          "(scripts/check browser installs them)")
    sys.exit(77)

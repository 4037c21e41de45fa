"""The emulator as a process, for clients written in Python.

The environment says where the program is: VKXX=/path/to/vkxx.
"""

import json
import os
import shlex
import subprocess
import urllib.parse
import urllib.request

# Longer than anything here takes, sanitizers and a loaded machine included.
TIMEOUT = 150
PASSWORD = "emulator-password"
CODE_OF_APP = "246810"
CODE_OF_SMS = "135790"
PHONE_DIGITS = "99912345"


class Emulator:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            [os.environ["VKXX"], "emulate", "--print-credentials", *options],
            stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        exports = (shlex.split(line)[1] for line in self.process.stdout)
        credentials = dict(one.split("=", 1) for one in exports)
        self.url = credentials["VK_EMULATOR_URL"]
        self.token = credentials["VK_ACCESS_TOKEN"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait(TIMEOUT)

    def dialog(self, **more):
        """The address at which an app asks for a token."""
        values = {"client_id": "6121396", "display": "mobile", "scope": "offline",
                  "response_type": "token", **more}  # fmt: skip
        return f"{self.url}/authorize?{urllib.parse.urlencode(values)}"

    def ask(self, path, form=None):
        """The JSON at this path; POSTs if there is a form (or other text) to send."""
        data = urllib.parse.urlencode(form).encode() if isinstance(form, dict) else form
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + path, data, TIMEOUT) as answer:
            return json.load(answer)

    def captcha_key(self, sid):
        """What a person reads on the picture."""
        return self.ask(f"/_emulator/captcha?sid={sid}")["answer"]

    def caller(self, token):
        """The id of the user whose token this is."""
        answer = self.ask("/method/users.get", {"v": "5.199", "access_token": token})
        return answer["response"][0]["id"]

    def records(self):
        return json.dumps(self.ask("/_emulator/requests"))

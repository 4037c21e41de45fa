"""An emulator as a process, and requests that ask for every form of every answer."""

import http.client
import json
import os
import subprocess
import urllib.parse

TIMEOUT = 60
VERSION = "5.199"


class Emulator:
    def __init__(self, *options):
        self.process = subprocess.Popen([os.environ["VKXX"], "emulate", *options],
                                        stdout=subprocess.PIPE, encoding="utf-8")
        self.url = self.process.stdout.readline().strip()
        self.tokens = {}
        for kind in ("user", "other", "group", "service"):
            self.tokens[kind] = self.process.stdout.readline().rsplit(" ", 1)[-1].strip()
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc,
                                                     timeout=TIMEOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait(TIMEOUT)

    def fetch(self, path):
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read()

    def get(self, path):
        return json.loads(self.fetch(path)[2])

    def call(self, method, parameters, kinds):
        """The envelope of the answer, with a token of the first kind that the method accepts."""
        form = {"v": VERSION, **parameters}
        token = next((self.tokens[kind] for kind in ("user", "group", "service") if kind in kinds),
                     None)
        if token:
            form["access_token"] = token
        self.connection.request("POST", "/method/" + method, urllib.parse.urlencode(form),
                                {"Content-Type": "application/x-www-form-urlencoded"})
        return json.loads(self.connection.getresponse().read())


def argument(schema, name, node):
    """A text that the parameter accepts."""
    node = schema.resolved(node)
    if node.get("type") == "array":
        return ",".join([argument(schema, name, node["items"])] * node.get("min_items", 1))
    if "enum" in node:
        return str(node["enum"][-1])
    kind = node.get("type")
    if kind == "boolean":
        return "1"
    if kind in ("integer", "number"):
        return str(max(node.get("min", 1), min(node.get("max", 1), 1)))
    if node.get("format") == "json":
        return "[]"
    text = {"code": "return 1;", "fields": "city"}.get(name, "1")
    return text.ljust(node.get("min_length", 0), "1")


def required(schema, method):
    return {name: argument(schema, name, node)
            for name, node in schema.methods[method]["parameters"].items() if node.get("required")}


def requests(schema, method):
    """(key of the answer, parameters that ask for it); no entry for a form that VK chooses."""
    facts = schema.methods[method]
    plain = required(schema, method)
    rules = schema.shapes.get(method, {})
    for number, key in enumerate(facts["responses"]):
        rule = rules.get(key, {})
        if number == 0:
            yield key, plain
            continue
        if not rule and key == "extendedResponse":
            rule = {"set": {"extended": "1"}}
        if not rule and key == "fieldsResponse":
            rule = {"fields": "fields"}
        more = dict(rule.get("set", {}))
        for name in rule.get("need", []) + ([rule["fields"]] if "fields" in rule else []):
            more[name] = argument(schema, name, facts["parameters"][name])
        if more:
            yield key, {**plain, **more}

"""W8: every answer and event is one that VK's schema describes, but for named deviations."""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/emulator"))

from vk_schema import Schema  # noqa: E402

# Method (a pattern) and fault (a pattern): what VK sends although its schema does not know it.
DEVIATIONS = {
    (r"messages\..*", r"has no (in|out)_read_cmid$"): "members of a conversation, sent by VK",
    (r"groups.getLongPollSettings", r"has no (like_add|like_remove|message_event)$"): "sent by VK",
    (r"messages.getChat", r"\.users\[\d+\]"): "the communities of a chat stand among its users",
}
# Of events, by their type.
EVENT_DEVIATIONS = {
    (r"wall_post_new|wall_repost",
     r"^object: the schema has no (marked_as_ads|can_edit|can_delete|comments|donut|copy_history)$"):
        "VK sends the post as its methods show it",
}
# Every answer of a method is checked until there were so many; later ones now and then.
ALWAYS, SELDOM = 60, 20


class Answers:
    """The answers of a server, checked as they come."""

    def __init__(self):
        self.schema = Schema(ROOT)
        path = ROOT / "schema/overlays/events.json"
        self.events = json.loads(path.read_text(encoding="utf-8"))["events"]
        self.seen, self.checked = {}, 0

    def faults(self, method, answer):
        """Those of the form that fits best: a method may have several."""
        count = self.seen[method] = self.seen.get(method, 0) + 1
        if method not in self.schema.methods or (count > ALWAYS and count % SELDOM):
            return []
        self.checked += 1
        best = None
        for name in self.schema.methods[method]["responses"].values():
            node = self.schema.responses[name]["properties"]["response"]
            found = self.without(DEVIATIONS, method, self.schema.faults(node, answer, "response"))
            if not found:
                return []
            if best is None or len(found) < len(best):
                best = found
        return best or []

    @staticmethod
    def without(known, name, faults):
        return [fault for fault in faults
                if not any(re.fullmatch(where, name) and re.search(what, fault)
                           for where, what in known)]

    def event_faults(self, kind, thing):
        """Those of the object of an event, in the newest version."""
        if not self.events.get(kind):
            return []
        self.checked += 1
        node = {"ref": self.events[kind]}
        return self.without(EVENT_DEVIATIONS, kind, self.schema.faults(node, thing, "object"))

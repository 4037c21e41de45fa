"""Every answer of every method, three seeds each, is what VK's schema describes."""

import collections
import pathlib
import re
import time
import unittest

from calls import Emulator, requests
from vk_schema import Schema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEEDS = (1, 2, 3)
MONTH = 31 * 86400

# Where the emulator's answers deviate from VK's schema, and why: (method, pattern of the fault).
DEVIATIONS = {
    ("newsfeed.get", r"\.type: 'promo_button'"): "the type of a union's form that its own list lacks",
    ("newsfeed.getRecommended", r"\.type: 'promo_button'"): "the same",
    ("newsfeed.getComments", r"\.type: '(notes|market)'"): "the same",
    ("newsfeed.getSuggestedSources", r"\.type: 'email'"): "the same",
    ("users.getSubscriptions", r"\.type: 'email'"): "the same",
}
# The same of answers from the world.
OF_THE_WORLD = {
    ("groups.getLongPollSettings", r"the schema has no .*(like_add|like_remove|message_event)"):
        "VK sends it",
    ("messages.getChat", r"\.users\[\d+\]"): "a chat's communities stand among its users",
    ("messages.getConversations", r"no (in|out)_read_cmid"): "VK sends it",
    ("messages.searchConversations", r"no (in|out)_read_cmid"): "VK sends it",
    ("utils.resolveScreenName", r"^response: no object"): "an empty list for an unknown name",
}

# Answers that come by cursor, but for which the schema has no `next_from`.
WITHOUT_CURSOR = {"newsfeed.get", "newsfeed.getRecommended"}


class Faults:
    """The faults of answers that are no known deviation, and the deviations that occurred."""

    def __init__(self, schema, known):
        self.schema, self.known = schema, known
        self.found, self.used = [], set()

    def add(self, method, key, answer):
        node = self.schema.responses[self.schema.methods[method]["responses"][key]]
        for fault in self.schema.faults(node["properties"]["response"], answer, "response"):
            entry = next((entry for entry in self.known
                          if method == entry[0] and re.search(entry[1], fault)), None)
            if entry:
                self.used.add(entry)
            else:
                self.found.append(f"{method} {key}: {fault}")


def values(node, name=""):
    """(name of the member, value) of every scalar."""
    if isinstance(node, dict):
        for key, item in node.items():
            yield from values(item, key)
    elif isinstance(node, list):
        for item in node:
            yield from values(item, name)
    else:
        yield name, node


def objects(node):
    if isinstance(node, dict):
        yield node
    for item in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(item)


def list_at(answer, path):
    """The lists to which a path of schema/overlays/lists.json leads."""
    nodes = [answer]
    for step in [step for step in path.split(".") if step]:
        if step == "[]":
            nodes = [item for node in nodes for item in node]
        else:
            nodes = [node[step] for node in nodes]
    return nodes


def identity(item, rule):
    """What tells an item apart, by the rule of schema/overlays/lists.json."""
    if rule == ".":
        return item
    for alternative in rule.split("|"):
        found = []
        for path in alternative.split(","):
            node = item
            for step in path.split("."):
                node = node.get(step) if isinstance(node, dict) else None
            found.append(node)
        if all(part is not None for part in found):
            return tuple(found)
    return None


class Samples(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.schema = Schema(ROOT)
        cls.answers = collections.defaultdict(list)  # (method, key) -> one answer for each seed
        cls.refused, cls.addresses, cls.base = {}, set(), set()
        for seed in SEEDS:
            with Emulator("--samples", "--seed", str(seed)) as vk:
                cls.base.add(vk.url)
                for method, facts in cls.schema.methods.items():
                    cls.ask(vk, method, facts)
        cls.now = time.time()
        cls.scalars = [(f"{method} {key}: {name}", name, value)
                       for (method, key), answers in cls.answers.items()
                       for name, value in values(answers)]

    @classmethod
    def ask(cls, vk, method, facts):
        for key, parameters in requests(cls.schema, method):
            envelope = vk.call(method, parameters, facts["tokens"])
            if "response" in envelope:
                cls.answers[method, key].append(envelope["response"])
            else:
                cls.refused[method] = envelope["error"]["error_msg"]

    def test_every_answer_is_valid(self):
        self.assertEqual(len(self.schema.methods), 566)
        faults = Faults(self.schema, DEVIATIONS)
        for (method, key), answers in self.answers.items():
            for answer in answers:
                faults.add(method, key, answer)
        self.assertEqual(faults.found, [])
        self.assertEqual(faults.used, set(DEVIATIONS), "a deviation that is none any more")

    def test_every_method_answers_with_every_seed(self):
        self.assertEqual(self.refused, {})
        self.assertEqual({method for method, _ in self.answers}, set(self.schema.methods))
        self.assertTrue(all(len(found) == len(SEEDS) for found in self.answers.values()))

    def test_a_call_without_a_value_answers_one(self):
        for (method, key), answers in self.answers.items():
            if self.schema.methods[method]["responses"][key] == "base_ok_response":
                self.assertEqual(answers, [1] * len(SEEDS), method)

    def test_count_agrees_with_the_items(self):
        for (method, key), answers in self.answers.items():
            for answer in answers:
                for found in objects(answer):
                    if isinstance(found.get("items"), list) and "count" in found:
                        self.assertEqual(found["count"], len(found["items"]), (method, key, found))

    def test_extended_answers_have_the_accounts_that_they_name(self):
        checked = 0
        for (method, key), answers in self.answers.items():
            for answer in answers:
                if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
                    continue
                owners = {value for item in answer["items"] for name, value in values(item)
                          if name in ("owner_id", "from_id") and isinstance(value, int)}
                for name, sign in (("profiles", 1), ("groups", -1)):
                    shown = answer.get(name)
                    if not shown or not isinstance(shown[0], dict) or "id" not in shown[0]:
                        continue
                    ids = {account["id"] * sign for account in shown}
                    named = {owner for owner in owners if owner * sign > 0}
                    self.assertLessEqual(named, ids, (method, key))
                    checked += 1
        self.assertGreater(checked, 20)

    def test_values_are_in_the_range_of_their_meaning(self):
        limits = {"timezone": (-12, 14), "count": (0, 1000), "latitude": (-90, 90),
                  "longitude": (-180, 180), "owner_id": (-10, 20), "user_id": (1, 20),
                  "group_id": (1, 10), "width": (1, 5000), "height": (1, 5000),
                  "price": (0, 1000000), "offset": (0, 100)}
        for where, name, value in self.scalars:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                continue
            low, high = limits.get(name, (value, value))
            self.assertTrue(low <= value <= high, (where, value))
            if name in ("date", "created", "updated", "timestamp") and value:
                self.assertLess(abs(value - self.now), MONTH + 86400, where)

    def test_texts_are_short(self):
        long = {where for where, _, value in self.scalars
                if isinstance(value, str) and len(value) > 120}
        self.assertEqual(long, set())

    def test_every_address_is_the_emulators(self):
        found = [(where, value) for where, _, value in self.scalars
                 if isinstance(value, str) and value.startswith("http")]
        own = tuple(url + "/sample/" for url in self.base)
        self.assertEqual([entry for entry in found if not entry[1].startswith(own)], [])
        self.assertGreater(len(found), 1000)


class OneEmulator(unittest.TestCase):
    """Walks, repetition, addresses: of one seed."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.schema = Schema(ROOT)
        cls.vk = Emulator("--samples")
        cls.addClassCleanup(cls.vk.__exit__)

    def test_a_walk_through_pages_ends_and_has_every_item_once(self):
        walked, faults = 0, []
        for method, rules in self.schema.lists.items():
            for key, parameters in requests(self.schema, method):
                rule = rules if "items" in rules or "no_list" in rules else rules[key]
                if "items" not in rule:
                    continue
                fault = self.fault_of_walk(method, parameters, rule)
                faults += [f"{method} {key}: {fault}"] if fault else []
                walked += 1
        self.assertEqual(faults, [])
        self.assertGreater(walked, 90)

    def pages(self, method, parameters, rule):
        """The answers of a walk, two items each, and their lists."""
        names = self.schema.methods[method]["parameters"]
        page, offset = dict(parameters), 0
        page.update({name: str(names[name].get("min", 2) or 2) for name in ("count", "limit")
                     if name in names})
        for _ in range(12):
            envelope = self.vk.call(method, page, self.schema.methods[method]["tokens"])
            self.assertIn("response", envelope, (method, page))
            answer = envelope["response"]
            items = list_at(answer, rule["items"])[0]
            yield answer, items
            if "start_from" in names:
                if not answer.get("next_from"):
                    return
                page["start_from"] = answer["next_from"]
            else:
                if not items:
                    return
                offset += len(items)
                page["offset"] = str(offset)
        yield None, []

    def fault_of_walk(self, method, parameters, rule):
        pages = list(self.pages(method, parameters, rule))
        if pages[-1][0] is None:
            return "the walk does not end"
        seen = [item for _, items in pages for item in items]
        if not 3 <= len(seen) <= 7 and method not in WITHOUT_CURSOR:
            return f"{len(seen)} items"
        if rule["identity"]:
            ids = [identity(item, rule["identity"]) for item in seen]
            if None in ids or len(set(ids)) < len(ids):
                return f"the ids {ids}"
        for answer, items in pages:
            for found in objects(answer):
                if found.get("items") == items and found.get("count", len(seen)) != len(seen):
                    return f"count {found['count']} of {len(seen)}"
        return None

    def test_the_same_call_has_the_same_answer_and_another_call_another(self):
        ask = lambda **parameters: self.vk.call("market.getById", parameters, ["user"])
        self.assertEqual(ask(item_ids="-1_1"), ask(item_ids="-1_1"))
        self.assertNotEqual(ask(item_ids="-1_1"), ask(item_ids="-1_2"))

    def test_the_owner_of_the_request_is_the_owner_in_the_answer(self):
        answer = self.vk.call("market.get", {"owner_id": "-3"}, ["user"])["response"]
        self.assertEqual({item["owner_id"] for item in answer["items"]}, {-3})

    def test_pictures_and_pages_can_be_fetched(self):
        answer = self.vk.call("photos.get", {"owner_id": "1", "album_id": "wall"}, ["user"])
        addresses = {value.removeprefix(self.vk.url) for _, value in values(answer)
                     if isinstance(value, str) and value.startswith(self.vk.url)}
        addresses |= {"/sample/url/1", "/sample/%22%3E/<b>"}
        for address in addresses:
            status, kind, body = self.vk.fetch(address)
            self.assertEqual(status, 200, address)
            if address.endswith(".png"):
                self.assertEqual((kind, body[:8]), ("image/png", b"\x89PNG\r\n\x1a\n"))
            else:
                self.assertIn("text/html", kind)
                self.assertNotIn(b"<b>", body)
        self.assertTrue(any(address.endswith(".png") for address in addresses))


class World(unittest.TestCase):
    maxDiff = None

    def test_answers_from_the_world_are_valid_too(self):
        schema = Schema(ROOT)
        faults, answered = Faults(schema, {**DEVIATIONS, **OF_THE_WORLD}), 0
        with Emulator() as vk:
            for method, facts in schema.methods.items():
                for key, parameters in requests(schema, method):
                    envelope = vk.call(method, parameters, facts["tokens"])
                    if "response" in envelope:
                        answered += 1
                        faults.add(method, key, envelope["response"])
        self.assertEqual(faults.found, [])
        self.assertEqual(set(OF_THE_WORLD) - faults.used, set(), "no deviation any more")
        self.assertGreater(answered, 530)


    def test_attachments_that_nobody_has_uploaded_are_valid(self):
        schema = Schema(ROOT)
        kinds = {"photo": "photos_photo", "video": "video_video", "audio": "audio_audio",
                 "doc": "docs_doc", "poll": "polls_poll", "market": "market_market_item",
                 "market_album": "market_market_album", "album": "photos_photo_album",
                 "wall": "wall_wallpost", "wall_reply": "wall_wall_comment", "note": "notes_note",
                 "page": "pages_wikipage", "story": "stories_story",
                 "graffiti": "messages_graffiti", "audio_message": "messages_audio_message"}
        with Emulator() as vk:
            for owner in (1, -1):
                # Communities have no notes.
                names = [f"{kind}{owner}_777" for kind in kinds if owner > 0 or kind != "note"]
                shown_count = 0
                for half in (names[:10], names[10:]):
                    sent = vk.call("messages.send", {"peer_id": 2, "random_id": 0,
                                                     "attachment": ",".join(half)}, ["user"])
                    shown = vk.call("messages.getById", {"message_ids": sent["response"]}, ["user"])
                    for attachment in shown["response"]["items"][0]["attachments"]:
                        kind = attachment["type"]
                        self.assertEqual(kind, names[shown_count].partition(str(owner))[0])
                        shown_count += 1
                        faults = schema.faults({"ref": kinds[kind]}, attachment[kind], kind)
                        self.assertEqual(list(faults), [])
                self.assertEqual(shown_count, len(names))


class Validator(unittest.TestCase):
    """The validator refuses what is wrong."""

    def test_each_kind_of_fault_is_found(self):
        schema = Schema(ROOT)
        node = {"properties": {"a": {"type": "integer", "min": 1, "required": True},
                               "b": {"type": "array", "items": {"type": "string", "enum": ["x"]}},
                               "c": {"type": "string", "format": "uri"},
                               "d": {"ref": "base_bool_int"}}}
        good = {"a": 1, "b": ["x"], "c": "http://localhost/", "d": 0}
        self.assertEqual(list(schema.faults(node, good, "")), [])
        for change in ({"a": 0}, {"a": "1"}, {"a": True}, {"b": ["y"]}, {"b": "x"}, {"c": "vk"},
                       {"d": 2}, {"e": 1}):
            self.assertNotEqual(list(schema.faults(node, {**good, **change}, "")), [], change)
        self.assertNotEqual(list(schema.faults(node, {}, "")), [])


if __name__ == "__main__":
    unittest.main()

"""Every answer of every method, three seeds each, is what VK's schema describes."""

import collections
import pathlib
import re
import time
import unittest

from calls import Emulator, argument, requests
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


# How the files of each kind begin, or what else they have.
BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "mp3": b"\xff\xfb", "ogg": b"OggS", "mp4": b"\0\0\0",
              "flv": b"FLV\x01", "json": b"{", "pdf": b"%PDF-", "txt": b"A sample",
              "zip": b"PK\x05\x06", "gif": b"GIF89a"}
TYPES_OF_FILES = {"png": "image/png", "mp3": "audio/mpeg", "ogg": "audio/ogg", "mp4": "video/mp4",
                  "flv": "video/x-flv", "json": "application/json", "pdf": "application/pdf",
                  "txt": "text/plain; charset=utf-8", "zip": "application/zip", "gif": "image/gif",
                  "": "text/html; charset=utf-8"}


def media_fault(path, kind, body):
    """Why the file is not what the end of its address promises."""
    end = path.rsplit("/", 1)[1].partition(".")[2]
    if kind.lower() != TYPES_OF_FILES.get(end):
        return f"is of the type {kind}"
    if not body.startswith(BEGINNINGS.get(end, b"<!")):
        return f"begins with {body[:12]}"
    if end == "png":
        wanted = re.search(r"_(\d+)(?:x(\d+))?\.png$", path)
        size = [int.from_bytes(body[at:at + 4], "big") for at in (16, 20)]
        if size != [int(wanted[1]), int(wanted[2] or wanted[1])]:
            return f"is a picture of {size}"
    return None


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

        for answers in cls.answers.values():
            cls.addresses.update(value for _, value in values(answers)
                                 if isinstance(value, str) and value.startswith("http"))

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

    def test_every_address_leads_to_a_file_of_its_kind(self):
        expected = {"*_animation": "json", "animation_url": "json", "link_mp3": "mp3",
                    "link_ogg": "ogg", "mp4_720": "mp4", "video_src_720": "mp4", "flv_320": "flv",
                    "photo_100": "png", "thumb_256": "png", "upload_url": "", "view_url": ""}
        for where, name, value in self.scalars:
            if name in expected and value:
                self.assertEqual(value.rsplit("/", 1)[1].partition(".")[2], expected[name], where)
        faults, checked = [], collections.Counter()
        with Emulator() as vk:
            # The number of a picture changes its color, not its kind.
            paths = {re.sub(r"/\d+", "/1", "/" + address.split("/", 3)[3])
                     for address in self.addresses}
            for path in sorted(paths):
                status, kind, body = vk.fetch(path)
                fault = media_fault(path, kind, body) if status == 200 else str(status)
                faults += [f"{path}: {fault}"] if fault else []
                checked[path.rsplit("/", 1)[1].partition(".")[2]] += 1
        self.assertEqual(faults, [])
        self.assertLessEqual(set(checked), set(BEGINNINGS) | {""})
        self.assertGreater(len(checked), 6, checked)

    def test_pictures_come_in_several_sizes_each_wider_than_the_one_before(self):
        lists, kinds = 0, set()
        for (method, key), answers in self.answers.items():
            for found in objects(answers):
                for name in ("sizes", "images"):
                    sizes = found.get(name)
                    if not isinstance(sizes, list) or not sizes or not isinstance(sizes[0], dict):
                        continue
                    if not {"width", "height"} <= sizes[0].keys():
                        continue
                    widths = [size["width"] for size in sizes]
                    self.assertGreaterEqual(len(widths), 3, (method, key))
                    self.assertEqual(widths, sorted(set(widths)), (method, key))
                    for size in sizes:
                        shape = size["width"] / size["height"]
                        self.assertAlmostEqual(shape, widths[-1] / sizes[-1]["height"], delta=0.05)
                        self.assertIn(f"_{size['width']}x{size['height']}.",
                                      size.get("url") or size.get("src"))
                    kinds.update(size.get("type") for size in sizes)
                    lists += 1
        self.assertGreater(lists, 100)
        self.assertLessEqual({"s", "m", "x", "y", "z"}, kinds)

    def test_the_type_names_the_member_that_is_present(self):
        checked = collections.Counter()
        tags = {"photo", "audio", "video", "doc", "link", "market", "wall", "sticker", "graffiti",
                "poll", "note", "page", "album", "gift"}
        for (method, key), answers in self.answers.items():
            for found in objects(answers):
                kind = found.get("type")
                present = {name for name in tags & found.keys() if isinstance(found[name], dict)}
                if kind in tags and len(present) + (kind in found) > 0 and "id" not in found:
                    self.assertEqual(present, {kind}, (method, key, found))
                    checked[kind] += 1
        self.assertGreater(sum(checked.values()), 100)
        self.assertGreater(len(checked), 8)

    def test_fields_of_an_object_agree(self):
        seen = collections.Counter()
        types = {"pdf": 1, "txt": 1, "zip": 2, "gif": 3, "png": 4, "mp3": 5, "mp4": 6}
        for (method, key), answers in self.answers.items():
            for found in objects(answers):
                where = (method, key, str(found)[:300])
                if "ext" in found and "title" in found:
                    self.assertEqual(types[found["ext"]], found["type"], where)
                    self.assertTrue(found["title"].endswith("." + found["ext"]), where)
                    if found.get("url"):
                        self.assertTrue(found["url"].endswith("." + found["ext"]), where)
                    seen["doc"] += 1
                if {"created", "updated"} <= found.keys():
                    self.assertLessEqual(found["created"], found["updated"], where)
                    seen["times"] += 1
                if {"open_time", "close_time"} <= found.keys():
                    self.assertLess(found["open_time"], found["close_time"], where)
                    seen["hours"] += 1
                if found.get("local_id") and {"id", "type"} <= found.keys():
                    kind = "group" if found["id"] < 0 else "chat" if found["id"] > 2e9 else "user"
                    self.assertEqual(found["type"], kind, where)
                    self.assertIn(found["local_id"], (abs(found["id"]), found["id"] - 2 * 10**9))
                    seen["peer"] += 1
                if "first_name" in found and "id" in found and "screen_name" in found:
                    self.assertEqual(found["screen_name"], f"id{found['id']}", where)
                    seen["name"] += 1
                if isinstance(found.get("online_mobile"), int) and "online" in found:
                    self.assertLessEqual(found["online_mobile"], found["online"], where)
                    seen["online"] += 1
                likes, views = (found.get(name) for name in ("likes", "views"))
                if isinstance(likes, dict) and isinstance(views, dict) and "count" in views:
                    self.assertLessEqual(likes.get("count", 0), views["count"], where)
                    if {"can_like", "user_likes"} <= likes.keys():
                        self.assertNotEqual(likes["can_like"], likes["user_likes"], where)
                    seen["likes"] += 1
        self.assertEqual({kind for kind, count in seen.items() if count > 2},
                         {"doc", "times", "hours", "peer", "name", "online", "likes"}, seen)

    def test_enums_have_several_of_their_values(self):
        found = collections.defaultdict(set)
        for _, name, value in self.scalars:
            found[name].add(value)
        self.assertGreater(len(found["type"]), 40)
        strange = {"interactive", "temp", "deleted", "failed", "unknown"}
        self.assertEqual(strange & {value for name in ("type", "status", "state")
                                    for value in found[name] if isinstance(value, str)}, set())


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
                        self.check_addresses(vk, attachment)
                self.assertEqual(shown_count, len(names))

    def test_blanks_around_values_change_nothing(self):
        schema, codes = Schema(ROOT), []
        for blank in ("", " "):
            with Emulator() as vk:
                found = {}
                for method, facts in schema.methods.items():
                    parameters = {}
                    for name, node in facts["parameters"].items():
                        kind = schema.resolved(node).get("type")
                        # Not a list of texts: blanks are parts of texts.
                        if name in ("group_id", "owner_id", "offset") or node.get("required"):
                            text = argument(schema, name, node)
                            around = blank if kind in ("integer", "boolean") else ""
                            parameters[name] = around + text + around
                    envelope = vk.call(method, parameters, facts["tokens"])
                    found[method] = envelope.get("error", {}).get("error_msg", "")
                codes.append(found)
        self.assertEqual(codes[0], codes[1])

    def check_addresses(self, vk, node):
        for name, value in values(node):
            if isinstance(value, str) and value.startswith("http"):
                self.assertTrue(value.startswith(vk.url + "/sample/"), (name, value))
                path = value.removeprefix(vk.url)
                status, kind, body = vk.fetch(path)
                self.assertEqual(status, 200, path)
                self.assertIsNone(media_fault(path, kind, body), path)

    def test_addresses_in_events_lead_to_the_emulator(self):
        with Emulator() as vk:
            server = vk.call("groups.getLongPollServer", {"group_id": 1}, ["group"])["response"]
            sent = {"peer_id": -1, "random_id": 0,
                    "attachment": "photo1_777,doc1_777,audio_message1_777"}
            vk.call("messages.send", sent, ["user"])
            vk.call("messages.send", {"peer_id": -1, "random_id": 0, "sticker_id": 9}, ["user"])
            path = server["server"].removeprefix(vk.url)
            answer = vk.get(f"{path}?act=a_check&key={server['key']}&ts={server['ts']}&wait=20")
            messages = [update["object"]["message"] for update in answer["updates"]
                        if update["type"] == "message_new"]
            kinds = [attachment["type"] for message in messages
                     for attachment in message["attachments"]]
            self.assertEqual(kinds, ["photo", "doc", "audio_message", "sticker"])
            self.check_addresses(vk, messages)
            assets = vk.call("messages.getReactionsAssets", {}, ["user"])["response"]
            self.check_addresses(vk, assets)


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

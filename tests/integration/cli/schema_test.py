"""`vkxx methods`, `vkxx describe`, and what is said about mistyped names."""

import json
import re
import unittest

from program import WithEmulator, run


class Methods(unittest.TestCase):
    def test_all_of_them(self):
        done = run("methods")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 566)
        self.assertEqual(lines, sorted(lines, key=lambda line: line.split()[0]))
        self.assertIn(["stories.delete", "write", "user,", "group"], [line.split() for line in lines])

    def test_a_section(self):
        names = [line.split()[0] for line in run("methods", "wall").stdout.splitlines()]
        self.assertIn("wall.get", names)
        self.assertTrue(all(name.startswith("wall.") for name in names), names)

    def test_as_json(self):
        methods = json.loads(run("methods", "--json").stdout)
        self.assertEqual(len(methods), 566)
        by_name = {method["name"]: method for method in methods}
        self.assertEqual(
            by_name["users.get"],
            {"name": "users.get", "writes": False, "tokens": ["user", "group", "service"]},
        )
        self.assertTrue(by_name["wall.post"]["writes"])

    def test_a_section_that_is_none(self):
        done = run("methods", "wal")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(
            done.stderr,
            'vkxx: VK\'s schema 5.199 has no section "wal"; did you mean wall? (vkxx methods)\n',
        )
        self.assertNotIn("did you mean", run("methods", "nonsense").stderr)


class Describe(unittest.TestCase):
    def test_a_method(self):
        done = run("describe", "wall.get")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        text = done.stdout
        self.assertTrue(text.startswith("wall.get\nhttps://dev.vk.com/method/wall.get\n"), text)
        for line in (
            r"^  read; tokens: user, service$",
            r"^  extended +1 or 0$",
            r"^  offset +integer, 0 or more$",
            r"^  count +integer, 0 or more",
            r"^  filter +one of .*\bowner\b",
            r"^  wall_get_extended_response with extended=1",
            r"^     19  content_blocked +The content is blocked",
        ):
            self.assertRegex(text, f"(?m){line}")

    def test_the_required_parameters_come_first_and_are_marked(self):
        text = run("describe", "photos.getComments").stdout
        self.assertRegex(text, r"Parameters:\n  photo_id +required; integer\n")

    def test_lines_fit_a_terminal(self):
        for method in ("users.get", "wall.post", "messages.send"):
            for line in run("describe", method).stdout.splitlines():
                self.assertLessEqual(len(line), 100, line)

    def test_as_json(self):
        told = json.loads(run("describe", "wall.get", "--json").stdout)
        self.assertEqual(told["name"], "wall.get")
        self.assertEqual(told["page"], "https://dev.vk.com/method/wall.get")
        self.assertEqual((told["writes"], told["batchable"]), (False, True))
        parameters = {parameter["name"]: parameter for parameter in told["parameters"]}
        self.assertEqual(parameters["offset"],
                         {"name": "offset", "required": False, "type": "integer", "minimum": 0})  # fmt: skip
        self.assertIn("owner", parameters["filter"]["values"])
        self.assertEqual(parameters["fields"]["type"], "array")
        self.assertEqual(parameters["fields"]["items"]["type"], "string")
        self.assertIn({"name": "wall_get_extended_response", "if": {"extended": "1"}},
                      told["answers"])  # fmt: skip
        self.assertIn({"code": 19, "name": "content_blocked"}, told["errors"])

    def test_every_method_can_be_described(self):
        names = [method["name"] for method in json.loads(run("methods", "--json").stdout)]
        # One of each section; all together would take long under a sanitizer.
        firsts = {name.split(".")[0]: name for name in names}
        for name in firsts.values():
            with self.subTest(name):
                self.assertEqual(run("describe", name).returncode, 0)
                self.assertEqual(json.loads(run("describe", name, "--json").stdout)["name"], name)

    def test_a_method_that_is_none(self):
        for wrong, right in (
            ("user.get", "users.get"), ("wall.gte", "wall.get"), ("WALL.GETBYID", "wall.getById"),
            ("getConversations", "messages.getConversations"),
        ):  # fmt: skip
            done = run("describe", wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(
                done.stderr,
                f'vkxx: VK\'s schema 5.199 has no method "{wrong}"; did you mean {right}? '
                "(vkxx methods)\n",
            )
        self.assertNotIn("did you mean", run("describe", "brandnew.things").stderr)

    def test_a_token_in_the_place_of_the_name_is_not_shown(self):
        token = "vk1.a." + "Ab3dEf6hIj" * 8
        for command in ("describe", "methods"):
            done = run(command, token)
            self.assertEqual(done.returncode, 2)
            self.assertNotIn("Ab3dEf6hIj", done.stderr)


class Hints(WithEmulator):
    def test_a_mistyped_method(self):
        done = self.call("user.get", "user_ids=1")
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"^vkxx: 3\. .*\nvkxx: note: did you mean users\.get\?\n$")

    def test_a_mistyped_parameter_of_a_call_that_succeeds(self):
        done = self.call("users.get", "users_ids=2")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(json.loads(done.stdout)[0]["id"], 1)
        self.assertEqual(
            done.stderr,
            "vkxx: note: VK's schema 5.199 has no parameter users_ids of users.get; "
            "did you mean user_ids?\n",
        )
        self.assertEqual(self.sent()["users_ids"], "2")

    def test_a_mistyped_parameter_of_a_call_that_fails(self):
        done = self.call("wall.post", "mesage=Hello")
        self.assertEqual(done.returncode, 3)
        self.assertTrue(done.stderr.startswith("vkxx: 100. "), done.stderr)
        self.assertTrue(done.stderr.endswith("; did you mean message?\n"), done.stderr)

    def test_a_new_method_and_a_new_parameter_can_be_called(self):
        self.emulator.fault("error=9:brandnew.things")
        done = self.call("brandnew.things", "shiny=1")
        self.assertEqual(done.returncode, 3)
        self.assertNotIn("note", done.stderr)
        self.assertEqual(self.sent()["shiny"], "1")
        self.assertEqual(self.call("users.get", "shiny=1").stderr, "")


if __name__ == "__main__":
    unittest.main()

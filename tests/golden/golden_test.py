#!/usr/bin/env python3
"""Tests of the importer and the generator, with a small pretend schema and with the real one.

`golden_test.py --update` rewrites the golden files; look at the difference before committing.
With the environment variable CXX set, what is generated from the pretend schema is compiled too.
"""

import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "codegen"))
sys.dont_write_bytecode = True

import generate  # noqa: E402
from vkxx_codegen import build, changes, check, cpp_types, description  # noqa: E402
from vkxx_codegen import error_meanings, facts  # noqa: E402
from vkxx_codegen import name_hash, overlay, shapes  # noqa: E402

PRETEND = HERE / "pretend"
GOLDEN = HERE / "expected"


def pretend_overlays():
    return overlay.read_overlays(PRETEND / "overlays")


def pretend_schema(folder, checkout=PRETEND / "checkout"):
    """A schema folder with the pretend import and its overlays; the description."""
    made = facts.read_checkout(checkout)
    description.write(made, folder)
    shutil.copytree(PRETEND / "overlays", pathlib.Path(folder) / "overlays", dirs_exist_ok=True)
    return made


def pretend_files(folder):
    """Everything that comes of the pretend schema: path -> text."""
    schema = pathlib.Path(folder) / "schema"
    pretend_schema(schema)
    out = {f"schema/{path.relative_to(schema).as_posix()}": path.read_text(encoding="utf-8")
           for path in schema.rglob("*.json") if "overlays" not in path.parts}
    for name, text in generate.files(generate.load_model(schema), schema).items():
        out[f"generated/{name}"] = text
    return out


def build_pretend(change=None, overlays=None):
    """The findings of the checker on the pretend schema after `change(description)`."""
    made = facts.read_checkout(PRETEND / "checkout")
    if change:
        change(made)
    return check.check(build.build(made, overlays or pretend_overlays()))


class Golden(unittest.TestCase):
    maxDiff = None

    def test_the_pretend_schema_gives_the_golden_files(self):
        with tempfile.TemporaryDirectory() as folder:
            made = pretend_files(folder)
        wanted = {path.relative_to(GOLDEN).as_posix(): path.read_text(encoding="utf-8")
                  for path in GOLDEN.rglob("*") if path.is_file()}
        self.assertEqual(sorted(made), sorted(wanted))
        for name in sorted(made):
            self.assertEqual(made[name], wanted[name], name)

    def test_no_sentence_is_imported(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in pretend_files(folder).items():
                for sentence in ("A sentence", "Another sentence", "Whose it is"):
                    self.assertNotIn(sentence, text, name)

    def test_what_is_generated_compiles(self):
        compiler = os.environ.get("CXX")
        if not compiler:
            self.skipTest("CXX is not set")
        with tempfile.TemporaryDirectory() as folder:
            compile_files(self, compiler, pathlib.Path(folder), pretend_files(folder))


def compile_files(test, compiler, folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    generated = folder / "generated"
    program = folder / "all.cpp"
    program.write_text("#include <vkxx/api.hpp>\n", encoding="utf-8")
    for source in [program, *sorted((generated / "src").glob("*.cpp"))]:
        done = subprocess.run(
            [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
             f"-I{generated / 'include'}", f"-I{generated / 'src'}", f"-I{ROOT / 'include'}",
             f"-I{ROOT / 'generated/include'}", f"-I{ROOT / 'src'}", str(source)], capture_output=True, text=True, check=False)
        test.assertEqual(done.returncode, 0, f"{source.name}:\n{done.stderr[:3000]}")


class Checks(unittest.TestCase):
    """Each fault of a schema is found and named."""

    def cake(self, made):
        return made["sections"]["cakes"]["objects"]["cakes_cake"]["properties"]

    def methods(self, made):
        return made["sections"]["cakes"]["methods"]

    def test_the_pretend_schema_is_without_findings(self):
        self.assertEqual(build_pretend(), [])

    def test_an_unknown_reference(self):
        def change(made):
            self.cake(made)["inner"] = {"ref": "cakes_nothing"}
        with self.assertRaisesRegex(build.ModelError, "unknown definition 'cakes_nothing'"):
            build_pretend(change)

    def test_an_unknown_type(self):
        def change(made):
            self.cake(made)["id"] = {"type": "complex"}
        with self.assertRaisesRegex(build.ModelError, "unknown type 'complex'"):
            build_pretend(change)

    def test_an_array_without_items(self):
        def change(made):
            self.cake(made)["layers"] = {"type": "array"}
        with self.assertRaisesRegex(build.ModelError, "array without items"):
            build_pretend(change)

    def test_an_object_that_is_a_part_of_itself(self):
        def change(made):
            made["sections"]["cakes"]["objects"]["cakes_full"]["all_of"][0]["ref"] = "cakes_full"
        with self.assertRaisesRegex(build.ModelError, "part of itself"):
            build_pretend(change)

    def test_two_fields_with_one_cpp_name(self):
        def change(made):
            self.cake(made)["class_"] = {"type": "string"}
        self.assertIn("cakes_cake: the fields 'class_' and 'class' have one C++ name",
                      build_pretend(change))

    def test_a_setter_called_like_its_class(self):
        def change(made):
            self.methods(made)["cakes.get"]["parameters"]["get"] = {"type": "integer"}
        self.assertIn("cakes.get: the setter 'get' clashes with the class", build_pretend(change))

    def test_an_object_called_like_a_method_gives_way(self):
        def change(made):
            made["sections"]["cakes"]["objects"]["cakes_get"] = {
                "type": "object", "properties": {"a": {"type": "string"}}}
        self.assertEqual(build_pretend(change), [])

    def test_an_unknown_error(self):
        def change(made):
            self.methods(made)["cakes.get"]["errors"] = ["api_error_flood"]
        self.assertIn("cakes.get: unknown error api_error_flood", build_pretend(change))

    def test_an_unknown_token_kind(self):
        def change(made):
            self.methods(made)["cakes.get"]["tokens"] = ["golden"]
        self.assertIn("cakes.get: unknown token kind 'golden'", build_pretend(change))

    def test_an_answer_that_nobody_can_ask_for(self):
        def change(made):
            responses = self.methods(made)["cakes.get"]["responses"]
            responses["secretResponse"] = responses["response"]
        with self.assertRaisesRegex(shapes.ShapeError, "how to request 'secretResponse'"):
            build_pretend(change)

    def test_a_union_whose_forms_look_alike(self):
        def change(made):
            made["sections"]["cakes"]["objects"]["cakes_gift"] = {
                "one_of": [{"type": "integer"}, {"type": "number"}]}
        self.assertTrue(any("cannot be told apart" in found for found in build_pretend(change)))

    def test_a_discriminator_that_a_form_lacks(self):
        def change(made):
            made["sections"]["cakes"]["objects"]["cakes_gift"]["discriminator"]["property"] = "x"
        with self.assertRaisesRegex(build.ModelError, "lacks 'x'"):
            build_pretend(change)

    def test_an_overlay_that_no_longer_fits(self):
        def change(made):
            self.cake(made)["price"] = {"type": "integer"}
        with self.assertRaisesRegex(overlay.OverlayError, "still needed"):
            build_pretend(change)

    def test_an_overlay_without_a_reason(self):
        overlays = copy.deepcopy(pretend_overlays())
        del overlays["corrections"][0]["why"]
        with self.assertRaisesRegex(overlay.OverlayError, "lacks"):
            build_pretend(overlays=overlays)

    def ids(self, table, place, value):
        overlays = copy.deepcopy(pretend_overlays())
        for entries in (overlays["ids"]["places"], overlays["ids"]["integers"]):
            entries.pop(place, None)
        if table:
            overlays["ids"][table][place] = value
        return overlays

    def model(self, overlays):
        return build.build(facts.read_checkout(PRETEND / "checkout"), overlays)

    def test_an_id_has_the_type_of_its_object(self):
        def id_of(model, struct):
            field = [field for field in model.structs[struct].fields if field.name == "id"][0]
            return field.type.strong_id
        model = self.model(pretend_overlays())
        self.assertEqual(id_of(model, "cakes_cake"), "item_id")
        self.assertEqual(id_of(model, "cakes_full"), "item_id", "inherited")
        model = self.model(self.ids("integers", "cakes_cake/id", "counts the cakes"))
        self.assertIsNone(id_of(model, "cakes_cake"))

    def test_an_id_without_a_decision(self):
        for place in ("cakes_cake/id", "cakes.delete/id"):
            with self.assertRaisesRegex(overlay.OverlayError, f"decide about the type of {place}"):
                self.model(self.ids(None, place, None))

    def test_a_decision_about_nothing(self):
        with self.assertRaisesRegex(overlay.OverlayError, "nothing is called .*cakes_pie/id"):
            self.model(self.ids("places", "cakes_pie/id", "item_id"))

    def test_an_id_type_that_does_not_exist(self):
        with self.assertRaisesRegex(overlay.OverlayError, "there is no type 'cake_id'"):
            self.model(self.ids("places", "cakes_cake/id", "cake_id"))

    def test_a_keyword_that_the_importer_does_not_know(self):
        with self.assertRaisesRegex(facts.SchemaError, "does not know the keyword 'anyOf'"):
            facts.type_facts({"anyOf": []}, "here")


class Upgrade(unittest.TestCase):
    """A changed copy of the schema: what is printed, and that it still builds."""

    def changed_checkout(self, folder):
        checkout = pathlib.Path(folder) / "checkout"
        shutil.copytree(PRETEND / "checkout", checkout)

        def edit(name, change):
            path = checkout / name
            content = json.loads(path.read_text(encoding="utf-8"))
            change(content)
            path.write_text(json.dumps(content), encoding="utf-8")

        def objects(content):
            cake = content["definitions"]["cakes_cake"]["properties"]
            del cake["2nd_name"]
            cake["owner_id"]["type"] = "string"
            del cake["owner_id"]["format"]
            content["definitions"]["cakes_taste"]["enum"].append("umami")

        def methods(content):
            added = copy.deepcopy(content["methods"][1])
            added["name"] = "cakes.bake"
            content["methods"].append(added)
            content["methods"][0]["parameters"][0]["required"] = True
            content["methods"][0]["parameters"][2]["maximum"] = 100

        edit("cakes/objects.json", objects)
        edit("cakes/methods.json", methods)
        return checkout

    def test_the_importer_prints_what_changed_for_users(self):
        with tempfile.TemporaryDirectory() as folder:
            schema = pathlib.Path(folder) / "schema"
            pretend_schema(schema)
            done = subprocess.run(
                [sys.executable, str(ROOT / "codegen" / "import_schema.py"), "--schema",
                 str(schema), str(self.changed_checkout(folder))],
                capture_output=True, text=True, check=True)
            lines = done.stdout.splitlines()[1:]
            self.assertEqual(sorted(lines), sorted([
                "method added: cakes.bake",
                "now required: cakes.get(owner_id",
                "max changed: cakes.get(count: 50 -> 100",
                "field removed: cakes_cake.2nd_name",
                "type changed: cakes_cake.owner_id: int64 -> string",
                "enum value added: cakes_taste: 'umami'",
            ]))
            again = subprocess.run(
                [sys.executable, str(ROOT / "codegen" / "import_schema.py"), "--schema",
                 str(schema), str(pathlib.Path(folder) / "checkout")],
                capture_output=True, text=True, check=True)
            self.assertIn("no change for users", again.stdout)

    def test_the_upgraded_schema_is_generated_and_compiles(self):
        with tempfile.TemporaryDirectory() as folder:
            schema = pathlib.Path(folder) / "schema"
            pretend_schema(schema, self.changed_checkout(folder))
            path = schema / "overlays" / "ids.json"
            decisions = json.loads(path.read_text(encoding="utf-8"))
            decisions["places"]["cakes.bake/id"] = "item_id"
            path.write_text(json.dumps(decisions), encoding="utf-8")
            files = {f"generated/{name}": text
                     for name, text in generate.files(generate.load_model(schema), schema).items()}
            self.assertIn("class bake", files["generated/include/vkxx/api/cakes.hpp"])
            self.assertIn("umami", files["generated/include/vkxx/objects/cakes.hpp"])
            if os.environ.get("CXX"):
                compile_files(self, os.environ["CXX"], pathlib.Path(folder), files)

    def test_the_check_of_ci_notices_a_difference(self):
        with tempfile.TemporaryDirectory() as folder:
            schema, output = pathlib.Path(folder) / "schema", pathlib.Path(folder) / "generated"
            pretend_schema(schema)
            command = [sys.executable, str(ROOT / "codegen" / "generate.py"), "--schema",
                       str(schema), "--output", str(output)]
            subprocess.run(command, check=True, capture_output=True)
            self.assertEqual(subprocess.run([*command, "--check"], check=False).returncode, 0)
            edited = output / "include" / "vkxx" / "objects" / "cakes.hpp"
            edited.write_text(edited.read_text(encoding="utf-8") + "// by hand\n", encoding="utf-8")
            found = subprocess.run([*command, "--check"], check=False, capture_output=True,
                                   text=True)
            self.assertEqual(found.returncode, 1)
            self.assertIn("cakes.hpp", found.stderr)
            (output / "stray.txt").write_text("x", encoding="utf-8")
            subprocess.run(command, check=True, capture_output=True)
            self.assertFalse((output / "stray.txt").exists())


class ErrorMeanings(unittest.TestCase):
    """The table of error codes: each fault of it is found and named."""

    SOUND = {"advice": {"wait": "Wait."},
             "errors": [{"code": 6, "name": "too_fast", "meaning": "Too fast.", "advice": "wait",
                         "remedy": "wait", "global": True},
                        {"code": 15, "name": "denied", "meaning": "Denied.", "advice": "Stop.",
                         "remedy": "none"}],
             "subcodes": [{"of": "denied", "subcode": 3, "meaning": "By the owner."}]}

    def files(self, change=lambda table: None):
        table = copy.deepcopy(self.SOUND)
        change(table)
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "error_meanings.json").write_text(json.dumps(table))
            return error_meanings.files(folder)

    def assert_fault(self, change, expected):
        with self.assertRaisesRegex(error_meanings.MeaningError, expected):
            self.files(change)

    def test_a_code_reaches_the_header_the_table_and_the_page(self):
        files = self.files()
        self.assertIn("too_fast = 6,  ///< Too fast.", files["include/vkxx/core/api_errc.hpp"])
        self.assertIn('"Too fast.",\n     "Wait.",\n     remedy::wait, true}',
                      files["core/api_error_table.cpp"])
        self.assertIn("| 6 | `too_fast` | yes | Too fast. | Wait. |", files["../docs/errors.md"])
        self.assertIn("| 15 | 3 | By the owner. |", files["../docs/errors.md"])

    def test_faults(self):
        self.assert_fault(lambda table: table["errors"].reverse(), "not sorted")
        self.assert_fault(lambda table: table["errors"][1].update(name="too_fast"), "one name")
        self.assert_fault(lambda table: table["errors"][0].update(remedy="pray"), "pray")
        self.assert_fault(lambda table: table["errors"][0].update(advice="walt"), "walt")
        self.assert_fault(lambda table: table["subcodes"][0].update(of="nothing"), "nothing")


class Real(unittest.TestCase):
    """The schema of the project itself."""

    @classmethod
    def setUpClass(cls):
        cls.model = generate.load_model(ROOT / "schema")
        cls.imported = description.read(ROOT / "schema")

    def test_every_method_is_there_and_every_answer_can_be_asked_for(self):
        methods = {name: node for section in self.imported["sections"].values()
                   for name, node in section.get("methods", {}).items()}
        self.assertEqual(len(methods), self.imported["manifest"]["counts"]["methods"])
        self.assertEqual({method.name for method in self.model.methods}, set(methods))
        several = [method for method in self.model.methods
                   if len(methods[method.name]["responses"]) > 1]
        self.assertEqual(len(several), 54)
        same = {"newsfeed.search": 2}  # answers that do not differ
        for method in several:
            self.assertEqual(len(method.shapes),
                             len(methods[method.name]["responses"]) - same.get(method.name, 0),
                             method.name)

    def with_lists(self, change):
        overlays = copy.deepcopy(overlay.read_overlays(ROOT / "schema" / "overlays"))
        change(overlays["lists"])
        return check.check(build.build(self.imported, overlays))

    def test_every_list_is_decided_about(self):
        with self.assertRaisesRegex(overlay.OverlayError, "wall.get: decide about the answers"):
            self.with_lists(lambda lists: lists.pop("wall.get"))
        with self.assertRaisesRegex(overlay.OverlayError, "users.get is no method that gives pages"):
            self.with_lists(lambda lists: lists.update({"users.get": {"no_list": "one by one"}}))

    def test_a_list_that_does_not_fit_the_schema(self):
        def change(lists):
            lists["wall.get"] = {"items": "posts", "identity": "id"}
            lists["photos.get"] = {"items": "items", "identity": "owner_id,number"}
            lists["storage.getKeys"] = {"items": "", "identity": "id"}
        findings = "\n".join(self.with_lists(change))
        self.assertIn("wall.get response: there is no list at 'posts'", findings)
        self.assertIn("photos.get response: an item has no 'number'", findings)
        self.assertIn("storage.getKeys response: 'id' identifies no string", findings)

    def test_the_generated_files_are_those_of_the_schema(self):
        wanted = generate.files(self.model, ROOT / "schema")
        have = generate.present(ROOT / "generated", wanted)
        self.assertEqual([name for name in wanted if have.get(name) != wanted[name]], [])
        self.assertEqual([name for name in have if name not in wanted], [])

    def test_objects_in_place_make_no_circle(self):
        types = cpp_types.CppTypes(self.model)
        position = {struct.name: index for index, struct in enumerate(types.order)}
        for struct in types.order:
            for field in struct.fields:
                if field.required and types.inline(struct, field.type):
                    self.assertLess(position[field.type.name], position[struct.name])

    def test_every_field_is_found_in_the_hash_table(self):
        for struct in self.model.structs.values():
            fields = [field.name for field in struct.fields]
            bits, table = name_hash.slots(fields)
            for index, name in enumerate(fields):
                slot = name_hash.name_hash(name) & ((1 << bits) - 1)
                while table[slot] != index + 1:
                    self.assertNotEqual(table[slot], 0, f"{struct.name}.{name}")
                    slot = (slot + 1) & ((1 << bits) - 1)

    def test_a_second_import_changes_nothing(self):
        self.assertEqual(changes.changes(self.imported, copy.deepcopy(self.imported)), [])


def update():
    shutil.rmtree(GOLDEN, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in pretend_files(folder).items():
            path = GOLDEN / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        update()
    else:
        unittest.main()

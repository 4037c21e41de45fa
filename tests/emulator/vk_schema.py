"""VK's schema, as schema/ has it, and a validator of answers. Shares nothing with the generator.

`schema/sections/*.json` are the facts of VK's JSON schema in a compact form: `ref` for a definition,
`all_of` and `one_of` for JSON schema's own, `min`, `max`, … for its limits, `required` at the member.
"""

import json
import pathlib

TYPES = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
# `any` is of the overlays.
TYPES["any"] = lambda value: True


class Schema:
    def __init__(self, root):
        folder = pathlib.Path(root) / "schema"
        read = lambda path: json.loads(path.read_text(encoding="utf-8"))
        self.definitions, self.responses, self.methods = {}, {}, {}
        self.known_members, self.known_nodes = {}, {}
        for path in sorted((folder / "sections").glob("*.json")):
            section = read(path)
            self.definitions.update(section.get("objects", {}))
            self.responses.update(section.get("responses", {}))
            self.methods.update(section.get("methods", {}))
        for entry in read(folder / "overlays/corrections.json"):
            self.correct(entry)
        self.shapes = read(folder / "overlays/response_shapes.json")
        self.lists = read(folder / "overlays/lists.json")

    def correct(self, entry):
        kind, name, *steps = entry["at"].split("/")
        tables = {"objects": self.definitions, "responses": self.responses, "methods": self.methods}
        node = tables[kind][name]
        for step in steps[:-1]:
            node = node[int(step) if isinstance(node, list) else step]
        if entry["set"] is None:
            node.pop(steps[-1], None)
        else:
            node[steps[-1]] = entry["set"]

    def members(self, node):
        """The members of an object, its parts by `all_of` and `ref` included."""
        if id(node) in self.known_members:
            return self.known_members[id(node)]
        result = self.known_members[id(node)] = {}
        if "ref" in node:
            result.update(self.members(self.definitions[node["ref"]]))
        for part in node.get("all_of", []):
            result.update(self.members(part))
        result.update(node.get("properties", {}))
        return result

    def resolved(self, node):
        """The node without a reference; what stands beside the reference wins."""
        if "ref" not in node:
            return node
        if id(node) not in self.known_nodes:
            rest = {key: value for key, value in node.items() if key != "ref"}
            # The node is kept too, so that its id stays its own.
            target = self.resolved(self.definitions[node["ref"]])
            self.known_nodes[id(node)] = {**target, **rest}, node
        return self.known_nodes[id(node)][0]

    def faults(self, node, value, path):
        """Texts that say where the value is not what the node describes."""
        node = self.resolved(node)
        if "one_of" in node:
            yield from self.faults_of_forms(node, value, path)
            return
        if "all_of" in node or "properties" in node:
            yield from self.faults_of_object(node, value, path)
            return
        kinds = node.get("type", "any")
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not any(TYPES[kind](value) for kind in kinds):
            yield f"{path}: {json.dumps(value, ensure_ascii=False)[:60]} is no {' or '.join(kinds)}"
            return
        yield from limit_faults(node, value, path)
        if isinstance(value, list) and "items" in node:
            for number, item in enumerate(value):
                yield from self.faults(node["items"], item, f"{path}[{number}]")

    def faults_of_object(self, node, value, path):
        if not isinstance(value, dict):
            yield f"{path}: no object"
            return
        members = self.members(node)
        for name, member in members.items():
            if name in value:
                yield from self.faults(member, value[name], f"{path}.{name}")
            elif member.get("required"):
                yield f"{path}: lacks {name}"
        for name in value:
            if name not in members:
                yield f"{path}: the schema has no {name}"
        for limit, sign in (("min_properties", 1), ("max_properties", -1)):
            if limit in node and sign * len(value) < sign * node[limit]:
                yield f"{path}: {len(value)} members, {limit} {node[limit]}"

    def faults_of_forms(self, node, value, path):
        discriminator = node.get("discriminator")
        forms = node["one_of"]
        if discriminator and discriminator.get("mapping"):
            if not isinstance(value, dict):
                yield f"{path}: no object"
                return
            property_name = discriminator["property"]
            chosen = discriminator["mapping"].get(value.get(property_name))
            if chosen is None:
                yield f"{path}: no form for {property_name} {value.get(property_name)}"
                return
            form = self.definitions[chosen]
            rest = value
            if property_name not in self.members(form):
                rest = {name: item for name, item in value.items() if name != property_name}
            yield from self.faults(form, rest, path)
            return
        found = [list(self.faults(form, value, path)) for form in forms]
        if not any(not faults for faults in found):
            yield min(found, key=len)[0]


def limit_faults(node, value, path):
    if "enum" in node and value not in node["enum"]:
        yield f"{path}: {value!r} is not in the list"
    if TYPES["number"](value):
        if "min" in node and value < node["min"]:
            yield f"{path}: {value} is below {node['min']}"
        if "max" in node and value > node["max"]:
            yield f"{path}: {value} is above {node['max']}"
    for kind, unit in ((str, "length"), (list, "items")):
        if isinstance(value, kind):
            if len(value) < node.get("min_" + unit, 0):
                yield f"{path}: too short"
            if len(value) > node.get("max_" + unit, len(value)):
                yield f"{path}: too long"
    if isinstance(value, str) and node.get("format") == "uri" and value:
        if not value.startswith(("http://", "https://")):
            yield f"{path}: {value!r} is no address"

"""Builds the model from the description and the overlays."""

from . import ids, lists, names, overlay
from .model import (Alias, Enum, Error, Event, Field, Method, Model, Parameter, Struct, Type, Union)
from .shapes import method_shapes

LIMIT_KEYS = ("min", "max", "min_length", "max_length", "min_items", "max_items", "format")
READ_PREFIXES = ("get", "search", "is", "are", "check", "resolve", "has")


class ModelError(Exception):
    """The description does not make a valid model; the text names the place."""


class Builder:
    def __init__(self, description, overlays):
        self.description = overlay.apply_corrections(description, overlays["corrections"])
        self.overlays = overlays
        self.ids = ids.Ids(overlays["ids"])
        self.nodes = {}  # definition name -> (section, node, whether it is a response)
        self.model = Model(manifest=description["manifest"],
                           sections=sorted(description["sections"]), structs={}, enums={},
                           unions={}, aliases={}, methods=[], errors=[], events=[])

    def build(self):
        for section, content in self.description["sections"].items():
            for kind in ("objects", "responses"):
                for name, node in content.get(kind, {}).items():
                    self.nodes[name] = (section, node, kind == "responses")
        self.method_names = {
            (section, names.identifier(name.split(".")[-1]))
            for section, content in self.description["sections"].items()
            for name in content.get("methods", {})}
        for name in sorted(self.nodes):
            self.definition(name)
        self.complete_discriminators()
        for section, content in sorted(self.description["sections"].items()):
            for name, node in sorted(content.get("methods", {}).items()):
                self.model.methods.append(self.method(name, section, node))
        self.ids.check_used()
        lists.add_lists(self.model, self.overlays["lists"])
        for name, node in self.description["errors"].items():
            self.model.errors.append(Error(name, node["code"], node.get("global", False),
                                           node.get("subcodes", {})))
        self.events()
        return self.model

    # ---- definitions

    def definition(self, name):
        section, node, response = self.nodes[name]
        self.origin = "response" if response else "object"
        cpp_name = names.short(name, section)
        if (section, cpp_name) in self.method_names:
            cpp_name += "_object"  # the method keeps the name that VK gave it
        if response:
            node = node.get("properties", {}).get("response")
            if node is None:
                raise ModelError(f"{name}: a response without the property 'response'")
        if "one_of" in node:
            self.union(name, section, cpp_name, node)
        elif self.is_object(node) and "ref" not in node:
            self.struct(name, section, cpp_name, node)
        elif "enum" in node and not self.is_flag(node):
            self.enum(name, section, cpp_name, node)
        else:
            target = self.type(self.ids.decided(node, name), name, section)
            self.model.aliases[name] = Alias(name, section, cpp_name, target, self.origin)

    @staticmethod
    def is_object(node):
        return "properties" in node or "all_of" in node

    @staticmethod
    def is_flag(node):
        """An integer enum of 0 and 1 that means no and yes, or of 1 alone."""
        values = node.get("enum", [])
        return (node.get("type") == "integer" and set(values) <= {0, 1} and 1 in values and
                (len(values) == 1 or node.get("names") == ["no", "yes"]))

    @staticmethod
    def flag_limits(node):
        """A flag that is present only when it is set is never 0."""
        return {"min": 1} if node["enum"] == [1] else {}

    def struct(self, name, section, cpp_name, node):
        struct = Struct(name, section, cpp_name, [], self.origin)
        self.model.structs[name] = struct
        properties = {}
        self.collect(node, name, properties, ())
        for vk_name, child in properties.items():
            field_type = self.type(child, f"{name}_{vk_name}", section, vk_name)
            field_cpp = names.identifier(vk_name)
            if field_cpp in (cpp_name, "raw_json"):
                field_cpp += "_"
            struct.fields.append(Field(vk_name, field_cpp, field_type,
                                       bool(child.get("required"))))

    def collect(self, node, where, properties, seen):
        """All properties of an object; inherited ones (allOf) come first."""
        for part in node.get("all_of", []):
            self.collect(part, where, properties, seen)
        if "ref" in node:
            if node["ref"] in seen:
                raise ModelError(f"{where}: {node['ref']} is a part of itself")
            if node["ref"] not in self.nodes:
                raise ModelError(f"{where}: unknown definition '{node['ref']}'")
            self.collect(self.nodes[node["ref"]][1], node["ref"], properties,
                         seen + (node["ref"],))
        for vk_name, child in node.get("properties", {}).items():
            child = self.ids.decided(child, f"{where}/{vk_name}", vk_name)
            if vk_name in properties and properties[vk_name].get("required"):
                child = dict(child, required=True)
            properties[vk_name] = child

    def enum(self, name, section, cpp_name, node):
        base = "integer" if node.get("type") == "integer" else "string"
        short_names = node.get("names", [None] * len(node["enum"]))
        if len(short_names) != len(node["enum"]):
            short_names = [None] * len(node["enum"])
        values, used = [], set()
        for value, short in zip(node["enum"], short_names):
            if value in [known for known, _ in values]:
                continue
            spelled = names.enumerator(value, short)
            while spelled in used or spelled == "unknown_value":
                spelled += "_"
            used.add(spelled)
            values.append((value, spelled))
        self.model.enums[name] = Enum(name, section, cpp_name, base, values, self.origin)

    def union(self, name, section, cpp_name, node):
        alternatives = [self.type(child, f"{name}_{index}", section)
                        for index, child in enumerate(node["one_of"])]
        union = Union(name, section, cpp_name, alternatives, self.origin)
        if "discriminator" in node:
            union.discriminator = node["discriminator"]["property"]
            by_name = {kind.name: index for index, kind in enumerate(alternatives)}
            for value, target in node["discriminator"]["mapping"].items():
                if target not in by_name:
                    raise ModelError(f"{name}: '{value}' maps to {target}, which is not a part")
                union.mapping[value] = by_name[target]
        self.model.unions[name] = union

    def complete_discriminators(self):
        """Adds discriminator values to the enum of the form that they select, where VK omits them."""
        for union in self.model.unions.values():
            for value, index in union.mapping.items():
                form = self.model.structs[union.alternatives[index].name]
                kinds = [field.type for field in form.fields if field.name == union.discriminator]
                if not kinds:
                    raise ModelError(f"{union.name}: {form.name} lacks '{union.discriminator}'")
                enum = self.model.enums.get(kinds[0].name)
                if enum and value not in [known for known, _ in enum.values]:
                    enum.values.append((value, names.enumerator(value)))

    # ---- types

    def type(self, node, where, section, vk_name=""):
        limits = {key: node[key] for key in LIMIT_KEYS if key in node}
        if "ref" in node:
            return self.reference(node, where, limits)
        kind = node.get("type")
        if isinstance(kind, list):
            scalar = Type("scalar", limits=limits)
            if set(kind) == {"integer", "string"}:
                scalar.strong_id = names.strong_id(vk_name, node)
            return scalar
        if self.is_object(node):
            self.hoist(where)
            self.struct(where, section, names.short(where, section), node)
            return Type("struct", where)
        if "one_of" in node:
            self.hoist(where)
            self.union(where, section, names.short(where, section), node)
            return Type("union", where)
        if "enum" in node:
            if self.is_flag(node):
                return Type("bool_int", limits={**limits, **self.flag_limits(node)})
            self.hoist(where)
            self.enum(where, section, names.short(where, section), node)
            return Type("enum", where, limits=limits)
        if kind == "array":
            if "items" not in node:
                raise ModelError(f"{where}: an array without items")
            item = self.type(ids.inherit(node, node["items"]), where + "_item", section, vk_name)
            return Type("array", item=item, limits=limits)
        if kind == "integer":
            return Type("integer", strong_id=names.strong_id(vk_name, node), limits=limits)
        if kind in ("number", "string", "boolean"):
            return Type(kind, limits=limits)
        if kind in ("object", "any"):
            return Type("any", limits=limits)
        raise ModelError(f"{where}: unknown type {kind!r}")

    def hoist(self, name):
        """Checks that the name given to an unnamed nested type is free."""
        for table in (self.model.structs, self.model.enums, self.model.unions, self.nodes):
            if name in table:
                raise ModelError(f"{name}: the name of an unnamed type is taken")

    def reference(self, node, where, limits):
        name = node["ref"]
        if name not in self.nodes:
            raise ModelError(f"{where}: unknown definition '{name}'")
        section, target, response = self.nodes[name]
        if response:
            raise ModelError(f"{where}: refers to the response {name}")
        if "one_of" in target:
            return Type("union", name)
        if "ref" in target:
            return self.reference(target, name, limits)
        if self.is_object(target):
            return Type("struct", name)
        if "enum" in target:
            if self.is_flag(target):
                return Type("bool_int", limits={**limits, **self.flag_limits(target)})
            return Type("enum", name, limits=limits)
        kind = self.type(ids.inherit(node, target), name, section)
        kind.limits = {**kind.limits, **limits}
        return kind

    # ---- methods, events

    def method(self, name, section, node):
        if name != "execute" and name.split(".")[0] != section:
            raise ModelError(f"{name}: is in section {section}")
        self.origin = "parameter"
        last = name.split(".")[-1]
        parameters = [self.parameter(name, section, vk_name, child)
                      for vk_name, child in node["parameters"].items()]
        traits = self.overlays["method_traits"]
        reads = last.startswith(READ_PREFIXES) and name not in traits["writes"]
        present = {parameter.name for parameter in parameters}
        idempotency = [key for key in traits["idempotency_parameters"] if key in present]
        method = Method(
            name=name, section=section, cpp_name=names.identifier(last), tokens=node["tokens"],
            parameters=parameters, errors=node.get("errors", []), shapes=[],
            writes=not (reads or name in traits["reads"]),
            batchable=name not in traits["not_in_execute"],
            idempotency=idempotency[0] if idempotency else None, timeout=node.get("timeout"))
        method.shapes = method_shapes(method, node["responses"],
                                      self.overlays["response_shapes"].get(name), self.result)
        self.omit_values(method)
        return method

    def omit_values(self, method):
        """Omits enum values that select another answer, if no form of the method accepts them."""
        for parameter in method.parameters:
            forms = [shape for shape in method.shapes if parameter.name not in shape.omit]
            if parameter.type.kind != "enum" or not forms:
                continue
            refused = set.intersection(*(shape.omit_values.get(parameter.name, set())
                                         for shape in forms))
            self.model.enums[parameter.type.name].omitted |= refused

    def parameter(self, method, section, vk_name, node):
        where = f"{method.replace('.', '_')}_{vk_name}"
        node = self.ids.decided(node, f"{method}/{vk_name}", vk_name)
        is_json = node.get("format") == "json"
        if is_json and "items" in node:
            node = dict(node, type="array")
        if node.get("type") == "string" and "items" in node:
            node = dict(node, type="array")  # a list that VK describes as text
        if node.get("type") == "array" and node["items"].get("format") == "value_object":
            node = dict(node, items={"type": "string"})
        kind = self.type(node, where, section, vk_name)
        if kind.kind in ("struct", "union", "any"):
            is_json = True
        return Parameter(vk_name, names.identifier(vk_name), kind, bool(node.get("required")),
                         node.get("default"), is_json)

    def result(self, response):
        """The type of a response."""
        if response not in self.nodes or not self.nodes[response][2]:
            raise ModelError(f"unknown response '{response}'")
        if response in self.model.aliases:
            return self.model.aliases[response].type
        for kind in ("struct", "enum", "union"):
            if response in getattr(self.model, kind + "s"):
                return Type(kind, response)
        raise ModelError(f"response '{response}' has no type")

    def events(self):
        settings = {}
        for name in ("groups.setCallbackSettings", "groups.setLongPollSettings"):
            found = [m for m in self.model.methods if m.name == name]
            settings[name] = {p.name for p in found[0].parameters} if found else set()
        for name, target in sorted(self.overlays["events"]["events"].items()):
            kind = self.reference({"ref": target}, f"event {name}", {}) if target else None
            self.model.events.append(Event(name, kind,
                                           name in settings["groups.setCallbackSettings"],
                                           name in settings["groups.setLongPollSettings"]))


def build(description, overlays):
    """The model of a description; raises ModelError, ShapeError or OverlayError."""
    return Builder(description, overlays).build()

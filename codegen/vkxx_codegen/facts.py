"""Reads a checkout of VK's JSON schema and keeps only facts.

What is kept: names, types, flags, enum values and their short names, limits, error numbers,
token kinds. What is dropped: every descriptive sentence. A definition is afterwards known by its
name alone (VK's names are unique over all sections; that is checked here).
"""

import hashlib
import json
import pathlib
import re

# VK's keyword -> ours. Other keywords are handled by name below or rejected.
LIMITS = {
    "minimum": "min",
    "maximum": "max",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minProperties": "min_properties",
    "maxProperties": "max_properties",
}
COPIED = ("type", "format", "entity", "default", "required", "enum")
DROPPED = ("description", "additionalProperties", "name")


class SchemaError(Exception):
    """The importer cannot read the checkout; the text names the place."""


def definition_name(reference):
    """'../users/objects.json#/definitions/users_user' -> 'users_user'."""
    return reference.rsplit("/", 1)[-1]


def value_name(text):
    """VK's short name of an enum value as an identifier."""
    return re.sub(r"[^A-Za-z0-9]+", "_", str(text)).strip("_").lower()


def type_facts(node, where):
    """The facts of one type (of a property, a parameter, a definition), recursively."""
    facts = {}
    for key, value in node.items():
        if key in DROPPED:
            continue
        if key in LIMITS:
            facts[LIMITS[key]] = value
        elif key in COPIED:
            if key == "required" and value is False:
                continue
            facts[key] = value
        elif key == "enumNames":
            facts["names"] = [value_name(name) for name in value]
        elif key == "$ref":
            facts["ref"] = definition_name(value)
        elif key == "items":
            facts["items"] = type_facts(value, where + "[]")
        elif key == "properties":
            facts["properties"] = {
                name: type_facts(child, f"{where}.{name}") for name, child in value.items()
            }
        elif key in ("allOf", "oneOf"):
            facts["all_of" if key == "allOf" else "one_of"] = [
                type_facts(child, where) for child in value
            ]
        elif key == "discriminator":
            facts["discriminator"] = {
                "property": value["propertyName"],
                "mapping": {k: definition_name(v) for k, v in value["mapping"].items()},
            }
        else:
            raise SchemaError(f"{where}: the importer does not know the keyword '{key}'")
    return facts


def method_facts(node):
    """The facts of one method."""
    where = node["name"]
    known = {"name", "description", "access_token_type", "parameters", "responses", "errors",
             "timeout"}
    unknown = set(node) - known
    if unknown:
        raise SchemaError(f"{where}: the importer does not know {sorted(unknown)}")
    facts = {"tokens": node.get("access_token_type", [])}
    if "timeout" in node:
        facts["timeout"] = node["timeout"]
    if node.get("errors"):
        facts["errors"] = [definition_name(error["$ref"]) for error in node["errors"]]
    facts["responses"] = {
        key: definition_name(value["$ref"]) for key, value in node["responses"].items()
    }
    parameters = {}
    for parameter in node.get("parameters", []):
        name = parameter["name"]
        if name in parameters:
            raise SchemaError(f"{where}: the parameter '{name}' occurs twice")
        parameters[name] = type_facts(parameter, f"{where}({name})")
    facts["parameters"] = parameters
    return facts


def error_facts(node):
    """VK's errors.json: name -> code, whether any method may give it, its subcodes."""
    subcodes = node.get("definitions", {}).get("subcodes", {})
    errors = {}
    for name, error in node["errors"].items():
        facts = {"code": error["code"]}
        if error.get("global"):
            facts["global"] = True
        if error.get("subcodes"):
            facts["subcodes"] = {}
            for reference in error["subcodes"]:
                sub = definition_name(reference["$ref"])
                facts["subcodes"][sub] = subcodes.get(sub, {}).get("subcode")
        errors[name] = facts
    return dict(sorted(errors.items(), key=lambda item: (item[1]["code"], item[0])))


def source_hash(checkout):
    """One SHA-256 over the names and bytes of all JSON files of the checkout."""
    digest = hashlib.sha256()
    for path in sorted(checkout.rglob("*.json")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(checkout).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def read_checkout(checkout):
    """The whole description: {'manifest', 'errors', 'sections': {name: {...}}}."""
    checkout = pathlib.Path(checkout)
    if not (checkout / "errors.json").is_file():
        raise SchemaError(f"{checkout}: no errors.json; is this a checkout of vk-api-schema?")
    load = lambda path: json.loads(path.read_text(encoding="utf-8"))
    sections, seen, version = {}, {}, None
    for folder in sorted(path for path in checkout.iterdir() if path.is_dir()):
        section = {}
        methods = folder / "methods.json"
        if methods.is_file():
            content = load(methods)
            section["methods"] = {
                node["name"]: method_facts(node)
                for node in sorted(content["methods"], key=lambda node: node["name"])
            }
        for kind in ("objects", "responses"):
            path = folder / f"{kind}.json"
            if not path.is_file():
                continue
            content = load(path)
            version = content.get("version", version)
            section[kind] = {}
            for name in sorted(content["definitions"]):
                if name in seen:
                    raise SchemaError(f"{name} is defined in {seen[name]} and {path}")
                seen[name] = path
                section[kind][name] = type_facts(content["definitions"][name], name)
        if any(section.values()):
            sections[folder.name] = section
    errors = load(checkout / "errors.json")
    count = lambda kind: sum(len(section.get(kind, {})) for section in sections.values())
    return {
        "manifest": {
            "api_version": errors.get("version", version),
            "source": "https://github.com/VKCOM/vk-api-schema",
            "source_sha256": source_hash(checkout),
            "counts": {
                "errors": len(errors["errors"]),
                "methods": count("methods"),
                "objects": count("objects"),
                "responses": count("responses"),
                "sections": len(sections),
            },
        },
        "errors": error_facts(errors),
        "sections": sections,
    }

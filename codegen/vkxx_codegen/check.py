"""Checks a model: names, clashes, references. Each finding is one line."""

import re

from . import lists, names


def identifiers_ok(model):
    pattern = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
    for table in (model.structs, model.enums, model.unions, model.aliases):
        for item in table.values():
            if not pattern.match(item.cpp_name) or item.cpp_name in names.KEYWORDS:
                yield f"{item.name}: '{item.cpp_name}' is not a C++ name"
    for enum in model.enums.values():
        for value, spelled in enum.values:
            if not pattern.match(spelled) or spelled in names.KEYWORDS:
                yield f"{enum.name}: '{spelled}' (for {value!r}) is not a C++ name"
        if len({spelled for _, spelled in enum.values}) != len(enum.values):
            yield f"{enum.name}: two values have one name"


def structs_ok(model):
    for struct in model.structs.values():
        seen = {}
        for field in struct.fields:
            if field.cpp_name in seen:
                yield (f"{struct.name}: the fields '{field.name}' and '{seen[field.cpp_name]}' "
                       f"have one C++ name")
            seen[field.cpp_name] = field.name
            if field.cpp_name == struct.cpp_name:
                yield f"{struct.name}: the field '{field.name}' has the name of its class"
            yield from type_ok(model, field.type, f"{struct.name}.{field.name}")


def type_ok(model, kind, where):
    if kind is None:
        return
    table = {"struct": model.structs, "enum": model.enums, "union": model.unions}.get(kind.kind)
    if table is not None and kind.name not in table:
        yield f"{where}: unresolved {kind.kind} '{kind.name}'"
    if kind.kind == "array":
        yield from type_ok(model, kind.item, where + "[]")


def unions_ok(model):
    for union in model.unions.values():
        for alternative in union.alternatives:
            yield from type_ok(model, alternative, union.name)
        if union.discriminator is None:
            kinds = [json_kind(alternative) for alternative in union.alternatives]
            if len(set(kinds)) != len(kinds):
                yield f"{union.name}: its forms cannot be told apart ({kinds})"


def json_kind(kind):
    """The JSON kind of a value of this type: object, array, string, number or boolean."""
    return {"struct": "object", "array": "array", "integer": "number", "number": "number",
            "bool_int": "number", "boolean": "boolean"}.get(kind.kind, "string")


def namespaces_ok(model):
    """Methods, objects, enums and responses of a section share one namespace."""
    spaces = {}
    for table in (model.structs, model.enums, model.unions, model.aliases):
        for item in table.values():
            key = (item.section, item.cpp_name)
            if key in spaces:
                yield f"{item.section}::{item.cpp_name}: both {spaces[key]} and {item.name}"
            spaces[key] = item.name
    for method in model.methods:
        key = (method.section, method.cpp_name)
        if key in spaces:
            yield f"{method.section}::{method.cpp_name}: both {spaces[key]} and {method.name}"
        spaces[key] = method.name


def methods_ok(model):
    errors = {error.name for error in model.errors}
    for method in model.methods:
        yield from (f"{method.name}: unknown error {error}"
                    for error in method.errors if error not in errors)
        yield from (f"{method.name}: unknown token kind '{token}'"
                    for token in method.tokens
                    if token not in ("user", "group", "service", "anonymous", "open"))
        shape_names = [shape.name for shape in method.shapes]
        if len(set(shape_names)) != len(shape_names):
            yield f"{method.name}: two answers are called the same"
        taken = {method.cpp_name, "result_type", "facts", "parameters", "fault", "set", "name"}
        taken |= {name for name in shape_names if name}
        for parameter in method.parameters:
            if parameter.cpp_name in taken - {"name", "set", "fault", "parameters", "facts"}:
                yield f"{method.name}: the setter '{parameter.cpp_name}' clashes with the class"
            yield from type_ok(model, parameter.type, f"{method.name}({parameter.name})")
        for shape in method.shapes:
            yield from type_ok(model, shape.result, f"{method.name} {shape.key}")


def events_ok(model):
    names_of_settings = {event.name for event in model.events
                         if event.callback_setting or event.long_poll_setting}
    others = {"group_id", "server_id", "api_version", "enabled"}
    for method in model.methods:
        if method.name in ("groups.setCallbackSettings", "groups.setLongPollSettings"):
            for parameter in method.parameters:
                if parameter.name not in names_of_settings | others:
                    yield f"{method.name}: the event '{parameter.name}' is not in events.json"
    for event in model.events:
        yield from type_ok(model, event.type, f"event {event.name}")


def check(model):
    """All findings; none if the model can be emitted."""
    findings = []
    for check_part in (identifiers_ok, structs_ok, unions_ok, namespaces_ok, methods_ok, events_ok,
                 lists.lists_ok):
        findings.extend(check_part(model))
    return findings

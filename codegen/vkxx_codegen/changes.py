"""Lists what a new import changes for users of the library, one change per line."""


def type_text(node):
    """A short readable form of a type."""
    if "ref" in node:
        return node["ref"]
    kind = node.get("type", "object")
    if isinstance(kind, list):
        kind = "|".join(kind)
    if kind == "array":
        return f"array of {type_text(node.get('items', {}))}"
    if kind == "integer" and node.get("format"):
        return node["format"]
    return kind


def compare_nodes(where, old, new, out):
    if type_text(old) != type_text(new):
        out.append(f"type changed: {where}: {type_text(old)} -> {type_text(new)}")
    if bool(old.get("required")) != bool(new.get("required")):
        out.append(f"now {'required' if new.get('required') else 'optional'}: {where}")
    gone = [value for value in old.get("enum", []) if value not in new.get("enum", [])]
    come = [value for value in new.get("enum", []) if value not in old.get("enum", [])]
    if "enum" in old or "enum" in new:
        out.extend(f"enum value removed: {where}: {value!r}" for value in gone)
        out.extend(f"enum value added: {where}: {value!r}" for value in come)
    for limit in ("min", "max", "min_length", "max_length", "min_items", "max_items", "default"):
        if old.get(limit) != new.get(limit):
            out.append(f"{limit} changed: {where}: {old.get(limit)} -> {new.get(limit)}")
    if "items" in old and "items" in new:
        compare_nodes(where + "[]", old["items"], new["items"], out)
    compare_tables("field", where + ".", old.get("properties", {}), new.get("properties", {}), out)
    for key in ("all_of", "one_of"):
        first, second = old.get(key, []), new.get(key, [])
        if [type_text(node) for node in first] != [type_text(node) for node in second]:
            out.append(f"parts changed: {where}: {[type_text(n) for n in first]} -> "
                       f"{[type_text(n) for n in second]}")
        else:
            for one, other in zip(first, second):
                compare_nodes(where, one, other, out)


def compare_tables(kind, prefix, old, new, out):
    for name in old:
        if name not in new:
            out.append(f"{kind} removed: {prefix}{name}")
    for name, node in new.items():
        if name not in old:
            needed = " (required)" if node.get("required") else ""
            out.append(f"{kind} added: {prefix}{name}: {type_text(node)}{needed}")
        else:
            compare_nodes(prefix + name, old[name], node, out)


def compare_methods(old, new, out):
    for name in old:
        if name not in new:
            out.append(f"method removed: {name}")
    for name, method in new.items():
        if name not in old:
            out.append(f"method added: {name}")
            continue
        before = old[name]
        for key in ("tokens", "errors", "timeout"):
            if before.get(key) != method.get(key):
                out.append(f"{key} changed: {name}: {before.get(key)} -> {method.get(key)}")
        if before["responses"] != method["responses"]:
            out.append(f"responses changed: {name}: {before['responses']} -> {method['responses']}")
        compare_tables("parameter", name + "(", before["parameters"], method["parameters"], out)


def merged(description, kind):
    return {name: node for section in description["sections"].values()
            for name, node in section.get(kind, {}).items()}


def changes(old, new):
    """All changes from description `old` to `new`, sorted by kind of definition."""
    out = []
    if old["manifest"]["api_version"] != new["manifest"]["api_version"]:
        out.append(f"API version: {old['manifest']['api_version']} -> "
                   f"{new['manifest']['api_version']}")
    compare_methods(merged(old, "methods"), merged(new, "methods"), out)
    for kind in ("objects", "responses"):
        compare_tables(kind[:-1], "", merged(old, kind), merged(new, kind), out)
    for name in old["errors"]:
        if name not in new["errors"]:
            out.append(f"error removed: {name}")
    for name, error in new["errors"].items():
        before = old["errors"].get(name)
        if before is None:
            out.append(f"error added: {name} = {error['code']}")
        elif before != error:
            out.append(f"error changed: {name}: {before} -> {error}")
    return out

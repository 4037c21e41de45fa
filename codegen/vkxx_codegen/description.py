"""Writes and reads the compact description under schema/: JSON, one fact per line."""

import json
import pathlib

# Dictionaries under these keys have one entry per line; everything else is on one line.
OPENED = {"methods", "objects", "responses", "properties", "parameters", "errors", "counts"}


def flat(value):
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def has_opened(value):
    """Whether a part of `value` takes several lines."""
    if isinstance(value, dict):
        return any((key == "properties" or key == "parameters") or has_opened(child)
                   for key, child in value.items())
    if isinstance(value, list):
        return any(has_opened(child) for child in value)
    return False


def dump(value, indent=0):
    """`value` as JSON, formatted so that a changed fact is a changed line."""
    pad, inner = "  " * indent, "  " * (indent + 1)
    if isinstance(value, dict) and value and (indent == 0 or has_opened(value) or indent == 1):
        body = ",\n".join(
            f"{inner}{flat(key)}: {dump_child(key, child, indent + 1)}"
            for key, child in value.items())
        return "{\n" + body + "\n" + pad + "}"
    if isinstance(value, list) and has_opened(value):
        body = ",\n".join(inner + dump(child, indent + 1) for child in value)
        return "[\n" + body + "\n" + pad + "]"
    return flat(value)


def dump_child(key, value, indent):
    if key in OPENED and isinstance(value, dict) and value:
        pad, inner = "  " * indent, "  " * (indent + 1)
        body = ",\n".join(f"{inner}{flat(name)}: {dump(child, indent + 1)}"
                          for name, child in value.items())
        return "{\n" + body + "\n" + pad + "}"
    return dump(value, indent)


def write(description, folder):
    """Writes the description and removes the files of sections that no longer exist."""
    folder = pathlib.Path(folder)
    sections = folder / "sections"
    sections.mkdir(parents=True, exist_ok=True)
    for path in sections.glob("*.json"):
        if path.stem not in description["sections"]:
            path.unlink()
    for name, section in description["sections"].items():
        (sections / f"{name}.json").write_text(dump(section) + "\n", encoding="utf-8")
    (folder / "errors.json").write_text(dump(description["errors"]) + "\n", encoding="utf-8")
    (folder / "manifest.json").write_text(dump(description["manifest"]) + "\n", encoding="utf-8")


def read(folder):
    """The description that `write` wrote, or None."""
    folder = pathlib.Path(folder)
    if not (folder / "manifest.json").is_file():
        return None
    load = lambda path: json.loads(path.read_text(encoding="utf-8"))
    return {
        "manifest": load(folder / "manifest.json"),
        "errors": load(folder / "errors.json"),
        "sections": {path.stem: load(path) for path in sorted((folder / "sections").glob("*.json"))},
    }

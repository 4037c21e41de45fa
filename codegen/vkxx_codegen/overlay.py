"""Applies schema/overlays/ to a description; an entry that does not match is an error."""

import copy
import json
import pathlib


class OverlayError(Exception):
    """An overlay does not match the import; the text tells which and why."""


def find_parent(description, path):
    """The dictionary with the last step of `path` as a key, and that step."""
    kind, name, *steps = path
    for section in description["sections"].values():
        if name in section.get(kind, {}):
            if not steps:
                return section[kind], name
            node = section[kind][name]
            break
    else:
        raise OverlayError(f"{'/'.join(path)}: there is no {kind[:-1]} '{name}'")
    for step in steps[:-1]:
        key = int(step) if isinstance(node, list) else step
        try:
            node = node[key]
        except (KeyError, IndexError):
            raise OverlayError(f"{'/'.join(path)}: nothing at '{step}'") from None
    return node, steps[-1]


def apply_corrections(description, corrections):
    """A copy of the description with corrections.json applied."""
    description = copy.deepcopy(description)
    for entry in corrections:
        missing = {"at", "set", "why", "source"} - set(entry)
        if missing:
            raise OverlayError(f"{entry.get('at')}: the entry lacks {sorted(missing)}")
        parent, key = find_parent(description, entry["at"].split("/"))
        if parent.get(key) != entry.get("was"):
            raise OverlayError(
                f"{entry['at']}: the overlay expects {json.dumps(entry.get('was'))}, the import "
                f"has {json.dumps(parent.get(key))}; check whether the entry is still needed")
        if entry["set"] is None:
            del parent[key]
        else:
            parent[key] = entry["set"]
    return description


def read_overlays(folder):
    """The overlay files that the model is built with: name -> content."""
    folder = pathlib.Path(folder)
    load = lambda name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return {name: load(name)
            for name in ("corrections", "response_shapes", "method_traits", "events", "lists", "ids")}

"""Which answers are lists that come page by page, and what identifies their items.

The facts are decided list by list in schema/overlays/lists.json; this module looks up the rest in the
schema and reports whatever does not fit.
"""

from . import overlay
from .model import ListFacts


def size_parameter(method):
    present = {parameter.name: parameter for parameter in method.parameters}
    return present.get("count") or present.get("limit")


def may_come_in_pages(method):
    """Whether the parameters are those of a list that comes page by page."""
    names = {parameter.name for parameter in method.parameters}
    return "start_from" in names or ("offset" in names and size_parameter(method) is not None)


def entry_of(entries, shape):
    """What the overlay says about an answer: a dictionary, or None."""
    if entries is None or "items" in entries or "no_list" in entries:
        return entries
    return entries.get(shape.key)


def list_facts(method, shape, entry):
    names = {parameter.name for parameter in method.parameters}
    size = size_parameter(method)
    return ListFacts(
        items=entry["items"], identity=entry["identity"],
        offset="offset" if "offset" in names else "", size=size.name if size else "",
        start="start_from" if "start_from" in names else "",
        largest=int(entry.get("largest") or size.type.limits.get("max", 0)) if size else 0,
        usual=int(size.default or 0) if size else 0)


def add_lists(model, entries):
    """Gives each answer that is such a list its `ListFacts`; raises OverlayError."""
    methods = {method.name: method for method in model.methods}
    for name in entries:
        if name not in methods or not may_come_in_pages(methods[name]):
            raise overlay.OverlayError(f"lists.json: {name} is no method that gives pages")
    for method in model.methods:
        if not may_come_in_pages(method):
            continue
        known = {shape.key for shape in method.shapes}
        own = entries.get(method.name) or {}
        if "items" not in own and "no_list" not in own and set(own) != known:
            raise overlay.OverlayError(
                f"lists.json: {method.name}: decide about the answers {sorted(known)}, not about "
                f"{sorted(own)}")
        for shape in method.shapes:
            entry = entry_of(own, shape)
            if "items" in entry:
                shape.list = list_facts(method, shape, entry)


def member(model, kind, name):
    """The type of the member of an object or of one of a union's forms, or None."""
    if kind.kind == "struct":
        found = [field.type for field in model.structs[kind.name].fields if field.name == name]
        return found[0] if found else None
    if kind.kind == "union":
        forms = [member(model, form, name) for form in model.unions[kind.name].alternatives]
        return next((form for form in forms if form is not None), None)
    return None


def follow(model, kind, path):
    for name in path.split(".") if path else []:
        kind = member(model, kind, name) if kind is not None else None
    return kind


def item_type(model, shape):
    """The type of an item, or None when the path leads to no list."""
    kind, path = shape.result, shape.list.items
    if path.startswith("[]."):
        kind, path = (kind.item if kind.kind == "array" else None), path[3:]
    kind = follow(model, kind, path)
    return kind.item if kind is not None and kind.kind == "array" else None


def lists_ok(model):
    for method in model.methods:
        for shape in method.shapes:
            if shape.list is None:
                continue
            where = f"lists.json: {method.name} {shape.key}"
            item = item_type(model, shape)
            if item is None:
                yield f"{where}: there is no list at '{shape.list.items}'"
                continue
            identity = shape.list.identity
            plain = item.kind not in ("struct", "union")
            if plain != (identity == ".") and not (identity == ""):
                yield f"{where}: '{identity}' identifies no {item.kind}"
            for path in [] if identity in ("", ".") else identity.replace("|", ",").split(","):
                if follow(model, item, path) is None:
                    yield f"{where}: an item has no '{path}'"

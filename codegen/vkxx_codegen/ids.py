"""The id types that schema/overlays/ids.json assigns, by name and by place."""

from . import names, overlay

MUST_BE_DECIDED = ("id", "ids")  # the name does not tell the kind of id


class Ids:
    """Looks up the decisions of ids.json and tracks which are used."""

    def __init__(self, entries):
        self.names, self.places = entries["names"], entries["places"]
        self.integers = entries["integers"]
        self.unused = set(self.names) | set(self.places) | set(self.integers)
        for where, kind in [*self.names.items(), *self.places.items()]:
            if kind not in names.STRONG_IDS:
                raise overlay.OverlayError(f"ids.json: {where}: there is no type '{kind}'")
        both = set(self.places) & set(self.integers)
        if both:
            raise overlay.OverlayError(f"ids.json: both an id and an integer: {sorted(both)}")

    def decided(self, node, place, name=None):
        """`node` with the id type that is decided for `place` ('users_user_min/id') or `name`."""
        for table, key in ((self.integers, place), (self.places, place), (self.names, name)):
            if key in table:
                self.unused.discard(key)
                return dict(node, id_type=None if table is self.integers else table[key])
        if name in MUST_BE_DECIDED and is_integer(node) and node.get("entity") in (None, "owner"):
            raise overlay.OverlayError(f"ids.json: decide about the type of {place}")
        return node

    def check_used(self):
        if self.unused:
            raise overlay.OverlayError(f"ids.json: nothing is called {sorted(self.unused)}")


def is_integer(node):
    while node.get("type") == "array" and "items" in node:
        node = node["items"]
    return node.get("type") == "integer"


def inherit(node, inner):
    """`inner` (an item, the target of a reference) with the decision for `node`."""
    return dict(inner, id_type=node["id_type"]) if "id_type" in node else inner

"""C++ types of the model's types, and which objects hold others inline."""

from . import names

# Objects with up to this many fields are stored inline; larger ones are boxed.
INLINE_FIELDS = 12
MAXIMUM_FIELDS = 512  # the decoder's set of seen fields
MAXIMUM_NAME = 60  # bytes; the decoder compares names before it checks how much text there is

SIMPLE = {"boolean": "bool", "bool_int": "bool", "number": "double", "string": "vkxx::text",
          "any": "vkxx::any_json", "scalar": "vkxx::scalar"}


class CppTypes:
    def __init__(self, model):
        self.model = model
        self.component = components(self.inline_candidates())
        self.order = self.section_order()

    @staticmethod
    def namespace(section):
        return "vkxx::api::" + names.identifier(section)

    def full_name(self, item):
        return f"{self.namespace(item.section)}::{item.cpp_name}"

    def value(self, kind):
        """The C++ type of a value that is present."""
        if kind.kind in SIMPLE:
            return SIMPLE[kind.kind]
        if kind.kind == "integer":
            return f"vkxx::{kind.strong_id}" if kind.strong_id else "std::int64_t"
        if kind.kind == "enum":
            enum = self.model.enums[kind.name]
            name = self.full_name(enum)
            return f"vkxx::open_enum<{name}>" if enum.base == "string" else name
        if kind.kind == "array":
            if kind.item.kind == "bool_int":
                return "std::vector<std::int64_t>"  # std::vector<bool> has no elements to point at
            if kind.item.kind == "boolean":
                return "std::vector<vkxx::scalar>"
            return f"std::vector<{self.value(kind.item)}>"
        return self.full_name(self.model.resolve(kind.name))

    def member(self, struct, field):
        """The C++ type of a field."""
        kind = field.type
        value = self.value(kind)
        if kind.kind in ("array", "any", "scalar", "string"):
            return value  # empty if missing
        if kind.kind in ("struct", "union"):
            held = field.required and self.inline(struct, kind)
            return value if held else f"vkxx::boxed<{value}>"
        if value.startswith("vkxx::open_enum<"):
            return value
        return value if field.required else f"std::optional<{value}>"

    def initializer(self, struct, field):
        if not field.required:
            return ""
        if field.type.kind in ("boolean", "bool_int"):
            return " = false"
        if field.type.kind == "number":
            return " = 0"
        if field.type.kind == "integer" and not field.type.strong_id:
            return " = 0"
        if field.type.kind == "enum" and self.model.enums[field.type.name].base == "integer":
            return "{}"
        return ""

    # ---- which objects are inline

    def may_inline(self, struct, kind):
        if kind.kind != "struct":
            return False
        target = self.model.structs[kind.name]
        if len(target.fields) > INLINE_FIELDS:
            return False
        if struct.origin == "response":
            return True
        return target.section in (struct.section, "base")

    def inline_candidates(self):
        return {struct.name: [field.type.name for field in struct.fields
                              if field.required and self.may_inline(struct, field.type)]
                for struct in self.model.structs.values()}

    def inline(self, struct, kind):
        return (self.may_inline(struct, kind) and
                self.component[struct.name] != self.component[kind.name])

    def section_order(self):
        """All structs; inline ones come before the structs that hold them."""
        order, done = [], set()

        def visit(struct):
            if struct.name in done:
                return
            done.add(struct.name)
            for field in struct.fields:
                if field.required and self.inline(struct, field.type):
                    visit(self.model.structs[field.type.name])
            order.append(struct)

        for name in sorted(self.model.structs):
            visit(self.model.structs[name])
        return order

    # ---- references

    def mentioned(self, kind):
        """The definitions that a type names."""
        while kind.kind == "array":
            kind = kind.item
        if kind.name is None:
            return []
        return [self.model.resolve(kind.name)]


def components(graph):
    """Number of the strongly connected component of each node (Tarjan)."""
    numbers, low, stack, component, counter = {}, {}, [], {}, [0]

    def visit(node):
        numbers[node] = low[node] = len(numbers)
        stack.append(node)
        for other in graph[node]:
            if other not in numbers:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other not in component:
                low[node] = min(low[node], numbers[other])
        if low[node] == numbers[node]:
            while True:
                top = stack.pop()
                component[top] = counter[0]
                if top == node:
                    break
            counter[0] += 1

    for node in sorted(graph):
        if node not in numbers:
            visit(node)
    return component

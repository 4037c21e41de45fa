"""Emits the schema tables: constant arrays of small numbers and one pool of texts."""

from . import GENERATOR_VERSION

KINDS = ["boolean", "bool_int", "integer", "number", "string", "string_enum", "integer_enum",
         "array", "object", "one_of", "any", "scalar"]
TOKENS = {"user": 1, "group": 2, "service": 4, "anonymous": 8, "open": 16}
NONE = 0xFFFF


class Pool:
    """All texts, concatenated, each once."""

    def __init__(self):
        self.texts, self.offsets, self.size = [], {}, 0

    def ref(self, text):
        text = "" if text is None else str(text)
        if text not in self.offsets:
            self.offsets[text] = self.size
            self.texts.append(text)
            self.size += len(text.encode("utf-8"))
        return f"{{{self.offsets[text]},{len(text.encode('utf-8'))}}}"


class Tables:
    def __init__(self, model):
        self.model, self.pool = model, Pool()
        self.types, self.type_rows = {}, []
        self.limits, self.limit_rows = {}, ["{}"]
        self.enum_values, self.enum_ranges = [], {}
        self.objects, self.object_rows, self.field_rows = {}, [], []
        self.unions, self.union_rows, self.alternative_rows, self.mapping_rows = {}, [], [], []
        self.method_rows, self.parameter_rows, self.answer_rows = [], [], []
        self.condition_rows, self.method_error_rows, self.error_rows = [], [], []
        self.subcode_rows, self.event_rows = [], []
        self.lists, self.list_rows = {}, []

    def build(self):
        # Objects and unions are numbered first, because they refer to each other.
        for index, name in enumerate(sorted(self.model.structs)):
            self.objects[name] = index
        for index, name in enumerate(sorted(self.model.unions)):
            self.unions[name] = index
        for name in sorted(self.model.structs):
            self.object_row(self.model.structs[name])
        for name in sorted(self.model.unions):
            self.union_row(self.model.unions[name])
        codes = {error.name: error.code for error in self.model.errors}
        for method in sorted(self.model.methods, key=lambda method: method.name):
            self.method_row(method, codes)
        for error in sorted(self.model.errors, key=lambda error: (error.code, error.name)):
            first = len(self.subcode_rows)
            for name, number in sorted(error.subcodes.items()):
                self.subcode_rows.append(f"{{{self.pool.ref(name)},{number or 0}}}")
            self.error_rows.append(f"{{{self.pool.ref(error.name)},{error.code},"
                                   f"{int(error.everywhere)},{first},{len(error.subcodes)}}}")
        for event in sorted(self.model.events, key=lambda event: event.name):
            kind = NONE if event.type is None else self.type(event.type)
            self.event_rows.append(f"{{{self.pool.ref(event.name)},{kind},"
                                   f"{int(event.callback_setting)},{int(event.long_poll_setting)}}}")
        return self

    def limit(self, limits):
        """The number of the row of a set of limits; 0: none."""
        keys = ("min", "max", "min_length", "max_length", "min_items", "max_items")
        values = [limits.get(key) for key in keys]
        if all(value is None for value in values):
            return 0
        mask = sum(1 << bit for bit, value in enumerate(values) if value is not None)
        row = f"{{{mask},{values[0] or 0},{values[1] or 0}," + ",".join(
            str(int(value or 0)) for value in values[2:]) + "}"
        if row not in self.limits:
            self.limits[row] = len(self.limit_rows)
            self.limit_rows.append(row)
        return self.limits[row]

    def type(self, kind):
        """The number of the row of a type."""
        first, count, name = 0, 0, kind.kind
        if name == "array":
            first = self.type(kind.item)
        elif name == "enum":
            enum = self.model.enums[kind.name]
            name = enum.base + "_enum"
            if enum.name not in self.enum_ranges:
                self.enum_ranges[enum.name] = (len(self.enum_values), len(enum.values))
                self.enum_values += [self.pool.ref(value) for value, _ in enum.values]
            first, count = self.enum_ranges[enum.name]
        elif name == "struct":
            name, first = "object", self.objects[kind.name]
        elif name == "union":
            name, first = "one_of", self.unions[kind.name]
        uri = int(kind.limits.get("format") == "uri")
        row = f"{{{KINDS.index(name)},{uri},{self.limit(kind.limits)},{first},{count}}}"
        if row not in self.types:
            self.types[row] = len(self.type_rows)
            self.type_rows.append(row)
        return self.types[row]

    def object_row(self, struct):
        first = len(self.field_rows)
        for field in struct.fields:
            self.field_rows.append(f"{{{self.pool.ref(field.name)},{self.type(field.type)},"
                                   f"{int(field.required)}}}")
        self.object_rows.append(f"{{{self.pool.ref(struct.name)},{first},{len(struct.fields)}}}")

    def union_row(self, union):
        first, first_mapping = len(self.alternative_rows), len(self.mapping_rows)
        self.alternative_rows += [str(self.type(kind)) for kind in union.alternatives]
        self.mapping_rows += [f"{{{self.pool.ref(value)},{index}}}"
                              for value, index in union.mapping.items()]
        self.union_rows.append(
            f"{{{self.pool.ref(union.name)},{self.pool.ref(union.discriminator)},{first},"
            f"{len(union.alternatives)},{first_mapping},{len(union.mapping)}}}")

    def list_row(self, shape):
        """The number of the row of the list that comes page by page."""
        facts = shape.list
        if facts is None:
            return NONE
        row = "{" + ",".join(self.pool.ref(text) for text in (
            facts.items, facts.offset, facts.size, facts.start, facts.identity)) + (
            f",{facts.largest},{facts.usual}}}")
        if row not in self.lists:
            self.lists[row] = len(self.list_rows)
            self.list_rows.append(row)
        return self.lists[row]

    def method_row(self, method, codes):
        parameters, answers = len(self.parameter_rows), len(self.answer_rows)
        errors = len(self.method_error_rows)
        for parameter in method.parameters:
            default = parameter.default
            if isinstance(default, bool):
                default = int(default)
            flags = (int(parameter.required) + 2 * int(parameter.json) +
                     4 * int(default is not None))
            self.parameter_rows.append(f"{{{self.pool.ref(parameter.name)},"
                                       f"{self.type(parameter.type)},{flags},"
                                       f"{self.pool.ref(default)}}}")
        for shape in method.shapes:
            first = len(self.condition_rows)
            conditions = [(name, value) for name, value in shape.fixed.items()]
            conditions += [(name, None) for name in shape.need]
            if shape.fields:
                conditions.append((shape.fields, None))
            for name, value in conditions:
                self.condition_rows.append(
                    f"{{{self.pool.ref(name)},{self.pool.ref(value)}}}")
            self.answer_rows.append(
                f"{{{self.pool.ref(shape.key)},{self.pool.ref(shape.response)},"
                f"{self.type(shape.result)},{first},{len(conditions)},{self.list_row(shape)}}}")
        self.method_error_rows += [str(codes[name]) for name in method.errors]
        tokens = sum(TOKENS[token] for token in method.tokens)
        flags = (int(method.writes) + 2 * int(method.batchable))
        self.method_rows.append(
            f"{{{self.pool.ref(method.name)},{self.pool.ref(method.section)},{flags},{tokens},"
            f"{parameters},{len(method.parameters)},{errors},{len(method.errors)},"
            f"{answers},{len(method.shapes)},{method.timeout or 0},"
            f"{self.pool.ref(method.idempotency)}}}")


def wrapped(items, width=96):
    """Rows joined by commas, in lines of at most `width`."""
    lines, line = [], ""
    for item in items:
        if line and len(line) + len(item) + 1 > width:
            lines.append(line)
            line = ""
        line += item + ","
    return "\n".join("    " + text for text in lines + ([line] if line else []))


def literal(text):
    out = ""
    for char in text:
        if char in '"\\':
            out += "\\" + char
        elif ord(char) < 32 or ord(char) > 126:
            out += "".join(f"\\{byte:03o}" for byte in char.encode("utf-8"))
        else:
            out += char
    return out


def pool_text(pool):
    lines, line = [], ""
    for text in pool.texts:
        piece = literal(text)
        if line and len(line) + len(piece) > 92:
            lines.append(line)
            line = ""
        line += piece
    lines.append(line)
    return "\n".join(f'    "{text}"' for text in lines)


def emit(model):
    """The text of generated/schema_tables/tables.cpp."""
    tables = Tables(model).build()
    parts = [
        "// Generated by codegen/generate.py "
        f"(version {GENERATOR_VERSION}) from VK's schema {model.manifest['api_version']}. "
        "Do not edit.",
        "// clang-format off",
        '#include "schema_tables/rows.hpp"',
        "",
        "namespace vkxx::schema_tables::detail {",
        "",
        f'const std::string_view api_version = "{model.manifest["api_version"]}";',
        "const char texts[] =",
        pool_text(tables.pool) + ";",
    ]
    arrays = [("limits_row", "limits", tables.limit_rows), ("type_row", "types", tables.type_rows),
              ("text", "enum_values", tables.enum_values),
              ("object_row", "objects", tables.object_rows),
              ("field_row", "fields", tables.field_rows),
              ("union_row", "unions", tables.union_rows),
              ("index", "alternatives", tables.alternative_rows),
              ("mapping_row", "mappings", tables.mapping_rows),
              ("method_row", "methods", tables.method_rows),
              ("parameter_row", "parameters", tables.parameter_rows),
              ("answer_row", "answers", tables.answer_rows),
              ("list_row", "lists", tables.list_rows),
              ("condition_row", "conditions", tables.condition_rows),
              ("index", "method_errors", tables.method_error_rows),
              ("error_row", "errors", tables.error_rows),
              ("subcode_row", "subcodes", tables.subcode_rows),
              ("event_row", "events", tables.event_rows)]
    for row, name, items in arrays:
        if len(items) >= NONE:
            raise ValueError(f"{name}: too many rows for a 16-bit number")
        body = wrapped(items or ["{}"])
        parts += ["", f"const {row} {name}[] = {{", body, "};",
                  f"const std::size_t {name}_count = {len(items)};"]
    parts += ["", "}  // namespace vkxx::schema_tables::detail", ""]
    return "\n".join(parts)

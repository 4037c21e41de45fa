"""Emits the classes of methods."""

from . import names
from .cpp_objects import banner, close_namespace, definitions, doc, includes, open_namespace
from .tables import TOKENS

LIMIT_KINDS = {"min": "minimum", "max": "maximum", "min_length": "min_length",
               "max_length": "max_length", "min_items": "min_items", "max_items": "max_items"}
# Types of constructor arguments that could be confused.
CATEGORIES = {"std::int64_t": "number", "double": "number", "vkxx::flag": "number",
              "std::string_view": "text"}
LIST_TYPES = ("vkxx::integers", "vkxx::ids<", "vkxx::texts")  # of required lists


class MethodEmitter:
    def __init__(self, types):
        self.types, self.model = types, types.model
        self.arguments = {}  # name in vkxx::api::arg -> C++ type
        for method in self.model.methods:
            for shape in method.shapes:
                self.constructor_types(method, shape)

    # ---- parameters

    def items_policy(self, item):
        """The policy of vkxx/api/list.hpp for a list of such items."""
        if item.kind == "integer":
            return f"id_items<vkxx::{item.strong_id}>" if item.strong_id else "integer_items"
        if item.kind == "number":
            return "number_items"
        if item.kind == "scalar":
            return f"id_or_name_items<vkxx::{item.strong_id}>"
        if item.kind == "enum":
            enum = self.model.enums[item.name]
            name = self.types.full_name(enum)
            return f"enum_items<{name}>" if enum.base == "string" else f"number_enum_items<{name}>"
        return "text_items"

    def argument(self, parameter):
        """(C++ type, expression that stores it) of a parameter as one argument called `value`."""
        kind, name = parameter.type, f'"{parameter.name}"'
        if parameter.json and kind.kind in ("struct", "union"):
            return f"const {self.types.value(kind)}&", f"put_json({name}, value)"
        if parameter.json and kind.kind == "array" and kind.item.kind in ("struct", "union"):
            return f"const {self.types.value(kind)}&", f"put_json({name}, value)"
        if parameter.json or kind.kind in ("string", "any"):
            return "std::string_view", f"put_text({name}, value)"
        if kind.kind == "integer":
            if kind.strong_id:
                return f"vkxx::{kind.strong_id}", f"put_integer({name}, value.value())"
            return "std::int64_t", f"put_integer({name}, value)"
        if kind.kind == "number":
            return "double", f"put_number({name}, value)"
        if kind.kind in ("boolean", "bool_int"):
            return "vkxx::flag", f"put_flag({name}, value.value())"
        if kind.kind == "enum":
            enum = self.model.enums[kind.name]
            if enum.base == "string":
                return (f"const {self.types.value(kind)}&", f"put_text({name}, value.text())")
            return self.types.value(kind), f"put_integer({name}, static_cast<std::int64_t>(value))"
        if kind.kind == "scalar":
            if kind.strong_id:
                return (f"const vkxx::id_or_name<vkxx::{kind.strong_id}>&",
                        f"put_text({name}, value.text())")
            return "std::string_view", f"put_text({name}, value)"
        assert kind.kind == "array", kind
        return f"const {self.list_type(kind.item)}&", f"put_text({name}, value.text())"

    @staticmethod
    def list_type(item):
        """The type of a required list of such items."""
        if item.kind == "integer":
            return f"vkxx::ids<vkxx::{item.strong_id}>" if item.strong_id else "vkxx::integers"
        return "vkxx::texts"

    def setters(self, cls, parameter, omitted_fields_note=None):
        """The lines of the setters of one parameter."""
        kind, name, cpp = parameter.type, f'"{parameter.name}"', parameter.cpp_name
        make = lambda argument, put: (f"  {cls}& {cpp}({argument}) {{ {put}; return *this; }}")
        if kind.kind == "array" and not parameter.json:
            items = f"vkxx::detail::{self.items_policy(kind.item)}"
            return [f"  template <vkxx::detail::value_of_list<{items}>... V>",
                    f"  {cls}& {cpp}(const V&... values) {{ put_list<{items}>({name}, values...); "
                    "return *this; }"]
        argument, put = self.argument(parameter)
        if argument == "vkxx::flag":
            return [make("vkxx::flag value = true", put)]
        lines = [make(f"{argument} value", put)]
        if kind.kind == "integer" and kind.strong_id:
            lines.append(make("std::int64_t value", f"put_integer({name}, value)"))
        if kind.kind == "scalar" and kind.strong_id:
            lines.append(make("std::int64_t value", f"put_integer({name}, value)"))
            lines.append(make("std::string_view value", f"put_text({name}, value)"))
        if put.startswith("put_json"):
            lines.append(make("std::string_view json", f"put_text({name}, json)"))
        return lines

    # ---- constructors

    def required(self, method, shape):
        return [parameter for parameter in method.parameters
                if (parameter.required or parameter.name in shape.need)
                and parameter.name not in shape.omit]

    def constructor_types(self, method, shape):
        """[(parameter, C++ type, put)]; arguments that could be swapped are named ones."""
        entries = [(parameter, *self.argument(parameter))
                   for parameter in self.required(method, shape)]
        categories = ["list" if parameter.type.kind == "array" and not parameter.json else
                      CATEGORIES.get(cpp, cpp) for parameter, cpp, _ in entries]
        made = []
        for (parameter, cpp, put), category in zip(entries, categories):
            if categories.count(category) > 1:
                made.append((parameter, self.named(parameter, cpp),
                             put.replace("value", f"{parameter.cpp_name}_argument.value()", 1)
                             if "value." not in put else
                             put.replace("value.", f"{parameter.cpp_name}_argument.value().", 1)))
            else:
                made.append((parameter, cpp,
                             put.replace("value", f"{parameter.cpp_name}_argument", 1)))
        return made

    def named(self, parameter, cpp):
        bare = cpp.removeprefix("const ").removesuffix("&")
        suffix = {"std::string_view": "", "std::int64_t": "_number", "double": ""}.get(bare, "")
        if bare.startswith(LIST_TYPES):
            suffix = "s"
        for name in (parameter.cpp_name, parameter.cpp_name + (suffix or "_value"),
                     parameter.cpp_name + "_" + str(len(self.arguments))):
            if self.arguments.get(name, bare) == bare:
                self.arguments[name] = bare
                return f"vkxx::api::arg::{name}"
        raise AssertionError(parameter.name)

    def constructor(self, cls, facts, method, shape):
        entries = self.constructor_types(method, shape)
        arguments = ", ".join(f"{cpp} {parameter.cpp_name}_argument" for parameter, cpp, _ in entries)
        puts = [put for _, _, put in entries]
        puts += [f'put_text("{name}", "{value}")' for name, value in shape.fixed.items()]
        if shape.fields:
            puts.append(f'put_text("{shape.fields}", "{self.default_field(method, shape)}")')
        explicit = "explicit " if len(entries) == 1 else ""
        text = f"  {explicit}{cls}({arguments}) : typed_method{{{facts}}} {{"
        if not puts:
            return [text + "}"]
        return [text] + [f"    {put};" for put in puts] + ["  }"]

    def default_field(self, method, shape):
        """The field to request when the caller sets none: without any, the answer has another form."""
        parameter = [p for p in method.parameters if p.name == shape.fields][0]
        item = parameter.type.item
        if item is not None and item.kind == "enum":
            values = [str(value) for value, _ in self.model.enums[item.name].values]
            return "screen_name" if "screen_name" in values else values[0]
        return "screen_name"

    # ---- classes

    def facts(self, method):
        codes = {error.name: error.code for error in self.model.errors}
        lines, errors, limits = [], "{}", "{}"
        if method.errors:
            errors = "known_errors"
            numbers = ", ".join(str(code) for code in sorted(codes[name] for name in method.errors))
            lines.append(f"  static constexpr int known_errors[] = {{{numbers}}};")
        rows = [f'{{"{parameter.name}", vkxx::limit_kind::{LIMIT_KINDS[key]}, {int(value)}}}'
                for parameter in method.parameters
                for key, value in parameter.type.limits.items() if key in LIMIT_KINDS]
        if rows:
            limits = "known_limits"
            lines.append("  static constexpr vkxx::parameter_limit known_limits[] = {\n      " +
                         ",\n      ".join(rows) + "};")
        tokens = sum(TOKENS[token] for token in method.tokens)
        boolean = lambda value: "true" if value else "false"
        lines.append(f'  static constexpr vkxx::method_facts facts{{"{method.name}", '
                     f"{boolean(method.writes)}, {boolean(method.batchable)}, "
                     f"vkxx::token_kinds{{{tokens}}},\n"
                     f'      "{method.idempotency or ""}", {errors}, {limits}}};')
        return lines

    def result_name(self, shape):
        return self.types.value(shape.result)

    # ---- pages

    def reach(self, shape):
        """C++ that reaches the list from `result`; None if each element has a list of its own."""
        if shape.list.items.startswith("[]."):
            return None
        kind, reach = shape.result, "result"
        for name in shape.list.items.split(".") if shape.list.items else []:
            field = [f for f in self.model.structs[kind.name].fields if f.name == name][0]
            kind, reach = field.type, f"{reach}.{field.cpp_name}"
        return reach

    def paging(self, shape):
        """The members of a class whose answer is a list in pages."""
        reach = self.reach(shape) if shape.list else None
        if reach is None:
            return []
        facts = shape.list
        return [f'  static constexpr vkxx::paging paged{{"{facts.items}", "{facts.offset}", '
                f'"{facts.size}", "{facts.start}", "{facts.identity}", {facts.largest}, '
                f'{facts.usual}}};',
                f"  static auto& items_of(result_type& result) {{ return {reach}; }}"]

    def class_text(self, method, shape, cls, qualified, facts_lines, facts, note):
        nested = [other.name for other in method.shapes if other.name] if shape.name is None else []
        lines = [f"/// {line}" for line in note]
        lines += [f"class {qualified} : public vkxx::typed_method {{", " public:",
                  f"  using result_type = {self.result_name(shape)};"]
        lines += [f"  class {name};" for name in nested]
        lines += facts_lines + self.paging(shape) + [""] + self.constructor(cls, facts, method, shape)
        required = {parameter.name for parameter in self.required(method, shape)}
        for parameter in method.parameters:
            if parameter.name not in required | shape.omit:
                lines += self.setters(cls, parameter)
        return "\n".join(lines + ["};"]) + "\n"

    def method_text(self, method):
        tokens = ", ".join(method.tokens) or "none"
        kind = "a write" if method.writes else "a read"
        first = (f"Calls `{method.name}`, {kind}; tokens: {tokens}. "
                 f"https://dev.vk.com/method/{method.name}")
        parts = []
        for shape in method.shapes:
            if shape.name is None:
                parts.append(self.class_text(method, shape, method.cpp_name, method.cpp_name,
                                             self.facts(method), "facts", [first]))
                continue
            conditions = [f"`{name}={value}`" for name, value in shape.fixed.items()]
            conditions += [f"`{name}`"
                           for name in shape.need + ([shape.fields] if shape.fields else [])]
            form = ("with " + " and ".join(conditions) if conditions else
                    "for answers in the other form, which VK chooses")
            note = [f"Calls `{method.name}` {form}. https://dev.vk.com/method/{method.name}"]
            if shape.fields:
                note.append(f"`{shape.fields}` defaults to `{doc(self.default_field(method, shape))}`: "
                            "without a value VK answers in the plain form.")
            outer = f"{method.cpp_name}"
            facts = ["  static constexpr const vkxx::method_facts& facts = "
                     f"{self.types.namespace(method.section)}::{outer}::facts;"]
            parts.append(self.class_text(method, shape, shape.name, f"{outer}::{shape.name}",
                                         facts, "facts", note))
        return "\n".join(parts)

    def header(self, section, methods):
        """vkxx/api/SECTION.hpp"""
        model = self.model
        sections, others = set(), set()
        uses_arguments = False
        for method in methods:
            kinds = [shape.result for shape in method.shapes]
            kinds += [parameter.type for parameter in method.parameters]
            for kind in kinds:
                for item in self.types.mentioned(kind):
                    (sections if item.origin == "object" else others).add(item.section)
            for shape in method.shapes:
                uses_arguments |= any("vkxx::api::arg::" in cpp
                                      for _, cpp, _ in self.constructor_types(method, shape))
        ours = [f"<vkxx/objects/{other}.hpp>" for other in sections] + ["<vkxx/api/method.hpp>"]
        if any(definitions(self.types, section, ("response", "parameter"))):
            others.add(section)
        if not others:
            ours.append("<vkxx/objects/loose.hpp>")
        ours += [f"<vkxx/api/{other}_types.hpp>" for other in others]
        if uses_arguments:
            ours.append("<vkxx/api/arguments.hpp>")
        return "\n".join([
            banner(model), f"/// @file\n/// Methods of VK's section `{section}`.\n#pragma once\n",
            includes(sorted(ours)), open_namespace(section),
            "\n".join(self.method_text(method) for method in methods), close_namespace(section)])

    def arguments_header(self):
        lines = [banner(self.model),
                 "/// @file\n/// Named types for required arguments that could be confused.\n#pragma once\n",
                 "#include <vkxx/api/method.hpp>\n", "namespace vkxx::api::arg {\n"]
        for name, cpp in sorted(self.arguments.items()):
            lines.append(f"using {name} = named_argument<struct {name}_tag, {cpp}>;")
        return "\n".join(lines + ["", "}  // namespace vkxx::api::arg", ""])


def headers(types):
    """All headers of methods: path under include/vkxx -> text."""
    emitter, out = MethodEmitter(types), {}
    for section in types.model.sections:
        methods = [method for method in types.model.methods if method.section == section]
        if methods:
            out[f"api/{section}.hpp"] = emitter.header(section, methods)
    out["api/arguments.hpp"] = emitter.arguments_header()
    everything = sorted(name for name in out if name != "api/arguments.hpp")
    out["api.hpp"] = "\n".join([
        banner(types.model), "/// @file\n/// All methods of VK's API. Prefer the headers of the "
        "sections that you use.\n#pragma once\n",
        includes(f"<vkxx/{name}>" for name in everything)])
    return out


__all__ = ["headers", "names"]

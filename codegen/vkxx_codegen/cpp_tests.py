"""Emits test code that calls every method with every parameter set, and visits every object."""

from .cpp_methods import LIST_TYPES, MethodEmitter
from .cpp_objects import banner, definitions
from .names import identifier
from .tables import literal


class CallEmitter:
    def __init__(self, types):
        self.types, self.model = types, types.model
        self.methods = MethodEmitter(types)

    def number(self, limits):
        low, high = limits.get("min"), limits.get("max")
        value = 7
        if low is not None:
            value = max(value, low)
        if high is not None:
            value = min(value, high)
        return int(value)

    def text(self, limits):
        value = "текст a+b&c=1%"
        if "max_length" in limits and len(value) > limits["max_length"]:
            value = "t" * limits["max_length"]
        if len(value) < limits.get("min_length", 0):
            value += "t" * (limits["min_length"] - len(value))
        return f'"{literal(value)}"'

    def enumerator(self, kind):
        enum = self.model.enums[kind.name]
        spelled = [spelled for value, spelled in enum.values if value not in enum.omitted][-1]
        return f"{self.types.full_name(enum)}::{spelled}"

    def item(self, kind):
        if kind.kind == "integer":
            number = self.number(kind.limits)
            return f"vkxx::{kind.strong_id}{{{number}}}" if kind.strong_id else str(number)
        if kind.kind == "number":
            return "1.5"
        if kind.kind == "enum":
            return self.enumerator(kind)
        if kind.kind == "scalar":
            return '"durov"'
        return '"1_2"'

    def items(self, kind):
        count = min(max(2, kind.limits.get("min_items", 0)), kind.limits.get("max_items", 2))
        return ", ".join([self.item(kind.item)] * count)

    def value(self, parameter):
        """A C++ expression for the parameter's setter."""
        kind = parameter.type
        argument, _ = self.methods.argument(parameter)
        if argument.startswith("const std::vector<") or (
                parameter.json and kind.kind in ("struct", "union")):
            bare = argument.removeprefix("const ").removesuffix("&")
            inner = f"1, {self.types.value(kind.item)}{{}}" if kind.kind == "array" else ""
            return f"{bare}({inner})" if inner else f"{bare}{{}}"
        if parameter.json:
            return '"[]"'
        if kind.kind == "array":
            return self.items(kind)
        if kind.kind in ("boolean", "bool_int"):
            return "true"
        if kind.kind == "number":
            return f"{self.number(kind.limits)}.0"
        if kind.kind == "integer":
            number = self.number(kind.limits)
            return f"vkxx::{kind.strong_id}{{{number}}}" if kind.strong_id else str(number)
        if kind.kind == "enum":
            return self.enumerator(kind)
        if kind.kind == "scalar" and kind.strong_id:
            return f"vkxx::{kind.strong_id}{{7}}"
        return self.text(kind.limits)

    def argument(self, parameter, cpp):
        """The same for an argument of the constructor."""
        bare = cpp.removeprefix("const ").removesuffix("&")
        value = self.value(parameter)
        if bare.startswith(LIST_TYPES):
            items = value
            if parameter.type.item.kind == "enum":
                enum = self.model.enums[parameter.type.item.name]
                items = f'"{enum.values[-1][0]}"'
            return f"{bare}{{{items}}}"
        if bare.startswith("vkxx::api::arg::"):
            inner = self.methods.arguments[bare.removeprefix("vkxx::api::arg::")]
            if inner.startswith(LIST_TYPES):
                return f"{bare}{{{inner}{{{value}}}}}"
            return f"{bare}{{{value}}}"
        return value

    def call(self, method, shape):
        cls = f"{self.types.namespace(method.section)}::{method.cpp_name}"
        if shape.name:
            cls += f"::{shape.name}"
        entries = self.methods.constructor_types(method, shape)
        arguments = ", ".join(self.argument(parameter, cpp) for parameter, cpp, _ in entries)
        required = {parameter.name for parameter, _, _ in entries}
        lines = ["  {", f"    {cls} method{{{arguments}}};"]
        sent = set(required) | set(shape.fixed)
        for parameter in method.parameters:
            if parameter.name in required | shape.omit:
                continue
            sent.add(parameter.name)
            lines.append(f"    method.{parameter.cpp_name}({self.value(parameter)});")
        lines.append(f'    visitor(method, "{shape.key}", {len(sent)});')
        return "\n".join(lines + ["  }"])

    def section(self, section, methods):
        lines = [banner(self.model), f"#include <vkxx/api/{section}.hpp>\n",
                 '#include "unit/api/every_method.hpp"\n', "namespace vkxx::tests {\n",
                 f"void every_method_of_{section}(method_visitor& visitor) {{"]
        lines += [self.call(method, shape) for method in methods for shape in method.shapes]
        return "\n".join(lines + ["}\n", "}  // namespace vkxx::tests", ""])

    def objects(self, section):
        _, structs, unions, _ = definitions(self.types, section, ("object",))
        items = sorted(structs + unions, key=lambda item: item.name)
        lines = [banner(self.model), f"#include <vkxx/objects/{section}.hpp>\n",
                 '#include "unit/objects/every_object.hpp"\n', "namespace vkxx::tests {\n",
                 f"void every_object_of_{section}(object_visitor& visitor) {{"]
        lines += [f'  visitor.object<{self.types.full_name(item)}>("{item.name}");' for item in items]
        return "\n".join(lines + ["}\n", "}  // namespace vkxx::tests", ""]) if items else None


def emit_all(model, kind, visitor, header, sections):
    """The function that visits all sections."""
    declared = "\n".join(f"void every_{kind}_of_{section}({visitor}& visitor);" for section in sections)
    called = "\n".join(f"  every_{kind}_of_{section}(visitor);" for section in sections)
    return "\n".join([banner(model), f'#include "{header}"\n', "namespace vkxx::tests {\n", declared,
                      f"\nvoid every_{kind}({visitor}& visitor) {{", called, "}\n",
                      "}  // namespace vkxx::tests", ""])


def tests(types):
    """File name -> text."""
    emitter, out, model = CallEmitter(types), {}, types.model
    method_sections, object_sections = [], []
    for section in model.sections:
        methods = [method for method in model.methods if method.section == section]
        if methods:
            method_sections.append(section)
            out[f"{identifier(section)}_methods.cpp"] = emitter.section(section, methods)
        text = emitter.objects(section)
        if text:
            object_sections.append(section)
            out[f"{identifier(section)}_objects.cpp"] = text
    out["every_method.cpp"] = emit_all(model, "method", "method_visitor",
                                       "unit/api/every_method.hpp", method_sections)
    out["every_object.cpp"] = emit_all(model, "object", "object_visitor",
                                       "unit/objects/every_object.hpp", object_sections)
    return out

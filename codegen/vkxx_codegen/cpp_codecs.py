"""Emits the sources: special members, shapes and codecs of the generated types."""

import re

from . import names
from .cpp_objects import banner, definitions, needed_sections, open_namespace, close_namespace
from .cpp_types import MAXIMUM_FIELDS, MAXIMUM_NAME, SIMPLE
from .name_hash import slots
from .tables import literal, wrapped

# Measured: with more, the largest sources pass 400 MB.
FIELDS_PER_SOURCE = 220

# Results whose codecs are in src/objects/simple_codecs.cpp.
BUILT_IN = set(SIMPLE.values()) | {"std::int64_t", "std::vector<std::int64_t>",
                                   "std::vector<vkxx::text>"}


def emit_texts(enum):
    texts = wrapped([f'"{literal(str(value))}"' for value, _ in enum.values
                     if value not in enum.omitted])
    return (f"std::span<const std::string_view> texts_of({enum.cpp_name}) noexcept {{\n"
            f"  static constexpr std::string_view texts[] = {{\n{texts}}};\n"
            "  return texts;\n}\n")


def emit_shape(types, struct):
    name = types.full_name(struct)
    if len(struct.fields) >= MAXIMUM_FIELDS:
        raise ValueError(f"{struct.name}: too many fields for the decoder")
    for field in struct.fields:
        if len(field.name.encode("utf-8")) > MAXIMUM_NAME or re.search(r'["\\\\]', field.name):
            raise ValueError(f"{struct.name}: the decoder cannot compare {field.name}")
    bits, table = slots([field.name for field in struct.fields])
    lines = ["template <>", f"const shape& shape_of<{name}>() noexcept {{", f"  using type = {name};"]
    if struct.fields:
        lines.append("  static constexpr field_row fields[] = {")
        for field in struct.fields:
            macro = "VKXX_FLAG" if field.type.kind == "bool_int" else "VKXX_FIELD"
            lines.append(f'    {macro}({field.cpp_name}, "{literal(field.name)}", '
                         f"{int(field.required)}),")
        lines.append("  };")
    rows = "fields" if struct.fields else "nullptr"
    lines.append("  static constexpr std::uint16_t slots[] = {")
    lines.append(wrapped([str(slot) for slot in table]) + "};")
    required = sum(field.required for field in struct.fields)
    lines.append(f'  static constexpr shape described{{"{struct.name}", {rows}, {len(struct.fields)}, '
                 f"{required}, slots, {bits}, offsetof(type, raw_json)}};")
    lines += ["  return described;", "}", f"template const codec& codec_for<{name}>() noexcept;"]
    return "\n".join(lines) + "\n"


def emit_union_shape(types, union):
    name = types.full_name(union)
    lines = ["template <>", f"const union_shape& union_of<{name}>() noexcept {{",
             f"  using type = {name};", "  static constexpr union_form forms[] = {"]
    for index in range(len(union.alternatives)):
        lines.append(f"    VKXX_FORM({index + 1}),")
    lines.append("  };")
    if union.mapping:
        values = wrapped([f'{{"{literal(value)}",{index}}}'
                          for value, index in union.mapping.items()])
        lines.append(f"  static constexpr union_value values[] = {{\n{values}}};")
    lines.append(f'  static constexpr union_shape described{{"{union.name}", '
                 f'"{union.discriminator or ""}", forms,')
    lines.append(f"    {'values' if union.mapping else 'std::span<const union_value>{}'}, "
                 "VKXX_UNKNOWN_FORM};")
    lines += ["  return described;", "}", f"template const codec& codec_for<{name}>() noexcept;"]
    return "\n".join(lines) + "\n"


def declarations(types, structs, unions):
    lines = []
    for item in sorted(structs, key=lambda item: item.name):
        lines.append(f"template <> const shape& shape_of<{types.full_name(item)}>() noexcept;")
    for item in unions:
        name = types.full_name(item)
        lines.append(f"template <> inline constexpr bool is_union<{name}> = true;")
        lines.append(f"template <> const union_shape& union_of<{name}>() noexcept;")
    return "\n".join(lines) + "\n"


def emit_shapes_header(types):
    """generated/src/shapes.hpp: declarations of the shapes of all objects."""
    model = types.model
    structs = [item for item in model.structs.values() if item.origin == "object"]
    unions = [item for _, item in sorted(model.unions.items()) if item.origin == "object"]
    return "\n".join([banner(model), "#pragma once\n", "#include <vkxx/objects/fwd.hpp>\n",
                      '#include "objects/object_source.hpp"\n', "namespace vkxx::detail {\n",
                      declarations(types, structs, unions), "}  // namespace vkxx::detail\n"])


def chunks(structs):
    """The structs in chunks, so that no source takes more than 400 MB to compile."""
    lots, fields = [[]], 0
    for struct in structs:
        if fields + len(struct.fields) > FIELDS_PER_SOURCE and lots[-1]:
            lots.append([])
            fields = 0
        lots[-1].append(struct)
        fields += len(struct.fields)
    return lots


def emit_sources(types, section, origins, header, results):
    """The sources of a section's objects or answers."""
    enums, structs, unions, aliases = definitions(types, section, origins)
    texts = [enum for enum in enums if enum.base == "string"]
    if not (structs or unions or texts or results):
        return []
    first, *others = chunks(structs)
    everything = structs, unions, aliases
    return [emit_source(types, section, origins, header, results, everything,
                        (texts, first, unions))] + [
        emit_source(types, section, origins, header, [], everything, ([], lot, []))
        for lot in others]


def emit_source(types, section, origins, header, results, everything, lot):
    """One source: the enum texts, structs and unions of `lot`."""
    (structs, unions, aliases), (texts, lot_structs, lot_unions) = everything, lot
    sections = needed_sections(types, structs, unions, aliases)
    # A result may be a list of another section's objects.
    sections |= {other for other in types.model.sections
                 for result in results if f"vkxx::api::{names.identifier(other)}::" in result}
    headers = sorted({f"<vkxx/objects/{other}.hpp>" for other in sections} |
                     {f"<{header}>"} if header else set())
    parts = [banner(types.model), "\n".join(f"#include {name}" for name in headers) + "\n",
             '#include "shapes.hpp"\n', open_namespace(section)]
    parts += [emit_texts(enum) for enum in texts]
    parts += [f"VKXX_SPECIAL_MEMBERS({item.cpp_name})" for item in lot_structs + lot_unions]
    parts += ["", close_namespace(section), "namespace vkxx::detail {\n"]
    if "response" in origins:
        parts.append(declarations(types, structs, unions))
    parts += [emit_shape(types, struct) for struct in lot_structs]
    parts += [emit_union_shape(types, union) for union in lot_unions]
    parts += [f"template const codec& codec_for<{result}>() noexcept;" for result in results]
    parts.append("\n}  // namespace vkxx::detail\n")
    return "\n".join(parts)


def results_by_section(types):
    """Result and JSON parameter types other than objects: section -> C++ types."""
    model, seen, out = types.model, set(BUILT_IN), {}
    for item in list(model.structs.values()) + list(model.unions.values()):
        seen.add(types.full_name(item))
    for method in model.methods:
        kinds = [shape.result for shape in method.shapes]
        kinds += [parameter.type for parameter in method.parameters if parameter.json]
        for kind in kinds:
            name = types.value(kind)
            if name not in seen:
                seen.add(name)
                out.setdefault(method.section, []).append(name)
    return out


def sources(types):
    """All sources: file name -> text."""
    out = {"shapes.hpp": emit_shapes_header(types)}
    results = results_by_section(types)
    for section in types.model.sections:
        for kind, origins, folder, suffix in (
                ("objects", ("object",), "objects", ""),
                ("results", ("response", "parameter"), "api", "_types")):
            header = (f"vkxx/{folder}/{section}{suffix}.hpp"
                      if any(definitions(types, section, origins)) else None)
            texts = emit_sources(types, section, origins, header,
                                 results.get(section, []) if kind == "results" else [])
            for number, text in enumerate(texts, 1):
                out[f"{section}_{kind}{'' if number == 1 else number}.cpp"] = text
    return out


__all__ = ["sources", "names"]

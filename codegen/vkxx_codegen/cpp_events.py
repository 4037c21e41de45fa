"""The types of updates with their objects: vkxx/updates/event_types.hpp."""

from . import names
from .cpp_objects import banner, includes

PAGE = "https://dev.vk.com/api/community-events/json-schema"


def section_of(types, event):
    return types.model.resolve(event.type.name).section


def emit(types):
    """The header, or None without events that have objects."""
    events = sorted((event for event in types.model.events
                     if event.type is not None and event.type.kind in ("struct", "union")),
                    key=lambda event: event.name)
    if not events:
        return None
    sections = sorted({section_of(types, event) for event in events})
    parts = [banner(types.model),
             "/// @file\n/// The types of updates of communities, with their objects, for "
             "`update::as`.\n///\n/// ```cpp\n"
             f"/// if (auto value = update.as<vkxx::updates::{names.identifier(events[0].name)}>()) …\n"
             f"/// ```\n///\n/// {PAGE}\n#pragma once\n",
             includes(["<string_view>"]),
             includes(["<vkxx/core/result.hpp>"] +
                      [f"<vkxx/objects/{section}.hpp>" for section in sections] +
                      ["<vkxx/objects/decode.hpp>"]),
             "namespace vkxx::updates {\n"]
    for event in events:
        kind = types.value(event.type)
        name = names.identifier(event.name)
        parts.append(
            f"/// The type `{event.name}`.\n"
            f"struct {name} {{\n"
            f"  using object_type = {kind};  ///< its object\n"
            f"  static constexpr std::string_view name = \"{event.name}\";  ///< VK's name\n"
            f"  /// The object in `json`. Fails as `vkxx::decode` does.\n"
            f"  [[nodiscard]] static result<object_type> decode(std::string_view json) {{\n"
            f"    return vkxx::decode<object_type>(json);\n"
            f"  }}\n"
            f"}};\n")
    parts.append("}  // namespace vkxx::updates\n")
    return "\n".join(parts)

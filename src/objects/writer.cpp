// Objects into JSON, by their shapes.
#include <array>
#include <charconv>
#include <cmath>
#include <variant>

#include <vkxx/core/json_text.hpp>

#include "objects/codec.hpp"

namespace vkxx::detail {

class writer {
 public:
  std::string out;
};

void write_integer(writer& to, std::int64_t value) {
  to.out += std::to_string(value);
}

void write_number(writer& to, double value) {
  if (!std::isfinite(value)) {
    to.out += "null";  // JSON has no such numbers
    return;
  }
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  to.out.append(digits.data(), end);
}

void write_boolean(writer& to, bool value, bool as_number) {
  to.out += as_number ? (value ? "1" : "0") : (value ? "true" : "false");
}

void write_text(writer& to, std::string_view value) {
  to.out += json_text(value);
}

void write_any(writer& to, std::string_view json) {
  to.out += json.empty() ? "null" : json;
}

void write_scalar(writer& to, const scalar& value) {
  std::visit(
      [&](const auto& held) {
        using held_type = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<held_type, std::monostate>) {
          to.out += "null";
        } else if constexpr (std::is_same_v<held_type, bool>) {
          write_boolean(to, held, false);
        } else if constexpr (std::is_same_v<held_type, std::int64_t>) {
          write_integer(to, held);
        } else if constexpr (std::is_same_v<held_type, double>) {
          write_number(to, held);
        } else {
          write_text(to, held);
        }
      },
      value.value());
}

void write_object(writer& to, const shape& layout, const void* object) {
  to.out += '{';
  bool first = true;
  for (std::size_t i = 0; i < layout.field_count; ++i) {
    const auto& field = layout.fields[i];
    const void* member = static_cast<const char*>(object) + field.offset;
    const bool empty_list = field.required && field.value_codec->form == json_form::array;
    if (field.value_codec->absent(member) && !empty_list) continue;
    if (!first) to.out += ',';
    first = false;
    write_text(to, {field.name, field.name_size});
    to.out += ':';
    field.value_codec->write(to, member);
  }
  to.out += '}';
}

void write_union(writer& to, const union_shape& layout, const void* self) {
  for (const auto& form : layout.forms) {
    const void* held = form.get(self);
    if (held == nullptr) continue;
    if (form.value_codec->absent(held)) {
      to.out += form.value_codec->form == json_form::array ? "[]" : "null";
    } else {
      form.value_codec->write(to, held);
    }
    return;
  }
  write_any(to, *layout.text(self));
}

void write_list(writer& to, const list_operations& list, const codec& item, const void* self) {
  to.out += '[';
  const auto size = list.size(self);
  for (std::size_t i = 0; i < size; ++i) {
    if (i != 0) to.out += ',';
    item.write(to, list.at(self, i));
  }
  to.out += ']';
}

std::string write_document(const codec& value_codec, const void* value) {
  writer to;
  value_codec.write(to, value);
  return std::move(to.out);
}

}  // namespace vkxx::detail

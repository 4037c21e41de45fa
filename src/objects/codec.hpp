// How a member of an object is read from JSON and written to it: tables instead of code.
//
// A generated source file describes each struct by a `shape`: the names of its fields, where they
// lie, and the codec of each. One reader and one writer (reader.cpp, writer.cpp) walk the shapes.
// Nothing here includes the JSON parser, so that the generated files compile fast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <vkxx/core/ids.hpp>
#include <vkxx/objects/boxed.hpp>
#include <vkxx/objects/decode.hpp>
#include <vkxx/objects/loose.hpp>
#include <vkxx/objects/open_enum.hpp>
#include <vkxx/objects/text.hpp>

namespace vkxx::detail {

class reader;
class writer;

// What a value of a type looks like in JSON; tells the forms of a union apart.
enum class json_form : std::uint8_t { object, array, string, number, boolean, any };

// What the reader takes without asking the codec, if the JSON is of just that kind: nearly all
// values of nearly all answers. A flag is a boolean that stands as a number.
enum class plain_value : std::uint8_t {
  none,
  integer,
  optional_integer,
  flag,
  optional_flag,
  text
};

struct codec {
  bool (*read)(reader&, void* member);  // false: nothing fit, the member is untouched
  void (*write)(writer&, const void* member);
  bool (*absent)(const void* member);  // whether to leave it out
  json_form form;
  plain_value plain = plain_value::none;
};

struct field_row {
  const char* name;
  std::uint64_t head;  // the first eight bytes of the name and the quote after it: see name_head
  std::uint16_t name_size;
  bool required;
  std::uint32_t offset;
  const codec* value_codec;
};

struct shape {
  std::string_view name;  // VK's
  const field_row* fields;
  std::uint16_t field_count, required_count;
  // Hash table of the field names: see name_hash. Slots hold field + 1, 0 is free.
  const std::uint16_t* slots;
  std::uint8_t slot_bits;
  std::uint32_t raw_offset;  // of raw_json
};

struct union_form {
  const codec* value_codec;
  void* (*emplace)(void* self);
  const void* (*get)(const void* self);  // null: another form is in it
};

struct union_value {
  std::string_view value;
  std::uint16_t form;
};

struct union_shape {
  std::string_view name, discriminator;
  std::span<const union_form> forms;
  std::span<const union_value> values;
  std::string* (*unknown)(void* self);  // puts the text of an unknown form into it
  const std::string* (*text)(const void* self);
};

struct list_operations {
  void (*clear)(void* list);
  void (*reserve)(void* list, std::size_t count);  // null: the items are cheap to move
  void* (*emplace)(void* list);
  void (*pop)(void* list);
  std::size_t (*size)(const void* list);
  const void* (*at)(const void* list, std::size_t index);
  std::size_t item_size = 0;  // 0: not known, and not counted
};

// The JSON value that the reader stands before, as one of these. False: it did not fit (told).
bool read_integer(reader&, std::int64_t& value);
bool read_number(reader&, double& value);
bool read_boolean(reader&, bool& value, bool as_number);
bool read_text_view(reader&, std::string_view& text);  // it stands until the next text is read
bool read_any(reader&, std::string& value);
bool read_scalar(reader&, scalar& value);
bool read_object(reader&, const shape& layout, void* object);
bool read_union(reader&, const union_shape& layout, void* self);
bool read_list(reader&, const list_operations& list, const codec& item, void* self);
void report_unknown_value(reader&, std::string_view text);

void write_integer(writer&, std::int64_t value);
void write_number(writer&, double value);
void write_boolean(writer&, bool value, bool as_number);
void write_text(writer&, std::string_view value);
void write_any(writer&, std::string_view json);
void write_scalar(writer&, const scalar& value);
void write_object(writer&, const shape& layout, const void* object);
void write_union(writer&, const union_shape& layout, const void* self);
void write_list(writer&, const list_operations& list, const codec& item, const void* self);

// Specialised for every generated struct and union.
template <class T>
const shape& shape_of() noexcept;
template <class T>
const union_shape& union_of() noexcept;
template <class T>
inline constexpr bool is_union = false;

// A codec for a type; the primary one is that of a generated struct or union.
template <class T>
struct codec_of {
  static bool read(reader& in, void* member) {
    if constexpr (is_union<T>) {
      return read_union(in, union_of<T>(), member);
    } else {
      return read_object(in, shape_of<T>(), member);
    }
  }
  static void write(writer& out, const void* member) {
    if constexpr (is_union<T>) {
      write_union(out, union_of<T>(), member);
    } else {
      write_object(out, shape_of<T>(), member);
    }
  }
  static bool absent(const void*) { return false; }
  static constexpr json_form form = json_form::object;
};

template <class T>
inline constexpr plain_value plain_v = plain_value::none;
template <>
inline constexpr plain_value plain_v<std::int64_t> = plain_value::integer;
template <class Tag>
inline constexpr plain_value plain_v<strong_id<Tag>> = plain_value::integer;
template <>
inline constexpr plain_value plain_v<std::optional<std::int64_t>> = plain_value::optional_integer;
template <>
inline constexpr plain_value plain_v<text> = plain_value::text;

template <class T>
inline constexpr codec codec_v{&codec_of<T>::read, &codec_of<T>::write, &codec_of<T>::absent,
                               codec_of<T>::form, plain_v<T>};

// The simple ones are in simple_codecs.cpp.
#define VKXX_SIMPLE_CODEC(type, json)                   \
  template <>                                           \
  struct codec_of<type> {                               \
    static bool read(reader& in, void* member);         \
    static void write(writer& out, const void* member); \
    static bool absent(const void* member);             \
    static constexpr json_form form = json_form::json;  \
  };
VKXX_SIMPLE_CODEC(std::int64_t, number)
VKXX_SIMPLE_CODEC(double, number)
VKXX_SIMPLE_CODEC(bool, boolean)
VKXX_SIMPLE_CODEC(text, string)
VKXX_SIMPLE_CODEC(any_json, any)
VKXX_SIMPLE_CODEC(scalar, any)
VKXX_SIMPLE_CODEC(std::optional<std::int64_t>, number)
VKXX_SIMPLE_CODEC(std::optional<double>, number)
VKXX_SIMPLE_CODEC(std::optional<bool>, boolean)
#undef VKXX_SIMPLE_CODEC

// Booleans that stand as 0 and 1.
extern const codec bool_int_codec, optional_bool_int_codec;

template <class Tag>
struct codec_of<strong_id<Tag>> {
  static bool read(reader& in, void* member) {
    std::int64_t value = 0;
    if (!read_integer(in, value)) return false;
    *static_cast<strong_id<Tag>*>(member) = strong_id<Tag>{value};
    return true;
  }
  static void write(writer& out, const void* member) {
    write_integer(out, static_cast<const strong_id<Tag>*>(member)->value());
  }
  static bool absent(const void*) { return false; }
  static constexpr json_form form = json_form::number;
};

// Enumerations of numbers: an unknown number is a value like the others.
template <class E>
requires std::is_enum_v<E>
struct codec_of<E> {
  static bool read(reader& in, void* member) {
    std::int64_t value = 0;
    if (!read_integer(in, value)) return false;
    *static_cast<E*>(member) = static_cast<E>(value);
    return true;
  }
  static void write(writer& out, const void* member) {
    write_integer(out, static_cast<std::int64_t>(*static_cast<const E*>(member)));
  }
  static bool absent(const void*) { return false; }
  static constexpr json_form form = json_form::number;
};

template <class E>
struct codec_of<open_enum<E>> {
  static bool read(reader& in, void* member) {
    std::string_view text;
    if (!read_text_view(in, text)) return false;
    auto& value = *static_cast<open_enum<E>*>(member);
    value.assign(text);
    if (value.value() == E{}) report_unknown_value(in, text);
    return true;
  }
  static void write(writer& out, const void* member) {
    write_text(out, static_cast<const open_enum<E>*>(member)->text());
  }
  static bool absent(const void* member) {
    return static_cast<const open_enum<E>*>(member)->text().empty();
  }
  static constexpr json_form form = json_form::string;
};

template <class T>
struct codec_of<std::optional<T>> {
  static bool read(reader& in, void* member) {
    auto& value = *static_cast<std::optional<T>*>(member);
    value.emplace();
    if (codec_of<T>::read(in, &*value)) return true;
    value.reset();
    return false;
  }
  static void write(writer& out, const void* member) {
    codec_of<T>::write(out, &**static_cast<const std::optional<T>*>(member));
  }
  static bool absent(const void* member) {
    return !static_cast<const std::optional<T>*>(member)->has_value();
  }
  static constexpr json_form form = codec_of<T>::form;
};

template <class T>
struct codec_of<boxed<T>> {
  static bool read(reader& in, void* member) {
    auto& value = *static_cast<boxed<T>*>(member);
    value.emplace();
    if (codec_of<T>::read(in, &*value)) return true;
    value.reset();
    return false;
  }
  static void write(writer& out, const void* member) {
    codec_of<T>::write(out, &**static_cast<const boxed<T>*>(member));
  }
  static bool absent(const void* member) {
    return !static_cast<const boxed<T>*>(member)->has_value();
  }
  static constexpr json_form form = codec_of<T>::form;
};

template <class T>
struct codec_of<std::vector<T>> {
  using list = std::vector<T>;
  // A user has 150 members: a list that grows by and by would spend its time with moving them.
  static constexpr auto reserve() -> void (*)(void*, std::size_t) {
    if constexpr (sizeof(T) >= 256) {
      return [](void* self, std::size_t count) { static_cast<list*>(self)->reserve(count); };
    }
    return nullptr;
  }
  static constexpr list_operations operations{
      [](void* self) { static_cast<list*>(self)->clear(); },
      reserve(),
      [](void* self) -> void* { return &static_cast<list*>(self)->emplace_back(); },
      [](void* self) { static_cast<list*>(self)->pop_back(); },
      [](const void* self) { return static_cast<const list*>(self)->size(); },
      [](const void* self, std::size_t index) -> const void* {
        return &(*static_cast<const list*>(self))[index];
      },
      sizeof(T)};
  static bool read(reader& in, void* member) {
    return read_list(in, operations, codec_v<T>, member);
  }
  static void write(writer& out, const void* member) {
    write_list(out, operations, codec_v<T>, member);
  }
  static bool absent(const void* member) { return static_cast<const list*>(member)->empty(); }
  static constexpr json_form form = json_form::array;
};

template <class T>
const codec& codec_for() noexcept {
  if constexpr (std::is_same_v<T, bool>) {
    return bool_int_codec;
  } else {
    return codec_v<T>;
  }
}

// The lists of simple things are in simple_codecs.cpp too.
extern template struct codec_of<std::vector<std::int64_t>>;
extern template struct codec_of<std::vector<text>>;

}  // namespace vkxx::detail

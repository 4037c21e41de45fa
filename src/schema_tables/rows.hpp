// The rows of generated/schema_tables/tables.cpp: numbers only, so that they need no relocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vkxx::schema_tables::detail {

using index = std::uint16_t;
inline constexpr index none = 0xFFFF;

struct text {
  std::uint32_t offset;
  std::uint16_t size;
};

// The bits of `mask`, from the lowest: which of the six limits are set.
struct limits_row {
  std::uint8_t mask;
  std::int64_t min, max;
  std::uint32_t min_length, max_length, min_items, max_items;
};

struct type_row {
  std::uint8_t kind;
  std::uint8_t uri;
  index limits;
  index first;  // item type, first enum value, object or union, by kind
  index count;  // of the enum values
};

struct object_row {
  text name;
  index first, count;
};
struct field_row {
  text name;
  index type;
  std::uint8_t required;
};
struct union_row {
  text name, discriminator;
  index first, count, first_mapping, mapping_count;
};
struct mapping_row {
  text value;
  index alternative;
};
struct parameter_row {
  text name;
  index type;
  std::uint8_t flags;  // 1 required, 2 JSON, 4 has a default
  text default_value;
};
struct condition_row {
  text parameter, value;  // an empty value: any that is not empty
};
struct list_row {
  text items, offset, size, from, identity;
  std::uint32_t largest, usual;
};
struct answer_row {
  text key, response;
  index type, first_condition, condition_count;
  index list;
};
struct method_row {
  text name, section;
  std::uint8_t flags;  // 1 writes, 2 may stand in a script
  std::uint8_t tokens;
  index first_parameter, parameter_count, first_error, error_count, first_answer, answer_count;
  index timeout;
  text idempotency;
};
struct subcode_row {
  text name;
  int subcode;
};
struct error_row {
  text name;
  int code;
  std::uint8_t everywhere;
  index first_subcode, subcode_count;
};
struct event_row {
  text name;
  index type;
  std::uint8_t callback_setting, long_poll_setting;
};

extern const std::string_view api_version;
extern const char texts[];
extern const limits_row limits[];
extern const type_row types[];
extern const text enum_values[];
extern const object_row objects[];
extern const field_row fields[];
extern const union_row unions[];
extern const index alternatives[];
extern const mapping_row mappings[];
extern const method_row methods[];
extern const parameter_row parameters[];
extern const answer_row answers[];
extern const list_row lists[];
extern const condition_row conditions[];
extern const index method_errors[];
extern const error_row errors[];
extern const subcode_row subcodes[];
extern const event_row events[];
extern const std::size_t limits_count, types_count, enum_values_count, objects_count, fields_count,
    unions_count, alternatives_count, mappings_count, methods_count, parameters_count,
    answers_count, lists_count, conditions_count, method_errors_count, errors_count, subcodes_count,
    events_count;

inline std::string_view view(const text& piece) {
  return {texts + piece.offset, piece.size};
}

}  // namespace vkxx::schema_tables::detail

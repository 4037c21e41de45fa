#include <vkxx/schema_tables/schema_tables.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "schema_tables/rows.hpp"

namespace vkxx::schema_tables {
namespace {

const detail::limits_row& limits_of(std::size_t type_row) noexcept {
  return detail::limits[detail::types[type_row].limits];
}

template <class Value>
std::optional<Value> limit(const detail::limits_row& row, int bit, Value value) noexcept {
  if ((row.mask & (1U << bit)) == 0) return std::nullopt;
  return value;
}

// The row of the rows [low, end) whose key is `wanted`, the keys being sorted.
template <class Key, class Wanted>
std::optional<std::size_t> search_between(std::size_t low, std::size_t end, Wanted wanted,
                                          Key key) noexcept {
  std::size_t high = end;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    if (key(middle) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low < end && key(low) == wanted) return low;
  return std::nullopt;
}

template <class Key, class Wanted>
std::optional<std::size_t> search(std::size_t count, Wanted wanted, Key key) noexcept {
  return search_between(0, count, wanted, key);
}

// Where the methods of each first letter begin: half of the search, which every call makes.
class method_letters {
 public:
  method_letters() noexcept {
    std::size_t row = 0;
    for (std::size_t letter = 0; letter != begins_.size(); ++letter) {
      while (row != detail::methods_count && first_of(view(detail::methods[row].name)) < letter) {
        ++row;
      }
      begins_[letter] = static_cast<std::uint16_t>(row);
    }
  }

  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept {
    if (name.empty()) return std::nullopt;
    const auto letter = first_of(name);
    return search_between(begins_[letter], begins_[letter + 1U], name,
                          [](std::size_t at) { return view(detail::methods[at].name); });
  }

 private:
  [[nodiscard]] static std::size_t first_of(std::string_view name) noexcept {
    return static_cast<unsigned char>(name.front());
  }

  std::array<std::uint16_t, 257> begins_{};
};

}  // namespace

value_text::operator std::string_view() const noexcept {
  return view(detail::enum_values[row_]);
}

std::string_view mapping::value() const noexcept {
  return view(detail::mappings[row_].value);
}
std::size_t mapping::alternative() const noexcept {
  return detail::mappings[row_].alternative;
}

alternative::operator type() const noexcept {
  return type{detail::alternatives[row_]};
}

kind type::kind() const noexcept {
  return static_cast<schema_tables::kind>(detail::types[row_].kind);
}
std::optional<std::int64_t> type::minimum() const noexcept {
  return limit(limits_of(row_), 0, limits_of(row_).min);
}
std::optional<std::int64_t> type::maximum() const noexcept {
  return limit(limits_of(row_), 1, limits_of(row_).max);
}
std::optional<std::size_t> type::min_length() const noexcept {
  return limit<std::size_t>(limits_of(row_), 2, limits_of(row_).min_length);
}
std::optional<std::size_t> type::max_length() const noexcept {
  return limit<std::size_t>(limits_of(row_), 3, limits_of(row_).max_length);
}
std::optional<std::size_t> type::min_items() const noexcept {
  return limit<std::size_t>(limits_of(row_), 4, limits_of(row_).min_items);
}
std::optional<std::size_t> type::max_items() const noexcept {
  return limit<std::size_t>(limits_of(row_), 5, limits_of(row_).max_items);
}
bool type::is_uri() const noexcept {
  return detail::types[row_].uri != 0;
}
list<value_text> type::values() const noexcept {
  const auto& row = detail::types[row_];
  if (kind() != schema_tables::kind::string_enum && kind() != schema_tables::kind::integer_enum) {
    return {0, 0};
  }
  return {row.first, row.count};
}
type type::item() const noexcept {
  return type{detail::types[row_].first};
}
std::string_view type::name() const noexcept {
  const auto& row = detail::types[row_];
  if (kind() == schema_tables::kind::object) return view(detail::objects[row.first].name);
  if (kind() == schema_tables::kind::one_of) return view(detail::unions[row.first].name);
  return {};
}
list<field> type::fields() const noexcept {
  if (kind() != schema_tables::kind::object) return {0, 0};
  return object{detail::types[row_].first}.fields();
}
list<alternative> type::alternatives() const noexcept {
  if (kind() != schema_tables::kind::one_of) return {0, 0};
  const auto& row = detail::unions[detail::types[row_].first];
  return {row.first, row.count};
}
std::string_view type::discriminator() const noexcept {
  if (kind() != schema_tables::kind::one_of) return {};
  return view(detail::unions[detail::types[row_].first].discriminator);
}
list<mapping> type::mappings() const noexcept {
  if (kind() != schema_tables::kind::one_of) return {0, 0};
  const auto& row = detail::unions[detail::types[row_].first];
  return {row.first_mapping, row.mapping_count};
}

std::string_view field::name() const noexcept {
  return view(detail::fields[row_].name);
}
type field::type() const noexcept {
  return schema_tables::type{detail::fields[row_].type};
}
bool field::required() const noexcept {
  return detail::fields[row_].required != 0;
}

std::string_view object::name() const noexcept {
  return view(detail::objects[row_].name);
}
list<field> object::fields() const noexcept {
  return {detail::objects[row_].first, detail::objects[row_].count};
}

std::string_view parameter::name() const noexcept {
  return view(detail::parameters[row_].name);
}
type parameter::type() const noexcept {
  return schema_tables::type{detail::parameters[row_].type};
}
bool parameter::required() const noexcept {
  return (detail::parameters[row_].flags & 1) != 0;
}
bool parameter::json() const noexcept {
  return (detail::parameters[row_].flags & 2) != 0;
}
std::optional<std::string_view> parameter::default_value() const noexcept {
  if ((detail::parameters[row_].flags & 4) == 0) return std::nullopt;
  return view(detail::parameters[row_].default_value);
}

std::string_view condition::parameter() const noexcept {
  return view(detail::conditions[row_].parameter);
}
std::string_view condition::value() const noexcept {
  return view(detail::conditions[row_].value);
}

std::string_view answer::key() const noexcept {
  return view(detail::answers[row_].key);
}
std::string_view answer::response() const noexcept {
  return view(detail::answers[row_].response);
}
type answer::type() const noexcept {
  return schema_tables::type{detail::answers[row_].type};
}
list<condition> answer::conditions() const noexcept {
  return {detail::answers[row_].first_condition, detail::answers[row_].condition_count};
}

std::optional<paged_list> answer::pages() const noexcept {
  const auto row = detail::answers[row_].list;
  if (row == detail::none) return std::nullopt;
  return paged_list{row};
}

std::string_view paged_list::items() const noexcept {
  return view(detail::lists[row_].items);
}
std::string_view paged_list::identity() const noexcept {
  return view(detail::lists[row_].identity);
}
std::string_view paged_list::offset_parameter() const noexcept {
  return view(detail::lists[row_].offset);
}
std::string_view paged_list::size_parameter() const noexcept {
  return view(detail::lists[row_].size);
}
std::string_view paged_list::from_parameter() const noexcept {
  return view(detail::lists[row_].from);
}
std::int64_t paged_list::largest() const noexcept {
  return detail::lists[row_].largest;
}
std::int64_t paged_list::usual() const noexcept {
  return detail::lists[row_].usual;
}

error_code::operator int() const noexcept {
  return detail::method_errors[row_];
}

std::string_view method::name() const noexcept {
  return view(detail::methods[row_].name);
}
std::string_view method::section() const noexcept {
  return view(detail::methods[row_].section);
}
bool method::writes() const noexcept {
  return (detail::methods[row_].flags & 1) != 0;
}
bool method::batchable() const noexcept {
  return (detail::methods[row_].flags & 2) != 0;
}
token_kinds method::tokens() const noexcept {
  return token_kinds{detail::methods[row_].tokens};
}
list<parameter> method::parameters() const noexcept {
  return {detail::methods[row_].first_parameter, detail::methods[row_].parameter_count};
}
std::optional<parameter> method::find_parameter(std::string_view name) const noexcept {
  for (const auto candidate : parameters()) {
    if (candidate.name() == name) return candidate;
  }
  return std::nullopt;
}
list<error_code> method::errors() const noexcept {
  return {detail::methods[row_].first_error, detail::methods[row_].error_count};
}
list<answer> method::answers() const noexcept {
  return {detail::methods[row_].first_answer, detail::methods[row_].answer_count};
}
int method::timeout() const noexcept {
  return detail::methods[row_].timeout;
}
std::string_view method::idempotency_parameter() const noexcept {
  return view(detail::methods[row_].idempotency);
}

std::string_view subcode::name() const noexcept {
  return view(detail::subcodes[row_].name);
}
int subcode::number() const noexcept {
  return detail::subcodes[row_].subcode;
}

std::string_view error::name() const noexcept {
  return view(detail::errors[row_].name);
}
int error::code() const noexcept {
  return detail::errors[row_].code;
}
bool error::everywhere() const noexcept {
  return detail::errors[row_].everywhere != 0;
}
list<subcode> error::subcodes() const noexcept {
  return {detail::errors[row_].first_subcode, detail::errors[row_].subcode_count};
}

std::string_view event::name() const noexcept {
  return view(detail::events[row_].name);
}
std::optional<type> event::type() const noexcept {
  if (detail::events[row_].type == detail::none) return std::nullopt;
  return schema_tables::type{detail::events[row_].type};
}
bool event::in_callback_settings() const noexcept {
  return detail::events[row_].callback_setting != 0;
}
bool event::in_long_poll_settings() const noexcept {
  return detail::events[row_].long_poll_setting != 0;
}

std::string_view api_version() noexcept {
  return detail::api_version;
}
list<method> methods() noexcept {
  return {0, detail::methods_count};
}
list<object> objects() noexcept {
  return {0, detail::objects_count};
}
list<error> errors() noexcept {
  return {0, detail::errors_count};
}
list<event> events() noexcept {
  return {0, detail::events_count};
}

std::optional<method> find_method(std::string_view name) noexcept {
  static const method_letters letters;
  const auto row = letters.find(name);
  if (!row) return std::nullopt;
  return method{*row};
}
std::optional<error> find_error(int code) noexcept {
  const auto row =
      search(detail::errors_count, code, [](std::size_t at) { return detail::errors[at].code; });
  if (!row) return std::nullopt;
  return error{*row};
}
std::optional<event> find_event(std::string_view name) noexcept {
  const auto row = search(detail::events_count, name,
                          [](std::size_t at) { return view(detail::events[at].name); });
  if (!row) return std::nullopt;
  return event{*row};
}

}  // namespace vkxx::schema_tables

// Queries, fragments and forms, read strictly and in order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkxx::auth::detail {

using form_field = std::pair<std::string, std::string>;

// The most fields of one answer or address.
inline constexpr std::size_t form_field_limit = 200;

// The fields of `a=1&b=2`, decoded and in order, including blank values and repeated names. Nothing
// for a broken percent escape or too many fields.
[[nodiscard]] std::optional<std::vector<form_field>> read_form(std::string_view text);

// The first value of that name.
[[nodiscard]] std::optional<std::string_view> find_field(const std::vector<form_field>& fields,
                                                         std::string_view name) noexcept;

// `a=1&b=2`, as forms are sent.
[[nodiscard]] std::string form_text(const std::vector<form_field>& fields);

// Replaces the first value of that name, or appends the field.
void set_field(std::vector<form_field>& fields, std::string_view name, std::string value);

// Sorts by name, byte by byte; fields of the same name keep their order.
void sort_by_name(std::vector<form_field>& fields);

}  // namespace vkxx::auth::detail

/// @file
/// Sample answers and checks of parameters, made from the schema tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::schema_tables {

/// How a sample is made.
struct sample_options {
  /// The same seed gives the same text, on every machine.
  std::uint64_t seed = 0;
  /// Objects that stand deeper than this get their required fields only.
  std::size_t depth = 3;
  /// Whether every optional field is there down to `depth`; else about one of two, by the seed.
  bool every_field = false;
};

/// JSON text of a value that fits `wanted`: kinds, enum values, limits, required fields.
[[nodiscard]] std::string sample(type wanted, const sample_options& options = {});

/// JSON text of what stands under `"response"` in an answer of this form.
[[nodiscard]] std::string sample_answer(answer form, const sample_options& options = {});

/// Looks up a parameter of a request by name; nothing: it was not sent.
using parameter_lookup = std::function<std::optional<std::string_view>(std::string_view name)>;

/// The form in which `called` answers a request with these parameters.
[[nodiscard]] answer choose_answer(method called, const parameter_lookup& sent);

/// Why `text` cannot be the value of `wanted`, in VK's manner (`group_id should be positive`,
/// `count should be less or equal to 200`); nothing: it can. The parameter's name is part of it.
[[nodiscard]] std::optional<std::string> parameter_fault(parameter wanted, std::string_view text);

/// The first fault of a request to `called`: a required parameter that was not sent (or is empty),
/// or a value that does not fit. Parameters that the schema does not know are nobody's fault.
[[nodiscard]] std::optional<std::string> request_fault(method called, const parameter_lookup& sent);

}  // namespace vkxx::schema_tables

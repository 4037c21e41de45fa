/// @file
/// Sample answers and parameter checks, based on the schema tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::schema_tables {

/// Options for samples.
struct sample_options {
  /// The same seed produces the same text on every machine.
  std::uint64_t seed = 0;
  /// Deeper objects contain their required fields only.
  std::size_t depth = 3;
  /// Whether every optional field is present down to `depth`. Otherwise the seed selects about half
  /// of them.
  bool every_field = false;
};

/// Returns the JSON text of a value that fits `wanted`: kinds, enum values, limits, required
/// fields.
[[nodiscard]] std::string sample(type wanted, const sample_options& options = {});

/// Returns the JSON text for `"response"` in an answer of this form.
[[nodiscard]] std::string sample_answer(answer form, const sample_options& options = {});

/// Looks up a parameter of a request by name. Returns an empty optional if it was not sent.
using parameter_lookup = std::function<std::optional<std::string_view>(std::string_view name)>;

/// Returns the form of `called`'s answer to a request with these parameters.
[[nodiscard]] answer choose_answer(method called, const parameter_lookup& sent);

/// Returns VK's text for a `text` that is invalid for `wanted` (`group_id should be positive`,
/// `count should be less or equal to 200`), including the parameter's name. Empty if the value is
/// valid.
[[nodiscard]] std::optional<std::string> parameter_fault(parameter wanted, std::string_view text);

/// Returns the first fault of a request to `called`: a required parameter that was not sent (or is
/// empty), or an invalid value. Parameters that the schema does not have are not faults. Empty
/// without a fault.
[[nodiscard]] std::optional<std::string> request_fault(method called, const parameter_lookup& sent);

}  // namespace vkxx::schema_tables

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

/// Looks up a parameter of a request by name. Returns an empty optional if it was not sent.
using parameter_lookup = std::function<std::optional<std::string_view>(std::string_view name)>;

/// Options for samples.
struct sample_options {
  /// The same options produce the same text on every machine.
  std::uint64_t seed = 0;
  /// Deeper objects contain their required fields only.
  std::size_t depth = 3;
  /// Whether every optional field is present down to `depth`. Otherwise the seed selects about half
  /// of them, and none that reports an error.
  bool every_field = false;
  /// Addresses in the sample are `base_url`, then `/sample/NAME/NUMBER`, with `.png` for pictures.
  std::string base_url = "https://example.com";
  /// Times in the sample are within a month of this Unix time.
  std::int64_t now = 1'760'000'000;
  /// Ids of users are 1 to this number.
  std::int64_t users = 11;
  /// Ids of communities are 1 to this number.
  std::int64_t communities = 4;
  /// The parameters of the request: they select the page of a list, and the ids of the owner that
  /// the answer repeats. Null: none.
  parameter_lookup sent = nullptr;
};

/// Returns the JSON text of a value that fits `wanted`: kinds, enum values, limits, required
/// fields. Values are plausible for the names of their fields.
[[nodiscard]] std::string sample(type wanted, const sample_options& options = {});

/// Returns the JSON text for `"response"` in an answer of this form. A list that comes page by
/// page has three to seven items, and `count` and `next_from` agree with the page sent for.
[[nodiscard]] std::string sample_answer(answer form, const sample_options& options = {});

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

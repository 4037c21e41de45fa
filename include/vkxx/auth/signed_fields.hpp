/// @file
/// The fields of a text with a verified signature.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkxx::auth {

/// A point in calendar time, which VK sends as Unix time.
using wall_time = std::chrono::system_clock::time_point;

/// Names and decoded values, all of them covered by the signature.
///
/// Thread safety: safe to share: it is immutable.
class signed_fields {
 public:
  /// A name and its value.
  using field = std::pair<std::string, std::string>;

  /// Takes verified `fields`, in the order in which they were signed.
  explicit signed_fields(std::vector<field> fields) : fields_{std::move(fields)} {}

  /// The (first) value of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// The value as a number; nothing if it is absent or not a number.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const noexcept;
  /// `1` is true; everything else, absence too, is false.
  [[nodiscard]] bool flag(std::string_view name) const noexcept;
  /// All fields in the order in which they were signed.
  [[nodiscard]] const std::vector<field>& all() const noexcept { return fields_; }

 private:
  std::vector<field> fields_;
};

}  // namespace vkxx::auth

/// @file
/// Values of an open type, and the JSON of an object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace vkxx {

/// Any JSON value as its JSON text; empty without a value.
struct any_json {
  std::string text;  ///< JSON, unchanged from the answer

  [[nodiscard]] bool empty() const noexcept { return text.empty(); }
  friend bool operator==(const any_json&, const any_json&) = default;
};

/// A text, a number or a boolean, for fields in which VK sends any of these.
class scalar {
 public:
  scalar() noexcept = default;
  /// Holds this value, of this kind.
  explicit scalar(std::int64_t value) : value_{value} {}
  explicit scalar(double value) : value_{value} {}
  explicit scalar(bool value) : value_{value} {}
  explicit scalar(std::string value) : value_{std::move(value)} {}

  /// Whether there is no value.
  [[nodiscard]] bool empty() const noexcept { return value_.index() == 0; }
  /// The number, also if VK sent it as a text. Empty if it is not a whole number.
  [[nodiscard]] std::optional<std::int64_t> as_integer() const;
  /// The text, or the value of another kind as a text (`true`, `12`).
  [[nodiscard]] std::string as_text() const;
  /// The value as VK sent it. Holds the first alternative without a value.
  [[nodiscard]] const std::variant<std::monostate, std::int64_t, double, bool, std::string>& value()
      const noexcept {
    return value_;
  }
  friend bool operator==(const scalar&, const scalar&) = default;

 private:
  std::variant<std::monostate, std::int64_t, double, bool, std::string> value_;
};

/// The JSON of an object, if `decode_options::keep_raw` was set. Shares the bytes of the whole
/// answer: copies are cheap, and a single object keeps the whole answer in memory.
class raw_json {
 public:
  raw_json() noexcept;
  /// `size` bytes of `body` from `offset` on. Copies share the bytes.
  raw_json(std::shared_ptr<const std::string> body, std::size_t offset, std::size_t size);
  raw_json(const raw_json&) noexcept;
  raw_json(raw_json&&) noexcept;
  /// Shares the bytes of the other object.
  raw_json& operator=(const raw_json&) noexcept;
  raw_json& operator=(raw_json&&) noexcept;
  ~raw_json();

  /// The JSON of the object with its braces; empty if it was not stored.
  [[nodiscard]] std::string_view text() const noexcept;

 private:
  struct slice;
  std::shared_ptr<const slice> slice_;
};

}  // namespace vkxx

/// @file
/// Reads the members of a JSON body. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// The JSON object that a control request has as body; empty if there is no body.
/// @throws std::invalid_argument if it is something else, or longer than 4 MiB.
[[nodiscard]] boost::json::object read_body(const http_message& message);

/// All functions throw `std::invalid_argument` for a member of the wrong type.
class body_reader {
 public:
  explicit body_reader(const boost::json::object& body) : body_{body} {}

  /// Refuses every other member: a mistyped one would do nothing, and nobody would know.
  void only(std::initializer_list<std::string_view> names) const;

  [[nodiscard]] std::int64_t number(std::string_view name) const;  ///< Required.
  [[nodiscard]] std::int64_t number_or(std::string_view name, std::int64_t fallback) const;
  [[nodiscard]] std::optional<std::int64_t> find_number(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name) const;  ///< Required, not empty.
  [[nodiscard]] std::string text_or(std::string_view name, std::string_view fallback = {}) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  /// A number, a list of numbers, or nothing.
  [[nodiscard]] std::vector<std::int64_t> numbers(std::string_view name) const;
  /// A text that is JSON, or any other value as JSON; empty if it is absent or null.
  [[nodiscard]] std::string json_text(std::string_view name) const;
  [[nodiscard]] const boost::json::value* find(std::string_view name) const noexcept;

 private:
  const boost::json::object& body_;
};

}  // namespace vkxx::emulation::detail

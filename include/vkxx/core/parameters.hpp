/// @file
/// The parameters of one request, in order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/parameter_value.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx {

/// An ordered map from parameter name to its text on the wire.
///
/// A value that is null or an empty optional is *left out*, even if it is a common parameter of the
/// client (`lang`, for example).
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class parameters {
 public:
  /// One parameter. Without a text it is left out.
  struct entry {
    std::string name;                 ///< as VK spells it
    std::optional<std::string> text;  ///< not encoded yet
    result<void> status;              ///< an error if the value cannot be sent
  };

  /// Sets `name` to the value, replacing an earlier one. Several values, or a range, make a list.
  template <class T>
  parameters& set(std::string_view name, const T& value) {
    put(name, to_parameter(value));
    return *this;
  }
  template <class First, class Second, class... More>
  parameters& set(std::string_view name, const First& first, const Second& second,
                  const More&... more) {
    std::vector<parameter_text> parts;
    parts.reserve(2 + sizeof...(More));
    parts.push_back(to_parameter(first));
    parts.push_back(to_parameter(second));
    (parts.push_back(to_parameter(more)), ...);
    put(name, detail::joined(std::move(parts), std::same_as<First, boost::json::object>));
    return *this;
  }

  /// The text of the parameter; nothing if it is absent or left out.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// Whether the name was set, even to null.
  [[nodiscard]] bool mentions(std::string_view name) const noexcept;
  /// Removes the parameter.
  void erase(std::string_view name) noexcept;
  /// All parameters in order, including those that are left out.
  [[nodiscard]] const std::vector<entry>& entries() const noexcept { return entries_; }
  /// Whether all parameters can be sent: fails with `errc::invalid_argument`, naming the first that
  /// cannot.
  [[nodiscard]] result<void> validate() const;

  /// The parameters as an `application/x-www-form-urlencoded` body.
  [[nodiscard]] std::string form() const;
  /// Appends the parameters that `winners` does not mention to `body`.
  void append_form(std::string& body, const parameters& winners) const;

 private:
  void put(std::string_view name, parameter_text value);

  std::vector<entry> entries_;
};

/// Appends `text` to `out` in the form encoding (WHATWG URL, `application/x-www-form-urlencoded`).
void append_form_encoded(std::string& out, std::string_view text);

}  // namespace vkxx

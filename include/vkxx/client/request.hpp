/// @file
/// A call of any method by its name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <vkxx/core/parameters.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx {

/// A method's name and its parameters.
///
/// ```cpp
/// vkxx::request{"users.get"}.set("user_ids", 1, "durov").set("fields", "city", "sex")
/// ```
///
/// The values are encoded when they are set (see `parameter_value.hpp`), so a request owns its
/// data. A value that cannot be sent does not throw here: the call fails with
/// `errc::invalid_argument` and names the parameter.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class request {
 public:
  /// `method` as VK spells it, case included: `users.get`, `getServerTime`, `execute.myProcedure`.
  explicit request(std::string method) : method_{std::move(method)} {}

  /// Gives a parameter its value, in place of an earlier one. Several values, or a range, make a
  /// list. Null or an empty optional leaves the parameter out, even if it is a common one of the
  /// client. `access_token` is stored as a secret and never sent among the parameters.
  template <class... Values>
  requires(sizeof...(Values) > 0) request& set(std::string_view name, const Values&... values) & {
    parameters_.set(name, values...);
    if (name == "access_token") take_token();
    return *this;
  }
  template <class... Values>
  requires(sizeof...(Values) > 0) request && set(std::string_view name, const Values&... values) &&
  {
    return std::move(set(name, values...));
  }

  /// The token for this call, in place of the client's. Empty: no token is sent.
  request& access_token(secret token) &;
  request&& access_token(secret token) &&;
  request& access_token(std::string token) &;
  request&& access_token(std::string token) &&;

  /// The method's name as VK spells it.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  /// The parameters without `access_token`, which is stored separately.
  [[nodiscard]] const vkxx::parameters& parameters() const noexcept { return parameters_; }
  [[nodiscard]] vkxx::parameters& parameters() noexcept { return parameters_; }
  /// The call's own token; nothing: the client's.
  [[nodiscard]] const std::optional<secret>& access_token() const noexcept { return token_; }

 private:
  // Moves the parameter `access_token` to `token_`.
  void take_token();

  std::string method_;
  vkxx::parameters parameters_;
  std::optional<secret> token_;
};

}  // namespace vkxx

/// @file
/// A call that a test expects.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/core/secret.hpp>

namespace vkxx::testing {

/// A call of one method. Parameters that are not mentioned are not checked.
class expected_call {
 public:
  /// `method` as VK spells it; parameters and token are not checked by default.
  explicit expected_call(std::string method);

  /// The parameter `name` is sent, with exactly this text.
  expected_call& with(std::string name, std::string text);
  /// No parameter of that name is sent.
  expected_call& without(std::string name);
  /// The call carries this token.
  expected_call& with_token(std::string token);
  /// The call carries no token.
  expected_call& without_token();

  /// The expected method.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  /// Names and texts; an empty text: the parameter must not be sent.
  [[nodiscard]] const std::vector<std::pair<std::string, std::optional<std::string>>>& parameters()
      const noexcept {
    return parameters_;
  }
  /// An empty secret: no token must be sent. Nothing: the token is not checked.
  [[nodiscard]] const std::optional<secret>& token() const noexcept { return token_; }
  /// `users.get with user_ids="1,2"`; secrets redacted.
  [[nodiscard]] std::string to_string() const;

 private:
  std::string method_;
  std::vector<std::pair<std::string, std::optional<std::string>>> parameters_;
  std::optional<secret> token_;
};

/// Begins an expectation: `call("users.get").with("user_ids", "1,2")`.
[[nodiscard]] expected_call call(std::string method);

}  // namespace vkxx::testing

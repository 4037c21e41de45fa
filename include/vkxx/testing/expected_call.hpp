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
  /// `method` in VK's spelling. Parameters and token are not checked by default.
  explicit expected_call(std::string method);

  /// Expects the parameter `name` with exactly this text.
  expected_call& with(std::string name, std::string text);
  /// Expects no parameter of that name.
  expected_call& without(std::string name);
  /// Expects this token.
  expected_call& with_token(std::string token);
  /// Expects no token.
  expected_call& without_token();

  /// The expected method.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  /// Names and texts. An empty text means that the parameter must not be sent.
  [[nodiscard]] const std::vector<std::pair<std::string, std::optional<std::string>>>& parameters()
      const noexcept {
    return parameters_;
  }
  /// The expected token. An empty secret means that no token must be sent. Empty if the token is
  /// not checked.
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

#include <vkxx/testing/expected_call.hpp>

#include <vkxx/core/json_text.hpp>
#include <vkxx/core/redaction.hpp>

namespace vkxx::testing {

expected_call::expected_call(std::string method) : method_{std::move(method)} {}

expected_call& expected_call::with(std::string name, std::string text) {
  parameters_.emplace_back(std::move(name), std::move(text));
  return *this;
}

expected_call& expected_call::without(std::string name) {
  parameters_.emplace_back(std::move(name), std::nullopt);
  return *this;
}

expected_call& expected_call::with_token(std::string token) {
  token_ = secret{std::move(token)};
  return *this;
}

expected_call& expected_call::without_token() {
  token_ = secret{};
  return *this;
}

std::string expected_call::to_string() const {
  std::string text = method_;
  for (const auto& [name, value] : parameters_) {
    text += value ? " with " + name + "=" + json_text(redacted_parameter(method_, name, *value))
                  : " without " + name;
  }
  if (token_) text += token_->empty() ? " without a token" : " with token " + token_->redacted();
  return text;
}

expected_call call(std::string method) {
  return expected_call{std::move(method)};
}

}  // namespace vkxx::testing

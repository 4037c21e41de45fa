#include <vkxx/client/typed_call.hpp>

#include <array>

namespace vkxx::detail {
namespace {

constexpr std::array<std::pair<token_kind, std::string_view>, 4> kinds{{
    {token_kind::user, "user"},
    {token_kind::community, "group"},
    {token_kind::service, "service"},
    {token_kind::anonymous, "anonymous"},
}};

bool among(std::uint8_t bits, token_kind kind) noexcept {
  return (bits & static_cast<std::uint8_t>(kind)) != 0;
}

}  // namespace

std::string token_fault(std::string_view method, std::uint8_t takes, token_kind has) {
  // A method that names none of the kinds is open to all.
  std::string_view held;
  std::string wanted;
  for (const auto& [kind, name] : kinds) {
    if (kind == has) held = name;
    if (among(takes, kind)) wanted += (wanted.empty() ? "" : ", ") + std::string{name};
  }
  if (wanted.empty() || takes >= 16 || among(takes, has)) return {};
  return "access_token: " + std::string{method} + " takes tokens of the kind " + wanted +
         ", and the client's is of the kind " + std::string{held};
}

error refusal(const checked_request& call) {
  error failure{errc::invalid_argument, request_effect::not_sent, call.fault};
  failure.set_method(call.request.method());
  return failure;
}

error decoding_error(error failure, const reply& answer) {
  return answer.misfit(failure.code().value_or(errc::unexpected_type), failure.message());
}

}  // namespace vkxx::detail

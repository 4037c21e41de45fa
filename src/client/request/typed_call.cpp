#include <vkxx/client/typed_call.hpp>

#include <array>
#include <utility>

#include "client/reply/reply_builder.hpp"

namespace vkxx::detail {
namespace {

constexpr std::array<std::pair<token_kind, std::string_view>, 4> kinds{{
    {token_kind::user, "user"},
    {token_kind::community, "group"},
    {token_kind::service, "service"},
    {token_kind::anonymous, "anonymous"},
}};

}  // namespace

result<void> check_token(std::string_view method, token_kinds accepted, token_kind kind) {
  if (accepted.allows(kind)) return {};
  std::string_view held;
  std::string wanted;
  for (const auto& [known, name] : kinds) {
    if (known == kind) held = name;
    if (accepted.contains(known)) wanted += (wanted.empty() ? "" : ", ") + std::string{name};
  }
  return error{errc::invalid_argument, request_effect::not_sent,
               "access_token: " + std::string{method} + " takes tokens of the kind " + wanted +
                   ", and the client's is of the kind " + std::string{held}};
}

error decoding_error(error failure, const reply& answer) {
  if (auto broken = reply_builder::syntax_fault(answer)) return *std::move(broken);
  return answer.misfit(failure.code().value_or(errc::unexpected_type), failure.message());
}

}  // namespace vkxx::detail

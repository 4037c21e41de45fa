#include <vkxx/client/typed_call.hpp>

#include <array>
#include <cstddef>
#include <utility>

#include "client/reply/json_slices.hpp"
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

bool script_decoder::decode(std::string_view response) {
  const auto values = items_of(response, parts_.size());
  if (!values || values->empty() || (fixed_ && values->size() != parts_.size())) return false;
  for (std::size_t i = 0; i < values->size(); ++i) {
    if (!parts_[i]->decode((*values)[i])) return false;
  }
  return true;
}

response_decoder* decoder_of(const reply& answer) noexcept {
  return reply_builder::decoder_of(answer);
}

error decoding_error(error failure, const reply& answer) {
  return answer.misfit(failure.code().value_or(errc::unexpected_type), failure.message());
}

}  // namespace vkxx::detail

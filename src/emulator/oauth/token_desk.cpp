#include "emulator/oauth/token_desk.hpp"

#include "emulator/oauth/scope_mask.hpp"
#include "emulator/world/accounts/account_commands.hpp"

namespace vkxx::emulation::detail {

std::string token_desk::lasting(token_kind kind, std::int64_t owner) {
  token_record record;
  // A world that was kept has tokens of earlier runs, which drew the same numbers.
  do record.text = "vk1.a.emulator-login-" + random_.hex(64);
  while (state_.token(record.text) != nullptr);
  record.kind = kind;
  record.owner = owner;
  auto text = record.text;
  account_commands{state_, {}}.add_token(std::move(record));
  changed_.push_back(text);
  return text;
}

void token_desk::revoke(std::string_view text, std::string trouble) {
  account_commands{state_, {}}.revoke_token(text, std::move(trouble));
  changed_.emplace_back(text);
}

token_desk::passing token_desk::for_a_while(token_kind kind, std::int64_t owner,
                                            std::chrono::seconds usual_lifetime, time_point now) {
  const auto lifetime = lifetime_.value_or(usual_lifetime);
  auto text = lasting(kind, owner);
  ending_.push_back({text, now + lifetime});
  return {std::move(text), lifetime};
}

token_desk::passing token_desk::by_scope(std::string_view scope, std::int64_t user,
                                         time_point now) {
  if (has_offline(scope)) return {lasting(token_kind::user, user), std::chrono::seconds{0}};
  return for_a_while(token_kind::user, user, std::chrono::hours{24}, now);
}

void token_desk::let_time_pass(time_point now) {
  std::erase_if(ending_, [&](const ending_token& expiring) {
    if (expiring.ends > now) return false;
    const auto* record = state_.token(expiring.text);
    // A token that was revoked before keeps that reason.
    if (record != nullptr && record->trouble.empty()) {
      account_commands{state_, {}}.revoke_token(expiring.text, "access_token has expired.");
    }
    return true;
  });
}

}  // namespace vkxx::emulation::detail

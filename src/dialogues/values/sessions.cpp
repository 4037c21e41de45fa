#include <vkxx/dialogues/sessions.hpp>

#include <vkxx/core/exception.hpp>
#include "core/errors/log_text.hpp"

namespace vkxx::detail {

std::string session_key(std::string_view kind, const update_context& context, session_scope scope) {
  const auto owner = conversation_of(context.update());
  if (!owner) {
    throw usage_exception{error{errc::invalid_argument, request_effect::not_sent,
                                "a session was not opened: the update " + context.update().type() +
                                    " has no person; use open_of"}};
  }
  return session_key(kind, *owner, scope);
}

std::string session_key(std::string_view kind, const conversation_key& owner, session_scope scope) {
  const auto person = scope == session_scope::person ? owner.person.value() : 0;
  std::string key{"session/"};
  key += kind;
  for (const auto number : {owner.group.value(), owner.peer.value(), person}) {
    key += '/';
    key += std::to_string(number);
  }
  return key;
}

void set_aside(const update_context& context, const std::string& key, const std::string& bytes,
               const error& reason, const notice_function& on_notice) {
  context.write("unreadable/" + key, bytes);
  if (!on_notice) return;
  try {
    on_notice(state_notice{state_notice_kind::unreadable, key,
                           detail::without_quotations(reason.message())});
  } catch (...) {
    // As promised.
  }
}

}  // namespace vkxx::detail

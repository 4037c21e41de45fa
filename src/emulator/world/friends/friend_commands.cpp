#include "emulator/world/friends/friend_commands.hpp"

#include <algorithm>
#include <utility>

#include "emulator/api/api_failure.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t most_friends = 10'000;
constexpr std::size_t most_friend_requests = 1'000'000;

}  // namespace

friend_state friend_state_of(const world& state, std::int64_t user, std::int64_t other) {
  const auto* who = state.find_person(user);
  if (who == nullptr) return friend_state::none;
  if (std::ranges::find(who->friends, other) != who->friends.end()) return friend_state::friends;
  if (state.friends().find(user, other) != nullptr) return friend_state::outgoing;
  return state.friends().find(other, user) != nullptr ? friend_state::incoming : friend_state::none;
}

void friend_commands::report(event_kind kind, std::int64_t user, std::int64_t other) {
  world_event event;
  event.kind = kind;
  event.actor = user;
  event.subject = other;
  append(std::move(event));
}

friend_commands::added friend_commands::add(std::int64_t user, std::int64_t other,
                                            std::string text) {
  if (user == other) throw api_failure{api_errc::friend_is_oneself};
  if (messages().blocks(other, user)) throw api_failure{api_errc::blacklisted_by_user};
  if (messages().blocks(user, other)) throw api_failure{api_errc::user_is_blacklisted};
  const auto before = friend_state_of(state(), user, other);
  if (before == friend_state::friends || before == friend_state::outgoing)
    return added::requested_again;
  auto& who = *accounts().editable_person(user);
  auto& friendly = *accounts().editable_person(other);
  if (who.friends.size() >= most_friends) throw api_failure{api_errc::too_many_friends};
  if (before == friend_state::incoming) {
    friends().remove(other, user);
    who.friends.push_back(other);
    friendly.friends.push_back(user);
    report(event_kind::friend_added, user, other);
    return added::accepted;
  }
  if (friends().size() >= most_friend_requests) throw api_failure{api_errc::out_of_limits};
  friends().set(user, other, {context().date(), std::move(text), false});
  report(event_kind::friend_requested, user, other);
  return added::requested;
}

bool friend_commands::decline(std::int64_t user, std::int64_t other) {
  const auto* request = friends().find(other, user);
  if (request == nullptr) return false;
  auto declined = *request;
  declined.declined = true;
  friends().set(other, user, std::move(declined));
  return true;
}

friend_commands::removed friend_commands::remove(std::int64_t user, std::int64_t other) {
  const auto before = friend_state_of(state(), user, other);
  if (before == friend_state::none) return removed::nothing;
  report(event_kind::friend_removed, user, other);
  if (before == friend_state::outgoing) {
    friends().remove(user, other);
    return removed::outgoing;
  }
  if (before == friend_state::incoming) {
    friends().remove(other, user);
    return removed::incoming;
  }
  std::erase(accounts().editable_person(user)->friends, other);
  std::erase(accounts().editable_person(other)->friends, user);
  friends().set(other, user, {context().date(), {}, true});
  return removed::friendship;
}

}  // namespace vkxx::emulation::detail

#include "bot/fleet/fleet_member.hpp"

namespace vkxx {

std::string_view to_string(community_state state) noexcept {
  switch (state) {
    case community_state::waiting:
      return "waiting";
    case community_state::starting:
      return "starting";
    case community_state::running:
      return "running";
    case community_state::failing:
      return "failing";
    case community_state::absent:
      return "absent";
  }
  return "unknown";
}

namespace detail {

void fleet_member::set_up(member_parts parts) {
  const std::lock_guard lock{mutex_};
  parts_ = std::move(parts);
  state_ = community_state::starting;
}

member_parts fleet_member::parts() const {
  const std::lock_guard lock{mutex_};
  return parts_;
}

void fleet_member::set_poll(const std::shared_ptr<lasting_poll>& poll) {
  const std::lock_guard lock{mutex_};
  poll_ = poll;
}

void fleet_member::replace_token(secret token) {
  tokens->change(std::move(token));
  const std::lock_guard lock{mutex_};
  if (const auto poll = poll_.lock()) poll->retry_now();
}

fleet_community fleet_member::starts() {
  const std::lock_guard lock{mutex_};
  if (state_ != community_state::failing) state_ = community_state::starting;
  return shown_locked();
}

fleet_community fleet_member::prepared() {
  const std::lock_guard lock{mutex_};
  state_ = community_state::running;
  problem_.clear();
  return shown_locked();
}

void fleet_member::answered() {
  const std::lock_guard lock{mutex_};
  failures_ = 0;
}

fleet_community fleet_member::fails(std::string problem) {
  const std::lock_guard lock{mutex_};
  state_ = community_state::failing;
  problem_ = std::move(problem);
  ++failures_;
  return shown_locked();
}

fleet_community fleet_member::shown() const {
  const std::lock_guard lock{mutex_};
  return shown_locked();
}

fleet_community fleet_member::shown_locked() const {
  fleet_community shown;
  shown.id = id;
  shown.state = state_;
  shown.problem = problem_;
  shown.failures = failures_;
  shown.handlers = handlers;
  return shown;
}

}  // namespace detail
}  // namespace vkxx

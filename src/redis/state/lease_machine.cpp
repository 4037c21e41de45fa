#include "redis/state/lease_machine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/async/time_sum.hpp"

namespace vkxx::redis::detail {

using vkxx::detail::later_by;

namespace {

// FNV-1a, then the finalizer of splitmix64: all processes must agree on it, whatever built them.
std::uint64_t weight_of(std::string_view name, std::string_view member) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  const auto add = [&hash](std::string_view text) {
    for (const char letter : text) {
      hash ^= static_cast<unsigned char>(letter);
      hash *= 1'099'511'628'211ULL;
    }
  };
  add(name);
  add("\n");
  add(member);
  hash ^= hash >> 30U;
  hash *= 0xbf58476d1ce4e5b9ULL;
  hash ^= hash >> 27U;
  hash *= 0x94d049bb133111ebULL;
  return hash ^ (hash >> 31U);
}

std::string_view name_of(std::string_view member) {
  return member.substr(0, member.find('.'));
}

std::string_view group_of(std::string_view member) {
  const auto dot = member.find('.');
  return dot == std::string_view::npos ? std::string_view{} : member.substr(dot + 1);
}

}  // namespace

std::string preferred_member(std::string_view name, const std::vector<std::string>& members) {
  std::string best;
  std::uint64_t most = 0;
  for (const auto& member : members) {
    const auto weight = weight_of(name, name_of(member));
    if (!best.empty() && (weight < most || (weight == most && member > best))) continue;
    best = member;
    most = weight;
  }
  return best;
}

lease_machine::lease_machine(const std::string& member, std::vector<std::string> names,
                             const lease_limits& limits)
    : member_{name_of(member)},
      group_{group_of(member)},
      names_{std::make_move_iterator(names.begin()), std::make_move_iterator(names.end())},
      limits_{limits},
      next_{time_point{}} {}

std::vector<any_lease_action> lease_machine::resume(const any_lease_event& event, time_point now) {
  if (left_) return {};
  expire(now);
  std::visit([&](const auto& some) { handle(some, now); }, event);
  return std::exchange(actions_, {});
}

std::optional<time_point> lease_machine::next_time() const {
  if (left_) return std::nullopt;
  std::optional<time_point> first;
  if (!under_way_) first = next_;
  for (const auto& [name, some] : leases_) {
    if (some.now == phase::releasing) continue;
    if (!first || some.until < *first) first = some.until;
  }
  return first;
}

std::optional<std::string> lease_machine::epoch_of(const std::string& name, time_point now) const {
  const auto found = leases_.find(name);
  if (found == leases_.end() || found->second.now == phase::releasing) return std::nullopt;
  if (found->second.until <= now) return std::nullopt;
  return found->second.epoch;
}

std::optional<time_point> lease_machine::end_of(const std::string& name, time_point now) const {
  if (!epoch_of(name, now)) return std::nullopt;
  return leases_.at(name).until;
}

bool lease_machine::is_held(const std::string& name) const {
  const auto found = leases_.find(name);
  return found != leases_.end() && found->second.now == phase::held;
}

void lease_machine::expire(time_point now) {
  for (auto next = leases_.begin(); next != leases_.end();) {
    const auto some = next++;
    if (some->second.until <= now) lose(some);
  }
}

void lease_machine::lose(lease_map::iterator found) {
  if (found->second.now != phase::releasing) {
    actions_.emplace_back(lease_action::lost{found->first});
  }
  leases_.erase(found);
}

void lease_machine::handle(const lease_event::tick& event, time_point now) {
  if (under_way_) {
    again_ = again_ || event.at_once;
    return;
  }
  if (event.at_once || (next_ && *next_ <= now)) send(now);
}

bool lease_machine::is_mine(const std::string& name) const {
  if (name.starts_with("s:")) {
    std::vector<std::string> alike;
    for (const auto& member : members_) {
      // Its own group may be another one than Redis has heard.
      const bool ours = name_of(member) == member_;
      if (ours || group_of(member) == group_) alike.push_back(member);
    }
    return name_of(preferred_member(name, alike)) == member_;
  }
  return name_of(preferred_member(name, members_)) == member_;
}

void lease_machine::send(time_point now) {
  lease_request request;
  request.leaving = leaving_;
  request.group = group_;
  for (const auto& [name, some] : leases_) {
    auto& list = some.now == phase::releasing ? request.release : request.renew;
    list.push_back({name, some.epoch});
  }
  if (!leaving_) {
    for (const auto& name : names_) {
      if (!leases_.contains(name) && is_mine(name)) request.take.push_back(name);
    }
  }
  sent_at_ = now;
  next_ = later_by(now, limits_.interval);
  again_ = false;
  outdated_ = false;
  under_way_ = request;
  actions_.emplace_back(lease_action::send{std::move(request)});
}

void lease_machine::handle(const lease_event::answered& event, time_point now) {
  if (!under_way_) return;
  if (outdated_) {
    under_way_.reset();
    return send(now);
  }
  if (leaving_) return handle_last(event.answer, now);
  const auto before = members_;
  take_answer(event.answer);
  under_way_.reset();
  expire(now);
  give_away();
  // With other members, other leases are this one's.
  if (again_ || members_ != before) send(now);
}

// What was won on the way out is given back, too.
void lease_machine::handle_last(const lease_answer& answer, time_point now) {
  if (under_way_->leaving) {
    left_ = true;
    actions_.emplace_back(lease_action::left{});
    return;
  }
  take_answer(answer);
  actions_.clear();
  under_way_.reset();
  for (auto& [name, some] : leases_) some.now = phase::releasing;
  send(now);
}

void lease_machine::take_answer(const lease_answer& answer) {
  const auto until = later_by(sent_at_, limits_.lease);
  for (std::size_t index = 0; index < under_way_->renew.size(); ++index) {
    const auto& wanted = under_way_->renew[index];
    const auto found = leases_.find(wanted.name);
    // It may have been lost, and even won again, meanwhile.
    if (found == leases_.end() || found->second.epoch != wanted.epoch) continue;
    if (index < answer.renewed.size() && answer.renewed[index]) {
      found->second.until = until;
    } else {
      lose(found);
    }
  }
  for (const auto& wanted : under_way_->release) {
    const auto found = leases_.find(wanted.name);
    if (found != leases_.end() && found->second.epoch == wanted.epoch) leases_.erase(found);
  }
  for (std::size_t index = 0; index < under_way_->take.size(); ++index) {
    if (index >= answer.taken.size() || answer.taken[index].empty()) continue;
    const auto& name = under_way_->take[index];
    // It may be of no use any more.
    const bool wanted = names_.contains(name);
    leases_[name] = lease{answer.taken[index], until, wanted ? phase::held : phase::releasing};
    if (wanted) actions_.emplace_back(lease_action::won{name});
  }
  members_ = answer.members;
  std::sort(members_.begin(), members_.end());
}

void lease_machine::give_away() {
  for (auto& [name, some] : leases_) {
    if (some.now != phase::held || is_mine(name)) continue;
    some.now = phase::leaving;
    actions_.emplace_back(lease_action::leaving{name});
  }
}

void lease_machine::handle(const lease_event::failed& /*event*/, time_point now) {
  if (!under_way_) return;
  // What was taken is unknown; it is taken once more, as the same member's.
  under_way_.reset();
  if (!leaving_) return;
  static_cast<void>(now);
  left_ = true;
  actions_.emplace_back(lease_action::left{});
}

void lease_machine::handle(const lease_event::refused& event, time_point /*now*/) {
  if (const auto found = leases_.find(event.name); found != leases_.end()) lose(found);
}

void lease_machine::handle(const lease_event::handed_over& event, time_point now) {
  const auto found = leases_.find(event.name);
  if (found == leases_.end() || found->second.now == phase::releasing) return;
  found->second.now = phase::releasing;
  if (under_way_) {
    again_ = true;
    return;
  }
  send(now);
}

void lease_machine::handle(const lease_event::forgotten& /*event*/, time_point now) {
  while (!leases_.empty()) lose(leases_.begin());
  members_.clear();
  if (under_way_) {
    outdated_ = true;
    return;
  }
  send(now);
}

void lease_machine::handle(const lease_event::renamed& event, time_point now) {
  if (leaving_) return;
  group_ = event.group;
  names_ = {event.names.begin(), event.names.end()};
  for (auto& [name, some] : leases_) {
    if (names_.contains(name) || some.now != phase::held) continue;
    some.now = phase::leaving;
    actions_.emplace_back(lease_action::leaving{name});
  }
  again_ = true;
  if (!under_way_) send(now);
}

void lease_machine::handle(const lease_event::leave& /*event*/, time_point now) {
  if (leaving_) return;
  leaving_ = true;
  for (auto& [name, some] : leases_) some.now = phase::releasing;
  if (!under_way_) send(now);
}

}  // namespace vkxx::redis::detail

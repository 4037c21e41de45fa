#include "emulator/world/communities/membership_book.hpp"

#include <algorithm>
#include <limits>

namespace vkxx::emulation::detail {

const std::vector<community_member>& membership_book::members(std::int64_t community) const {
  static const std::vector<community_member> nobody;
  const auto found = members_.find(community);
  return found == members_.end() ? nobody : found->second.by_id;
}

const std::vector<community_member>& membership_book::by_time(std::int64_t community) const {
  static const std::vector<community_member> nobody;
  const auto found = members_.find(community);
  return found == members_.end() ? nobody : found->second.by_time;
}

const community_member* membership_book::find(std::int64_t community, std::int64_t user) const {
  const auto& all = members(community);
  const auto at = std::ranges::lower_bound(all, user, {}, &community_member::user);
  return at == all.end() || at->user != user ? nullptr : &*at;
}

std::size_t membership_book::requests(std::int64_t community) const {
  const auto first = requests_.lower_bound({community, 0});
  const auto last = requests_.upper_bound({community, std::numeric_limits<std::int64_t>::max()});
  return static_cast<std::size_t>(std::distance(first, last));
}

std::vector<std::int64_t> membership_book::requests_of(std::int64_t community) const {
  std::vector<std::int64_t> users;
  for (auto at = requests_.lower_bound({community, 0});
       at != requests_.end() && at->first == community; ++at)
    users.push_back(at->second);
  return users;
}

const membership_book::ban_map& membership_book::bans(std::int64_t community) const {
  static const ban_map nobody;
  const auto found = bans_.find(community);
  return found == bans_.end() ? nobody : found->second;
}

const community_ban* membership_book::find_ban(std::int64_t community, std::int64_t member) const {
  const auto& all = bans(community);
  const auto found = all.find(member);
  return found == all.end() ? nullptr : &found->second;
}

std::optional<std::pair<std::int64_t, std::int64_t>> membership_book::ended_ban(
    std::int64_t date) const {
  if (ends_.empty() || ends_.begin()->first > date) return std::nullopt;
  return ends_.begin()->second;
}

bool membership_book::add(std::int64_t community, std::int64_t user, bool unsure) {
  auto& [by_id, by_time] = members_[community];
  const auto at = std::ranges::lower_bound(by_id, user, {}, &community_member::user);
  if (at != by_id.end() && at->user == user) {
    if (at->unsure == unsure) return false;
    at->unsure = unsure;
    std::ranges::lower_bound(by_time, at->order, {}, &community_member::order)->unsure = unsure;
    return true;
  }
  const community_member entry{user, ++last_order_, unsure};
  by_id.insert(at, entry);
  by_time.push_back(entry);
  return true;
}

bool membership_book::remove(std::int64_t community, std::int64_t user) {
  const auto found = members_.find(community);
  if (found == members_.end()) return false;
  auto& [by_id, by_time] = found->second;
  const auto at = std::ranges::lower_bound(by_id, user, {}, &community_member::user);
  if (at == by_id.end() || at->user != user) return false;
  by_time.erase(std::ranges::lower_bound(by_time, at->order, {}, &community_member::order));
  by_id.erase(at);
  return true;
}

bool membership_book::add_request(std::int64_t community, std::int64_t user) {
  return requests_.insert({community, user}).second;
}

bool membership_book::remove_request(std::int64_t community, std::int64_t user) {
  return requests_.erase({community, user}) != 0;
}

void membership_book::set_ban(std::int64_t community, std::int64_t member, community_ban ban) {
  remove_ban(community, member);
  if (ban.end_date != 0) ends_.insert({ban.end_date, {community, member}});
  bans_[community].insert_or_assign(member, std::move(ban));
}

bool membership_book::remove_ban(std::int64_t community, std::int64_t member) {
  const auto found = bans_.find(community);
  if (found == bans_.end()) return false;
  const auto at = found->second.find(member);
  if (at == found->second.end()) return false;
  ends_.erase({at->second.end_date, {community, member}});
  found->second.erase(at);
  return true;
}

}  // namespace vkxx::emulation::detail

#include "emulator/methods/mailbox/account_gatherer.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

namespace vkxx::emulation::detail {

namespace json = boost::json;

void account_gatherer::add(const message_snapshot& taken) {
  members_.insert(taken.author);
  for (const auto& nested : taken.forwards) add(*nested);
  if (taken.reply != nullptr) add(*taken.reply);
}

void account_gatherer::add(const message& entry) {
  if (!extended_) return;
  members_.insert(entry.author);
  if (entry.extra == nullptr) return;
  for (const auto& nested : entry.extra->forwards) add(*nested);
  if (entry.extra->reply != nullptr) add(*entry.extra->reply);
}

void account_gatherer::add(const seen_conversation& seen) {
  if (!extended_ || seen.where == nullptr) return;
  if (!seen.where->is_chat()) {
    members_.insert(seen.where->other(seen.owner));
    return;
  }
  members_.insert(seen.where->chat->owner);
}

void account_gatherer::show(json::object& answer) const {
  if (!extended_) return;
  auto fields = request_.list("fields");
  // What VK adds without being asked.
  for (const auto* name : {"sex", "screen_name", "photo_50", "photo_100", "online"})
    if (std::ranges::find(fields, name) == fields.end()) fields.emplace_back(name);
  json::array profiles;
  json::array groups;
  for (const auto id : members_) {
    if (const auto* who = request_.state.find_person(id)) {
      profiles.push_back(user_object(request_, *who, fields));
    } else if (const auto* group = request_.state.community_of(id)) {
      groups.push_back(group_object(request_, *group, fields));
    }
  }
  answer["profiles"] = std::move(profiles);
  answer["groups"] = std::move(groups);
}

}  // namespace vkxx::emulation::detail

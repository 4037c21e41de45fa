// messages.getById, getByConversationMessageId, getHistory.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/mailbox/account_gatherer.hpp"
#include "emulator/methods/mailbox/conversation_shapes.hpp"
#include "emulator/methods/mailbox/message_shapes.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::object list_of_messages(const method_call& request,
                              const std::vector<seen_message>& messages) {
  account_gatherer accounts{request};
  const auto preview = static_cast<std::size_t>(request.integer("preview_length", 0, 0));
  json::array items;
  for (const auto& shown : messages) {
    items.push_back(message_object(request.state, shown, request.base_url, preview));
    accounts.add(*shown.entry);
    accounts.add(shown.seen);
  }
  json::object answer;
  answer["count"] = items.size();
  answer["items"] = std::move(items);
  accounts.show(answer);
  return answer;
}

std::vector<seen_message> by_cmids(const method_call& request, std::int64_t member,
                                   const std::vector<std::int64_t>& cmids) {
  std::vector<seen_message> found;
  const auto seen = conversation_at(request, member, request.required_integer("peer_id"));
  for (const auto cmid : cmids)
    if (const auto shown = message_by_cmid(seen, cmid)) found.push_back(*shown);
  return found;
}

json::value get_by_id(const method_call& request) {
  const auto member = acting_member(request);
  if (request.given("cmids"))
    return list_of_messages(request, by_cmids(request, member, numbers_of(request, "cmids", 100)));
  const auto ids = numbers_of(request, "message_ids", 100);
  if (ids.empty()) throw bad_parameter("message_ids is undefined");
  std::vector<seen_message> found;
  for (const auto id : ids)
    if (const auto shown = message_by_id(request, member, id)) found.push_back(*shown);
  return list_of_messages(request, found);
}

json::value get_by_cmid(const method_call& request) {
  const auto member = acting_member(request);
  const auto cmids = numbers_of(request, "conversation_message_ids", "cmids", 100);
  if (cmids.empty()) throw bad_parameter("conversation_message_ids is undefined");
  return list_of_messages(request, by_cmids(request, member, cmids));
}

// The visible copies of a view, by their order. Most views have no hidden copies.
class visible_copies {
 public:
  explicit visible_copies(const seen_conversation& seen) : view_{seen.view} {
    if (view_ == nullptr || view_->visible == view_->copies.size()) return;
    filtered_ = true;
    for (const auto& copy : view_->copies)
      if (seen.where->visible(copy) != nullptr) shown_.push_back(&copy);
  }
  [[nodiscard]] std::int64_t size() const noexcept {
    if (view_ == nullptr) return 0;
    return static_cast<std::int64_t>(filtered_ ? shown_.size() : view_->copies.size());
  }
  [[nodiscard]] const message_copy& at(std::int64_t index) const noexcept {
    const auto place = static_cast<std::size_t>(index);
    return filtered_ ? *shown_[place] : view_->copies[place];
  }
  /// The number of copies up to this id or cmid.
  template <class Member>
  [[nodiscard]] std::int64_t up_to(std::int64_t number, Member member) const noexcept {
    std::int64_t least = 0;
    auto most = size();
    while (least < most) {
      const auto middle = least + (most - least) / 2;
      if (static_cast<std::int64_t>(at(middle).*member) <= number)
        least = middle + 1;
      else
        most = middle;
    }
    return least;
  }

 private:
  const member_view* view_;
  bool filtered_ = false;
  std::vector<const message_copy*> shown_;
};

// Which copies `getHistory` shows: newest first from `start_message_id`, or oldest first.
std::pair<std::int64_t, std::int64_t> window_of(const method_call& request,
                                                const visible_copies& copies,
                                                const member_view& view) {
  const auto start = request.integer("start_message_id", 0, -1);
  const auto offset = request.integer("offset", 0, start == 0 ? 0 : -200, 1'000'000'000);
  const auto count = request.integer("count", 20, 0, 200);
  const auto total = copies.size();
  if (request.flag("rev") && start == 0) {
    const auto first = std::min(offset, total);
    return {first, std::min(first + count, total)};
  }
  auto newest = total;  // Behind the newest that is shown.
  if (start > 0) newest = copies.up_to(start, &message_copy::id);
  if (start < 0) newest = std::min(copies.up_to(view.in_read, &message_copy::cmid) + 1, total);
  const auto last = std::clamp<std::int64_t>(newest - offset, 0, total);
  return {std::max<std::int64_t>(last - count, 0), last};
}

json::value get_history(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = conversation_at(request, member, peer_of(request));
  if (is_half_blind(seen)) throw api_failure{api_errc{917}};
  const visible_copies copies{seen};
  account_gatherer accounts{request};
  json::array items;
  if (seen.view != nullptr) {
    const auto [first, last] = window_of(request, copies, *seen.view);
    for (auto i = first; i < last; ++i) {
      const auto& copy = copies.at(request.flag("rev") ? i : first + last - 1 - i);
      const seen_message shown{seen, seen.where->find(copy.cmid), &copy};
      items.push_back(message_object(request.state, shown, request.base_url));
      accounts.add(*shown.entry);
    }
    accounts.add(seen);
  }
  json::object answer;
  answer["count"] = copies.size();
  answer["items"] = std::move(items);
  accounts.show(answer);
  if (request.flag("extended") && seen.view != nullptr)
    answer["conversations"] = json::array{conversation_object(request, seen)};
  return answer;
}

}  // namespace

void add_reading(method_table& table) {
  add_rows(table, {{"messages.getById", get_by_id},
                   {"messages.getByConversationMessageId", get_by_cmid},
                   {"messages.getHistory", get_history}});
}

}  // namespace vkxx::emulation::detail

// Messages, their copies, and the counts that follow from them.
#include <algorithm>
#include <utility>

#include "emulator/world/messages/message_book.hpp"

namespace vkxx::emulation::detail {

bool message_book::counts_as_unread(const member_view& view, const message& entry,
                                    std::uint32_t cmid) noexcept {
  return entry.author != view.member && cmid > view.in_read;
}

void message_book::set_unread(member_view& view, std::uint32_t count) {
  if ((view.unread == 0) != (count == 0)) {
    auto& own = box_for(view.member);
    if (count == 0)
      --own.unread_conversations;
    else
      ++own.unread_conversations;
  }
  view.unread = count;
}

void message_book::set_last_visible(conversation& where, member_view& view, std::uint32_t cmid,
                                    std::uint64_t order) {
  auto& own = box_for(view.member);
  // The node moves: no allocation for each message.
  auto node = own.order.extract({view.major, view.sort_order, where.id});
  view.last_visible = cmid;
  view.sort_order = order;
  node.value() = {view.major, order, where.id};
  own.order.insert(std::move(node));
}

void message_book::set_major(conversation& where, member_view& view, std::int32_t major) {
  auto& own = box_for(view.member);
  own.order.erase({view.major, view.sort_order, where.id});
  view.major = major;
  own.order.insert({major, view.sort_order, where.id});
}

// From the last one that was visible: what follows it is known to be hidden.
void message_book::find_last_visible(conversation& where, member_view& view) {
  const auto* behind =
      std::ranges::upper_bound(view.copies, view.last_visible, {}, &message_copy::cmid);
  while (behind != view.copies.begin()) {
    --behind;
    if (const auto* found = where.visible(*behind)) {
      set_last_visible(where, view, behind->cmid, found->order);
      return;
    }
  }
  set_last_visible(where, view, 0, 0);
}

void message_book::add_copy(conversation& where, member_view& view, const message& entry,
                            std::uint32_t cmid) {
  message_copy copy;
  copy.cmid = cmid;
  auto& own = box_for(view.member);
  // VK gives communities no ids of messages in chats.
  if (!where.is_chat() || view.member > 0) {
    copy.id = own.next_id();
    own.copies.push_back({where.id, cmid});
  }
  view.copies.push_back(copy);
  ++copies_;
  ++view.visible;
  set_last_visible(where, view, cmid, entry.order);
  if (entry.author == view.member) {
    // Who writes has read what is above.
    view.in_read = view.last_incoming;
    set_unread(view, 0);
    view.marked_unread = false;
    view.unanswered = false;
  } else {
    view.last_incoming = cmid;
    set_unread(view, view.unread + 1);
    view.unanswered = view.member < 0 && !where.is_chat();
  }
}

std::uint32_t message_book::append(conversation& where, message entry,
                                   const std::function<bool(std::int64_t)>& sees) {
  entry.order = ++last_order_;
  const auto random_id = entry.random_id;
  where.messages.push_back(std::move(entry));
  const auto cmid = where.last_cmid();
  const auto& kept = where.messages.back();
  order_.push_back(where.id);
  if (random_id != 0) random_ids_[{kept.author, where.id, random_id}] = cmid;
  for (auto& view : where.views)
    if (!sees || sees(view.member)) add_copy(where, view, kept, cmid);
  bytes_ += bytes_of(kept);
  drop_above_limits();
  return cmid;
}

void message_book::drop_above_limits() {
  while (order_.size() > settings_.most_messages ||
         ((copies_ > settings_.most_copies || bytes_ > settings_.most_message_bytes) &&
          order_.size() > 1))
    drop_oldest();
}

void message_book::replace(conversation& where, std::uint32_t cmid, std::string text,
                           std::unique_ptr<message_extra> extra) {
  auto* entry = where.find(cmid);
  if (entry == nullptr) return;
  bytes_ -= bytes_of(*entry);
  entry->text = std::move(text);
  entry->extra = std::move(extra);
  bytes_ += bytes_of(*entry);
  drop_above_limits();
}

void message_book::show_earlier(conversation& chat, std::int64_t member, std::size_t count) {
  auto* view = chat.view_of(member);
  if (view == nullptr) return;
  const auto size = chat.messages.size();
  auto first = chat.first_cmid + static_cast<std::uint32_t>(size - std::min(count, size));
  if (!view->copies.empty()) first = std::max(first, view->copies.back().cmid + 1);
  // Who returns without earlier messages has as many unread ones as before.
  bool shown = false;
  for (auto cmid = first; cmid <= chat.last_cmid(); ++cmid) {
    const auto* entry = chat.find(cmid);
    if (entry == nullptr || entry->deleted) continue;
    add_copy(chat, *view, *entry, cmid);
    shown = true;
  }
  if (shown) mark_read(chat, *view, view->last_incoming);
}

void message_book::drop_oldest() {
  auto& where = conversations_[order_.front()];
  order_.pop_front();
  ++dropped_;
  const auto cmid = where.first_cmid;
  const auto& entry = where.messages.front();
  for (auto& view : where.views) {
    if (view.copies.empty() || view.copies.front().cmid != cmid) continue;
    const auto copy = view.copies.front();
    if (where.visible(copy) != nullptr) {
      --view.visible;
      if (counts_as_unread(view, entry, cmid)) set_unread(view, view.unread - 1);
    }
    if (copy.id != 0) {
      auto& own = box_for(view.member);
      own.copies[copy.id - own.first_id] = {};
      // Copies of messages from before somebody joined a chat are younger than their messages.
      while (!own.copies.empty() && own.copies.front().conversation == no_conversation) {
        own.copies.pop_front();
        ++own.first_id;
      }
    }
    view.copies.pop_front();
    --copies_;
    if (view.last_visible == cmid) set_last_visible(where, view, 0, 0);
  }
  if (entry.random_id != 0) {
    const auto found = random_ids_.find({entry.author, where.id, entry.random_id});
    if (found != random_ids_.end() && found->second == cmid) random_ids_.erase(found);
  }
  bytes_ -= bytes_of(entry);
  where.messages.pop_front();
  ++where.first_cmid;
}

bool message_book::mark_read(conversation& where, member_view& view, std::uint32_t up_to_cmid) {
  const bool was_marked = std::exchange(view.marked_unread, false);
  if (up_to_cmid <= view.in_read || view.in_read == view.last_incoming) return was_marked;
  if (up_to_cmid >= view.last_incoming) {
    view.in_read = view.last_incoming;
    set_unread(view, 0);
    return true;
  }
  const auto less_than_cmid = [](std::uint32_t cmid, const message_copy& copy) {
    return cmid < copy.cmid;
  };
  const auto* from =
      std::upper_bound(std::as_const(view.copies).begin(), std::as_const(view.copies).end(),
                       view.in_read, less_than_cmid);
  const message_copy* const end = view.copies.end();
  const auto* to = std::upper_bound(from, end, up_to_cmid, less_than_cmid);
  std::uint32_t newly = 0;
  std::uint32_t newest = 0;
  for (; from != to; ++from) {
    const auto* found = where.find(from->cmid);
    if (found == nullptr || found->author == view.member) continue;
    newest = from->cmid;
    if (where.visible(*from) != nullptr) ++newly;
  }
  if (newest != 0) view.in_read = newest;
  set_unread(view, view.unread - newly);
  return newest != 0 || was_marked;
}

void message_book::hide(conversation& where, member_view& view, message_copy& copy) {
  const auto* found = where.visible(copy);
  if (found == nullptr) return;
  copy.deleted = true;
  --view.visible;
  if (counts_as_unread(view, *found, copy.cmid)) set_unread(view, view.unread - 1);
  if (view.last_visible == copy.cmid) find_last_visible(where, view);
}

void message_book::show(conversation& where, member_view& view, message_copy& copy) {
  if (!copy.deleted) return;
  copy.deleted = false;
  copy.spam = false;
  const auto* found = where.visible(copy);
  if (found == nullptr) return;
  ++view.visible;
  if (counts_as_unread(view, *found, copy.cmid)) set_unread(view, view.unread + 1);
  if (copy.cmid > view.last_visible) set_last_visible(where, view, copy.cmid, found->order);
}

void message_book::hide_for_all(conversation& where, std::uint32_t cmid) {
  auto* entry = where.find(cmid);
  if (entry == nullptr || entry->deleted) return;
  entry->deleted = true;
  for (auto& view : where.views) {
    const auto* copy = view.copy_of(cmid);
    if (copy == nullptr || copy->deleted) continue;
    --view.visible;
    if (counts_as_unread(view, *entry, cmid)) set_unread(view, view.unread - 1);
    if (view.last_visible == cmid) find_last_visible(where, view);
  }
}

}  // namespace vkxx::emulation::detail

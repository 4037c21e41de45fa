/// @file
/// Random commands, after each of which the world agrees with a model that only remembers what
/// was sent to whom.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "emulator/api/api_failure.hpp"
#include "emulator/saving/parts/saved_world.hpp"
#include "emulator/world/messages/message_commands.hpp"
#include "emulator/world/random.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation {

class world_driver {
 public:
  world_driver(std::uint64_t seed, const detail::world_settings& settings)
      : state_{std::make_unique<detail::world>(settings, seed)},
        settings_{settings},
        random_{seed} {
    observe();
  }

  [[nodiscard]] const detail::world& state() const noexcept { return *state_; }
  [[nodiscard]] std::string snapshot() const { return snapshot_of(*state_); }
  [[nodiscard]] static std::string snapshot_of(const detail::world& state) {
    std::string text;
    detail::snapshot_writer{text}.whole(
        [&](detail::snapshot_writer& into) { detail::write_world(into, state); });
    return text;
  }
  /// Goes on with a world that was read from the snapshot of this one.
  void reload() {
    const auto value = boost::json::parse(snapshot());
    auto other = std::make_unique<detail::world>(settings_, 99);
    const detail::snapshot_place top;
    detail::snapshot_reader from{value.as_object(), top};
    detail::read_world(from, *other);
    from.finish();
    state_ = std::move(other);
    observe();
  }

  void step() {
    time_ms_ += static_cast<std::int64_t>(random_.below(200'000));
    try {
      run(random_.below(14));
    } catch (const detail::api_failure&) {
      ++refused_;
    }
  }

  void check() const {
    const auto& book = state_->messages();
    for (detail::conversation_id id = 0; id < book.conversations(); ++id) check(*book.find(id));
    for (const auto member : members_) check_box(member);
    EXPECT_LE(book.messages(), state_->settings().most_messages);
    EXPECT_EQ(numbers_, state_->events().last_number());
  }

  [[nodiscard]] std::size_t sent() const noexcept { return recipients_.size(); }
  [[nodiscard]] std::size_t refused() const noexcept { return refused_; }

 private:
  static constexpr std::int64_t members_[]{1, 2, 3, 4, -1, -2};
  using message_key = std::pair<detail::conversation_id, std::uint32_t>;

  void observe() {
    state_->observe([this](const detail::world_event& event) { on_event(event); });
  }

  [[nodiscard]] detail::message_commands commands() {
    return {*state_, {time_ms_, {detail::cause_kind::control, 1}}};
  }
  [[nodiscard]] std::int64_t member() { return members_[random_.below(6)]; }

  // A detail::conversation of the member; null: it has none.
  [[nodiscard]] const detail::conversation* any_of(std::int64_t owner) {
    const auto* box = state_->messages().box(owner);
    if (box == nullptr || box->order.empty()) return nullptr;
    auto at = box->order.begin();
    std::advance(at, random_.below(box->order.size()));
    return state_->messages().find(std::get<2>(*at));
  }

  [[nodiscard]] std::uint32_t any_cmid(const detail::conversation& where) {
    return static_cast<std::uint32_t>(where.first_cmid + random_.below(where.messages.size() + 1));
  }

  void run(std::uint64_t action) {
    const auto actor = member();
    const auto* where = any_of(actor);
    if (action < 5 || where == nullptr) {
      write(actor, where);
      return;
    }
    const auto cmid = any_cmid(*where);
    switch (action) {
      case 5:
        commands().mark_as_read(actor, where->id, cmid);
        return;
      case 6:
        commands().remove(actor, where->id, cmid, false, false);
        hidden_.insert({actor, where->id, cmid});
        return;
      case 7:
        commands().remove(actor, where->id, cmid, true, false);
        deleted_.insert({where->id, cmid});
        return;
      case 8:
        commands().restore(actor, where->id, cmid);
        hidden_.erase({actor, where->id, cmid});
        return;
      case 9:
        commands().react(actor, where->id, cmid, 1 + static_cast<std::int64_t>(random_.below(3)));
        return;
      case 10: {
        detail::message_draft draft;
        draft.text = "edited";
        commands().edit(actor, where->id, cmid, std::move(draft));
        return;
      }
      case 11:
        commands().invite(actor, where->id, member());
        return;
      case 12:
        commands().kick(actor, where->id, member());
        return;
      default:
        if (state_->messages().conversations() < 12)
          commands().create_chat(actor, "chat", {member(), member()});
    }
  }

  void write(std::int64_t actor, const detail::conversation* where) {
    detail::message_draft draft;
    draft.text = "text";
    draft.random_id = static_cast<std::int32_t>(random_.below(4));
    const auto random_id = draft.random_id;
    const auto peer = where != nullptr && random_.below(2) == 0
                          ? state_->messages().peer_of(*where, actor)
                          : member();
    const auto sent = commands().send(actor, peer, std::move(draft));
    if (random_id == 0) return;
    // W4
    const std::tuple key{actor, sent.conversation, random_id};
    const auto known = random_ids_.find(key);
    if (sent.repeated) {
      ASSERT_NE(known, random_ids_.end());
      EXPECT_EQ(known->second.first, sent.cmid);
      EXPECT_LT(time_ms_ / 1000 - known->second.second, 3600);
    } else {
      const bool remembered =
          known != random_ids_.end() && !dropped(sent.conversation, known->second.first);
      if (remembered) {
        EXPECT_GE(time_ms_ / 1000 - known->second.second, 3600);
      }
      random_ids_[key] = {sent.cmid, time_ms_ / 1000};
    }
  }

  [[nodiscard]] bool dropped(detail::conversation_id id, std::uint32_t cmid) const {
    return state_->messages().find(id)->find(cmid) == nullptr;
  }

  void on_event(const detail::world_event& event) {
    ++numbers_;
    EXPECT_EQ(event.number, numbers_) << "W7: in order, once";
    EXPECT_EQ(event.time_ms, time_ms_);
    if (event.kind != detail::event_kind::message_sent) return;
    const auto& where = *state_->messages().find(event.conversation);
    auto& recipients = recipients_[{event.conversation, event.cmid}];
    for (const auto id : members_)
      if (where.is_member(id)) recipients.insert(id);
  }

  void check(const detail::conversation& where) const {
    std::int64_t date = 0;
    for (const auto& entry : where.messages) {
      EXPECT_LE(date, entry.date) << "W1";
      date = entry.date;
    }
    for (auto cmid = where.first_cmid; cmid <= where.last_cmid(); ++cmid) {
      const message_key key{where.id, cmid};
      const auto sent_to = recipients_.find(key);
      ASSERT_NE(sent_to, recipients_.end()) << "W1: no holes";
      EXPECT_EQ(where.find(cmid)->deleted, deleted_.contains(key));
      for (const auto& view : where.views) {
        const auto* copy = view.copy_of(cmid);
        ASSERT_EQ(copy != nullptr, sent_to->second.contains(view.member)) << "W2, W6";
        if (copy == nullptr) continue;
        EXPECT_EQ(copy->id == 0, where.is_chat() && view.member < 0);
        EXPECT_EQ(where.visible(*copy) != nullptr,
                  !deleted_.contains(key) && !hidden_.contains({view.member, where.id, cmid}))
            << "W5";
      }
    }
    for (const auto& view : where.views) check(where, view);
  }

  void check(const detail::conversation& where, const detail::member_view& view) const {
    std::uint32_t unread = 0;
    std::uint32_t visible = 0;
    std::uint32_t last = 0;
    for (const auto& copy : view.copies) {
      const auto* entry = where.visible(copy);
      if (entry == nullptr) continue;
      ++visible;
      last = copy.cmid;
      if (entry->author != view.member && copy.cmid > view.in_read) ++unread;
    }
    EXPECT_EQ(view.unread, unread) << "W3";
    EXPECT_EQ(view.visible, visible);
    EXPECT_EQ(view.last_visible, last);
    auto& seen = in_read_[{view.member, where.id}];
    EXPECT_GE(view.in_read, seen) << "W3: reading is monotone";
    seen = view.in_read;
  }

  void check_box(std::int64_t owner) const {
    const auto* box = state_->messages().box(owner);
    if (box == nullptr) return;
    std::uint32_t unread = 0;
    for (const auto& [major, order, id] : box->order) {
      const auto* view = state_->messages().find(id)->view_of(owner);
      ASSERT_NE(view, nullptr);
      EXPECT_EQ(view->sort_order, order);
      if (view->unread != 0) ++unread;
    }
    EXPECT_EQ(box->unread_conversations, unread);
    for (auto id = box->first_id; id < box->next_id(); ++id) {
      const auto place = state_->messages().by_id(owner, id);
      if (!place) continue;
      EXPECT_EQ(state_->messages().id_of(*state_->messages().find(place->conversation), owner,
                                         place->cmid),
                id);
    }
  }

  std::unique_ptr<detail::world> state_;
  detail::world_settings settings_;
  detail::random_source random_;
  std::int64_t time_ms_ = 1'700'000'000'000;
  std::uint64_t numbers_ = 0;
  std::size_t refused_ = 0;
  std::map<message_key, std::set<std::int64_t>> recipients_;
  std::set<message_key> deleted_;
  std::set<std::tuple<std::int64_t, detail::conversation_id, std::uint32_t>> hidden_;
  std::map<std::tuple<std::int64_t, detail::conversation_id, std::int32_t>,
           std::pair<std::uint32_t, std::int64_t>>
      random_ids_;
  mutable std::map<std::pair<std::int64_t, detail::conversation_id>, std::uint32_t> in_read_;
};

}  // namespace vkxx::emulation

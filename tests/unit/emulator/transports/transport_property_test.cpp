// Random commands: what concerns a view appears there exactly once, in order, and in no other.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "emulator/api/api_failure.hpp"
#include "emulator/transports/transport_hub.hpp"
#include "emulator/world/messages/message_commands.hpp"
#include "emulator/world/random.hpp"
#include "emulator/world/walls/wall_commands.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;
namespace json = boost::json;

using names = std::vector<std::string>;

std::string name_of(std::string_view type, std::int64_t number) {
  return std::string{type} + " " + std::to_string(number);
}

// What a reader of each view has got, and what a model says that it must get.
class transport_driver {
 public:
  explicit transport_driver(std::uint64_t seed)
      : state_{{}, seed}, hub_{state_, seed}, random_{seed} {
    for (const auto community : communities_) {
      static_cast<void>(hub_.channel(community));
      callback_server server;
      server.group = community;
      const auto id = *hub_.outbox().add(server);
      for (const auto& request : hub_.outbox().start(0))
        hub_.outbox().finish(request.attempt,
                             {200, hub_.outbox().confirmation_code(community), {}, {}}, 0);
      servers_[id] = community;
    }
    for (const auto member : members_) {
      static_cast<void>(hub_.log(member));
      user_ts_[member] = hub_.log(member).ts();
    }
    state_.observe([this](const world_event& event) { expect(event); });
  }

  void step() {
    time_ms_ += static_cast<std::int64_t>(random_.below(500));
    try {
      run(random_.below(16));
    } catch (const api_failure&) {
    }
    if (random_.below(5) == 0) read_one();
    deliver_callbacks();
  }

  void check() {
    while (hub_.outbox().pending() != 0) deliver_callbacks();
    for (const auto community : communities_) read_community(community);
    for (const auto member : members_) read_member(member);
    for (const auto community : communities_) {
      EXPECT_EQ(got_[community], expected_[community]) << "community " << community;
      EXPECT_EQ(called_[community], expected_[community]) << "callbacks of " << community;
    }
    for (const auto member : members_)
      EXPECT_EQ(got_lines_[member], expected_lines_[member]) << "mailbox of " << member;
  }

  [[nodiscard]] std::size_t events() const noexcept {
    return expected_.at(1).size() + expected_.at(2).size();
  }

 private:
  static constexpr std::int64_t members_[]{1, 2, 3, 4, -1, -2};
  static constexpr std::int64_t communities_[]{1, 2};

  [[nodiscard]] command_context context() const { return {time_ms_, {cause_kind::control, 1}}; }
  [[nodiscard]] message_commands commands() { return {state_, context()}; }
  [[nodiscard]] std::int64_t member() { return members_[random_.below(6)]; }

  void run(std::uint64_t action) {
    const auto actor = member();
    const auto conversations = state_.messages().conversations();
    const auto id = static_cast<conversation_id>(random_.below(conversations));
    const auto& where = *state_.messages().find(id);
    const auto cmid = static_cast<std::uint32_t>(1 + random_.below(where.last_cmid() + 1));
    message_draft draft;
    draft.text = "text";
    wall_commands walls{state_, context()};
    switch (action) {
      case 0:
      case 1:
      case 2:
        commands().send(actor, member(), std::move(draft));
        return;
      case 3:
      case 4:
        if (where.view_of(actor) == nullptr) return;
        commands().send(actor, state_.messages().peer_of(where, actor), std::move(draft));
        return;
      case 5:
        commands().mark_as_read(actor, id, cmid);
        return;
      case 6:
        commands().remove(actor, id, cmid, random_.below(2) == 0, false);
        return;
      case 7:
        commands().edit(actor, id, cmid, std::move(draft));
        return;
      case 8:
        commands().react(actor, id, cmid, 1 + static_cast<std::int64_t>(random_.below(3)));
        return;
      case 9:
        commands().set_typing(actor, member(), "typing");
        return;
      case 10:
        if (actor > 0) commands().deny(actor, 1 + static_cast<std::int64_t>(random_.below(2)));
        return;
      case 11:
        commands().invite(actor, id, member());
        return;
      case 12:
        commands().kick(actor, id, member());
        return;
      case 13: {
        wall_post post;
        post.owner = -1 - static_cast<std::int64_t>(random_.below(3));
        post.from = actor;
        static_cast<void>(walls.publish(actor, post, {}));
        return;
      }
      case 14:
        static_cast<void>(walls.like(actor, -1, 1, random_.below(2) == 0));
        return;
      default:
        if (conversations < 10) commands().create_chat(actor, "chat", {member(), member()});
    }
  }

  void expect(std::int64_t community, std::string_view type, std::int64_t number) {
    expected_[community].push_back(name_of(type, number));
  }

  // The model: it knows who has a copy, and nothing of tables.
  void expect(const world_event& event) {
    const auto* where = state_.messages().find(event.conversation);
    for (const auto community : communities_) {
      if (where != nullptr && where->view_of(-community) != nullptr)
        expect_message(event, *where, community);
      if (event.subject != -community) continue;
      if (event.kind == event_kind::allowed) expect(community, "message_allow", event.actor);
      if (event.kind == event_kind::denied) expect(community, "message_deny", event.actor);
      if (event.kind == event_kind::post)
        expect(community, "wall_post_new", event.details.at("post_id").as_int64());
      if (event.kind == event_kind::like) expect(community, "like_add", event.actor);
      if (event.kind == event_kind::unlike) expect(community, "like_remove", event.actor);
    }
    if (where == nullptr) return;
    for (const auto owner : members_)
      if (const auto* view = where->view_of(owner)) expect_line(event, *view);
  }

  void expect_message(const world_event& event, const conversation& where, std::int64_t community) {
    const bool own = event.actor == -community;
    const bool has_copy = where.view_of(-community)->copy_of(event.cmid) != nullptr;
    const auto* entry = where.find(event.cmid);
    const bool visible = has_copy && entry != nullptr && !entry->deleted &&
                         !where.view_of(-community)->copy_of(event.cmid)->deleted;
    if (event.kind == event_kind::message_sent && visible)
      expect(community, own ? "message_reply" : "message_new", event.cmid);
    if (event.kind == event_kind::message_edited && visible)
      expect(community, "message_edit", event.cmid);
    const bool is_set = event.kind == event_kind::reaction_set;
    if ((is_set || event.kind == event_kind::reaction_removed) && visible && !own)
      expect(community, "message_reaction_event", event.cmid);
    if (where.is_chat() || event.actor <= 0) return;
    if (event.kind == event_kind::read) expect(community, "message_read", event.cmid);
    if (event.kind == event_kind::typing) expect(community, "message_typing_state", event.actor);
  }

  void expect_line(const world_event& event, const member_view& view) {
    const bool has_copy = view.copy_of(event.cmid) != nullptr;
    const bool own = event.actor == view.member;
    auto& lines = expected_lines_[view.member];
    if (event.kind == event_kind::message_sent && has_copy)
      lines.push_back(name_of("10004", event.cmid));
    if (event.kind == event_kind::message_edited && has_copy)
      lines.push_back(name_of("10005", event.cmid));
    if (event.kind == event_kind::message_deleted &&
        (event.details.contains("for_all") ? has_copy : own))
      lines.push_back(name_of("10002", event.cmid));
    if (event.kind == event_kind::read && (own || has_copy))
      lines.push_back(name_of(own ? "10006" : "10007", event.cmid));
  }

  void read_one() {
    read_community(communities_[random_.below(2)]);
    read_member(member());
  }

  static std::string shown_name(const json::object& update) {
    const auto type = std::string_view{update.at("type").as_string()};
    const auto& object = update.at("object").as_object();
    const auto& fields = type == "message_new" ? object.at("message").as_object() : object;
    for (const auto* name : {"conversation_message_id", "cmid", "liker_id", "user_id"})
      if (const auto* number = fields.if_contains(name)) return name_of(type, number->as_int64());
    return name_of(type, fields.at(type == "wall_post_new" ? "id" : "from_id").as_int64());
  }

  void read_community(std::int64_t community) {
    auto& channel = hub_.channel(community);
    auto& ts = ts_[community];
    if (ts.empty()) ts = "0";
    const auto answer =
        json::parse(channel.poll({channel.key.current(), ts, 0, 0}, time_ms_, random_).body);
    ASSERT_TRUE(answer.as_object().contains("updates")) << answer;
    for (const auto& update : answer.at("updates").as_array())
      got_[community].push_back(shown_name(update.as_object()));
    ts = answer.at("ts").as_string();
  }

  void read_member(std::int64_t owner) {
    auto& log = hub_.log(owner);
    auto& ts = user_ts_[owner];
    const poll_query query{log.key.current(), std::to_string(ts), 19, 0};
    const auto answer = json::parse(log.poll(state_, query, random_).body);
    ASSERT_TRUE(answer.as_object().contains("updates")) << answer;
    for (const auto& line : answer.at("updates").as_array()) {
      const auto code = line.at(0).as_int64();
      const bool read = code == 10'006 || code == 10'007;
      if (code > 10'000)
        got_lines_[owner].push_back(
            name_of(std::to_string(code), line.at(read ? 2 : 1).as_int64()));
    }
    ts = answer.at("ts").as_int64();
  }

  void deliver_callbacks() {
    for (const auto& request : hub_.outbox().start(time_ms_)) {
      const auto update = json::parse(request.body).as_object();
      called_[update.at("group_id").as_int64()].push_back(shown_name(update));
      hub_.outbox().finish(request.attempt, {200, "ok", {}, {}}, time_ms_);
    }
  }

  world state_;
  transport_hub hub_;
  random_source random_;
  std::int64_t time_ms_ = 1'700'000'000'000;
  std::map<std::int64_t, std::int64_t> servers_;
  std::map<std::int64_t, std::string> ts_;
  std::map<std::int64_t, std::int64_t> user_ts_;
  std::map<std::int64_t, names> expected_;
  std::map<std::int64_t, names> got_;
  std::map<std::int64_t, names> called_;
  std::map<std::int64_t, names> expected_lines_;
  std::map<std::int64_t, names> got_lines_;
};

TEST(TransportProperties, EveryEventAppearsOnceInOrderAndNowhereElse) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    transport_driver driver{seed};
    for (int i = 0; i < 400; ++i) driver.step();
    driver.check();
    EXPECT_GT(driver.events(), 50U);
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "seed " << seed;
      return;
    }
  }
}

}  // namespace
}  // namespace vkxx::emulation

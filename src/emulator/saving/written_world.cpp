#include "emulator/saving/written_world.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <limits>
#include <string>
#include <vector>

#include "emulator/api/api_failure.hpp"
#include "emulator/saving/parts/saved_world.hpp"
#include "emulator/world/accounts/account_commands.hpp"
#include "emulator/world/friends/friend_commands.hpp"
#include "emulator/world/messages/message_commands.hpp"
#include "emulator/world/walls/wall_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::int64_t largest_written_id = 1'999'999'999;
constexpr std::int64_t longest_ago = 10LL * 365 * 86'400;  // In seconds.
constexpr std::array<std::string_view, 5> written_clients{"full", "no_callback", "no_inline",
                                                          "no_carousel", "no_keyboard"};
constexpr std::array<std::string_view, 2> written_languages{"ru", "en"};
constexpr std::array<std::string_view, 3> written_types{"group", "page", "event"};

class world_writer {
 public:
  /// @param chats_ago the age of the chats, in seconds: they are older than their messages.
  world_writer(world& state, const command_context& context, std::int64_t chats_ago = 0)
      : state_{state},
        context_{context},
        chats_ago_{chats_ago},
        last_person_{last_id(state.accounts().people())},
        last_community_{last_id(state.accounts().communities())} {}

  void add_person(snapshot_reader& from);
  void add_friends(snapshot_reader& from) const;
  void add_community(snapshot_reader& from);
  void add_chat(snapshot_reader& from);
  void add_message(snapshot_reader& from);
  void add_post(snapshot_reader& from) const;

 private:
  template <class Accounts>
  [[nodiscard]] static std::int64_t last_id(const Accounts& accounts) {
    std::int64_t last = 0;
    for (const auto& entry : accounts) last = std::max(last, entry.id);
    return last;
  }
  [[nodiscard]] account_commands accounts() const { return {state_, context_}; }
  void add_token(snapshot_reader& from, std::string_view of, token_kind kind,
                 std::int64_t owner) const;
  [[nodiscard]] std::int64_t id_of(snapshot_reader& from, std::int64_t fallback) const;
  // The context of what happened `ago` seconds before the present.
  [[nodiscard]] command_context past(snapshot_reader& from);
  // In seconds.
  [[nodiscard]] static std::int64_t age_of(snapshot_reader& from);
  [[nodiscard]] command_context before(std::int64_t ago) const {
    auto then = context_;
    then.time_ms -= ago * 1000;
    return then;
  }

  world& state_;
  command_context context_;
  std::int64_t chats_ago_;
  std::int64_t last_person_;
  std::int64_t last_community_;
  std::int64_t last_ago_ = std::numeric_limits<std::int64_t>::max();
  std::vector<conversation_id> chats_;
};

std::int64_t world_writer::id_of(snapshot_reader& from, std::int64_t fallback) const {
  std::int64_t id = 0;
  from.member("id", id, fallback);
  if (id < 1 || id > largest_written_id) from.refuse("id", "must be 1 to 1999999999");
  return id;
}

// Without one, a token that follows from the id.
void world_writer::add_token(snapshot_reader& from, std::string_view of, token_kind kind,
                             std::int64_t owner) const {
  token_record token;
  token.kind = kind;
  token.owner = owner;
  from.member("token", token.text,
              "vk1.a.emulator-" + std::string{of} + "-" + std::to_string(owner) + "-" +
                  std::string(64, '0'));
  if (token.text.empty() || state_.token(token.text) != nullptr)
    from.refuse("token", "must be a text that no other token has");
  accounts().add_token(std::move(token));
}

void world_writer::add_person(snapshot_reader& from) {
  person entry;
  entry.id = id_of(from, last_person_ + 1);
  std::string first;
  std::string last;
  from.member("first_name", first);
  from.member("last_name", last);
  if (first.empty()) from.refuse("first_name", "is missing");
  entry.first_name = {first, first};
  entry.last_name = {last, last};
  from.member("screen_name", entry.screen_name);
  from.member("sex", entry.sex, 2);
  if (entry.sex < 0 || entry.sex > 2) from.refuse("sex", "must be 1 (female) or 2 (male)");
  from.member("city", entry.city);
  from.member("birthday", entry.birthday);
  if (entry.birthday.size() > 10 ||
      entry.birthday.find_first_not_of("0123456789.") != std::string::npos)
    from.refuse("birthday", "must be DAY.MONTH or DAY.MONTH.YEAR");
  from.member("closed", entry.closed);
  from.member("status", entry.status);
  from.choice("client", entry.client, written_clients);
  std::size_t language = 0;
  from.choice("language", language, written_languages);
  entry.language = language == 0 ? 0 : 3;
  from.member("allows_messages", entry.allows_messages, true);
  static_cast<void>(from.find("friends"));
  const auto id = entry.id;
  if (!accounts().add_person(std::move(entry))) from.refuse("", "id or screen_name is taken");
  last_person_ = std::max(last_person_, id);
  add_token(from, "user", token_kind::user, id);
  from.finish();
}

// When everybody is there.
void world_writer::add_friends(snapshot_reader& from) const {
  std::vector<std::int64_t> friends;
  from.member("friends", friends);
  if (friends.empty()) return;
  std::int64_t id = 0;
  from.member("id", id);
  if (state_.find_person(id) == nullptr) from.refuse("friends", "needs the id of the person");
  friend_commands commands{state_, context_};
  for (const auto other : friends) {
    if (state_.find_person(other) == nullptr || other == id)
      from.refuse("friends", "there is no user " + std::to_string(other));
    if (friend_state_of(state_, id, other) == friend_state::friends) continue;
    commands.add(id, other, {});
    commands.add(other, id, {});
  }
}

void world_writer::add_community(snapshot_reader& from) {
  community entry;
  entry.id = id_of(from, last_community_ + 1);
  from.member("name", entry.name);
  if (entry.name.empty()) from.refuse("name", "is missing");
  from.member("screen_name", entry.screen_name);
  std::size_t type = 0;
  from.choice("type", type, written_types);
  entry.type = written_types[type];
  from.member("closed", entry.closed);
  if (entry.closed < 0 || entry.closed > 2) from.refuse("closed", "must be 0, 1 or 2");
  from.member("description", entry.description);
  from.member("status", entry.status);
  from.member("admins", entry.administrators);
  for (const auto user : entry.administrators)
    if (state_.find_person(user) == nullptr)
      from.refuse("admins", "there is no user " + std::to_string(user));
  from.member("members", entry.members);
  if (entry.members < 0) from.refuse("members", "must not be negative");
  from.member("greeting", entry.settings.greeting);
  const auto id = entry.id;
  if (!accounts().add_community(std::move(entry))) from.refuse("", "id or screen_name is taken");
  last_community_ = std::max(last_community_, id);
  add_token(from, "community", token_kind::community, id);
  from.finish();
}

void world_writer::add_chat(snapshot_reader& from) {
  std::int64_t owner = 0;
  std::string title;
  std::vector<std::int64_t> members;
  from.member("owner", owner);
  from.member("title", title);
  from.member("members", members);
  from.finish();
  check_member(from, "owner", state_, owner);
  message_commands commands{state_, before(chats_ago_)};
  std::vector<std::int64_t> users;
  for (const auto member : members) {
    if (!state_.exists(member))
      from.refuse("members", "there is no member " + std::to_string(member));
    if (member > 0) users.push_back(member);
  }
  const auto chat = commands.create_chat(owner, title, users);
  for (const auto member : members)
    if (member < 0) commands.invite(owner, chat, member);
  chats_.push_back(chat);
}

std::int64_t world_writer::age_of(snapshot_reader& from) {
  std::int64_t ago = 0;
  from.member("ago", ago);
  if (ago < 0 || ago > longest_ago) from.refuse("ago", "must be 0 to 315360000 seconds");
  return ago;
}

command_context world_writer::past(snapshot_reader& from) {
  const auto ago = age_of(from);
  if (ago > last_ago_) from.refuse("ago", "must not be before the message above");
  last_ago_ = ago;
  return before(ago);
}

// JSON as it is, or as a text.
std::string json_of(snapshot_reader& from, std::string_view name) {
  const auto* value = from.find(name);
  if (value == nullptr) return {};
  if (const auto* text = value->if_string()) return {text->data(), text->size()};
  return json::serialize(*value);
}

void world_writer::add_message(snapshot_reader& from) {
  std::int64_t author = 0;
  std::int64_t peer = 0;
  std::size_t chat = 0;
  message_draft draft;
  from.member("from", author);
  from.member("to", peer);
  from.member("chat", chat);
  from.member("text", draft.text);
  from.member("attachments", draft.attachments);
  draft.keyboard = json_of(from, "keyboard");
  draft.carousel = json_of(from, "template");
  draft.payload = json_of(from, "payload");
  check_member(from, "from", state_, author);
  const auto then = past(from);
  from.finish();
  if (chat != 0) {
    if (chat > chats_.size()) from.refuse("chat", "is not the number of one of the chats, from 1");
    peer = state_.messages().peer_of(*state_.messages().find(chats_[chat - 1]), author);
    if (peer == 0) from.refuse("from", "is not a member of the chat");
  } else if (!state_.exists(peer)) {
    from.refuse("to", "is neither a user nor a community; write \"chat\" for a chat");
  }
  message_commands{state_, then}.send(author, peer, std::move(draft));
}

void world_writer::add_post(snapshot_reader& from) const {
  wall_post post;
  from.member("owner", post.owner);
  from.member("from", post.from, post.owner);
  from.member("text", post.text);
  from.member("attachments", post.attachments);
  check_member(from, "owner", state_, post.owner);
  check_member(from, "from", state_, post.from);
  // Posts come in any order.
  const auto then = before(age_of(from));
  from.finish();
  post.date = then.date();
  const auto actor = post.from;
  if (!wall_commands{state_, then}.publish(actor, std::move(post), {}))
    from.refuse("", "the walls are full");
}

// The age of the oldest message in a chat; what is wrong is refused later.
std::int64_t age_of_chats(const json::object& document) {
  const auto* messages = document.if_contains("messages");
  if (messages == nullptr || !messages->is_array()) return 0;
  std::int64_t oldest = 0;
  for (const auto& each : messages->get_array()) {
    const auto* members = each.if_object();
    if (members == nullptr || !members->contains("chat")) continue;
    const auto* ago = members->if_contains("ago");
    if (ago != nullptr && ago->is_int64())
      oldest = std::max(oldest, std::min(ago->get_int64(), longest_ago));
  }
  return oldest;
}

template <class Function>
void each_object(snapshot_reader& top, std::string_view name, Function function) {
  const snapshot_place list{&top.place(), name};
  top.each(name, [&](const json::value& value, std::size_t index) {
    const snapshot_place item{&list, {}, index};
    if (!value.is_object()) refuse_at(item, "must be an object");
    snapshot_reader inner{value.get_object(), item};
    try {
      function(inner);
    } catch (const api_failure& failure) {
      refuse_at(item, "the world refuses it: " + failure.message);
    }
  });
}

}  // namespace

void add_written_world(const json::value& document, world& state, const command_context& context) {
  const snapshot_place nowhere;
  if (!document.is_object()) refuse_at(nowhere, "must be an object");
  snapshot_reader top{document.get_object(), nowhere};
  world_writer writer{state, context, age_of_chats(document.get_object())};
  each_object(top, "people", [&](snapshot_reader& from) { writer.add_person(from); });
  {
    snapshot_reader again{document.get_object(), nowhere};
    each_object(again, "people", [&](snapshot_reader& from) { writer.add_friends(from); });
  }
  each_object(top, "communities", [&](snapshot_reader& from) { writer.add_community(from); });
  each_object(top, "chats", [&](snapshot_reader& from) { writer.add_chat(from); });
  each_object(top, "posts", [&](snapshot_reader& from) { writer.add_post(from); });
  each_object(top, "messages", [&](snapshot_reader& from) { writer.add_message(from); });
  top.finish();
}

}  // namespace vkxx::emulation::detail

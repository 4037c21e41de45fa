// Users, communities and chats that the control API makes.
#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "emulator/control/people/body_reader.hpp"
#include "emulator/control/people/person_actions.hpp"
#include "emulator/world/accounts/account_commands.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_accounts = 200'000;
constexpr std::size_t longest_name = 100;
constexpr std::size_t most_admins = 100;
constexpr std::array client_names{"full", "no_callback", "no_inline", "no_carousel", "no_keyboard"};

client_kind client_of(const body_reader& body) {
  const auto name = body.text_or("client", "full");
  const auto* found = std::ranges::find(client_names, name);
  if (found == client_names.end())
    throw std::invalid_argument{
        "\"client\" must be full, no_callback, no_inline, no_carousel or no_keyboard"};
  return static_cast<client_kind>(found - client_names.begin());
}

std::string not_long(std::string text, std::string_view name) {
  if (text.size() > longest_name)
    throw std::invalid_argument{"\"" + std::string{name} + "\" is longer than 100 bytes"};
  return text;
}

std::string short_text(const body_reader& body, std::string_view name) {
  return not_long(body.text(name), name);
}

std::string short_text_or(const body_reader& body, std::string_view name,
                          std::string_view fallback) {
  return not_long(body.text_or(name, fallback), name);
}

template <class Accounts>
std::int64_t free_id(const Accounts& accounts) {
  if (accounts.size() >= most_accounts) throw std::invalid_argument{"there are too many accounts"};
  std::int64_t last = 0;
  for (const auto& entry : accounts) last = std::max(last, entry.id);
  return last + 1;
}

// A chat without some of its members is not what was asked for: refused before it exists.
void check_invitations(const world& state, std::int64_t owner, std::size_t users,
                       const std::vector<std::int64_t>& communities) {
  if (users + communities.size() >= state.settings().most_members)
    throw std::invalid_argument{"there would be too many members"};
  for (const auto member : communities) {
    const auto* community = state.find_community(-member);
    if (community != nullptr && !community->settings.may_be_invited)
      throw std::invalid_argument{"the community of " + std::to_string(member) +
                                  " may not be invited to chats"};
    if (state.messages().blocks(member, owner))
      throw std::invalid_argument{"the owner is blocked by " + std::to_string(member)};
  }
}

}  // namespace

std::string_view to_string(client_kind client) noexcept {
  return client_names[static_cast<std::size_t>(client)];
}

json::object make_person(world& state, const command_context& context, const json::object& body) {
  const body_reader fields{body};
  fields.only({"first_name", "last_name", "screen_name", "sex", "client", "language"});
  person entry;
  entry.id = free_id(state.accounts().people());
  const auto first = short_text(fields, "first_name");
  const auto last = short_text(fields, "last_name");
  entry.first_name = {first, first};
  entry.last_name = {last, last};
  entry.screen_name = short_text_or(fields, "screen_name", "id" + std::to_string(entry.id));
  const auto sex = fields.number_or("sex", 2);
  if (sex != 1 && sex != 2) throw std::invalid_argument{"\"sex\" must be 1 or 2"};
  entry.sex = static_cast<int>(sex);
  entry.client = client_of(fields);
  const auto language = fields.text_or("language", "ru");
  if (language != "ru" && language != "en")
    throw std::invalid_argument{"\"language\" must be ru or en"};
  entry.language = language == "en" ? 3 : 0;
  const auto id = entry.id;
  account_commands commands{state, context};
  if (!commands.add_person(std::move(entry)))
    throw std::invalid_argument{"\"screen_name\" is taken"};
  token_record token;
  token.text = "vk1.a.emulator-user-" + std::to_string(id) + "-" + std::string(64, '0');
  token.owner = id;
  const auto text = token.text;
  commands.add_token(std::move(token));
  return {{"id", id}, {"token", text}};
}

void change_person(world& state, const command_context& context, std::int64_t person,
                   const json::object& body) {
  const body_reader fields{body};
  fields.only({"client"});
  account_commands{state, context}.set_client(person, client_of(fields));
}

json::object make_community(world& state, const command_context& context,
                            const json::object& body) {
  const body_reader fields{body};
  fields.only({"name", "screen_name", "type", "admins"});
  community entry;
  entry.id = free_id(state.accounts().communities());
  entry.name = short_text(fields, "name");
  entry.screen_name = short_text_or(fields, "screen_name", "club" + std::to_string(entry.id));
  entry.type = short_text_or(fields, "type", "group");
  entry.administrators = fields.numbers("admins");
  if (entry.administrators.size() > most_admins)
    throw std::invalid_argument{"\"admins\" has more than 100 users"};
  for (const auto user : entry.administrators)
    if (state.find_person(user) == nullptr)
      throw std::invalid_argument{"there is no user " + std::to_string(user)};
  const auto id = entry.id;
  account_commands commands{state, context};
  if (!commands.add_community(std::move(entry)))
    throw std::invalid_argument{"\"screen_name\" is taken"};
  token_record token;
  token.text = "vk1.a.emulator-community-" + std::to_string(id) + "-" + std::string(64, '0');
  token.kind = token_kind::community;
  token.owner = id;
  const auto text = token.text;
  commands.add_token(std::move(token));
  return {{"id", id}, {"token", text}};
}

json::object make_chat(world& state, const command_context& context, const json::object& body) {
  const body_reader fields{body};
  fields.only({"owner", "title", "members"});
  const auto owner = fields.number("owner");
  if (!state.exists(owner)) throw std::invalid_argument{"\"owner\" does not exist"};
  std::vector<std::int64_t> users;
  std::vector<std::int64_t> bots;
  for (const auto member : fields.numbers("members")) {
    if (!state.exists(member))
      throw std::invalid_argument{"there is no member " + std::to_string(member)};
    auto& kind = member > 0 ? users : bots;
    if (member != owner && std::ranges::find(kind, member) == kind.end()) kind.push_back(member);
  }
  auto title = short_text(fields, "title");
  check_invitations(state, owner, users.size(), bots);
  message_commands commands{state, context};
  const auto chat = commands.create_chat(owner, std::move(title), users);
  for (const auto bot : bots) commands.invite(owner, chat, bot);
  json::object peers;
  const auto& where = *state.messages().find(chat);
  for (const auto& member : where.chat->roster)
    peers[std::to_string(member.id)] = state.messages().peer_of(where, member.id);
  return {{"peer", state.messages().peer_of(where, owner)}, {"peers", std::move(peers)}};
}

}  // namespace vkxx::emulation::detail

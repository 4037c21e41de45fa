#include "emulator/world/world_growth.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace vkxx::emulation::detail {
namespace {

constexpr std::int64_t start_of_chats = 1'700'000'000;

chat_member first_member(std::int64_t id, bool admin) {
  chat_member entry;
  entry.id = id;
  entry.invited_by = 1;
  entry.joined = start_of_chats;
  entry.admin = admin;
  return entry;
}

// The names repeat; the number tells the users apart.
person grown_person(std::int64_t id) {
  struct name {
    std::string_view cyrillic;
    std::string_view latin;
  };
  constexpr std::array<name, 4> names{
      {{"Алексей", "Alexey"}, {"Мария", "Maria"}, {"Николай", "Nikolay"}, {"Ольга", "Olga"}}};
  const auto index = static_cast<std::size_t>(id) % names.size();
  const auto number = std::to_string(id);
  person entry;
  entry.id = id;
  entry.first_name = {std::string{names[index].cyrillic}, std::string{names[index].latin}};
  entry.last_name = {"Номер " + number, "Number " + number};
  entry.sex = index % 2 == 0 ? 2 : 1;
  return entry;
}

}  // namespace

void world_growth::fill() {
  const auto& settings = state().settings();
  add_users(std::max(settings.users, settings.members));
  if (settings.members != 0)
    accounts().editable_community(1)->members = static_cast<std::int64_t>(settings.members);
  add_members();
  add_chats(std::max<std::size_t>(settings.chats, 1));
  add_posts(settings.posts);
}

void world_growth::add_users(std::size_t total) {
  for (auto id = static_cast<std::int64_t>(state().accounts().people().size()) + 1;
       id <= static_cast<std::int64_t>(total); ++id)
    accounts().add(grown_person(id));
}

// The members of a community are the first users, as many as it has.
void world_growth::add_members() {
  const auto& people = state().accounts().people();
  for (const auto& group : state().accounts().communities()) {
    const auto total = std::min(static_cast<std::size_t>(group.members), people.size());
    for (std::size_t i = 0; i < total; ++i) memberships().add(group.id, people[i].id);
  }
}

// All of the first user, with the first community as a member of each.
void world_growth::add_chats(std::size_t total) {
  for (std::size_t number = 1; number <= total; ++number) {
    chat_facts facts;
    facts.title = number == 1 ? "Neighbours" : "Chat " + std::to_string(number);
    facts.owner = 1;
    facts.invite_link = "https://vk.me/join/" + random().hex(32);
    auto& chat = messages().open_chat(std::move(facts));
    chat.views.reserve(5);
    for (const std::int64_t member : {1, 2, 3, 4, -1})
      messages().join(chat, first_member(member, member == 1));
  }
}

void world_growth::add_posts(std::size_t total) {
  for (auto number = state().walls().wall(-1).size() + 1; number <= total; ++number) {
    wall_post post;
    post.owner = -1;
    post.from = -1;
    post.date = start_of_chats + static_cast<std::int64_t>(number) * 60;
    post.text = "News number " + std::to_string(number);
    if (!walls().take_space(post.text.size())) return;
    walls().add(std::move(post));
  }
}

}  // namespace vkxx::emulation::detail

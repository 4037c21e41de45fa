#include "emulator/world/settings.hpp"

#include <algorithm>

namespace vkxx::emulation::detail {

world_settings settings_of(const emulator_options& options) {
  world_settings settings;
  settings.users = options.users();
  settings.members = options.members();
  settings.chats = options.chats();
  settings.posts = options.posts();
  settings.most_messages = options.message_limit();
  settings.most_copies = std::max(settings.most_copies, 4 * settings.most_messages);
  settings.most_conversations = std::max(settings.most_conversations, 2 * options.chats());
  return settings;
}

world_settings settings_without_growth(const emulator_options& options) {
  auto settings = settings_of(options);
  settings.users = settings.members = settings.chats = settings.posts = 0;
  return settings;
}

}  // namespace vkxx::emulation::detail

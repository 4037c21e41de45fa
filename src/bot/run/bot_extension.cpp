#include <vkxx/bot/bot_extension.hpp>

namespace vkxx {

asio::awaitable<bool> bot_extension::take_message(message_context) {
  co_return false;
}
asio::awaitable<bool> bot_extension::take_button(button_context) {
  co_return false;
}
asio::awaitable<bool> bot_extension::take_timer(bot_context, due_timer) {
  co_return false;
}
asio::awaitable<bool> bot_extension::take_own_update(bot_context) {
  co_return false;
}
void bot_extension::replay_always(bool) noexcept {}
void bot_extension::run_ended() noexcept {}
std::vector<std::string> bot_extension::needed_types() const {
  return {};
}

}  // namespace vkxx

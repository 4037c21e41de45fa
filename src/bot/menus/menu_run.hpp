// One update of a menu.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

#include <vkxx/bot/bot_context.hpp>
#include <vkxx/bot/button_context.hpp>
#include <vkxx/dialogues/dialogue_options.hpp>
#include "bot/menus/menu_machine.hpp"

namespace vkxx::detail {

using menu_notice = std::function<void(const state_notice&)>;

// Sends the menu at its first page. Throws.
[[nodiscard]] asio::awaitable<void> open_menu(std::shared_ptr<const menu_rules> rules,
                                              bot_context context, menu_notice on_notice);
// Handles a press. Throws.
[[nodiscard]] asio::awaitable<void> press_menu(std::shared_ptr<const menu_rules> rules,
                                               button_context context, menu_ticket ticket,
                                               menu_notice on_notice);

}  // namespace vkxx::detail

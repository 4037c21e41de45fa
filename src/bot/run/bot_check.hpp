// The settings of a community, compared with what a bot needs.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <set>
#include <string>

#include <vkxx/bot/bot_report.hpp>
#include <vkxx/client/client.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::detail {

// The community of the token.
[[nodiscard]] asio::awaitable<result<group_id>> ask_community(client vk);

// What must be changed so that updates of these types come. Pure.
struct long_poll_needs {
  bool enable = false;
  bool raise_version = false;
  std::vector<std::string> types;  // to be switched on
  [[nodiscard]] bool empty() const noexcept { return !enable && !raise_version && types.empty(); }
};
// `settings`: VK's answer to `groups.getLongPollSettings`.
[[nodiscard]] long_poll_needs compare_settings(std::string_view settings,
                                               const std::set<std::string>& types);

// Switches on what is missing; what cannot be is described in the report.
[[nodiscard]] asio::awaitable<bot_report> check_long_poll(client vk, group_id community,
                                                          std::set<std::string> types);

}  // namespace vkxx::detail

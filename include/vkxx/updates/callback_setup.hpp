/// @file
/// Registers a server of the Callback API at VK.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/client.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/updates/callback_receiver.hpp>

namespace vkxx {

/// The options of `set_up_callback`.
class callback_setup_options {
 public:
  /// `url`: the address by which VK reaches the program.
  explicit callback_setup_options(std::string url) : url_{std::move(url)} {}

  /// The name in the settings of the community, at most 14 characters; `vkxx` by default.
  callback_setup_options& title(std::string text);
  /// The version of the API that updates have; `5.199` by default.
  callback_setup_options& version(std::string number);
  /// A type of update to switch on, such as `message_new`. Others stay as they are.
  callback_setup_options& add_event(std::string_view type);
  /// How long to wait until VK has confirmed the server; 30 s by default.
  callback_setup_options& timeout(duration limit);

  [[nodiscard]] const std::string& url() const noexcept { return url_; }  ///< the address
  [[nodiscard]] const std::string& title() const noexcept { return title_; }
  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  /// The types to switch on.
  [[nodiscard]] const std::vector<std::string>& events() const noexcept { return events_; }
  [[nodiscard]] duration timeout() const noexcept { return timeout_; }

 private:
  std::string url_;
  std::string title_ = "vkxx";
  std::string version_ = "5.199";
  std::vector<std::string> events_;
  duration timeout_ = std::chrono::seconds{30};
};

/// What `set_up_callback` did.
struct callback_setup {
  server_id server{0};            ///< VK's number of the server
  bool registered = false;        ///< it was added, or changed
  bool settings_changed = false;  ///< types were switched on, or the version was set
};

/// Registers the server of a community at VK, with the secret that `receiver` has for it; confirms
/// it, and switches types of updates on. Repeating it changes nothing. The receiver must be
/// answering requests meanwhile.
///
/// Completion: what was done. Errors: those of the calls; `errc::deadline_exceeded` if VK did not
/// confirm the server in time, `errc::authorization_failed` if VK reports that it does not answer
/// properly, `errc::invalid_argument` if the receiver does not have the community. Cancellation:
/// terminal, partial and total. Lifetime: the operation owns everything it needs. Executor: the
/// awaiting coroutine's.
///
/// https://dev.vk.com/method/groups.addCallbackServer
[[nodiscard]] asio::awaitable<result<callback_setup>> set_up_callback(
    client vk, const callback_receiver& receiver, group_id community,
    callback_setup_options options);

}  // namespace vkxx

/// @file
/// Takes the browser's redirect on this machine.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::auth {

/// Listens on a port of 127.0.0.1 for the one request that brings the browser back from VK's page.
/// The app's settings have to trust its address.
///
/// ```cpp
/// vkxx::auth::redirect_listener back{executor};
/// vkxx::auth::vk_id id{"51000000", back.redirect_uri()};
/// auto login = id.begin();
/// open_in_browser(login.authorize_url);
/// auto address = co_await back.wait(login.state);
/// ```
///
/// Thread safety: distinct objects: safe; shared objects: unsafe.
class redirect_listener {
 public:
  /// Listens when it returns. `port`: 0 takes a free one. `path` begins with `/`.
  /// @throws boost::system::system_error when the port cannot be listened on.
  explicit redirect_listener(const asio::any_io_executor& executor, std::uint16_t port = 0,
                             std::string path = "/callback");
  redirect_listener(const redirect_listener&) = delete;
  redirect_listener& operator=(const redirect_listener&) = delete;
  ~redirect_listener();

  /// `http://127.0.0.1:PORT/callback`.
  [[nodiscard]] std::string redirect_uri() const;

  /// The whole address that the browser came to, for `vk_id::finish` and `code::finish`.
  /// `login_state`: `vk_id_login::state` or `code_login::state`; must not be empty.
  ///
  /// Only a GET of `redirect_uri()` by that host and port, whose query has this `state` once, is
  /// the redirect. Everything else (a picture of the page, the redirect of another login, a page of
  /// the web that found the port) is answered with status 400, and the wait goes on. Connections
  /// are served side by side, at most 32; one that sends no request within two seconds is closed.
  /// Stops listening when it has the address.
  ///
  /// Completion: the address. There is no limit in time: a person is awaited. Errors: `cancelled`;
  /// `invalid_argument` for a second call. Cancellation: all types. Lifetime: owns what it needs.
  /// Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<result<std::string>> wait(std::string login_state);
  /// The same for any login: takes the first redirect that has a `state`, and a `code` or an
  /// `error`. Prefer the other one: what another login left behind ends this wait.
  [[nodiscard]] asio::awaitable<result<std::string>> wait();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace vkxx::auth

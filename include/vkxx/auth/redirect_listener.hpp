/// @file
/// Receives the browser's redirect on this machine.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::auth {

/// Listens on a port of 127.0.0.1 for the redirect from VK's page. Its address must be among the
/// trusted ones in the app's settings.
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
  /// Listens from the constructor on. `port`: 0 picks a free one. `path` must begin with `/`.
  /// @throws boost::system::system_error if it cannot listen on the port.
  explicit redirect_listener(const asio::any_io_executor& executor, std::uint16_t port = 0,
                             std::string path = "/callback");
  redirect_listener(const redirect_listener&) = delete;
  redirect_listener& operator=(const redirect_listener&) = delete;
  ~redirect_listener();

  /// `http://127.0.0.1:PORT/callback`.
  [[nodiscard]] std::string redirect_uri() const;

  /// Waits for the redirect. Returns its whole address, for `vk_id::finish` and `code::finish`.
  /// `login_state`: `vk_id_login::state` or `code_login::state`; must not be empty.
  ///
  /// Only a GET of `redirect_uri()` by that host and port, whose query has this `state` once, is
  /// the redirect. Every other request (a favicon, the redirect of another login, a web page that
  /// found the port) is answered with status 400, and the wait continues. At most 32 connections
  /// are served concurrently; one that sends no request within two seconds is closed. Stops
  /// listening once it has the address.
  ///
  /// Completion: the address. There is no timeout, since a person is awaited. Errors: `cancelled`;
  /// `invalid_argument` for a second call. Cancellation: all types. Lifetime: owns what it needs.
  /// Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<result<std::string>> wait(std::string login_state);
  /// The same for any login: accepts the first redirect that has a `state`, and a `code` or an
  /// `error`. Prefer the other overload: a stale redirect of another login ends this wait.
  [[nodiscard]] asio::awaitable<result<std::string>> wait();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace vkxx::auth

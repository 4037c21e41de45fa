/// @file
/// Authentication flows and token sources.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/auth/access_token.hpp>
#include <vkxx/auth/token_store.hpp>
#include <vkxx/client/client.hpp>
#include <vkxx/client/config.hpp>
#include <vkxx/client/token_source.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::auth {

/// An authentication flow. Created by the classes named after the flows (`direct` and others).
///
/// Thread safety: safe to share: it is immutable.
class flow {
 public:
  flow() = default;
  flow(const flow&) = delete;
  flow& operator=(const flow&) = delete;
  virtual ~flow() = default;

  /// Gets a token.
  ///
  /// Completion: the token. Errors: `authorization_failed` (the text has the server's reason),
  /// `challenge_refused` if a hook refuses or is missing, `malformed_answer`, `not_json`, and those
  /// of `http::transport::send`. A failed exchange is not retried, since it may count as a login
  /// attempt. Cancellation: all types, at any stage. Lifetime: the operation owns its data,
  /// including the flow. Executor: the awaiting coroutine's, for hooks too.
  [[nodiscard]] virtual asio::awaitable<result<access_token>> log_in(
      token_environment environment) const = 0;

  /// Whether `refresh` can replace this token.
  [[nodiscard]] virtual bool refreshable(const access_token& token) const;
  /// Gets a new token in place of `old`, without a person.
  ///
  /// Completion: the token; `old` may be spent afterwards. Errors, cancellation, lifetime,
  /// executor: see `log_in`.
  [[nodiscard]] virtual asio::awaitable<result<access_token>> refresh(
      access_token old, token_environment environment) const;
};

/// Runs a flow with the client's endpoints, transport, clock and timeout.
///
/// Completion, errors, cancellation, lifetime, executor: see `flow::log_in`.
[[nodiscard]] asio::awaitable<result<access_token>> log_in(std::shared_ptr<const flow> flow,
                                                           client client);
/// The same for programs without coroutines: blocks; hooks run on the calling thread. Takes at most
/// `config::total_timeout` in total.
[[nodiscard]] result<access_token> log_in(std::shared_ptr<const flow> flow, const config& settings);

/// Options of a token source: its store and its first token.
class source_options {
 public:
  source_options();
  /// Loads the profile's token from the store, and saves every new one there. One that the store
  /// rejects is used, and saved again later: see `make_token_source`.
  source_options& store(std::shared_ptr<token_store> store, std::string profile);
  /// A token to begin with.
  source_options& token(access_token first);
  /// Another wall clock, for tests. Expiry is compared with it.
  source_options& wall_clock(std::function<wall_time()> now);

  /// Null, the default: tokens are not stored.
  [[nodiscard]] const std::shared_ptr<token_store>& store() const noexcept { return store_; }
  /// The name under which tokens are stored.
  [[nodiscard]] const std::string& profile() const noexcept { return profile_; }
  /// Nothing: none.
  [[nodiscard]] const std::optional<access_token>& token() const noexcept { return token_; }
  /// The clock that expiry is compared with.
  [[nodiscard]] const std::function<wall_time()>& wall_clock() const noexcept {
    return wall_clock_;
  }

 private:
  std::shared_ptr<token_store> store_;
  std::string profile_;
  std::optional<access_token> token_;
  std::function<wall_time()> wall_clock_;
};

/// A source of tokens for `config::tokens`.
///
/// It logs in when the first call needs a token; `make_logged_in_source` does so in advance.
/// However many calls need a token at the same time, a single flow runs, as long as one of them
/// waits. A refresh, once started, completes on the source's own thread and is saved, whatever
/// happens to the call or the client. The destructor of the last owner of the source waits for it
/// (at most `config::timeout` and a few seconds), and for nothing else.
///
/// A pair that the store rejects is used, and saved again (by a timer of at most half a minute, and
/// by calls) until the source is destroyed. The destructor tries once more. If that fails too, the
/// log of the client whose call refreshed the token says so at level `error`, and the pair stays
/// with the store object: the next source over the same object uses it and saves it. A pair that is
/// not saved when the process ends is lost: log in again. Neither the store nor the log is used
/// after the destructor.
///
/// A refreshable token is refreshed a minute before it expires (a tenth of its lifetime, if that is
/// less), and when VK refuses it as dead. Of the tokens of several communities a call uses that of
/// its `group_id`, or the first one without a `group_id`; a call for a community without a token
/// fails before anything is sent. Throws `usage_exception` if the flow is null.
[[nodiscard]] std::shared_ptr<token_source> make_token_source(std::shared_ptr<const flow> flow,
                                                              source_options options);

/// The same, but already logged in: uses the token from the store if it is still valid, and logs in
/// otherwise.
///
/// Completion: the source. Errors: those of `flow::log_in` and of the store. Cancellation,
/// lifetime, executor: see `flow::log_in`.
[[nodiscard]] asio::awaitable<result<std::shared_ptr<token_source>>> make_logged_in_source(
    std::shared_ptr<const flow> flow, source_options options, client client);
/// For programs without coroutines: blocks, runs hooks on the calling thread, and throws on
/// failure. Takes at most `config::total_timeout` in total.
[[nodiscard]] std::shared_ptr<token_source> make_logged_in_source(std::shared_ptr<const flow> flow,
                                                                  source_options options,
                                                                  const config& settings);

}  // namespace vkxx::auth

/// @file
/// An authentication flow, and what it yields: a token, or a client's source of tokens.
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

/// An authentication flow. Made by the classes named after the flows (`direct` and others).
///
/// Thread safety: safe to share: it holds settings that do not change.
class flow {
 public:
  flow() = default;
  flow(const flow&) = delete;
  flow& operator=(const flow&) = delete;
  virtual ~flow() = default;

  /// Gets a token.
  ///
  /// Completion: the token. Errors: `authorization_failed` (the text says what the server gave as
  /// the reason), `challenge_refused` when a hook refuses or is not there, `malformed_answer`,
  /// `not_json`, and those of `http::transport::send`. A failed exchange is not repeated, since it
  /// may count as an attempt to log in. Cancellation: all types, at any stage. Lifetime: the
  /// operation owns everything that it needs, the flow included. Executor: the awaiting
  /// coroutine's, for hooks too.
  [[nodiscard]] virtual asio::awaitable<result<access_token>> log_in(
      token_environment environment) const = 0;

  /// Whether `refresh` can do something with this token.
  [[nodiscard]] virtual bool refreshable(const access_token& token) const;
  /// Gets the next token in place of `old`, without a person.
  ///
  /// Completion: the token; `old` may be spent then. Errors, cancellation, lifetime, executor: see
  /// `log_in`.
  [[nodiscard]] virtual asio::awaitable<result<access_token>> refresh(
      access_token old, token_environment environment) const;
};

/// Carries a flow through with the client's endpoints, transport, clock and time limit.
///
/// Completion, errors, cancellation, lifetime, executor: see `flow::log_in`.
[[nodiscard]] asio::awaitable<result<access_token>> log_in(std::shared_ptr<const flow> flow,
                                                           client client);
/// The same for programs without coroutines: blocks; hooks run on the calling thread. The whole
/// takes at most `config::total_timeout`.
[[nodiscard]] result<access_token> log_in(std::shared_ptr<const flow> flow, const config& settings);

/// Where a source of tokens keeps them, and what it begins with.
class source_options {
 public:
  source_options();
  /// Takes the profile's token from the store if there is one, and puts every new one there. One
  /// that the store rejects is used, and saved again later: see `make_token_source`.
  source_options& store(std::shared_ptr<token_store> store, std::string profile);
  /// A token to begin with.
  source_options& token(access_token first);
  /// Another wall clock, for tests: what expiry is compared with.
  source_options& wall_clock(std::function<wall_time()> now);

  /// Null, the default: tokens are kept nowhere.
  [[nodiscard]] const std::shared_ptr<token_store>& store() const noexcept { return store_; }
  /// The name under which tokens are kept.
  [[nodiscard]] const std::string& profile() const noexcept { return profile_; }
  /// Nothing: none.
  [[nodiscard]] const std::optional<access_token>& token() const noexcept { return token_; }
  /// What expiry is compared with.
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
/// It logs in when the first call needs a token; `make_logged_in_source` does so before. However
/// many calls need one at the same time, one flow runs: it goes on as long as one of them waits.
/// A refresh, once begun, goes on to its end on a thread of the source's own and is stored:
/// whatever becomes of the call or the client. The destructor of the last owner of the source waits
/// for it (at most `config::timeout` and some seconds), and for nothing else.
///
/// A pair that the store rejects is used, and saved again (by a timer of at most half a minute, and
/// by calls) until the source is destroyed. The destructor tries once more. If that fails too, the
/// log of the client whose call refreshed the token says so at level `error`, and the pair stays
/// with the store object: the next source over the same object uses it and saves it. A pair that is
/// not saved when the process ends is lost: log in again. Neither the store nor the log is used
/// after the destructor.
///
/// A token that can be refreshed is refreshed a minute before it ends (a tenth of its life, if that
/// is less), and when VK refuses it as dead. A token for several communities is chosen by the
/// call's `group_id`, the first one if it has none; a community without a token is an error before
/// anything is sent.
[[nodiscard]] std::shared_ptr<token_source> make_token_source(std::shared_ptr<const flow> flow,
                                                              source_options options);

/// The same, logged in already: takes the token of the store if it can still be used, and logs in
/// otherwise.
///
/// Completion: the source. Errors: those of `flow::log_in` and of the store. Cancellation,
/// lifetime, executor: see `flow::log_in`.
[[nodiscard]] asio::awaitable<result<std::shared_ptr<token_source>>> make_logged_in_source(
    std::shared_ptr<const flow> flow, source_options options, client client);
/// For programs without coroutines: blocks, hooks run on the calling thread, and what fails is
/// thrown. The whole takes at most `config::total_timeout`.
[[nodiscard]] std::shared_ptr<token_source> make_logged_in_source(std::shared_ptr<const flow> flow,
                                                                  source_options options,
                                                                  const config& settings);

}  // namespace vkxx::auth

/// @file
/// The settings of a client.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/batching.hpp>
#include <vkxx/client/endpoints.hpp>
#include <vkxx/client/handler.hpp>
#include <vkxx/client/limits.hpp>
#include <vkxx/client/retries.hpp>
#include <vkxx/client/token_source.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/log.hpp>
#include <vkxx/core/parameters.hpp>
#include <vkxx/core/token_kind.hpp>
#include <vkxx/http/curl_transport.hpp>

namespace vkxx {

/// All settings of a client, with usable defaults. A value class: create one, change some settings,
/// pass it to a `client` or a `blocking_client`. Environment variables are not read.
class config {
 public:
  config();

  /// @name Who calls
  /// @{
  /// The token for every call. A null pointer (an unset environment variable) or an empty text:
  /// none.
  config& access_token(const char* token);
  config& access_token(std::string token);
  config& access_token(secret token);
  /// A source of tokens, in place of one token.
  config& tokens(std::shared_ptr<token_source> source);
  /// The kind of the token; determines its limit, and is used by the local checks. Not set:
  /// unknown, and not checked.
  config& token_kind(vkxx::token_kind kind);
  /// @}

  /// @name Common parameters, sent with every call unless the call overrides them
  /// @{
  /// Version of the API; `5.199` by default. `std::nullopt`: not sent (VK then answers error 8).
  config& v(std::optional<std::string> version);
  /// Language of names and texts: `ru`, `uk`, `be`, `en`, `es`, `fi`, `de`, `it` or VK's number.
  config& lang(std::optional<std::string> language);
  /// Whether VK returns https links.
  config& https(std::optional<bool> on);
  /// Allows calls of an app that is not enabled yet.
  config& test_mode(std::optional<bool> on);
  /// Another parameter for every call.
  template <class Value>
  config& common(std::string_view name, const Value& value) {
    common_.set(name, value);
    return *this;
  }
  /// @}

  /// @name Time
  /// @{
  /// The longest time of one attempt; 10 s by default, at least 1 ms; `duration::max()`: no limit.
  config& timeout(duration limit);
  /// The longest time of a whole call with its retries; 5 minutes by default, at least 1 ms;
  /// `duration::max()`: no limit. It does not run while a challenge hook is working on the call's
  /// challenge, or on the one of another call that this call waits for.
  config& total_timeout(duration limit);
  /// The longest time that a challenge hook (a person, often) may take for one challenge; 10
  /// minutes by default, at least 1 ms; `duration::max()`: no limit. After it the call fails with
  /// `errc::deadline_exceeded`. A `call_options::deadline` applies meanwhile, too.
  config& challenge_timeout(duration limit);
  /// Another clock, for tests. Null, the default: the system's.
  config& time_source(std::shared_ptr<clock> time);
  /// @}

  /// @name At the limit, and after failures
  /// @{
  /// How calls respect VK's limits; see `vkxx::limits`.
  config& limits(vkxx::limits limits);
  /// Batches calls into requests of `execute`; off by default. See `vkxx::batching`.
  config& batching(std::optional<vkxx::batching> batching);
  /// When requests are retried; see `vkxx::retries`.
  config& retries(vkxx::retries retries);
  /// @}

  /// @name Endpoints and transport
  /// @{
  /// The addresses of VK's services; the `vk.ru` hosts by default.
  config& endpoints(vkxx::endpoints endpoints);
  /// Points every endpoint at the emulator with this address.
  config& emulator(const std::string& url);
  /// `http://`, `https://`, `socks5://` or `socks5h://`, with `user:password@` before the host if
  /// needed; an empty text: none. Throws `usage_exception` if it is malformed.
  config& proxy(std::string_view url);
  /// A PEM file with certificate authorities to trust in addition to the system's.
  config& ca_file(std::string path);
  /// The largest answer in bytes, decompressed; 64 MiB by default, at least 1. Receiving an answer
  /// takes at most 8 times its size in memory, whatever its contents; values that are built from it
  /// on demand (`reply::json`, objects) come on top.
  config& max_answer_size(std::size_t bytes);
  /// The most open connections; further requests wait. 0, the default: no limit; 1,000,000 at most.
  config& max_connections(std::size_t count);
  /// The most calls, uploads and other requests that are in progress with one host at the same
  /// time, long polls apart; 256 by default. 0: no limit; 1,000,000 at most. Further ones wait in
  /// line, within their `total_timeout`; `timeout` begins when they leave the line.
  config& max_in_flight(std::size_t count);
  /// The longest time for name resolution, connection and TLS together; 10 s by default, 1 ms to
  /// 24 hours. `timeout` applies as well.
  config& connect_timeout(duration limit);
  /// The `User-Agent` header; `vkxx/<version>` by default.
  config& user_agent(std::string name);
  /// Another transport. The options of the built-in one (proxy, CA file, sizes, connections, user
  /// agent) then have no effect. Null, the default: the built-in transport.
  config& transport(std::shared_ptr<http::transport> transport);
  /// @}

  /// @name Hooks, middlewares, log
  /// @{
  /// Called for VK's errors with this code. See `client::on_error`.
  config& on_error(api_errc code, error_handler handler);
  /// Called for VK's errors without their own handler or hook.
  config& on_any_error(error_handler handler);
  /// Called to solve a captcha (error 14).
  config& on_captcha(challenge_hook solver);
  /// Called to pass a validation (error 17).
  config& on_validation(challenge_hook solver);
  /// Called to confirm an action (error 24).
  config& on_confirmation(challenge_hook solver);
  /// How many times one call may be sent on request of handlers or after answered challenges,
  /// including the first time; 5 by default, 1 to 1,000,000.
  config& max_sends(int count);
  /// Whether calls of methods' classes are checked before they are sent: numbers, lengths of texts
  /// and lists against the schema's limits, and the kind of token. A call that does not fit fails
  /// with `errc::invalid_argument`, naming the parameter. Off by default: VK checks the same, and
  /// its limits may be newer than the schema.
  config& local_checks(bool on);
  /// Adds a middleware around the call, inside of those added before.
  config& around_call(call_middleware middleware);
  /// Adds a middleware around each attempt, inside of those added before.
  config& around_attempt(attempt_middleware middleware);
  /// The sink of log lines of at least level `lowest`.
  config& log(log_sink sink, log_level lowest = log_level::info);
  /// @}

  /// @name What was set
  /// @{
  /// Null: calls go without a token.
  [[nodiscard]] const std::shared_ptr<token_source>& tokens() const noexcept { return tokens_; }
  /// Nothing: unknown.
  [[nodiscard]] std::optional<vkxx::token_kind> token_kind() const noexcept { return token_kind_; }
  /// `v`, `lang`, `https`, `test_mode` and the parameters set by `common`.
  [[nodiscard]] const parameters& common() const noexcept { return common_; }
  [[nodiscard]] duration timeout() const noexcept { return timeout_; }
  [[nodiscard]] duration total_timeout() const noexcept { return total_timeout_; }
  [[nodiscard]] duration challenge_timeout() const noexcept { return challenge_timeout_; }
  [[nodiscard]] const std::shared_ptr<clock>& time_source() const noexcept { return time_source_; }
  [[nodiscard]] const vkxx::limits& limits() const noexcept { return limits_; }
  /// Nothing: calls are not batched.
  [[nodiscard]] const std::optional<vkxx::batching>& batching() const noexcept { return batching_; }
  [[nodiscard]] const vkxx::retries& retries() const noexcept { return retries_; }
  [[nodiscard]] const vkxx::endpoints& endpoints() const noexcept { return endpoints_; }
  /// Proxy, CA file, sizes, connections and user agent of the built-in transport.
  [[nodiscard]] const http::transport_options& transport_options() const noexcept {
    return transport_options_;
  }
  /// Null: the built-in transport.
  [[nodiscard]] const std::shared_ptr<http::transport>& transport() const noexcept {
    return transport_;
  }
  [[nodiscard]] const std::map<api_errc, error_handler>& on_error() const noexcept {
    return on_error_;
  }
  [[nodiscard]] const error_handler& on_any_error() const noexcept { return on_any_error_; }
  [[nodiscard]] const challenge_hook& on_captcha() const noexcept { return on_captcha_; }
  [[nodiscard]] const challenge_hook& on_validation() const noexcept { return on_validation_; }
  [[nodiscard]] const challenge_hook& on_confirmation() const noexcept { return on_confirmation_; }
  [[nodiscard]] int max_sends() const noexcept { return max_sends_; }
  [[nodiscard]] bool local_checks() const noexcept { return local_checks_; }
  /// The outermost first.
  [[nodiscard]] const std::vector<call_middleware>& around_call() const noexcept {
    return around_call_;
  }
  /// The outermost first.
  [[nodiscard]] const std::vector<attempt_middleware>& around_attempt() const noexcept {
    return around_attempt_;
  }
  /// Silent unless a sink was set.
  [[nodiscard]] const logger& log() const noexcept { return log_; }
  /// @}

 private:
  std::shared_ptr<token_source> tokens_;
  std::optional<vkxx::token_kind> token_kind_;
  parameters common_;
  duration timeout_ = std::chrono::seconds{10};
  duration total_timeout_ = std::chrono::minutes{5};
  duration challenge_timeout_ = std::chrono::minutes{10};
  std::shared_ptr<clock> time_source_;
  vkxx::limits limits_;
  std::optional<vkxx::batching> batching_;
  vkxx::retries retries_;
  vkxx::endpoints endpoints_;
  http::transport_options transport_options_;
  std::shared_ptr<http::transport> transport_;
  std::map<api_errc, error_handler> on_error_;
  error_handler on_any_error_;
  challenge_hook on_captcha_;
  challenge_hook on_validation_;
  challenge_hook on_confirmation_;
  int max_sends_ = 5;
  bool local_checks_ = false;
  std::vector<call_middleware> around_call_;
  std::vector<attempt_middleware> around_attempt_;
  logger log_;
};

}  // namespace vkxx

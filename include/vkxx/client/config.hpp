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
#include <vkxx/client/token_kind.hpp>
#include <vkxx/client/token_source.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/log.hpp>
#include <vkxx/core/parameters.hpp>
#include <vkxx/http/curl_transport.hpp>

namespace vkxx {

/// All settings, each with a default fit for use. A value class: make one, set what differs, hand
/// it to a `client` or a `blocking_client`. Environment variables are not looked at.
class config {
 public:
  config();

  /// @name Who calls
  /// @{
  /// The token for every call. A null pointer (a variable of the environment that is not set) or an
  /// empty text: none.
  config& access_token(const char* token);
  config& access_token(std::string token);
  config& access_token(secret token);
  /// A source of tokens, in place of one token.
  config& tokens(std::shared_ptr<token_source> source);
  /// What kind of token it is; for the local checks. Unless it is said, the kind is not checked.
  config& token_kind(vkxx::token_kind kind);
  /// @}

  /// @name Common parameters, sent with every call unless the call says otherwise
  /// @{
  /// Version of the API; `5.199` by default. `std::nullopt`: not sent (VK then answers error 8).
  config& v(std::optional<std::string> version);
  /// Language of names and texts: `ru`, `uk`, `be`, `en`, `es`, `fi`, `de`, `it` or VK's number.
  config& lang(std::optional<std::string> language);
  /// Whether links in answers shall be https.
  config& https(std::optional<bool> on);
  /// Calls of an app that is not switched on yet.
  config& test_mode(std::optional<bool> on);
  /// Any other parameter for every call.
  template <class Value>
  config& common(std::string_view name, const Value& value) {
    common_.set(name, value);
    return *this;
  }
  /// @}

  /// @name Time
  /// @{
  /// The longest time of one attempt; 10 s by default, at least 1 ms;
  /// `duration::max()`: no limit.
  config& timeout(duration limit);
  /// The longest time of a whole call with its challenges and repeats; 5 minutes by default,
  /// at least 1 ms; `duration::max()`: no limit.
  config& total_timeout(duration limit);
  /// Another clock, for tests.
  config& time_source(std::shared_ptr<clock> time);
  /// @}

  /// @name At the limit, and after failures
  /// @{
  /// How calls keep to VK's limits; see `vkxx::limits`.
  config& limits(vkxx::limits keeping);
  /// Gathers calls into requests of `execute`; off without this. See `vkxx::batching`.
  config& batch(vkxx::batching how = vkxx::batching{});
  /// When requests are sent again; see `vkxx::retries`.
  config& retries(vkxx::retries repeating);
  /// @}

  /// @name The way to VK
  /// @{
  /// The addresses of VK's services, one by one; the `vk.ru` hosts by default.
  config& endpoints(vkxx::endpoints where);
  /// Points every endpoint at the emulator with this address.
  config& emulator(const std::string& url);
  /// `http://`, `https://`, `socks5://` or `socks5h://`, with `user:password@` before the host if
  /// needed; an empty text: none. Throws `usage_exception` if it cannot be read.
  config& proxy(std::string_view url);
  /// A PEM file with certificate authorities to trust beside the system's.
  config& ca_file(std::string path);
  /// The largest answer in bytes, decompressed; 64 MiB by default, at least 1. On its way to the program an
  /// answer takes at most 8 times its size of memory, whatever is in it; what is built of it when
  /// the program asks (`reply::json`, objects) comes on top.
  config& max_answer_size(std::size_t bytes);
  /// Another transport; proxy, CA file and sizes are then its own affair.
  config& transport(std::shared_ptr<http::transport> way);
  /// @}

  /// @name Taking part
  /// @{
  /// Called for VK's errors with this code. See `client::on_error`.
  config& on_error(api_errc code, error_handler handler);
  /// Called for VK's errors that no other handler or hook is there for.
  config& on_any_error(error_handler handler);
  /// Asked to solve a captcha (error 14).
  config& on_captcha(challenge_hook solver);
  /// Asked to pass a validation (error 17).
  config& on_validation(challenge_hook solver);
  /// Asked to confirm an action (error 24).
  config& on_confirmation(challenge_hook solver);
  /// How many times one call may be sent at most, the first time included; 5 by default, 1 to
  /// 1,000,000.
  config& max_sends(int count);
  /// Whether calls of methods' classes are checked before they are sent: numbers, lengths of texts
  /// and lists against the schema's limits, and the kind of token. What does not fit fails with
  /// `errc::invalid_argument` and names the parameter. Off by default: VK checks the same, and its
  /// limits may be newer than the schema.
  config& local_checks(bool on);
  /// Adds a middleware around the call, inside of those added before.
  config& around_call(call_middleware middleware);
  /// Adds a middleware around each attempt, inside of those added before.
  config& around_attempt(attempt_middleware middleware);
  /// Where log lines of at least `lowest` go.
  config& log(log_sink sink, log_level lowest = log_level::info);
  /// @}

  /// What a client reads.
  struct settings {
    std::shared_ptr<token_source> tokens;              ///< null: calls go without a token
    duration timeout = std::chrono::seconds{10};       ///< of one attempt
    duration total_timeout = std::chrono::minutes{5};  ///< of a whole call
    std::shared_ptr<clock> time;                       ///< null: the system's
    vkxx::endpoints endpoints;                         ///< addresses of VK's services
    http::transport_options way;                       ///< for the transport that the client makes
    std::shared_ptr<http::transport> transport;        ///< null: the client makes one by `way`
    std::map<api_errc, error_handler> handlers;        ///< by code
    error_handler any_handler;                         ///< for the codes without one
    challenge_hook captcha;                            ///< of error 14
    challenge_hook validation;                         ///< of error 17
    challenge_hook confirmation;                       ///< of error 24
    int max_sends = 5;                                 ///< of one call, the first included
    vkxx::limits::settings limits;                     ///< how calls keep to VK's limits
    vkxx::retries::settings retries;                   ///< when requests are sent again
    vkxx::batching::settings batching;                 ///< whether calls go together
    bool local_checks = false;  ///< check calls against the schema before they are sent
    std::optional<vkxx::token_kind> token_kind;      ///< of the token; nothing: not known
    std::vector<call_middleware> around_call;        ///< the outermost first
    std::vector<attempt_middleware> around_attempt;  ///< the outermost first
    logger log;                                      ///< silent unless a sink was given
  };
  /// All settings but the common parameters.
  [[nodiscard]] const settings& values() const noexcept { return settings_; }
  [[nodiscard]] const parameters& common() const noexcept { return common_; }

 private:
  settings settings_;
  parameters common_;
};

}  // namespace vkxx

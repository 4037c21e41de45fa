#include "client/config_check.hpp"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cmath>
#include <concepts>

#include <vkxx/client/shared_limit.hpp>
#include <vkxx/core/exception.hpp>
#include "core/text/ascii.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;

[[noreturn]] void unusable(const std::string& why) {
  throw usage_exception{error{errc::invalid_argument, request_effect::not_sent, why}};
}

// In the largest whole unit: `500 ms`, `24 h`.
std::string shown(duration span) {
  const auto in = [span](auto unit, const char* name) {
    return std::to_string(span / unit) + " " + name;
  };
  if (span % 1h == 0s && span != 0s) return in(1h, "h");
  if (span % 1s == 0s) return in(1s, "s");
  return span % 1ms == 0s ? in(1ms, "ms") : in(1ns, "ns");
}

template <std::integral Number>
std::string shown(Number number) {
  return std::to_string(number);
}

template <std::floating_point Number>
std::string shown(Number number) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

// At least `least`, and not NaN.
template <class Number>
void check_least(const std::string& name, const Number& value, const Number& least) {
  if (value >= least) return;
  unusable(name + ": expected " + shown(least) + " or more, got " + shown(value));
}

template <class Number>
void check_range(const std::string& name, const Number& value, const Number& least,
                 const Number& most, const std::string& hint = {}) {
  if (value >= least && value <= most) return;
  unusable(name + ": expected " + shown(least) + " to " + shown(most) + ", got " + shown(value) +
           hint);
}

void check_endpoint(const std::string& name, const std::string& address) {
  const auto parsed = boost::urls::parse_uri(address);
  if (!parsed) unusable("endpoint `" + name + "`: `" + address + "` is not an address");
  if (parsed->scheme() != "https" && parsed->scheme() != "http") {
    unusable("endpoint `" + name + "`: `" + address + "` does not begin with https:// or http://");
  }
  if (parsed->encoded_host().empty() || parsed->has_userinfo() || parsed->has_query() ||
      parsed->has_fragment()) {
    unusable("endpoint `" + name + "`: expected scheme://host[:port][/path], got `" + address +
             "`");
  }
}

void check_limits(const limits& limits) {
  if (limits.per_second()) {
    check_range("limits::per_second", *limits.per_second(), limits::least_per_second,
                limits::most_per_second, "; `limits::off()` takes the limit away");
  }
  if (limits.app_users()) check_least("limits::app_users", *limits.app_users(), std::int64_t{0});
  check_range<duration>("limits::jitter", limits.jitter(), 0s, 1min);
  check_least("limits::max_queued", limits.max_queued(), std::size_t{1});
  check_range<duration>("limits::flood_block", limits.flood_block(), 0s, 24h * 366);
  check_range<duration>("limits::quota_block", limits.quota_block(), 0s, 24h * 366);
  check_range<std::size_t>("limits::processes", limits.processes(), 1, 10'000);
  if (!limits.share()) return;
  if (const auto usable = limits.share()->usable(); !usable) {
    unusable("limits::share: the shared limit cannot be used: " + usable.error().message());
  }
}

void check_retries(const retries& retries) {
  constexpr int most = 1'000'000;
  check_range("retries::max_tries", retries.max_tries(), 1, most);
  check_range<duration>("retries::first_pause", retries.first_pause(), 0s, 24h);
  check_range<duration>("retries::longest_pause", retries.longest_pause(), 0s, 24h);
  check_range("retries::budget", retries.budget(), 0, most);
  check_range("retries::breaker_failures", retries.breaker_failures(), 0, most);
  check_range<duration>("retries::breaker_pause", retries.breaker_pause(), 1ms, 24h);
  check_range<duration>("retries::longest_breaker_pause", retries.longest_breaker_pause(), 1ms,
                        24h);
}

void check_batching(const batching& batching) {
  check_range<duration>("batching::linger", batching.linger(), 0s, 1min);
  check_range<std::size_t>("batching::max_calls", batching.max_calls(), 1, 25);
  check_least("batching::max_code", batching.max_code(), std::size_t{1});
}

bool is_set_by_client(std::string_view header) noexcept {
  constexpr std::array<std::string_view, 10> names{
      "accept",       "accept-encoding", "authorization", "connection",        "content-length",
      "content-type", "cookie",          "host",          "transfer-encoding", "user-agent"};
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return same_ignoring_case(header, name); });
}

}  // namespace

void check(const config& settings) {
  check_least<duration>("timeout", settings.timeout(), 1ms);
  check_least<duration>("total_timeout", settings.total_timeout(), 1ms);
  check_least<duration>("challenge_timeout", settings.challenge_timeout(), 1ms);
  check_range("max_sends", settings.max_sends(), 1, 1'000'000);
  check_least("max_answer_size", settings.transport_options().max_answer_size(), std::size_t{1});
  check_limits(settings.limits());
  check_retries(settings.retries());
  if (settings.batching()) check_batching(*settings.batching());
  const auto& endpoints = settings.endpoints();
  check_endpoint("api", endpoints.api());
  check_endpoint("oauth", endpoints.oauth());
  check_endpoint("id", endpoints.id());
  check_endpoint("login", endpoints.login());
  check_endpoint("mobile", endpoints.mobile());
  if (const auto status = settings.common().validate(); !status) {
    unusable("common " + status.error().message());
  }
}

result<void> check(const call_options& options) {
  const auto invalid = [](const std::string& reason) {
    return error{errc::invalid_argument, request_effect::not_sent, "call_options::" + reason};
  };
  if (options.timeout() && *options.timeout() < 1ms) {
    return invalid("timeout: expected 1 ms or more, got " + shown(*options.timeout()));
  }
  if (options.priority() > call_priority::bulk) return invalid("priority: not a priority");
  for (const auto& [name, value] : options.headers()) {
    if (is_set_by_client(name)) return invalid("header: the client sets `" + name + "` itself");
  }
  return {};
}

}  // namespace vkxx::detail

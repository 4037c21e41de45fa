#include <vkxx/emulator/options.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <vkxx/core/behind_links.hpp>

#include "core/text/ascii.hpp"

namespace vkxx {
namespace {

constexpr std::chrono::hours longest_latency{24};
constexpr std::chrono::seconds longest_lifetime{1'000'000'000};
constexpr std::size_t most_users = 1'000'000;
constexpr std::size_t most_chats = 100'000;
constexpr std::size_t most_posts = 50'000;
constexpr std::size_t largest_message_limit = 10'000'000;
constexpr std::size_t largest_body_limit = std::size_t{1} << 30U;

}  // namespace

emulator_options& emulator_options::address(std::string ip) {
  address_ = std::move(ip);
  return *this;
}

emulator_options& emulator_options::port(std::uint16_t number) noexcept {
  port_ = number;
  return *this;
}

emulator_options& emulator_options::tls(bool on) noexcept {
  tls_ = on;
  return *this;
}

emulator_options& emulator_options::samples(bool on) noexcept {
  samples_ = on;
  return *this;
}

emulator_options& emulator_options::strict_limits(bool on) noexcept {
  strict_limits_ = on;
  return *this;
}

emulator_options& emulator_options::latency(std::chrono::milliseconds least,
                                            std::chrono::milliseconds most) {
  if (least.count() < 0 || most < least || most > longest_latency) {
    throw std::invalid_argument{"latency: expected 0 <= least <= most <= 1 day"};
  }
  least_latency_ = least;
  most_latency_ = most;
  return *this;
}

emulator_options& emulator_options::seed(std::uint64_t number) noexcept {
  seed_ = number;
  return *this;
}

emulator_options& emulator_options::time(std::shared_ptr<clock> source) {
  time_ = std::move(source);
  return *this;
}

emulator_options& emulator_options::log(log_sink sink, log_level lowest) {
  log_ = logger{std::move(sink), lowest};
  return *this;
}

emulator_options& emulator_options::captcha_text(std::string digits) {
  captcha_text_ = std::move(digits);
  return *this;
}

emulator_options& emulator_options::token_lifetime(std::chrono::seconds length) {
  if (length.count() < 0 || length > longest_lifetime) {
    throw std::invalid_argument{"token_lifetime: expected 0 to 1,000,000,000 seconds"};
  }
  token_lifetime_ = length;
  return *this;
}

emulator_options& emulator_options::page_seed(std::uint64_t number) noexcept {
  page_seed_ = number;
  return *this;
}

emulator_options& emulator_options::record_limit(std::size_t count) noexcept {
  record_limit_ = count;
  return *this;
}

emulator_options& emulator_options::body_limit(std::size_t bytes) {
  if (bytes > largest_body_limit) {
    throw std::invalid_argument{"body_limit: expected at most 1 GiB"};
  }
  body_limit_ = bytes;
  return *this;
}

emulator_options& emulator_options::strict_uploads(bool on) noexcept {
  strict_uploads_ = on;
  return *this;
}

emulator_options& emulator_options::users(std::size_t count) {
  if (count > most_users) throw std::invalid_argument{"users: expected at most 1,000,000"};
  users_ = count;
  return *this;
}

emulator_options& emulator_options::members(std::size_t count) {
  if (count > most_users) throw std::invalid_argument{"members: expected at most 1,000,000"};
  members_ = count;
  return *this;
}

emulator_options& emulator_options::chats(std::size_t count) {
  if (count > most_chats) throw std::invalid_argument{"chats: expected at most 100,000"};
  chats_ = count;
  return *this;
}

emulator_options& emulator_options::posts(std::size_t count) {
  if (count > most_posts) throw std::invalid_argument{"posts: expected at most 50,000"};
  posts_ = count;
  return *this;
}

emulator_options& emulator_options::message_limit(std::size_t count) {
  if (count == 0 || count > largest_message_limit) {
    throw std::invalid_argument{"message_limit: expected 1 to 10,000,000"};
  }
  message_limit_ = count;
  return *this;
}

emulator_options& emulator_options::world(std::string path) {
  world_ = std::move(path);
  return *this;
}

emulator_options& emulator_options::keep(std::string path) {
  keep_ = std::move(path);
  keep_ = behind_links(keep_);
  return *this;
}

emulator_options& emulator_options::auto_consent(bool on) noexcept {
  auto_consent_ = on;
  return *this;
}

emulator_options& emulator_options::add_control_host(std::string name) {
  constexpr std::size_t longest = 253;
  const auto fits = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '.' ||
           letter == '-' || letter == '_';
  };
  auto small = detail::lower_case(name);
  if (small.empty() || small.size() > longest || !std::ranges::all_of(small, fits)) {
    throw std::invalid_argument{
        "control_host: expected a host name (letters, digits, `.`, `-`, `_`; no port), such as "
        "emulator"};
  }
  control_hosts_.push_back(std::move(small));
  return *this;
}

emulator_options& emulator_options::add_account(emulation::account value) {
  accounts_.push_back(std::move(value));
  return *this;
}

emulator_options& emulator_options::add_procedure(emulation::procedure value) {
  procedures_.push_back(std::move(value));
  return *this;
}

emulator_options& emulator_options::add_fault(emulation::fault value) {
  faults_.push_back(std::move(value));
  return *this;
}

}  // namespace vkxx

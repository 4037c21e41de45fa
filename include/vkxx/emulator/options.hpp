/// @file
/// The options of an emulator.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/log.hpp>
#include <vkxx/emulator/account.hpp>
#include <vkxx/emulator/fault.hpp>
#include <vkxx/emulator/procedure.hpp>

namespace vkxx {

/// The options of an `emulator`. Each setter returns the object, so that they chain.
///
/// Thread safety: distinct objects: safe.
class emulator_options {
 public:
  /// The address to listen on. Default 127.0.0.1: reachable from this machine alone.
  emulator_options& address(std::string ip);
  /// The TCP port; 0 (the default) takes a free one.
  emulator_options& port(std::uint16_t number) noexcept;
  /// HTTPS with a certificate made at start, instead of HTTP. Off by default.
  emulator_options& tls(bool on) noexcept;
  /// Limits of calls per second and token: 3 for a user, 20 for a community, 5 for a service token;
  /// calls above them get error 6. Off by default.
  emulator_options& strict_limits(bool on) noexcept;
  /// How much later than asked for every API answer comes, drawn between the two. Default 0.
  /// @throws std::invalid_argument unless 0 <= `least` <= `most` <= one day.
  emulator_options& latency(std::chrono::milliseconds least, std::chrono::milliseconds most);
  /// Whether every method, without exception, answers with a sample made from VK's schema, and its
  /// arguments are checked against the schema. Off by default: then only the methods that the
  /// emulator has no world for do so.
  emulator_options& samples(bool on) noexcept;
  /// What every drawn number comes from: the same seed gives the same run. Default 1.
  emulator_options& seed(std::uint64_t number) noexcept;
  /// The clock of limits, delays and of the world's time. Default `system_clock()`.
  emulator_options& time(std::shared_ptr<clock> source);
  /// Gets one line per request, from one of the emulator's threads at a time; it must not call the
  /// emulator itself, and holds up all requests while it runs.
  emulator_options& log(log_sink sink, log_level lowest = log_level::info);
  /// The text of every captcha picture; without it, five digits drawn for each.
  emulator_options& captcha_text(std::string digits);
  /// How long every token lives that expires at all. By default an hour for VK ID's, a day for the
  /// others.
  /// @throws std::invalid_argument unless it is from 0 to 1,000,000,000 seconds.
  emulator_options& token_lifetime(std::chrono::seconds length);
  /// Varies the HTML of the login pages: 0, the default, is plain; any other number varies
  /// attribute order, quotes, entities, relative addresses and meaningless elements, as real pages
  /// do.
  emulator_options& page_seed(std::uint64_t number) noexcept;
  /// How many requests are remembered; the oldest go first, also when they take more than 256 MiB
  /// together. 0: none. Default 10,000.
  emulator_options& record_limit(std::size_t count) noexcept;
  /// The largest request body in bytes; above it HTTP 413. Default 16 MiB. Forms of pages are
  /// at most 64 KiB whatever this says.
  /// @throws std::invalid_argument above 1 GiB.
  emulator_options& body_limit(std::size_t bytes);
  /// Pages that ask whether an app may have access answer themselves: yes. Off by
  /// default.
  emulator_options& auto_consent(bool on) noexcept;
  /// A host name by which programs may call the control API (`/_emulator/…`), beside IP addresses,
  /// `localhost` and `address()`: the emulator's name in a network of containers. Letter case does
  /// not matter. Web pages are refused all the same, unless they come from a server of this name:
  /// give none that others can make lead here.
  /// @throws std::invalid_argument unless it is a name of 1 to 253 letters, digits, `.`, `-`, `_`,
  /// without a port.
  emulator_options& add_control_host(std::string name);
  /// Someone who can log in beside those of the emulator's own, or instead of the one with the same
  /// login; from the start, and again after every `reset()`. The emulator's constructor throws
  /// std::invalid_argument when its world has no such user.
  emulator_options& add_account(emulation::account value);
  /// A stored procedure that is there from the start, and again after every `reset()`; also with
  /// `samples()`, since VK's schema knows none. Of two with one name and version the last counts.
  emulator_options& add_procedure(emulation::procedure value);
  /// A fault that is there from the start, and again after every `reset()`.
  emulator_options& add_fault(emulation::fault value);

  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] bool tls() const noexcept { return tls_; }
  [[nodiscard]] bool strict_limits() const noexcept { return strict_limits_; }
  /// The least and the most.
  [[nodiscard]] std::pair<std::chrono::milliseconds, std::chrono::milliseconds> latency()
      const noexcept {
    return {least_latency_, most_latency_};
  }
  [[nodiscard]] bool samples() const noexcept { return samples_; }
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
  [[nodiscard]] const std::shared_ptr<clock>& time() const noexcept { return time_; }
  [[nodiscard]] const logger& log() const noexcept { return log_; }
  [[nodiscard]] const std::string& captcha_text() const noexcept { return captcha_text_; }
  [[nodiscard]] const std::optional<std::chrono::seconds>& token_lifetime() const noexcept {
    return token_lifetime_;
  }
  [[nodiscard]] std::uint64_t page_seed() const noexcept { return page_seed_; }
  [[nodiscard]] std::size_t record_limit() const noexcept { return record_limit_; }
  [[nodiscard]] std::size_t body_limit() const noexcept { return body_limit_; }
  [[nodiscard]] bool auto_consent() const noexcept { return auto_consent_; }
  /// What `add_control_host` was given, in that order, in small letters.
  [[nodiscard]] const std::vector<std::string>& control_hosts() const noexcept {
    return control_hosts_;
  }
  /// What `add_account` was given, in that order.
  [[nodiscard]] const std::vector<emulation::account>& accounts() const noexcept {
    return accounts_;
  }
  /// What `add_procedure` was given, in that order.
  [[nodiscard]] const std::vector<emulation::procedure>& procedures() const noexcept {
    return procedures_;
  }
  /// What `add_fault` was given, in that order.
  [[nodiscard]] const std::vector<emulation::fault>& faults() const noexcept { return faults_; }

 private:
  std::string address_ = "127.0.0.1";
  std::uint16_t port_ = 0;
  bool tls_ = false;
  bool strict_limits_ = false;
  std::chrono::milliseconds least_latency_{};
  std::chrono::milliseconds most_latency_{};
  bool samples_ = false;
  std::uint64_t seed_ = 1;
  std::shared_ptr<clock> time_ = system_clock();
  logger log_;
  std::string captcha_text_;
  std::optional<std::chrono::seconds> token_lifetime_;
  std::uint64_t page_seed_ = 0;
  std::size_t record_limit_ = 10'000;
  std::size_t body_limit_ = std::size_t{16} << 20U;
  bool auto_consent_ = false;
  std::vector<std::string> control_hosts_;
  std::vector<emulation::account> accounts_;
  std::vector<emulation::procedure> procedures_;
  std::vector<emulation::fault> faults_;
};

}  // namespace vkxx

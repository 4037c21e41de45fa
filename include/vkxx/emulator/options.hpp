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

/// The options of an `emulator`. Each setter returns the object, so calls can be chained.
///
/// Thread safety: distinct objects: safe.
class emulator_options {
 public:
  /// The address to listen on. Default 127.0.0.1: reachable only from this machine.
  emulator_options& address(std::string ip);
  /// The TCP port; 0 (the default) selects a free one.
  emulator_options& port(std::uint16_t number) noexcept;
  /// Uses HTTPS with a certificate created at start, instead of HTTP. Off by default.
  emulator_options& tls(bool on) noexcept;
  /// Limits the calls per second and token: 3 for a user, 20 for a community, 5 for a service
  /// token. Further calls get error 6. Off by default.
  emulator_options& strict_limits(bool on) noexcept;
  /// Delays every API answer by a random duration between the two. Default 0.
  /// @throws std::invalid_argument unless 0 <= `least` <= `most` <= one day.
  emulator_options& latency(std::chrono::milliseconds least, std::chrono::milliseconds most);
  /// Makes every method, without exception, answer with a sample from VK's schema, and checks its
  /// arguments against the schema. Off by default: then only the methods without a world in the
  /// emulator do so.
  emulator_options& samples(bool on) noexcept;
  /// The seed of all random numbers: the same seed reproduces the run. Default 1.
  emulator_options& seed(std::uint64_t number) noexcept;
  /// The clock of limits, delays and the world's time. Default `system_clock()`.
  emulator_options& time(std::shared_ptr<clock> source);
  /// Receives one line per request, from one emulator thread at a time. It must not call the
  /// emulator, and blocks all requests while it runs.
  emulator_options& log(log_sink sink, log_level lowest = log_level::info);
  /// The text of every captcha picture; by default five random digits for each.
  emulator_options& captcha_text(std::string digits);
  /// The lifetime of every token that expires. By default an hour for VK ID tokens, a day for the
  /// others.
  /// @throws std::invalid_argument unless it is from 0 to 1,000,000,000 seconds.
  emulator_options& token_lifetime(std::chrono::seconds length);
  /// Varies the HTML of the login pages. 0 (the default) is plain; any other number varies
  /// attribute order, quotes, entities, relative addresses and meaningless elements, as real pages
  /// do.
  emulator_options& page_seed(std::uint64_t number) noexcept;
  /// The maximum number of recorded requests. The oldest are dropped first, also when all together
  /// exceed 256 MiB. 0 records none. Default 10,000.
  emulator_options& record_limit(std::size_t count) noexcept;
  /// The maximum size of a request body in bytes; a larger one gets HTTP 413. Default 16 MiB. Forms
  /// of pages are always limited to 64 KiB.
  /// @throws std::invalid_argument above 1 GiB.
  emulator_options& body_limit(std::size_t bytes);
  /// Upload servers refuse fields that VK's documentation does not name for them, and files without
  /// an extension in their names. Off by default: VK has been seen to accept both.
  emulator_options& strict_uploads(bool on) noexcept;
  /// The world has at least this many users, with the ids from 1. Default 0: only the 14 first
  /// ones.
  /// @throws std::invalid_argument above 1,000,000, as `members()`.
  emulator_options& users(std::size_t count);
  /// The number of members of community 1, all of them users. Default 0: the first users.
  emulator_options& members(std::size_t count);
  /// User 1 has at least this many chats at the start, with the peer ids from 2000000001; community
  /// 1 and users 2 to 4 are members of each. Default 0: one.
  /// @throws std::invalid_argument above 100,000.
  emulator_options& chats(std::size_t count);
  /// The wall of community 1 has at least this many posts at the start. Default 0: three.
  /// @throws std::invalid_argument above 50,000.
  emulator_options& posts(std::size_t count);
  /// The maximum number of messages in the world; the oldest are dropped first. Default 100,000. A
  /// short message takes about 300 bytes.
  /// @throws std::invalid_argument unless it is from 1 to 10,000,000.
  emulator_options& message_limit(std::size_t count);
  /// The file of the world at the start, and after each `reset()`: a snapshot, or a world written
  /// by hand (`docs/emulator.md`). Empty, the default: the emulator's own world. The emulator's
  /// constructor throws std::invalid_argument, with the path of what is wrong, if the file cannot
  /// be read.
  emulator_options& world(std::string path);
  /// Keeps the world in this file and, each change before it is answered, in `PATH.log-NUMBER`: a
  /// process that is killed loses nothing. If it exists at the start, the world begins with it
  /// instead of `world()`. What cannot be written is logged as a warning, and tried again. Until
  /// the emulator stops, no other one can keep its world there: its constructor throws
  /// std::invalid_argument. Empty, the default: nothing is kept.
  emulator_options& keep(std::string path);
  /// Pages that ask for an app's access are accepted automatically. Off by default.
  emulator_options& auto_consent(bool on) noexcept;
  /// A host name under which programs may call the control API (`/_emulator/…`), in addition to IP
  /// addresses, `localhost` and `address()`: the emulator's name in a network of containers. Letter
  /// case does not matter. Web pages are still refused, unless they come from a server with this
  /// name: do not add a name that others can point to this machine.
  /// @throws std::invalid_argument unless it is a name of 1 to 253 letters, digits, `.`, `-`, `_`,
  /// without a port.
  emulator_options& add_control_host(std::string name);
  /// An account in addition to the emulator's own, or instead of the one with the same login. It
  /// exists from the start, and again after every `reset()`. The emulator's constructor throws
  /// std::invalid_argument if its world has no such user.
  emulator_options& add_account(emulation::account value);
  /// A stored procedure that exists from the start, and again after every `reset()`; also with
  /// `samples()`, since VK's schema has none. Of two with the same name and version the last one
  /// applies.
  emulator_options& add_procedure(emulation::procedure value);
  /// A fault that applies from the start, and again after every `reset()`.
  emulator_options& add_fault(emulation::fault value);

  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] bool tls() const noexcept { return tls_; }
  [[nodiscard]] bool strict_limits() const noexcept { return strict_limits_; }
  /// The minimum and the maximum.
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
  [[nodiscard]] bool strict_uploads() const noexcept { return strict_uploads_; }
  [[nodiscard]] std::size_t users() const noexcept { return users_; }
  [[nodiscard]] std::size_t members() const noexcept { return members_; }
  [[nodiscard]] std::size_t chats() const noexcept { return chats_; }
  [[nodiscard]] std::size_t posts() const noexcept { return posts_; }
  [[nodiscard]] std::size_t message_limit() const noexcept { return message_limit_; }
  [[nodiscard]] const std::string& world() const noexcept { return world_; }
  [[nodiscard]] const std::string& keep() const noexcept { return keep_; }
  [[nodiscard]] bool auto_consent() const noexcept { return auto_consent_; }
  /// The names from `add_control_host`, in order, in lower case.
  [[nodiscard]] const std::vector<std::string>& control_hosts() const noexcept {
    return control_hosts_;
  }
  /// The accounts from `add_account`, in order.
  [[nodiscard]] const std::vector<emulation::account>& accounts() const noexcept {
    return accounts_;
  }
  /// The procedures from `add_procedure`, in order.
  [[nodiscard]] const std::vector<emulation::procedure>& procedures() const noexcept {
    return procedures_;
  }
  /// The faults from `add_fault`, in order.
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
  bool strict_uploads_ = false;
  std::size_t users_ = 0;
  std::size_t members_ = 0;
  std::size_t chats_ = 0;
  std::size_t posts_ = 0;
  std::size_t message_limit_ = 100'000;
  std::string world_;
  std::string keep_;
  bool auto_consent_ = false;
  std::vector<std::string> control_hosts_;
  std::vector<emulation::account> accounts_;
  std::vector<emulation::procedure> procedures_;
  std::vector<emulation::fault> faults_;
};

}  // namespace vkxx

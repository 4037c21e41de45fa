/// @file
/// The local VK API emulator.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/emulator/account.hpp>
#include <vkxx/emulator/executed_write.hpp>
#include <vkxx/emulator/fault.hpp>
#include <vkxx/emulator/options.hpp>
#include <vkxx/emulator/procedure.hpp>
#include <vkxx/emulator/recorded_request.hpp>
#include <vkxx/emulator/replay_outcome.hpp>
#include <vkxx/emulator/world_tokens.hpp>

namespace vkxx {

/// An HTTP(S) server that answers like VK, over a small world with state.
///
/// It runs on threads of its own, from the constructor to `stop()` or the destructor. It is written
/// from VK's documentation and shares no protocol code with the client.
///
/// Thread safety: safe to share.
class emulator {
 public:
  /// Starts the server, which accepts connections when the constructor returns.
  /// @throws boost::system::system_error if it cannot listen on the address (`what()` names it), or
  ///         the certificate cannot be created.
  /// @throws std::invalid_argument if an option is out of its range.
  explicit emulator(const emulator_options& options = emulator_options{});
  emulator(const emulator&) = delete;
  emulator& operator=(const emulator&) = delete;
  ~emulator();

  /// Closes all connections and waits for the emulator's threads. Further calls do nothing.
  void stop();

  /// `http://127.0.0.1:PORT` or `https://…`, without a trailing slash.
  [[nodiscard]] std::string url() const;
  /// The port it listens on, even if the options asked for a free one.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// The certificate authority to trust, as PEM; empty without TLS.
  [[nodiscard]] std::string ca_certificate_pem() const;

  /// The initial tokens of the world.
  [[nodiscard]] emulation::world_tokens tokens() const;

  /// Adds a fault. If several match a call, the one added first is injected.
  emulation::fault_id add_fault(const emulation::fault& value);
  /// Removes a fault; false if it has been used up or does not exist.
  bool remove_fault(emulation::fault_id id);
  /// Removes all faults, including those of the options.
  void clear_faults();

  /// The requests received so far, oldest first, without those of the control API.
  [[nodiscard]] std::vector<emulation::recorded_request> requests() const;
  /// Clears the list of requests received so far.
  void clear_requests();
  /// Every executed write, oldest first; the last 100,000. Shows what was executed twice, or never.
  [[nodiscard]] std::vector<emulation::executed_write> journal() const;

  /// Adds an account, or replaces the one with the same login.
  /// @throws std::invalid_argument if the world has no such user.
  void add_account(emulation::account value);
  /// The accounts: the emulator's own, then those added.
  [[nodiscard]] std::vector<emulation::account> accounts() const;

  /// Stores a procedure, or replaces the one with the same name and version.
  void add_procedure(emulation::procedure value);
  /// The stored procedures, by name and version.
  [[nodiscard]] std::vector<emulation::procedure> procedures() const;

  /// The correct answer to the captcha with this `captcha_sid`; empty if there is none.
  [[nodiscard]] std::string captcha_answer(std::string_view sid) const;
  /// Passes the captcha page at `redirect_uri` as a person would, and returns the new
  /// `success_token`. Empty if the address is not that of an open captcha.
  [[nodiscard]] std::string pass_captcha_page(std::string_view redirect_uri);

  /// Restores the initial world, faults, captchas and record.
  void reset();

  /// Waits until a program that is tested has nothing more to do: no event of the community waits
  /// for a poll or a server of the Callback API, and no call of its token has come for a while.
  /// Counts real time, whatever the emulator's clock does.
  /// @param community 0: of all, and the calls of all tokens.
  /// @param silence without calls.
  /// @param limit of the wait, in real time.
  /// @return false if it is still busy after `limit`.
  [[nodiscard]] bool wait_until_quiet(
      std::int64_t community = 0,
      std::chrono::milliseconds silence = std::chrono::milliseconds{200},
      std::chrono::milliseconds limit = std::chrono::seconds{30}) const;

  /// What users and communities did, one JSON object a line, with names in place of ids and times
  /// relative to the first line (`docs/emulator.md`).
  /// @param since the number of a world event; 0: all that are kept.
  [[nodiscard]] std::string transcript(std::uint64_t since = 0) const;
  /// Plays what users do in a transcript against the program that is connected, waits until it is
  /// quiet, and compares what it did. Waits for the program to come, too. `stop()` ends it.
  /// @param lines a transcript.
  /// @param silence without calls that counts as quiet.
  /// @param limit of the whole, in real time.
  /// @throws std::invalid_argument that names the line that is wrong.
  [[nodiscard]] emulation::replay_outcome replay(
      std::string_view lines, std::chrono::milliseconds silence = std::chrono::milliseconds{200},
      std::chrono::milliseconds limit = std::chrono::seconds{60});

  /// The whole world as JSON: accounts, tokens, conversations, walls, uploads, long poll, servers
  /// of the Callback API, and the offset of the clock. It contains the world's tokens.
  [[nodiscard]] std::string snapshot() const;
  /// Replaces the world. Faults, accounts, procedures and the record stay; long polls that wait end
  /// with `failed` 3. The clock moves forward if the snapshot's was ahead.
  /// @param json from `snapshot()`, or a world written by hand.
  /// @throws std::invalid_argument with the path of what is wrong; then nothing has changed.
  void snapshot(std::string_view json);

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace vkxx

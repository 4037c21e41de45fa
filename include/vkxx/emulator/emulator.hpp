/// @file
/// A VK in the box.
#pragma once

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
#include <vkxx/emulator/world_tokens.hpp>

namespace vkxx {

/// An HTTP(S) server that answers like VK, over a small world with state.
///
/// It runs on threads of its own from the constructor to `stop()` or the destructor. Written
/// from VK's documentation, not from the client of this library: what the two agree on is VK's
/// protocol.
///
/// Thread safety: safe to share.
class emulator {
 public:
  /// Starts listening; connections are accepted when it returns.
  /// @throws boost::system::system_error when the address cannot be listened on (what() names it),
  ///         or the certificate cannot be made.
  /// @throws std::invalid_argument when an option is out of its range.
  explicit emulator(const emulator_options& options = emulator_options{});
  emulator(const emulator&) = delete;
  emulator& operator=(const emulator&) = delete;
  ~emulator();

  /// Closes all connections and waits for the emulator's threads to end. Further calls do nothing.
  void stop();

  /// `http://127.0.0.1:PORT` or `https://…`, without a slash at the end.
  [[nodiscard]] std::string url() const;
  /// The port it listens on, also if a free one was asked for.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// The authority that signed the certificate, as PEM; empty without TLS.
  [[nodiscard]] std::string ca_certificate_pem() const;

  /// The tokens that the world has from the start.
  [[nodiscard]] emulation::world_tokens tokens() const;

  /// Adds a fault. Of several that fit a call, the one added first is played.
  emulation::fault_id add_fault(const emulation::fault& value);
  /// Removes one; false when it has been used up or is not there.
  bool remove_fault(emulation::fault_id id);
  /// Removes all faults, those of the options too.
  void clear_faults();

  /// What came so far, oldest first; calls of the control API are not among them.
  [[nodiscard]] std::vector<emulation::recorded_request> requests() const;
  /// Forgets the requests that came so far.
  void clear_requests();
  /// Every write that was executed, oldest first: what happened twice, or never. The last 100,000.
  [[nodiscard]] std::vector<emulation::executed_write> journal() const;

  /// Adds someone who can log in, or replaces who has the same login.
  /// @throws std::invalid_argument when the emulator's world has no such user.
  void add_account(emulation::account value);
  /// Who can log in: the emulator's own accounts, then those added.
  [[nodiscard]] std::vector<emulation::account> accounts() const;

  /// Stores a procedure, or replaces the one of the same name and version.
  void add_procedure(emulation::procedure value);
  /// The stored procedures, by name and version.
  [[nodiscard]] std::vector<emulation::procedure> procedures() const;

  /// The right answer to the captcha with this `captcha_sid`; empty when there is none.
  [[nodiscard]] std::string captcha_answer(std::string_view sid) const;
  /// What a person who passes the page at `redirect_uri` gets: a new `success_token` of the
  /// captcha. Empty when the address is not that of an open captcha.
  [[nodiscard]] std::string pass_captcha_page(std::string_view redirect_uri);

  /// The world, the faults, the captchas and the record as they were at the start.
  void reset();

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace vkxx

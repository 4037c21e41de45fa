/// @file
/// An emulator for the duration of a test.
#pragma once

#include <string>

#include <vkxx/emulator.hpp>

namespace vkxx::testing {

/// Starts an emulator on a free port of this machine, and stops it in the destructor.
///
/// ```cpp
/// vkxx::testing::emulator_fixture vk;
/// vkxx::blocking_client client{vkxx::config{}.emulator(vk.url()).access_token(vk.token())};
/// ```
///
/// Thread safety: safe to share.
class emulator_fixture {
 public:
  /// @throws what the constructor of `emulator` throws, or std::runtime_error if the file of the
  ///         certificate authority cannot be written.
  explicit emulator_fixture(const emulator_options& options = emulator_options{});
  emulator_fixture(const emulator_fixture&) = delete;
  emulator_fixture& operator=(const emulator_fixture&) = delete;
  ~emulator_fixture();

  /// The address for `config::emulator`, without a trailing slash.
  [[nodiscard]] std::string url() const { return emulator_.url(); }
  /// A token of user 1; `emulator().tokens()` has the others.
  [[nodiscard]] std::string token() const { return emulator_.tokens().user; }
  /// A PEM file with the certificate authority to trust, for `config::ca_file`; empty without TLS.
  /// The destructor removes the file.
  [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }

  /// The emulator, with its faults and its record of requests.
  [[nodiscard]] vkxx::emulator& emulator() noexcept { return emulator_; }
  [[nodiscard]] vkxx::emulator* operator->() noexcept { return &emulator_; }

 private:
  vkxx::emulator emulator_;
  std::string ca_file_;
};

}  // namespace vkxx::testing

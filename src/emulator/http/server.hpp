/// @file
/// The emulator's sockets: one thread that accepts, reads, answers and sends, and a few threads for
/// long work.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <vkxx/emulator/options.hpp>

#include "emulator/service.hpp"

namespace vkxx::emulation::detail {

/// Called with the port when the server listens, before it takes the first request.
using listening_function = std::function<void(std::uint16_t port)>;

/// Thread safety: `stop` and the destructor from one thread at a time; the rest is safe to share.
class server {
 public:
  /// Listens and starts the thread. @throws boost::system::system_error, std::runtime_error, and
  /// what `listening` throws
  server(const emulator_options& options, service& answers,
         const listening_function& listening = {});
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server();

  void stop();
  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] const std::string& ca_certificate_pem() const noexcept;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace vkxx::emulation::detail

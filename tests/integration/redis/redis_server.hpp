// A Redis server that a test starts, kills and starts again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "integration/http/servers/process.hpp"

namespace vkxx::test {

// How it is started. By default it keeps nothing.
class redis_settings {
 public:
  // Further arguments.
  redis_settings& with(const std::vector<std::string>& arguments) {
    arguments_.insert(arguments_.end(), arguments.begin(), arguments.end());
    return *this;
  }
  // It keeps what it acknowledged when it is killed.
  redis_settings& durable() { return with({"--appendonly", "yes", "--appendfsync", "always"}); }
  // On a port, with a certificate for `localhost` of an authority of its own.
  redis_settings& tls() {
    tls_ = true;
    return *this;
  }

  [[nodiscard]] const std::vector<std::string>& arguments() const noexcept { return arguments_; }
  [[nodiscard]] bool is_tls() const noexcept { return tls_; }

 private:
  std::vector<std::string> arguments_;
  bool tls_ = false;
};

// Listens on a socket of its folder, so that no port can be somebody else's.
class redis_server {
 public:
  explicit redis_server(redis_settings settings = {});

  void start();
  void kill();
  // Stops it, so that it answers nothing, and lets it go on.
  void freeze();
  void thaw();
  // What redis-cli prints.
  std::string command(const std::vector<std::string>& words) const;
  [[nodiscard]] std::string url(const std::string& user = "") const {
    return "unix://" + user + folder_.path("redis.sock");
  }
  // Of a server with TLS.
  [[nodiscard]] std::string tls_url(const std::string& user = "") const {
    return "rediss://" + user + "localhost:" + std::to_string(port_);
  }
  // A file of its folder: `ca.pem`, `client.pem`, `client.key`.
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.path(name); }

 private:
  void make_certificates();

  redis_settings settings_;
  http::test::temporary_folder folder_;
  std::uint16_t port_ = 0;
  std::optional<http::test::child_process> server_;
};

}  // namespace vkxx::test

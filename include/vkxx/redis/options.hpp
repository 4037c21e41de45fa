/// @file
/// Where a Redis server is, and how it is used.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/secret.hpp>

namespace vkxx::redis {

/// A certificate and its key, both files (PEM). A value class.
class certificate_files {
 public:
  /// None.
  certificate_files() = default;
  /// Both files.
  certificate_files(std::string certificate, std::string key)
      : certificate_{std::move(certificate)}, key_{std::move(key)} {}

  /// The path of the certificate.
  [[nodiscard]] const std::string& certificate() const noexcept { return certificate_; }
  /// The path of its key.
  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  [[nodiscard]] bool empty() const noexcept { return certificate_.empty(); }

 private:
  std::string certificate_;
  std::string key_;
};

/// Sentinels (Redis Sentinel), which know the primary server. A value class.
///
/// Name all of them: they are asked at once, and the newest of their answers counts, so that one
/// that has been cut off from the others misleads nobody. One that is down costs at most half of
/// `options::timeout` at each connection.
class sentinel_list {
 public:
  /// Adds one, `redis://[[user]:password@]host[:port]`; the port is 26379 by default. With
  /// `rediss://` the connection is encrypted and the certificate checked. A user needs the right to
  /// `sentinel|master`. A secret, as it may contain a password.
  sentinel_list& add(secret url);
  sentinel_list& add(std::string_view url);
  /// As `options::ca_file`, for the sentinels; that of the server by default.
  sentinel_list& ca_file(std::string path);
  /// As `options::client_certificate`, for the sentinels; that of the server by default.
  sentinel_list& client_certificate(certificate_files files);

  /// The URLs that were added, in their order.
  [[nodiscard]] const std::vector<secret>& urls() const noexcept { return urls_; }
  [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }
  [[nodiscard]] const certificate_files& client_certificate() const noexcept {
    return client_certificate_;
  }

 private:
  std::vector<secret> urls_;
  std::string ca_file_;
  certificate_files client_certificate_;
};

/// The address of a Redis server and how to use it. A value class.
class options {
 public:
  /// `redis://[[user]:password@]host[:port][/database]`; with `rediss://` in place of `redis://`
  /// the connection is encrypted (TLS 1.2 or newer), and the server's certificate must be valid and
  /// name the host; or `unix://[[user]:password@]/path/of/the/socket` for a server on this machine.
  /// A name and a password are those of an ACL user of Redis 6; a password alone is that of the
  /// user `default`. A secret, as it may contain a password.
  explicit options(secret url);
  explicit options(std::string_view url);

  /// How long Redis may take to answer before it counts as unavailable; 500 ms by default, 1 to 900
  /// ms.
  options& timeout(std::chrono::milliseconds most);
  /// The prefix of all keys; `vkxx` by default. Processes with the same prefix share their limits,
  /// and their state.
  options& prefix(std::string text);
  /// A file (PEM) with the certificates that may sign the server's; the system's by default.
  options& ca_file(std::string path);
  /// The certificate of this program, for a server that asks for one (`tls-auth-clients`); none by
  /// default.
  options& client_certificate(certificate_files files);
  /// The name that the server's certificate must have; by default the host of the URL, and with
  /// sentinels the address that they give, which often is a number.
  options& certificate_name(std::string name);
  /// The server is the primary one that these sentinels watch; none by default. Then the host of
  /// the URL is the name of the primary server, without a port: `redis://:password@mymaster/0`.
  /// User, password and database are those of the server, whichever it is. Needs Redis 6.2 or
  /// newer.
  ///
  /// The sentinels are asked whenever a connection is opened, and every few seconds while one is
  /// used. A server that they name and that is a replica is not used.
  options& sentinels(sentinel_list list);

  /// How many replicas must have received a commit of a `shared_state` before it counts as done; 0
  /// by default, at most 100. An update that came by a callback is then acknowledged to VK only
  /// when so many servers have it. A commit that is not there after half of `timeout` fails with an
  /// unknown effect, and the dispatcher repeats it: with fewer replicas than this nothing is
  /// acknowledged. Shared limits do not wait.
  options& wait_for_replicas(std::size_t count);

  /// The URL of the Redis server; a secret.
  [[nodiscard]] const secret& url() const noexcept { return url_; }
  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return timeout_; }
  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }
  [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }
  [[nodiscard]] const certificate_files& client_certificate() const noexcept {
    return client_certificate_;
  }
  [[nodiscard]] const std::string& certificate_name() const noexcept { return certificate_name_; }
  [[nodiscard]] const sentinel_list& sentinels() const noexcept { return sentinels_; }
  [[nodiscard]] std::size_t wait_for_replicas() const noexcept { return wait_for_replicas_; }

 private:
  secret url_;
  std::chrono::milliseconds timeout_{500};
  std::string prefix_ = "vkxx";
  std::string ca_file_;
  certificate_files client_certificate_;
  std::string certificate_name_;
  sentinel_list sentinels_;
  std::size_t wait_for_replicas_ = 0;
};

}  // namespace vkxx::redis

// An nginx that speaks TLS with certificates made for the test.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "integration/http/servers/process.hpp"

namespace vkxx::http::test {

/// Four servers: HTTP/2 and HTTP/1.1 with a good certificate for 127.0.0.1, one with a certificate
/// for another name, one with an expired certificate; and six that end a connection after 1, 3 or
/// 100 requests. Each answers with the protocol's version, except for files.
class https_server {
 public:
  https_server();

  /// The certificate authority's file.
  [[nodiscard]] std::string ca_file() const { return folder_.path("ca.pem"); }
  /// A certificate for 127.0.0.1 by that authority, and its key.
  [[nodiscard]] std::string certificate_file() const { return folder_.path("good.pem"); }
  [[nodiscard]] std::string key_file() const { return folder_.path("good.key"); }
  [[nodiscard]] std::string http2_url() const { return url(http2_); }
  [[nodiscard]] std::string http1_url() const { return url(http1_); }
  /// Of the server that ends a connection after so many requests: 1, 3 or 100.
  [[nodiscard]] std::string ending_url(int requests, bool http2) const;
  /// Of a file that can be stored (PUT, 32 MiB at most), read and deleted there.
  [[nodiscard]] std::string file_url(const std::string& name, bool http2) const;
  /// What is stored under that name; empty: nothing.
  [[nodiscard]] std::string file(const std::string& name) const;
  [[nodiscard]] std::string wrong_name_url() const { return url(wrong_name_); }
  [[nodiscard]] std::string expired_url() const { return url(expired_); }
  /// What the servers logged: one line a request, with the connection's number first. nginx logs a
  /// request after it was answered: waits, for 20 s at most, until there are `lines` of them.
  [[nodiscard]] std::string access_log(std::ptrdiff_t lines) const;

 private:
  static std::string url(std::uint16_t port);
  void make_certificate(const std::string& name, const std::string& subject_names, int days);
  [[nodiscard]] std::string configuration() const;

  temporary_folder folder_;
  std::uint16_t http2_ = free_port();
  std::uint16_t http1_ = free_port();
  std::uint16_t wrong_name_ = free_port();
  std::uint16_t expired_ = free_port();
  struct ending_server {
    int requests;
    bool http2;
    std::uint16_t port = free_port();
  };
  std::vector<ending_server> ending_{{1, false}, {3, false}, {100, false},
                                     {1, true},  {3, true},  {100, true}};
  std::unique_ptr<child_process> nginx_;
};

}  // namespace vkxx::http::test

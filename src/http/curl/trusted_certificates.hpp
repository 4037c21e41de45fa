// Certificate authorities that are trusted in addition to the system's.
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace vkxx::http::detail {

/// The certificates of a PEM file, read once.
class trusted_certificates {
 public:
  trusted_certificates() = default;
  /// Throws `usage_exception` if the file cannot be read or holds no certificate.
  explicit trusted_certificates(const std::string& path);

  [[nodiscard]] bool empty() const noexcept { return certificates_.empty(); }
  /// Adds the certificates to those that `store` trusts. Returns false on failure.
  [[nodiscard]] bool add_to(X509_STORE* store) const noexcept;

 private:
  struct deleter {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  };

  std::vector<std::unique_ptr<X509, deleter>> certificates_;
};

}  // namespace vkxx::http::detail

#include "http/curl/trusted_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <vkxx/core/exception.hpp>

namespace vkxx::http::detail {
namespace {

struct bio_deleter {
  void operator()(BIO* file) const noexcept { BIO_free(file); }
};

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw usage_exception{
      error{errc::invalid_argument, request_effect::not_sent, "ca_file: " + path + ' ' + why}};
}

}  // namespace

trusted_certificates::trusted_certificates(const std::string& path) {
  const std::unique_ptr<BIO, bio_deleter> file{BIO_new_file(path.c_str(), "r")};
  if (!file) {
    ERR_clear_error();
    refuse(path, "cannot be opened; check the path and the permissions");
  }
  while (X509* certificate = PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)) {
    certificates_.emplace_back(certificate);
  }
  // The end of the file shows as "no start line"; anything else is a damaged certificate.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) refuse(path, "holds a damaged certificate");
  if (certificates_.empty()) refuse(path, "holds no certificate in PEM form");
}

bool trusted_certificates::add_to(X509_STORE* store) const noexcept {
  for (const auto& certificate : certificates_) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) return false;
  }
  return true;
}

}  // namespace vkxx::http::detail

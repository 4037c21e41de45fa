#include "emulator/http/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace vkxx::emulation::detail {
namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* value) const noexcept {
    Free(value);
  }
};

using key_handle = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using x509_handle = std::unique_ptr<X509, freed_by<X509_free>>;
using bio_handle = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using extension_handle = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;

constexpr long day = 24L * 60 * 60;

[[noreturn]] void fail(const std::string& subject) {
  char reason[256] = "unknown reason";
  if (const auto code = ERR_get_error(); code != 0) ERR_error_string_n(code, reason, sizeof reason);
  throw std::runtime_error{"The emulator's certificate: " + subject + ": " + reason};
}

void check(bool good, const std::string& reason) {
  if (!good) fail(reason);
}

key_handle make_key() {
  key_handle key{EVP_EC_gen("P-256")};
  check(key != nullptr, "making a key");
  return key;
}

void add_extension(X509& subject, X509& issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &subject, nullptr, nullptr, 0);
  const extension_handle extension{X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str())};
  check(extension != nullptr && X509_add_ext(&subject, extension.get(), -1) == 1,
        "adding an extension");
}

x509_handle make_blank(EVP_PKEY& key, const std::string& name) {
  x509_handle result{X509_new()};
  check(result != nullptr, "making a certificate");
  std::uint64_t serial = 0;
  check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "drawing");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(result.get()), serial >> 1U);
  X509_set_version(result.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(result.get()), -day);
  X509_gmtime_adj(X509_getm_notAfter(result.get()), 30 * day);
  check(X509_set_pubkey(result.get(), &key) == 1, "setting the key");
  check(X509_NAME_add_entry_by_txt(X509_get_subject_name(result.get()), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                   0) == 1,
        "naming the subject");
  return result;
}

void sign(X509& subject, X509& issuer, EVP_PKEY& key) {
  check(X509_set_issuer_name(&subject, X509_get_subject_name(&issuer)) == 1, "naming the issuer");
  check(X509_sign(&subject, &key, EVP_sha256()) != 0, "signing");
}

std::string text_of(BIO& out) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(&out, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509& value) {
  const bio_handle out{BIO_new(BIO_s_mem())};
  check(PEM_write_bio_X509(out.get(), &value) == 1, "writing a certificate");
  return text_of(*out);
}

std::string pem_of(EVP_PKEY& key) {
  const bio_handle out{BIO_new(BIO_s_mem())};
  check(PEM_write_bio_PrivateKey(out.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
        "writing a key");
  return text_of(*out);
}

}  // namespace

certificate make_certificate(const std::string& address) {
  const auto authority_key = make_key();
  const auto authority = make_blank(*authority_key, "vkxx emulator authority");
  add_extension(*authority, *authority, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(*authority, *authority, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(*authority, *authority, NID_subject_key_identifier, "hash");
  sign(*authority, *authority, *authority_key);

  const auto key = make_key();
  const auto server = make_blank(*key, "localhost");
  add_extension(*server, *authority, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(*server, *authority, NID_key_usage, "critical,digitalSignature");
  add_extension(*server, *authority, NID_ext_key_usage, "serverAuth");
  add_extension(*server, *authority, NID_authority_key_identifier, "keyid:always");
  auto names = std::string{
      "DNS:localhost,DNS:vk.ru,DNS:*.vk.ru,DNS:vk.com,DNS:*.vk.com,"
      "IP:127.0.0.1,IP:::1"};
  if (address != "127.0.0.1" && address != "::1" && address != "0.0.0.0" && address != "::")
    names += ",IP:" + address;
  add_extension(*server, *authority, NID_subject_alt_name, names);
  sign(*server, *authority, *authority_key);
  return {pem_of(*authority), pem_of(*server), pem_of(*key)};
}

}  // namespace vkxx::emulation::detail

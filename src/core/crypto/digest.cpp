#include "core/crypto/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace vkxx::detail {
namespace {

// OpenSSL looks for the implementation of `EVP_sha256()` again in each digest, which takes longer
// than the digest of a short text. Never freed: threads may still run when the program ends.
const EVP_MD* sha256_kind() noexcept {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  return found != nullptr ? found : EVP_sha256();
}

std::string digest(const EVP_MD* kind, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, kind, nullptr) != 1) {
    throw std::runtime_error{"OpenSSL cannot compute a digest"};
  }
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

std::string md5(std::string_view text) {
  return digest(EVP_md5(), text);
}

std::string sha1(std::string_view text) {
  return digest(EVP_sha1(), text);
}

std::string sha256(std::string_view text) {
  return digest(sha256_kind(), text);
}

void sha256_parts::context_end::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

sha256_parts::sha256_parts() : context_{EVP_MD_CTX_new()} {
  if (!context_ || EVP_DigestInit_ex(context_.get(), sha256_kind(), nullptr) != 1)
    throw std::runtime_error{"OpenSSL cannot compute a digest"};
}

void sha256_parts::add(std::string_view part) {
  if (EVP_DigestUpdate(context_.get(), part.data(), part.size()) != 1)
    throw std::runtime_error{"OpenSSL cannot compute a digest"};
}

std::string sha256_parts::end() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) != 1)
    throw std::runtime_error{"OpenSSL cannot compute a digest"};
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string hmac_sha256(const secret& key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  const auto* computed =
      HMAC(EVP_sha256(), key.expose().data(), static_cast<int>(key.expose().size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data(), &size);
  if (computed == nullptr) throw std::runtime_error{"OpenSSL cannot compute an HMAC"};
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw std::runtime_error{"the system's random generator failed"};
  }
  return bytes;
}

bool same_in_constant_time(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace vkxx::detail

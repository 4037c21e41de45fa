#include "redis/digest.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace vkxx::redis::detail {
namespace {

std::string hex(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string shown;
  for (std::size_t i = 0; i < size; ++i) {
    shown += digits[bytes[i] >> 4U];
    shown += digits[bytes[i] & 15U];
  }
  return shown;
}

std::string digest_hex(const EVP_MD* kind, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, kind, nullptr) != 1) {
    throw std::runtime_error{"OpenSSL cannot compute a digest"};
  }
  return hex(bytes.data(), size);
}

}  // namespace

std::string sha1_hex(std::string_view text) {
  return digest_hex(EVP_sha1(), text);
}

std::string sha256_hex(std::string_view text) {
  return digest_hex(EVP_sha256(), text);
}

std::string random_name() {
  std::array<unsigned char, 8> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error{"the system's random generator failed"};
  }
  return hex(bytes.data(), bytes.size());
}

}  // namespace vkxx::redis::detail

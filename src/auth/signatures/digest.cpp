#include "auth/signatures/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <array>
#include <stdexcept>

namespace vkxx::auth::detail {
namespace {

std::string digest(const EVP_MD* kind, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, kind, nullptr) != 1) {
    throw std::runtime_error{"OpenSSL cannot compute a digest"};
  }
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

std::string md5_hex(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string shown;
  for (const char byte : digest(EVP_md5(), text)) {
    shown += digits[static_cast<unsigned char>(byte) >> 4U];
    shown += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return shown;
}

std::string sha256(std::string_view text) {
  return digest(EVP_sha256(), text);
}

std::string hmac_sha256(const secret& key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  const auto* digest =
      HMAC(EVP_sha256(), key.expose().data(), static_cast<int>(key.expose().size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes.data(), &size);
  if (digest == nullptr) throw std::runtime_error{"OpenSSL cannot compute an HMAC"};
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string base64url(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned pending = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    pending = (pending << 8U) | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6; bits -= 6) text += letters[(pending >> (bits - 6)) & 63U];
  }
  if (bits > 0) text += letters[(pending << (6 - bits)) & 63U];
  return text;
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

}  // namespace vkxx::auth::detail

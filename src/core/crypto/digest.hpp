// Digests and random bytes, by OpenSSL. All throw std::runtime_error when it cannot.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <vkxx/core/secret.hpp>

struct evp_md_ctx_st;

namespace vkxx::detail {

// The bytes of the digest; `to_hex` shows them.
[[nodiscard]] std::string md5(std::string_view text);
[[nodiscard]] std::string sha1(std::string_view text);
[[nodiscard]] std::string sha256(std::string_view text);
// Of a text that comes in parts.
class sha256_parts {
 public:
  sha256_parts();
  void add(std::string_view part);
  // The bytes of the digest; nothing may be added afterwards.
  [[nodiscard]] std::string end();

 private:
  struct context_end {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, context_end> context_;
};
[[nodiscard]] std::string hmac_sha256(const secret& key, std::string_view text);
// From the system's generator.
[[nodiscard]] std::string random_bytes(std::size_t count);

// Whether the texts are the same, in a time that depends on their lengths only.
[[nodiscard]] bool same_in_constant_time(std::string_view left, std::string_view right) noexcept;

}  // namespace vkxx::detail

#include "auth/stores/sealed_text.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <array>
#include <memory>
#include <stdexcept>
#include <vector>
#include <vkxx/core/exception.hpp>

#include "auth/signatures/signature_errors.hpp"
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx::auth {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t salt_size = 16;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::string_view magic = "vkxx-tokens 1 ";

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) noexcept {
  return reinterpret_cast<unsigned char*>(text.data());
}

void must(bool done) {
  if (!done) throw std::runtime_error{"OpenSSL cannot encrypt"};
}

// Parameters of scrypt (RFC 7914): 32 MiB of memory.
secret derived_key(const store_key& key, std::string_view salt) {
  if (!key.is_passphrase()) return key.bytes();
  std::string derived(key_size, '\0');
  const auto& phrase = key.bytes().expose();
  must(EVP_PBE_scrypt(phrase.data(), phrase.size(), bytes_of(salt), salt.size(), 32768, 8, 1,
                      std::uint64_t{64} << 20U, bytes_of(derived), derived.size()) == 1);
  return secret{std::move(derived)};
}

struct context_deleter {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, context_deleter>;

std::string head_of(const store_key& key, std::string_view salt, std::string_view nonce) {
  std::string head{magic};
  head += key.is_passphrase() ? "scrypt " : "raw ";
  return head + vkxx::detail::to_hex(salt) + " " + vkxx::detail::to_hex(nonce) + " ";
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty() && words.size() < 8) {
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

store_key::store_key(bool is_passphrase, secret bytes) noexcept
    : is_passphrase_{is_passphrase}, bytes_{std::move(bytes)} {}

store_key store_key::passphrase(secret text) {
  if (text.empty())
    throw usage_exception{detail::malformed("the passphrase of the token file is empty")};
  return store_key{true, std::move(text)};
}

store_key store_key::raw(const secret& hexadecimal) {
  auto bytes = vkxx::detail::from_hex(hexadecimal.expose());
  if (!bytes || bytes->size() != key_size) {
    throw usage_exception{
        detail::malformed("the key of the token file is not 64 hexadecimal digits (32 bytes)")};
  }
  return store_key{false, secret{std::move(*bytes)}};
}

}  // namespace vkxx::auth

namespace vkxx::auth::detail {

std::string seal(std::string_view text, const store_key& key) {
  const auto salt = vkxx::detail::random_bytes(salt_size);
  const auto nonce = vkxx::detail::random_bytes(nonce_size);
  const auto head = head_of(key, salt, nonce);
  const auto cipher_key = derived_key(key, salt);
  const cipher_context context{EVP_CIPHER_CTX_new()};
  must(context != nullptr);
  auto* ctx = context.get();
  must(EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), nullptr, bytes_of(cipher_key.expose()),
                          bytes_of(std::string_view{nonce})) == 1);
  int size = 0;
  must(EVP_EncryptUpdate(ctx, nullptr, &size, bytes_of(std::string_view{head}),
                         static_cast<int>(head.size())) == 1);
  std::string hidden(text.size(), '\0');
  must(EVP_EncryptUpdate(ctx, bytes_of(hidden), &size, bytes_of(text),
                         static_cast<int>(text.size())) == 1);
  must(EVP_EncryptFinal_ex(ctx, bytes_of(hidden) + size, &size) == 1);
  std::string tag(tag_size, '\0');
  must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag.size()), tag.data()) ==
       1);
  return head + vkxx::detail::to_hex(tag) + " " + vkxx::detail::to_hex(hidden) + "\n";
}

result<std::string> unseal(std::string_view sealed, const store_key& key) {
  const auto words = words_of(sealed);
  if (words.size() != 7 || !sealed.starts_with(magic)) {
    return malformed("the token file is not one of vkxx, or of a newer version");
  }
  if (words[2] != (key.is_passphrase() ? "scrypt" : "raw")) {
    return malformed("the token file was not written with " +
                     std::string{key.is_passphrase() ? "a passphrase" : "a raw key"});
  }
  const auto salt = vkxx::detail::from_hex(words[3]);
  const auto nonce = vkxx::detail::from_hex(words[4]);
  auto tag = vkxx::detail::from_hex(words[5]);
  const auto hidden = vkxx::detail::from_hex(words[6]);
  if (!salt || !nonce || !tag || !hidden || salt->size() != salt_size ||
      nonce->size() != nonce_size || tag->size() != tag_size) {
    return malformed("the token file is damaged");
  }
  const auto head = head_of(key, *salt, *nonce);
  const auto cipher_key = derived_key(key, *salt);
  const cipher_context context{EVP_CIPHER_CTX_new()};
  must(context != nullptr);
  auto* ctx = context.get();
  must(EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), nullptr, bytes_of(cipher_key.expose()),
                          bytes_of(std::string_view{*nonce})) == 1);
  int size = 0;
  must(EVP_DecryptUpdate(ctx, nullptr, &size, bytes_of(std::string_view{head}),
                         static_cast<int>(head.size())) == 1);
  std::string text(hidden->size(), '\0');
  must(EVP_DecryptUpdate(ctx, bytes_of(text), &size, bytes_of(std::string_view{*hidden}),
                         static_cast<int>(hidden->size())) == 1);
  must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag->size()), tag->data()) ==
       1);
  if (EVP_DecryptFinal_ex(ctx, bytes_of(text) + size, &size) != 1) {
    OPENSSL_cleanse(text.data(), text.size());
    return malformed("the key does not open the token file (or the file was changed)");
  }
  return text;
}

}  // namespace vkxx::auth::detail

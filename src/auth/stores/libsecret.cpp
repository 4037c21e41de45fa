#include "auth/stores/libsecret.hpp"

#include <dlfcn.h>
#include <libsecret/secret.h>

#include <string>

#include "auth/signatures/signature_errors.hpp"

namespace vkxx::auth::detail {
namespace {

// Only the types of the header are used. The library is not linked, so that programs do not depend
// on desktop libraries.
const SecretSchema* schema() {
  static const SecretSchema description = [] {
    SecretSchema empty{};
    empty.name = "vkxx.token";
    empty.attributes[0] = {"profile", SECRET_SCHEMA_ATTRIBUTE_STRING};
    return empty;
  }();
  return &description;
}

template <class Function>
bool find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace

struct libsecret::functions {
  decltype(&secret_password_store_sync) store = nullptr;
  decltype(&secret_password_lookup_sync) look_up = nullptr;
  decltype(&secret_password_clear_sync) clear = nullptr;
  decltype(&secret_password_free) free_text = nullptr;
  decltype(&g_error_free) free_error = nullptr;

  bool load() {
    // Never closed: the threads and types of GLib cannot be unloaded.
    auto* const library = ::dlopen("libsecret-1.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    return find(library, "secret_password_store_sync", store) &&
           find(library, "secret_password_lookup_sync", look_up) &&
           find(library, "secret_password_clear_sync", clear) &&
           find(library, "secret_password_free", free_text) &&
           find(library, "g_error_free", free_error);
  }

  [[nodiscard]] error failure(const char* problem, GError* why) const {
    std::string text = std::string{"the desktop's keyring "} + problem;
    if (why != nullptr) {
      text += ": " + std::string{why->message == nullptr ? "" : why->message};
      free_error(why);
    }
    return malformed(text + "; unlock it, or keep tokens in a file");
  }
};

result<const libsecret*> libsecret::load() {
  static functions loaded;
  static const bool there = loaded.load();
  static const libsecret library{loaded};
  if (there) return &library;
  return malformed(
      "there is no desktop keyring: libsecret-1.so.0 is not installed; keep tokens in a file");
}

result<secret> libsecret::look_up(const std::string& profile) const {
  GError* why = nullptr;
  char* const text = call_->look_up(schema(), nullptr, &why, "profile", profile.c_str(), nullptr);
  if (why != nullptr) return call_->failure("cannot be read", why);
  if (text == nullptr) return secret{};
  secret found{text};
  call_->free_text(text);
  return found;
}

result<void> libsecret::put(const std::string& profile, const secret& text) const {
  GError* why = nullptr;
  const auto label = "vkxx: " + profile;
  const int stored = call_->store(schema(), nullptr, label.c_str(), text.expose().c_str(), nullptr,
                                  &why, "profile", profile.c_str(), nullptr);
  if (why != nullptr || stored == 0) return call_->failure("cannot be written", why);
  return {};
}

result<void> libsecret::clear(const std::string& profile) const {
  GError* why = nullptr;
  static_cast<void>(call_->clear(schema(), nullptr, &why, "profile", profile.c_str(), nullptr));
  if (why != nullptr) return call_->failure("cannot be written", why);
  return {};
}

}  // namespace vkxx::auth::detail

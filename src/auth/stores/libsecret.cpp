#include "auth/stores/libsecret.hpp"

#include <dlfcn.h>

#include <array>

#include "auth/signatures/signature_errors.hpp"

namespace vkxx::auth::detail {
namespace {

// Types of libsecret 0.20 and GLib 2, as their ABI has them (it has not changed since 2012).
// Neither is linked, so that programs need no desktop's libraries.
extern "C" {
struct secret_attribute {
  const char* name;
  int type;
};
struct secret_schema {
  const char* name;
  int flags;
  std::array<secret_attribute, 32> attributes;
  int reserved;
  std::array<void*, 7> more_reserved;
};
struct glib_error {
  unsigned domain;
  int code;
  char* message;
};
using store_function = int(const secret_schema*, const char* collection, const char* label,
                           const char* text, void* cancellable, glib_error**, ...);
using look_up_function = char*(const secret_schema*, void* cancellable, glib_error**, ...);
using clear_function = int(const secret_schema*, void* cancellable, glib_error**, ...);
using free_text_function = void(char*);
using free_error_function = void(glib_error*);
}

const secret_schema* schema() {
  static const secret_schema schema = [] {
    secret_schema empty{};
    empty.name = "vkxx.token";
    empty.attributes[0] = {"profile", 0};
    return empty;
  }();
  return &schema;
}

template <class Function>
bool find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace

struct libsecret::functions {
  store_function* store = nullptr;
  look_up_function* look_up = nullptr;
  clear_function* clear = nullptr;
  free_text_function* free_text = nullptr;
  free_error_function* free_error = nullptr;

  bool load() {
    // Never closed: GLib's threads and types cannot be unloaded.
    auto* const library = ::dlopen("libsecret-1.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    return find(library, "secret_password_store_sync", store) &&
           find(library, "secret_password_lookup_sync", look_up) &&
           find(library, "secret_password_clear_sync", clear) &&
           find(library, "secret_password_free", free_text) &&
           find(library, "g_error_free", free_error);
  }

  [[nodiscard]] error failure(const char* problem, glib_error* why) const {
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
  glib_error* why = nullptr;
  char* const text = call_->look_up(schema(), nullptr, &why, "profile", profile.c_str(), nullptr);
  if (why != nullptr) return call_->failure("cannot be read", why);
  if (text == nullptr) return secret{};
  secret found{text};
  call_->free_text(text);
  return found;
}

result<void> libsecret::put(const std::string& profile, const secret& text) const {
  glib_error* why = nullptr;
  const auto label = "vkxx: " + profile;
  const int stored = call_->store(schema(), nullptr, label.c_str(), text.expose().c_str(), nullptr,
                                  &why, "profile", profile.c_str(), nullptr);
  if (why != nullptr || stored == 0) return call_->failure("cannot be written", why);
  return {};
}

result<void> libsecret::clear(const std::string& profile) const {
  glib_error* why = nullptr;
  static_cast<void>(call_->clear(schema(), nullptr, &why, "profile", profile.c_str(), nullptr));
  if (why != nullptr) return call_->failure("cannot be written", why);
  return {};
}

}  // namespace vkxx::auth::detail

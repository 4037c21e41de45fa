// The few functions of libsecret that the keyring store needs, loaded at run time.
#pragma once

#include <string>

#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::auth::detail {

// All of them block until the keyring answers. Thread safety: safe.
class libsecret {
 public:
  // Loads the library the first time; an error says what is missing.
  [[nodiscard]] static result<const libsecret*> load();

  // An empty text: there is no such entry.
  [[nodiscard]] result<secret> look_up(const std::string& profile) const;
  [[nodiscard]] result<void> put(const std::string& profile, const secret& text) const;
  // A missing entry is not an error.
  [[nodiscard]] result<void> clear(const std::string& profile) const;

 private:
  struct functions;
  explicit libsecret(const functions& loaded) noexcept : call_{&loaded} {}

  const functions* call_;
};

}  // namespace vkxx::auth::detail

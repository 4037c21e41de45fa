/// @file
/// The addresses of VK's services.
#pragma once

#include <string>

namespace vkxx {

/// The base addresses of VK's services: `scheme://host[:port][/path]`. A trailing slash is removed.
///
/// Source of the defaults: VK's documentation, which names the `vk.ru` hosts.
class endpoints {
 public:
  endpoints();

  endpoints& api(std::string url);     ///< methods: `https://api.vk.ru`
  endpoints& oauth(std::string url);   ///< OAuth 2.0: `https://oauth.vk.ru`
  endpoints& id(std::string url);      ///< VK ID and the captcha page: `https://id.vk.ru`
  endpoints& login(std::string url);   ///< web login: `https://login.vk.ru`
  endpoints& mobile(std::string url);  ///< mobile site: `https://m.vk.ru`
  /// Points every service at one address: an emulator.
  endpoints& all(const std::string& url);

  /// Base of the methods' addresses.
  [[nodiscard]] const std::string& api() const noexcept { return api_; }
  [[nodiscard]] const std::string& oauth() const noexcept { return oauth_; }  ///< base of OAuth 2.0
  [[nodiscard]] const std::string& id() const noexcept { return id_; }        ///< base of VK ID
  /// Base of the web login.
  [[nodiscard]] const std::string& login() const noexcept { return login_; }
  /// Base of the mobile site.
  [[nodiscard]] const std::string& mobile() const noexcept { return mobile_; }

 private:
  std::string api_;
  std::string oauth_;
  std::string id_;
  std::string login_;
  std::string mobile_;
};

}  // namespace vkxx

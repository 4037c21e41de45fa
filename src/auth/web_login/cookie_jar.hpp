// The cookies of one login (RFC 6265). Their values are secrets: they go into the `Cookie` header
// and nowhere else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/secret.hpp>
#include <vkxx/http/message.hpp>
#include "auth/web_login/web_address.hpp"

namespace vkxx::auth::detail {

class cookie_jar {
 public:
  static constexpr std::size_t most_cookies = 100;
  static constexpr std::size_t longest_cookie = 8192;

  // Takes the `Set-Cookie` headers of an answer. Drops cookies beyond the limits and those that the
  // host may not set.
  void take(const web_address& from, const std::vector<http::header>& headers);
  // The value of the `Cookie` header for a request; empty: none.
  [[nodiscard]] secret header_for(const web_address& to) const;
  // Whether there is a cookie of that name, from any host.
  [[nodiscard]] bool has(std::string_view name) const noexcept;

 private:
  struct cookie {
    std::string name;
    secret value;
    std::string domain;
    std::string path;
    bool host_only = true;
    bool secure = false;
  };

  void take_one(const web_address& from, std::string_view line);
  void put(cookie fresh, bool over);

  // Longer paths first, then by age.
  std::vector<cookie> cookies_;
};

}  // namespace vkxx::auth::detail

// Makes the resolution of one name take as long as a test likes.
#pragma once

#include <string>

namespace vkxx::http::test {

/// While it lives, `getaddrinfo` of this process does not return for `name`. One at a time.
class slow_resolver {
 public:
  explicit slow_resolver(std::string name);
  ~slow_resolver();
  slow_resolver(const slow_resolver&) = delete;
  slow_resolver& operator=(const slow_resolver&) = delete;

  /// Whether somebody waits for the name.
  [[nodiscard]] bool asked() const;
};

}  // namespace vkxx::http::test

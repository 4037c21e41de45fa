#include "terminal/argv_secrets.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vkxx/core/redaction.hpp>

namespace vkxx::cli {
namespace {

void hide(char* text) noexcept {
  std::fill_n(text, std::strlen(text), '*');
}

// Between `scheme://user:` and the last `@`.
void hide_password(char* url) noexcept {
  const std::string_view text{url};
  const auto host = text.rfind('@');
  const auto start = text.find("://");
  if (host == std::string_view::npos) return;
  const auto colon = text.find(':', start == std::string_view::npos ? 0 : start + 3);
  if (colon < host) std::fill(url + colon + 1, url + host, '*');
}

void hide_value(std::string_view option, char* value) noexcept {
  if (option == "--token" || option == "--password" || option == "--secret") hide(value);
  if (option == "--proxy") hide_password(value);
}

// Of a server that `vkxx inbox` reads.
bool is_redis_url(std::string_view text) noexcept {
  return text.starts_with("redis://") || text.starts_with("rediss://") ||
         text.starts_with("unix://");
}

}  // namespace

void hide_secrets(int argc, char** argv) noexcept {
  for (int i = 1; i < argc; ++i) {
    if (is_redis_url(argv[i])) {
      hide_password(argv[i]);
      continue;
    }
    char* const equals = std::strchr(argv[i], '=');
    const std::string_view name{argv[i],
                                equals != nullptr ? static_cast<std::size_t>(equals - argv[i]) : 0};
    if (equals == nullptr) {
      if (i + 1 < argc) hide_value(argv[i], argv[i + 1]);
    } else if (name.starts_with("--")) {
      hide_value(name, equals + 1);
    } else if (is_secret_parameter(name.substr(0, name.find(':')))) {
      hide(equals + 1);
    }
  }
}

}  // namespace vkxx::cli

#include "support/secrets.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <mutex>

namespace vkxx::test {

std::string secret_mark() {
  return std::string{"MARK"} + "OF" + "SECRET";
}

std::string secret_of(std::string_view name) {
  return "begin." + secret_mark() + "." + std::string{name} + ".end";
}

std::string token() {
  return secret_of("token");
}

void keep_for_secret_search(std::string_view text) {
  static const char* const folder = std::getenv("VKXX_SHOWN_TEXTS");
  if (folder == nullptr) return;
  static std::mutex mutex;
  const std::lock_guard lock{mutex};
  std::ofstream file{std::string{folder} + "/" + std::to_string(::getpid()) + ".txt",
                     std::ios::app};
  file << text << '\n';
}

}  // namespace vkxx::test

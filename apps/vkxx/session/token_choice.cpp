#include "session/token_choice.hpp"

#include <algorithm>
#include <cstdlib>

#include "command_line/usage_failure.hpp"
#include "output/file.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

constexpr const char* white_space = " \t\r\n";

// Anything else does not fit into a header, and no token contains it.
void check(const std::string& token, const std::string& where) {
  const bool fits = !token.empty() && std::ranges::all_of(token, [](char character) {
    return character > ' ' && character <= '~';
  });
  if (!fits) {
    throw usage_failure{where + (token.empty() ? " is empty" : " does not hold a token"),
                        "vkxx call --help"};
  }
}

}  // namespace

secret choose_token(const std::optional<std::string>& flag,
                    const std::optional<std::string>& file) {
  if (flag) {
    check(*flag, "--token");
    return secret{*flag};
  }
  if (file) {
    const auto contents = read_file(*file);
    const auto first = contents.find_first_not_of(white_space);
    const auto last = contents.find_last_not_of(white_space);
    std::string token =
        first == std::string::npos ? std::string{} : contents.substr(first, last - first + 1);
    check(token, "--token-file " + printable(*file));
    return secret{std::move(token)};
  }
  const char* variable = std::getenv("VK_ACCESS_TOKEN");
  if (variable == nullptr || *variable == '\0') return secret{};
  check(variable, "VK_ACCESS_TOKEN");
  return secret{variable};
}

}  // namespace vkxx::cli

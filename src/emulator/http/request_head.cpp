#include "emulator/http/request_head.hpp"

#include <algorithm>

#include "core/text/ascii.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::same_ignoring_case;
using vkxx::detail::trimmed;

void normalize_target(http_message& head) {
  auto& target = head.target;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!same_ignoring_case(std::string_view{target}.substr(0, scheme.size()), scheme)) continue;
    const auto path_at = std::min(target.find_first_of("/?#", scheme.size()), target.size());
    auto host = target.substr(scheme.size(), path_at - scheme.size());
    target.erase(0, path_at);
    if (!target.starts_with('/')) target.insert(0, 1, '/');
    // The target takes precedence over the header.
    std::erase_if(head.headers, [](const name_value& header) {
      return same_ignoring_case(header.first, "Host");
    });
    head.headers.emplace_back("Host", std::move(host));
    break;
  }
  if (target.starts_with("//"))
    target.erase(0, std::min(target.find_first_not_of('/'), target.size()) - 1);
}

std::optional<answer> refused_head(const http_message& head) {
  if (head.method == "CONNECT")
    return refusal(405, "The emulator is no proxy for HTTPS: give its address to the client.");
  for (const auto& [name, value] : head.headers) {
    const auto coding = trimmed(value);
    if (same_ignoring_case(name, "Transfer-Encoding") && !same_ignoring_case(coding, "chunked"))
      return refusal(501, "The body has a Transfer-Encoding other than chunked.");
    if (same_ignoring_case(name, "Content-Encoding") && !coding.empty() &&
        !same_ignoring_case(coding, "identity"))
      return refusal(415, "The body is compressed: send it without Content-Encoding.");
  }
  return std::nullopt;
}

}  // namespace vkxx::emulation::detail

#include "emulator/encoding/script_callback.hpp"

#include <algorithm>

#include "emulator/api/api_request.hpp"
#include "emulator/encoding/form_reader.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t longest_function = 100;

// Nothing that ends the name and begins another statement.
bool is_of_name(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '$' || letter == '.';
}

}  // namespace

std::optional<std::string> wanted_callback(const http_message& message) {
  if (message.method != "GET" || !path_of(message.target).starts_with("/method/") ||
      message.target.find("callback=") == std::string::npos)
    return std::nullopt;
  const argument_list query{read_urlencoded(query_of(message.target))};
  const auto found = query.find("callback");
  if (!found || found->empty() || found->size() > longest_function ||
      !std::ranges::all_of(*found, is_of_name))
    return std::nullopt;
  return std::string{*found};
}

void pass_to_callback(answer& reply, const std::string& function) {
  if (!reply.content_type.starts_with("application/json")) return;
  reply.body = function + "(" + reply.body + ");";
  reply.content_type = "text/javascript; charset=utf-8";
}

}  // namespace vkxx::emulation::detail

#include <string>

#include "emulator/api/api_request.hpp"
#include "emulator/console/console_files.hpp"
#include "emulator/http/vk_hosts.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::string_view console_folder = "/console/";

std::string_view console_type(std::string_view name) noexcept {
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/html; charset=utf-8";
}

}  // namespace

bool is_console_request(const http_message& message) noexcept {
  const auto path = path_of(message.target);
  if (path == "/") {
    // Under VK's own names the front page is VK's.
    const bool of_vk = !vk_domain(message.header("Host").value_or("")).empty();
    return !of_vk && query_of(message.target).empty() && message.method != "POST";
  }
  return path == "/console" || path.starts_with(console_folder);
}

answer console_answer(const http_message& message) {
  if (message.method != "GET" && message.method != "HEAD")
    return refusal(405, "The console is read with GET.");
  const auto path = path_of(message.target);
  std::string_view name = "index.html";
  if (path.size() > console_folder.size()) name = path.substr(console_folder.size());
  const auto* file = find_console_file(name);
  if (file == nullptr) return refusal(404, "No such path.");
  answer result;
  result.content_type = console_type(name);
  result.body = file->content;
  result.headers = {
      {"Content-Security-Policy",
       "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cache-Control", "no-cache"}};
  return result;
}

}  // namespace vkxx::emulation::detail

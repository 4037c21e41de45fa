// An HTTP request of any make, through the whole of the emulator but its sockets: target, headers,
// body. The input: HTTP method, target, content type and token, each a line; the rest is the body.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "emulator/service.hpp"

namespace {

std::string take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  std::string line{rest.substr(0, end)};
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vkxx::emulation::detail;
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  http_message message;
  message.method = take_line(rest);
  message.target = take_line(rest);
  message.headers.emplace_back("Content-Type", take_line(rest));
  message.headers.emplace_back("Authorization", take_line(rest));
  message.body = rest;
  static vkxx::emulation::detail::service vk{vkxx::emulator_options{}.record_limit(10)};
  const auto reply = vk.handle(message);
  const bool call = path_of(message.target).starts_with("/method/") && message.method != "OPTIONS";
  // A fault asked for by one input must not be found by the next.
  if (!call) vk.reset();
  // Whatever came, a call is answered by an envelope.
  if (call && reply.status == 200 && reply.end == ending::complete) {
    boost::system::error_code failure;
    boost::json::parse_options options;
    options.max_depth = 1000;
    const auto envelope = boost::json::parse(reply.body, failure, {}, options);
    if (failure || !envelope.is_object()) std::abort();
    if (!envelope.as_object().contains("response") && !envelope.as_object().contains("error"))
      std::abort();
  }
  return 0;
}

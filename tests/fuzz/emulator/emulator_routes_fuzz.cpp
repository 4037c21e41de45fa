// Requests to every path of the emulator, one after another: `POST /_emulator/faults`, the length
// of the body, the body. Each gets an answer, and what says that it is JSON is.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "core/text/number.hpp"
#include "emulator/service.hpp"

namespace {

using namespace vkxx;
using namespace vkxx::emulation::detail;

constexpr int most_requests = 20;

class still_clock final : public vkxx::clock {
 public:
  [[nodiscard]] time_point now() const noexcept override {
    return time_point{} + std::chrono::hours{1};
  }
  void async_wait_until(asio::any_io_executor, time_point,
                        asio::any_completion_handler<void(boost::system::error_code)>) override {
    std::abort();
  }
};

std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const auto line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

void check(const answer& reply) {
  if (reply.status < 200 || reply.status > 599) std::abort();
  const bool json = reply.content_type.starts_with("application/json") && !reply.packed;
  boost::system::error_code failure;
  if (json && !reply.body.empty()) static_cast<void>(boost::json::parse(reply.body, failure));
  if (failure) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  service vk{emulator_options{}.time(std::make_shared<still_clock>())};
  vk.set_base_url("http://emulator");
  for (int number = 0; number < most_requests && !rest.empty(); ++number) {
    const auto first = take_line(rest);
    const auto blank = std::min(first.find(' '), first.size());
    http_message message;
    message.method = std::string{first.substr(0, blank)};
    message.target = "/" + std::string{first.substr(std::min(blank + 1, first.size()))};
    const auto length = vkxx::detail::parse_number<std::size_t>(take_line(rest)).value_or(0);
    const auto body = rest.substr(0, length);
    rest.remove_prefix(body.size());
    message.body = std::string{body};
    message.headers = {{"Host", "localhost"}, {"Content-Type", "application/json"}};
    check(vk.handle(message));
  }
  return 0;
}

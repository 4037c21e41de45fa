// Requests of the Callback API: no body is taken for VK's without the secret. The first byte of the
// input chooses the method, and how many bytes the retry counter has.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "updates/callback/callback_machine.hpp"
#include "updates/values/checked_json.hpp"

namespace {

using namespace vkxx;
using namespace vkxx::detail;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  callback_options options;
  options.add_community(
      callback_community{group_id{1}}.secret_key(secret{"s3cret"}).confirmation_code("c"));
  options.add_community(callback_community{group_id{2}});
  options.max_body_size(4096);
  std::string text{reinterpret_cast<const char*>(data + 1), size - 1};
  const auto counter_size = std::min<std::size_t>(data[0] >> 4U, text.size());
  callback_event::received event;
  event.request.method = (data[0] & 15U) == 15U ? "GET" : "POST";
  event.request.retry_counter = text.substr(0, counter_size);
  event.request.body = text.substr(counter_size);
  const bool has_secret = event.request.body.find("s3cret") != std::string::npos ||
                          event.request.body.find("\\u") != std::string::npos;
  const bool too_large = event.request.body.size() > options.max_body_size();
  callback_machine machine{options};
  const auto action = machine.resume(std::move(event));
  if (action == callback_action::commit) {
    require(!too_large && machine.community().has_value());
    require(machine.community() != group_id{1} || has_secret);
    require(!machine.content().type.empty() && machine.content().attempt >= 1);
    machine.resume(callback_event::committed{});
    require(machine.reply().body == "ok");
    machine.resume(callback_event::not_committed{});
  }
  const int status = machine.reply().status;
  require(status == 200 || status == 400 || status == 403 || status == 405 || status == 413 ||
          status == 500 || status == 503);
  static_cast<void>(machine.reply().headers());
  return 0;
}

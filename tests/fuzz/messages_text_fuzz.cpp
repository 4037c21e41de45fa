// Texts of other programs and of users: payloads, long texts (the first byte is the limit of a
// part), and what the store of a mailing may hold.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <vkxx/messages/payload.hpp>
#include <vkxx/messages/rich_text.hpp>

#include "messages/mailing/mailing_machine.hpp"

namespace {

void check(bool right) {
  if (!right) std::abort();
}

void read_payload(std::string_view text) {
  const auto read = vkxx::payload::from_json(text);
  const auto again = vkxx::payload::from_json(read.to_json());
  if (!read.unwrapped()) check(again.slug() == read.slug());
  static_cast<void>(read.text("item"));
  static_cast<void>(read.number("item"));
  static_cast<void>(read.real("item"));
  static_cast<void>(read.problems());
}

void split_text(std::string_view text, std::size_t limit) {
  std::string together;
  for (const auto& part : vkxx::rich_text{text}.bold("bold").split(limit)) {
    check(part.length() <= limit);
    for (const auto& format : part.formats()) check(format.offset + format.length <= part.length());
    together += part.text();
  }
  check(together == std::string{text} + "bold");
}

void read_stored(std::string_view text) {
  using namespace vkxx::detail;
  if (const auto progress = progress_from_json(text))
    check(progress_from_json(to_json(*progress)) == progress);
  if (const auto peers = peers_from_json(text))
    check(peers_from_json(peers_to_json(*peers)) == peers);
  if (const auto outcomes = outcomes_from_json(text))
    check(outcomes_from_json(outcomes_to_json(*outcomes)) == outcomes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data + 1), size - 1};
  read_payload(text);
  split_text(text, 2 + data[0] % 62);
  read_stored(text);
  return 0;
}

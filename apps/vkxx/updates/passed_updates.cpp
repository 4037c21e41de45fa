#include "updates/passed_updates.hpp"

#include <fmt/format.h>

#include <charconv>

namespace vkxx::cli {

passed_updates::passed_updates(std::string_view text) {
  passed_updates read;
  const auto* const end = text.data() + text.size();
  const auto count = std::from_chars(text.data(), end, read.count_);
  if (count.ec != std::errc{} || count.ptr == end || *count.ptr != ' ') return;
  const auto mark = std::from_chars(count.ptr + 1, end, read.mark_, 16);
  if (mark.ec == std::errc{} && mark.ptr == end) *this = read;
}

void passed_updates::add(const update& content) {
  constexpr std::uint64_t prime = 0x100000001b3;
  const auto add_byte = [&](unsigned char byte) { mark_ = (mark_ ^ byte) * prime; };
  const std::string_view identity =
      content.event_id().empty() ? content.raw() : std::string_view{content.event_id()};
  for (const char byte : identity) add_byte(static_cast<unsigned char>(byte));
  add_byte(0);
  ++count_;
}

std::size_t passed_updates::at_front_of(const update_batch& batch) const {
  if (count_ > batch.size()) return 0;
  passed_updates front;
  for (std::size_t at = 0; at < count_; ++at) front.add(batch.updates()[at]);
  return front.mark_ == mark_ ? count_ : 0;
}

std::string passed_updates::text() const {
  return fmt::format("{} {:016x}", count_, mark_);
}

}  // namespace vkxx::cli

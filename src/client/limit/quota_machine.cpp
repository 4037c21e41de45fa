#include "client/limit/quota_machine.hpp"

#include <algorithm>
#include <functional>

#include "core/async/time_sum.hpp"

namespace vkxx::detail {
namespace {

std::uint64_t key_of(std::string_view method) noexcept {
  return std::hash<std::string_view>{}(method);
}

std::uint64_t key_of(std::string_view method, std::uint64_t recipient) noexcept {
  constexpr std::uint64_t spread = 0x9E3779B97F4A7C15ULL;
  // Differs from the number of the method alone, also without a recipient.
  return (key_of(method) ^ (recipient + spread)) * spread;
}

}  // namespace

void quota_machine::on_error(std::string_view method, std::optional<std::uint64_t> recipient,
                             api_errc code, time_point now) {
  const bool flood = code == api_errc::flood && recipient;
  const bool quota = code == api_errc::rate_limit;
  const auto pause = flood ? rules_.flood : quota ? rules_.quota : duration::zero();
  if (pause <= duration::zero()) return;
  drop_a_block_if_full(now);
  auto& entry = blocks_[flood ? key_of(method, *recipient) : key_of(method)];
  entry.until = std::max(entry.until, later_by(now, pause));
  entry.code = code;
}

std::optional<quota_machine::block> quota_machine::blocked(std::string_view method,
                                                           std::uint64_t recipient,
                                                           time_point now) {
  if (blocks_.empty()) return std::nullopt;
  const auto whole = find(key_of(method), now);
  return whole ? whole : find(key_of(method, recipient), now);
}

std::optional<quota_machine::block> quota_machine::find(std::uint64_t key, time_point now) {
  const auto found = blocks_.find(key);
  if (found == blocks_.end()) return std::nullopt;
  if (now < found->second.until) return found->second;
  blocks_.erase(found);
  return std::nullopt;
}

void quota_machine::drop_a_block_if_full(time_point now) {
  if (blocks_.size() < std::max<std::size_t>(rules_.most_blocks, 1)) return;
  std::erase_if(blocks_, [now](const auto& known) { return known.second.until <= now; });
  if (blocks_.size() < std::max<std::size_t>(rules_.most_blocks, 1)) return;
  blocks_.erase(std::min_element(
      blocks_.begin(), blocks_.end(),
      [](const auto& left, const auto& right) { return left.second.until < right.second.until; }));
}

bool quota_machine::idle(time_point now) const noexcept {
  return std::all_of(blocks_.begin(), blocks_.end(),
                     [now](const auto& known) { return known.second.until <= now; });
}

}  // namespace vkxx::detail

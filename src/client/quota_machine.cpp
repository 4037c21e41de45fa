#include "client/quota_machine.hpp"

#include <algorithm>

namespace vkxx {

void quota_machine::on_error(std::string_view method, api_errc code, time_point now) {
  auto pause = duration::zero();
  if (code == api_errc::flood) pause = rules_.flood;
  if (code == api_errc::rate_limit) pause = rules_.quota;
  if (pause <= duration::zero()) return;
  auto& entry = blocks_[std::string{method}];
  if (now + pause <= entry.until) return;
  entry = {now + pause, code};
}

std::optional<quota_machine::block> quota_machine::blocked(std::string_view method,
                                                           time_point now) {
  if (blocks_.empty()) return std::nullopt;
  const auto found = blocks_.find(method);
  if (found == blocks_.end()) return std::nullopt;
  if (now < found->second.until) return found->second;
  blocks_.erase(found);
  return std::nullopt;
}

bool quota_machine::idle(time_point now) const noexcept {
  return std::all_of(blocks_.begin(), blocks_.end(),
                     [now](const auto& one) { return one.second.until <= now; });
}

}  // namespace vkxx

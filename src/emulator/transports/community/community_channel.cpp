#include "emulator/transports/community/community_channel.hpp"

#include <algorithm>
#include <vector>

#include "core/text/number.hpp"

namespace vkxx::emulation::detail {
namespace {

std::string failed_from(std::uint64_t ts) {
  return R"({"failed":1,"ts":)" + std::to_string(ts) + "}";
}

}  // namespace

std::string failed_body(int code) {
  return R"({"failed":)" + std::to_string(code) + "}";
}

std::string community_channel::updates_since(std::uint64_t ts, random_source& random) {
  std::vector<std::string_view> shown;
  auto from = ts;
  if (const auto again = faults.take(poll_fault_kind::repeat_last)) {
    const auto most = ts - std::min(ts, ring.oldest());
    from -= std::min<std::uint64_t>(most,
                                    static_cast<std::uint64_t>(std::max<std::int64_t>(*again, 0)));
  }
  for (const auto& entry : ring.since(from)) shown.push_back(entry.text);
  if (faults.take(poll_fault_kind::shuffle))
    for (auto left = shown.size(); left > 1; --left)
      std::swap(shown[left - 1], shown[static_cast<std::size_t>(random.below(left))]);
  const bool foreign = faults.take(poll_fault_kind::foreign_type).has_value();
  std::string list;
  for (const auto text : shown) {
    if (!list.empty()) list += ',';
    if (foreign) list += R"({"type":"emulator_unknown_type","object":[1,null],"v":"9.9"},)";
    list += text;
  }
  return list;
}

poll_outcome community_channel::poll(const poll_query& query, std::int64_t now_ms,
                                     random_source& random) {
  switch (key.state_of(query.key)) {
    case key_state::current:
      break;
    case key_state::expired:
      return {failed_body(2)};
    case key_state::forgotten:
      return {failed_body(3)};
  }
  ring.expire(now_ms);
  const auto seen = vkxx::detail::parse_number<std::uint64_t>(query.ts);
  if (!seen || *seen > ring.last()) return {failed_from(ring.last())};
  auto ts = *seen;
  taken = std::max(taken.value_or(0), ts);
  const bool stale = ts < ring.oldest();
  if (stale) {
    if (!faults.has(poll_fault_kind::accept_stale_ts)) return {failed_from(ring.oldest())};
    ts = ring.oldest();
  }
  const bool repeats = faults.has(poll_fault_kind::repeat_last) && ts > ring.oldest();
  const auto next = R"({"ts":")" + std::to_string(ring.last()) + R"(","updates":[)";
  if (ts == ring.last() && !repeats) return {next + "]}", true};
  if (stale) static_cast<void>(faults.take(poll_fault_kind::accept_stale_ts));
  taken = ring.last();
  return {next + updates_since(ts, random) + "]}"};
}

}  // namespace vkxx::emulation::detail

#include "emulator/transports/poll_faults.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace vkxx::emulation::detail {
namespace {

constexpr std::array<std::string_view, 8> poll_fault_names{
    "accept_stale_ts", "repeat_last",  "shuffle",   "delay", "cut",
    "bad_gateway",     "foreign_type", "plain_text"};

}  // namespace

std::string_view to_string(poll_fault_kind kind) noexcept {
  return poll_fault_names[static_cast<std::size_t>(kind)];
}

std::optional<poll_fault_kind> read_poll_fault(std::string_view name) noexcept {
  const auto* found = std::ranges::find(poll_fault_names, name);
  if (found == poll_fault_names.end()) return std::nullopt;
  return static_cast<poll_fault_kind>(found - poll_fault_names.begin());
}

void poll_faults::add(const poll_fault& fault) {
  const auto known = std::ranges::find(faults_, fault.kind, &poll_fault::kind);
  if (known != faults_.end())
    *known = fault;
  else
    faults_.push_back(fault);
}

bool poll_faults::has(poll_fault_kind kind) const noexcept {
  return std::ranges::find(faults_, kind, &poll_fault::kind) != faults_.end();
}

std::optional<std::int64_t> poll_faults::take(poll_fault_kind kind) {
  const auto found = std::ranges::find(faults_, kind, &poll_fault::kind);
  if (found == faults_.end()) return std::nullopt;
  const auto amount = found->amount;
  if (found->count != 0 && --found->count == 0) faults_.erase(found);
  return amount;
}

void poll_faults::change(answer& reply) {
  if (take(poll_fault_kind::bad_gateway)) {
    reply = page(502, "<html><body><h1>502 Bad Gateway</h1></body></html>");
    return;
  }
  if (const auto pause = take(poll_fault_kind::delay))
    reply.delay += std::chrono::milliseconds{*pause};
  if (const auto bytes = take(poll_fault_kind::cut)) {
    reply.end = ending::truncated;
    reply.cut_at = static_cast<std::size_t>(std::max<std::int64_t>(*bytes, 0));
  }
  if (take(poll_fault_kind::plain_text)) reply.content_type = "text/plain; charset=utf-8";
}

}  // namespace vkxx::emulation::detail

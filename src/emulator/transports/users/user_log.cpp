#include "emulator/transports/users/user_log.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <vector>

#include "core/text/number.hpp"
#include "emulator/transports/rendering/line_table.hpp"
#include "emulator/transports/users/line_values.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::int64_t newest_poll_version = 19;

std::int64_t unread_of(const world& state, std::int64_t member) {
  const auto* box = state.messages().box(member);
  return box == nullptr ? 0 : std::int64_t{box->unread_conversations};
}

std::string lost_from(std::int64_t ts) {
  return R"({"failed":1,"ts":)" + std::to_string(ts) + "}";
}

}  // namespace

std::int64_t user_log::oldest_ts() const noexcept {
  const auto kept = std::min(entries_.size(), most_lines);
  return std::max(last_ts_ - static_cast<std::int64_t>(kept), lost_until_);
}

void user_log::push(user_line line) {
  entry added{std::move(line), 0};
  if (is_lasting(added.line.kind)) added.pts = ++last_pts_;
  entries_.push_back(std::move(added));
  ++last_ts_;
  if (entries_.size() <= most_lasting) return;
  if (entries_.front().pts != 0) oldest_pts_ = entries_.front().pts;
  entries_.pop_front();
  ++dropped_;
}

bool user_log::add(const world& state, const std::shared_ptr<const world_event>& event) {
  const auto before = last_ts_;
  for (auto& line : lines_of(state, event, member_)) push(std::move(line));
  if (last_ts_ == before) return false;
  const auto unread = unread_of(state, member_);
  if (std::exchange(unread_, unread) != unread) push({line_kind::unread_counter, event, unread, 0});
  return true;
}

void user_log::lose_history() {
  ++last_ts_;
  ++last_pts_;
  dropped_ += entries_.size();
  entries_.clear();
  lost_until_ = last_ts_;
  oldest_pts_ = last_pts_;
}

void user_log::forget(std::string next_key) {
  lose_history();
  key.forget(std::move(next_key));
}

std::ranges::subrange<user_log::iterator> user_log::since(std::int64_t ts) const {
  const auto first = last_ts_ - static_cast<std::int64_t>(entries_.size());
  const auto seen = std::clamp(ts, first, last_ts_) - first;
  return {entries_.begin() + seen, entries_.end()};
}

std::string user_log::lines_since(const world& state, std::int64_t ts, const poll_query& query,
                                  random_source& random) {
  auto from = ts;
  if (const auto again = faults.take(poll_fault_kind::repeat_last))
    from = std::max(oldest_ts(), ts - std::max<std::int64_t>(*again, 0));
  const line_format format{member_, query.version, query.mode, false};
  std::vector<std::string> lines;
  for (const auto& each : since(from))
    if (const auto shown = render_line(state, each.line, format))
      lines.push_back(boost::json::serialize(*shown));
  if (faults.take(poll_fault_kind::shuffle))
    for (auto left = lines.size(); left > 1; --left)
      std::swap(lines[left - 1], lines[static_cast<std::size_t>(random.below(left))]);
  const bool foreign = faults.take(poll_fault_kind::foreign_type).has_value();
  std::string list;
  for (const auto& line : lines) {
    if (!list.empty()) list += ',';
    if (foreign) list += R"([31337,"unknown",{}],)";
    list += line;
  }
  return list;
}

poll_outcome user_log::poll(const world& state, const poll_query& query, random_source& random) {
  if (query.version < 0 || query.version > newest_poll_version)
    return {R"({"failed":4,"min_version":0,"max_version":19})"};
  const auto known = key.state_of(query.key);
  if (known != key_state::current) return {failed_body(known == key_state::expired ? 2 : 3)};
  const auto seen = vkxx::detail::parse_number<std::int64_t>(query.ts);
  if (!seen || *seen > last_ts_) return {lost_from(last_ts_)};
  auto ts = *seen;
  taken = std::max(taken.value_or(0), ts);
  const bool stale = ts < oldest_ts();
  if (stale) {
    if (!faults.has(poll_fault_kind::accept_stale_ts)) return {lost_from(last_ts_)};
    ts = oldest_ts();
  }
  std::string head = R"({"ts":)" + std::to_string(last_ts_);
  if ((query.mode & poll_mode::pts) != 0) head += R"(,"pts":)" + std::to_string(last_pts_);
  head += R"(,"updates":[)";
  const bool repeats = faults.has(poll_fault_kind::repeat_last) && ts > oldest_ts();
  if (ts == last_ts_ && !repeats) return {head + "]}", true};
  if (stale) static_cast<void>(faults.take(poll_fault_kind::accept_stale_ts));
  taken = last_ts_;
  return {head + lines_since(state, ts, query, random) + "]}"};
}

}  // namespace vkxx::emulation::detail

#include "messages/mailing/mailing_machine.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/crypto/digest.hpp"

namespace vkxx::detail {
namespace {

std::int64_t milliseconds(wall_time moment) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(moment.time_since_epoch()).count();
}

}  // namespace

std::vector<peer_id> without_repeats(std::vector<peer_id> peers) {
  std::unordered_set<peer_id> known;
  std::erase_if(peers, [&known](peer_id peer) { return !known.insert(peer).second; });
  return peers;
}

mailing_outcome outcome_of(const result<sent_message>& item, peer_id peer) {
  mailing_outcome outcome;
  outcome.peer = peer;
  if (item) {
    outcome.message = item->cmid;
    return outcome;
  }
  if (item.error().effect() == request_effect::unknown) return outcome;
  outcome.refusal = item.error().api_code();
  outcome.reason = cannot_write_reason(item.error());
  return outcome;
}

mailing_machine::mailing_machine(mailing_progress progress, std::size_t peers_per_call,
                                 bool repeat_forgotten)
    : progress_{std::move(progress)},
      peers_per_call_{peers_per_call},
      repeat_forgotten_{repeat_forgotten} {}

mailing_step mailing_machine::next(wall_time now) {
  const auto moment = milliseconds(now);
  tried_before_ = progress_.running != 0;
  if (tried_before_) {
    constexpr auto remembered = std::chrono::milliseconds{remembered_time}.count();
    const bool forgotten =
        progress_.running_since && moment - *progress_.running_since > remembered;
    if (forgotten && !repeat_forgotten_) return mailing_step::give_up;
    if (!progress_.running_since || forgotten) progress_.running_since = moment;
    return mailing_step::send;
  }
  if (progress_.next >= progress_.peers) return mailing_step::finish;
  progress_.running = std::min(peers_per_call_, progress_.peers - progress_.next);
  progress_.running_since = moment;
  return mailing_step::send;
}

void mailing_machine::answered(const std::vector<mailing_outcome>& outcomes) {
  for (const auto& outcome : outcomes) {
    if (outcome.message) {
      ++progress_.sent;
    } else if (outcome.refusal) {
      ++progress_.refused;
    } else {
      ++progress_.unknown;
    }
  }
  progress_.next += outcomes.size();
  progress_.running = 0;
  progress_.running_since.reset();
  ++progress_.calls;
}

// What became of a later try says nothing of an earlier one.
void mailing_machine::not_executed() noexcept {
  if (tried_before_) return;
  progress_.running = 0;
  progress_.running_since.reset();
}

std::int32_t mailing_machine::random_id(std::string_view key) const {
  const auto bytes = sha256(std::to_string(progress_.began) + ':' +
                            std::to_string(progress_.calls) + ':' + std::string{key});
  std::uint32_t number = 0;
  for (std::size_t index = 0; index < 4; ++index)
    number = number << 8U | static_cast<unsigned char>(bytes.at(index));
  number &= 0x7fffffffU;
  return number != 0 ? static_cast<std::int32_t>(number) : 1;
}

void mailing_machine::set_attachments(std::vector<std::string> attachments) {
  progress_.attachments = std::move(attachments);
  progress_.uploaded = true;
}

mailing_report report_of(const mailing_progress& progress,
                         const std::optional<std::string>& control) {
  mailing_report report;
  report.peers = progress.peers;
  report.sent = progress.sent;
  report.refused = progress.refused;
  report.unknown = progress.unknown;
  if (progress.next >= progress.peers) {
    report.status = mailing_status::finished;
  } else if (control == "stop") {
    report.status = mailing_status::stopped;
  } else if (control == "pause") {
    report.status = mailing_status::paused;
  }
  return report;
}

}  // namespace vkxx::detail

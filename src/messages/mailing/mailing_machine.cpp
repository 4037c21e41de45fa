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

mailing_machine::mailing_machine(mailing_progress progress, std::size_t parts,
                                 std::size_t peers_per_call, bool repeat_forgotten)
    : progress_{std::move(progress)},
      parts_{parts},
      peers_per_call_{peers_per_call},
      repeat_forgotten_{repeat_forgotten} {}

mailing_step mailing_machine::next(wall_time now) {
  const auto moment = milliseconds(now);
  // Of a part behind the first one, the batch has begun, but its call need not have.
  tried_before_ =
      progress_.running != 0 && (progress_.part == 0 || progress_.running_since.has_value());
  if (tried_before_) {
    constexpr auto remembered = std::chrono::milliseconds{remembered_time}.count();
    const bool forgotten =
        progress_.running_since && moment - *progress_.running_since > remembered;
    if (forgotten && !repeat_forgotten_) return mailing_step::give_up;
    if (!progress_.running_since || forgotten) progress_.running_since = moment;
    return mailing_step::send;
  }
  if (progress_.running == 0) {
    if (progress_.next >= progress_.peers) return mailing_step::finish;
    progress_.running = std::min(peers_per_call_, progress_.peers - progress_.next);
  }
  progress_.running_since = moment;
  return mailing_step::send;
}

std::vector<peer_id> mailing_machine::receivers(const std::vector<peer_id>& all) const {
  if (progress_.part == 0) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(progress_.next);
    return {first, first + static_cast<std::ptrdiff_t>(progress_.running)};
  }
  std::vector<peer_id> peers;
  for (const auto& outcome : progress_.batch) {
    if (outcome.message) peers.push_back(outcome.peer);
  }
  return peers;
}

std::optional<std::vector<mailing_outcome>> mailing_machine::answered(
    const std::vector<mailing_outcome>& outcomes) {
  const auto parts_before = progress_.part;
  if (parts_before == 0) progress_.batch = outcomes;
  auto answer = outcomes.begin();
  bool somebody_is_left = false;
  for (auto& outcome : progress_.batch) {
    if (parts_before > 0 && !outcome.message) continue;  // was not written to
    if (answer != outcomes.end()) outcome = *answer++;
    outcome.parts = parts_before + (outcome.message ? 1 : 0);
    somebody_is_left = somebody_is_left || outcome.message.has_value();
  }
  progress_.running_since.reset();
  ++progress_.part;
  if (somebody_is_left && progress_.part < parts_) return std::nullopt;
  auto whole = std::exchange(progress_.batch, {});
  finish_batch(whole);
  return whole;
}

void mailing_machine::finish_batch(const std::vector<mailing_outcome>& outcomes) {
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
  progress_.part = 0;
  ++progress_.calls;
}

// What became of a later try says nothing of an earlier one.
void mailing_machine::not_executed() noexcept {
  if (tried_before_) return;
  if (progress_.part == 0) progress_.running = 0;
  progress_.running_since.reset();
}

std::int32_t mailing_machine::random_id(std::string_view key) const {
  auto call = std::to_string(progress_.calls);
  // Numbers of the first part are as they were when messages had one part only.
  if (progress_.part > 0) call += '.' + std::to_string(progress_.part);
  const auto bytes = sha256(std::to_string(progress_.began) + ':' + call + ':' + std::string{key});
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

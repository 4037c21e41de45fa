#include "dialogues/log/replay_log.hpp"

#include <utility>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx::detail {
namespace {

constexpr std::size_t record_overhead = 40;
constexpr std::size_t label_digits = 16;

std::string described(record_kind kind, std::string_view label) {
  std::string text{to_string(kind)};
  if (!label.empty()) text += "(" + std::string{label} + ")";
  return text;
}

}  // namespace

std::string_view to_string(record_kind kind) noexcept {
  switch (kind) {
    case record_kind::ask:
      return "ask";
    case record_kind::say:
      return "say";
    case record_kind::once:
      return "once";
    case record_kind::now:
      return "now";
    case record_kind::random:
      return "random";
    case record_kind::write:
      return "write";
  }
  return "unknown";
}

std::size_t dialogue_log::bytes() const noexcept {
  std::size_t size = state.size();
  for (const auto& record : records) {
    size += record.label.size() + record.value.size() + record_overhead;
  }
  return size;
}

replay_step replay_log::call(record_kind kind, std::string_view label) {
  if (position_ < log_.records.size()) {
    const auto& record = log_.records[position_];
    if (record.kind != kind || record.label != label) {
      return {replay_step_kind::mismatch, "call " + std::to_string(position_ + 1) + " was " +
                                              described(record.kind, record.label) + " and is " +
                                              described(kind, label)};
    }
    ++position_;
    return {replay_step_kind::give, record.value};
  }
  if (log_.open && (kind != record_kind::ask || log_.open->label != label)) {
    return {replay_step_kind::mismatch, "the open question was " +
                                            described(record_kind::ask, log_.open->label) +
                                            " and the function calls " + described(kind, label)};
  }
  if (log_.records.size() >= dialogue_log::most_records ||
      log_.bytes() > dialogue_log::most_bytes) {
    return {replay_step_kind::full,
            "a dialogue has at most 200 calls and 64 KB of results: begin its function again with "
            "a value, by again(state)"};
  }
  pending_ = dialogue_record{kind, std::string{label}, {}};
  return {replay_step_kind::perform, {}};
}

void replay_log::record(std::string value) {
  pending_.value = std::move(value);
  log_.records.push_back(std::move(pending_));
  pending_ = {};
  position_ = log_.records.size();
}

std::string text_label(std::string_view text) {
  return to_hex(sha256(text)).substr(0, label_digits);
}

}  // namespace vkxx::detail

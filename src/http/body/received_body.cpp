#include "http/body/received_body.hpp"

#include <algorithm>
#include <utility>

#include "http/body/body_error.hpp"

namespace vkxx::http::detail {
namespace {

constexpr std::int64_t most_reserved_at_once = std::int64_t{1} << 20U;
constexpr auto sink_name = "the sink of the answer's body";

}  // namespace

void received_body::begin(const request& message, std::size_t max_answer_size) noexcept {
  message_ = &message;
  max_answer_size_ = std::min(max_answer_size, message.max_answer_size());
}

bool received_body::goes_to_sink(int status) const noexcept {
  return message_->sink() && status >= 200 && status < 300;
}

bool received_body::take(std::string_view bytes, int status, std::int64_t announced) {
  if (failure_) return false;
  if (!goes_to_sink(status)) return append(bytes, announced);
  const auto limit = message_->max_answer_size();
  if (bytes.size() > limit - std::min<std::uint64_t>(limit, written_)) {
    passed_limit_ = limit;
    return false;
  }
  if (!begin_sink()) return false;
  const auto outcome =
      without_exceptions(sink_name, [&] { return message_->sink()->write(bytes); });
  if (!outcome) failure_ = outcome.error();
  written_ += bytes.size();
  return !failure_;
}

bool received_body::begin_sink() {
  if (sink_ != sink_state::untouched) return true;
  sink_ = sink_state::begun;
  const auto outcome = without_exceptions(sink_name, [&] { return message_->sink()->begin(); });
  if (!outcome) failure_ = outcome.error();
  return !failure_;
}

bool received_body::append(std::string_view bytes, std::int64_t announced) {
  const auto limit = max_answer_size_;
  if (bytes.size() > limit - std::min(limit, text_.size())) {
    passed_limit_ = limit;
    return false;
  }
  if (text_.empty()) {
    text_.reserve(
        static_cast<std::size_t>(std::clamp<std::int64_t>(announced, 0, most_reserved_at_once)));
  }
  if (const auto needed = text_.size() + bytes.size(); needed > text_.capacity()) {
    // Grows like a text does by itself, but not beyond the limit.
    text_.reserve(std::clamp(text_.capacity() * 2, needed, limit));
  }
  text_.append(bytes);
  return true;
}

std::string received_body::finish(int status) {
  if (goes_to_sink(status) && begin_sink()) {
    const auto outcome = without_exceptions(sink_name, [&] { return message_->sink()->commit(); });
    if (!outcome) failure_ = outcome.error();
    if (outcome) sink_ = sink_state::done;
  }
  return std::move(text_);
}

void received_body::end() noexcept {
  if (sink_ == sink_state::begun) message_->sink()->discard();
  sink_ = sink_state::untouched;
  message_ = nullptr;
  text_ = {};
  written_ = 0;
  passed_limit_.reset();
  failure_.reset();
}

}  // namespace vkxx::http::detail

#include "integration/http/servers/streams.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace vkxx::http::test {
namespace {

char pattern_at(std::uint64_t offset) {
  return static_cast<char>('a' + (offset * 7 + offset / 251) % 26);
}

error failure(const char* text) {
  return {errc::body_failed, request_effect::not_sent, text};
}

}  // namespace

std::string pattern(std::uint64_t offset, std::size_t count) {
  std::string text(count, '\0');
  std::ranges::generate(text, [&] { return pattern_at(offset++); });
  return text;
}

class generated_source::reader final : public body_reader {
 public:
  explicit reader(const generated_source& source) : source_{source} {}

  result<std::size_t> read(std::span<char> buffer) override {
    source_.largest_buffer_ = std::max(source_.largest_buffer_, buffer.size());
    if (source_.on_read_) source_.on_read_();
    auto left = source_.size_ - at_;
    if (source_.fault_ != source_fault::none) {
      if (at_ == source_.fault_at_) return fail();
      left = source_.fault_at_ - at_;
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    for (std::size_t i = 0; i < count; ++i) buffer[i] = pattern_at(at_ + i);
    at_ += count;
    return count;
  }

 private:
  result<std::size_t> fail() const {
    if (source_.fault_ == source_fault::exception) throw std::runtime_error{"the reader threw"};
    if (source_.fault_ == source_fault::foreign_exception) throw 1;
    if (source_.fault_ == source_fault::end) return std::size_t{0};
    return failure("the reader failed");
  }

  const generated_source& source_;
  std::uint64_t at_ = 0;
};

result<std::unique_ptr<body_reader>> generated_source::open() const {
  ++opened_;
  return std::make_unique<reader>(*this);
}

result<void> text_sink::begin() {
  ++begun;
  text.clear();
  if (fault_ == sink_fault::begin) return failure("begin failed");
  return {};
}

result<void> text_sink::write(std::string_view bytes) {
  if (fault_ == sink_fault::write) return failure("write failed");
  if (fault_ == sink_fault::exception) throw std::runtime_error{"write threw"};
  text += bytes;
  return {};
}

result<void> text_sink::commit() {
  if (fault_ == sink_fault::commit) return failure("commit failed");
  ++committed;
  return {};
}

pending_exchange::pending_exchange(asio::any_io_executor executor,
                                   const std::shared_ptr<transport>& through, request message)
    : outcome_{std::make_shared<std::optional<result<response>>>()} {
  asio::co_spawn(
      executor, through->send(std::move(message)),
      asio::bind_cancellation_slot(
          signal_.slot(), [outcome = outcome_](std::exception_ptr, result<response> ended) {
            outcome->emplace(std::move(ended));
          }));
}

bool run_until(asio::io_context& context, const std::function<bool()>& condition) {
  using namespace std::chrono_literals;
  context.restart();
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!condition() && std::chrono::steady_clock::now() < end) context.run_for(1ms);
  return condition();
}

}  // namespace vkxx::http::test

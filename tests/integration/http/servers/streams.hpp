// Sources and sinks of bodies that a test can look into and make fail.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/http/body.hpp>
#include <vkxx/http/transport.hpp>

namespace vkxx::http::test {

namespace asio = boost::asio;

/// More than the buffers of a connection hold.
inline constexpr std::uint64_t too_much_for_sockets = std::uint64_t{64} << 20U;

/// `count` bytes of an endless text that has no short period.
std::string pattern(std::uint64_t offset, std::size_t count);

/// What a generated source does at some byte instead of going on.
enum class source_fault { none, error, exception, end, foreign_exception };

/// Gives `pattern`, and never holds more of it than fits into the reader's buffer.
class generated_source final : public body_source {
 public:
  explicit generated_source(std::uint64_t size) : size_{size} {}

  void fail(std::uint64_t at, source_fault fault) {
    fault_at_ = at;
    fault_ = fault;
  }
  /// Called whenever something is read.
  void on_read(std::function<void()> called) { on_read_ = std::move(called); }
  /// How often it was opened, and the largest buffer it was given.
  [[nodiscard]] int opened() const { return opened_; }
  [[nodiscard]] std::size_t largest_buffer() const { return largest_buffer_; }

  std::uint64_t size() const noexcept override { return size_; }
  result<std::unique_ptr<body_reader>> open() const override;

 private:
  class reader;

  std::uint64_t size_;
  std::uint64_t fault_at_ = 0;
  source_fault fault_ = source_fault::none;
  std::function<void()> on_read_;
  mutable int opened_ = 0;
  mutable std::size_t largest_buffer_ = 0;
};

/// Which function of a sink fails, if any.
enum class sink_fault { none, begin, write, commit, exception };

/// Keeps what it is given.
class text_sink final : public body_sink {
 public:
  explicit text_sink(sink_fault fault = sink_fault::none) : fault_{fault} {}

  result<void> begin() override;
  result<void> write(std::string_view bytes) override;
  result<void> commit() override;
  void discard() noexcept override { ++discarded; }

  std::string text;
  int begun = 0;
  int committed = 0;
  int discarded = 0;

 private:
  sink_fault fault_;
};

/// An exchange that runs until the test ends it.
class pending_exchange {
 public:
  pending_exchange(asio::any_io_executor executor, const std::shared_ptr<transport>& through,
                   request message);
  void cancel() { signal_.emit(asio::cancellation_type::terminal); }
  [[nodiscard]] bool done() const { return outcome_->has_value(); }
  [[nodiscard]] const result<response>& outcome() const { return outcome_->value(); }

 private:
  asio::cancellation_signal signal_;
  // The handler's as well: it may outlive this object when its context dies.
  std::shared_ptr<std::optional<result<response>>> outcome_;
};

/// Runs the loop in small steps until the condition holds; false after 20 s.
bool run_until(asio::io_context& context, const std::function<bool()>& condition);

}  // namespace vkxx::http::test

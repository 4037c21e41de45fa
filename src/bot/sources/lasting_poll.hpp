// A long poll that goes on after VK refused it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/dispatch/dispatcher.hpp>
#include <vkxx/updates/update_source.hpp>
#include "core/async/stop_signal.hpp"

namespace vkxx::detail {

// What the owner of a poll does. All functions may be empty; they are called one at a time.
struct poll_owner {
  // Before the first poll, and after each refusal: an error is a refusal, too.
  std::function<asio::awaitable<result<void>>()> prepare;
  std::function<void()> prepared;
  std::function<void()> answered;  // after each batch
  std::function<void(const error& failure, duration pause)> fails;
};

// For log lines.
[[nodiscard]] std::string milliseconds_of(duration time);

// A dead token, missing rights, long poll that is off: each is reported, and tried again after a
// pause that grows from 1 s to 5 min, and that `retry_now` ends.
class lasting_poll final : public update_source, public std::enable_shared_from_this<lasting_poll> {
 public:
  // `seed`: of the jitter.
  lasting_poll(std::string name, source_factory create, update_cursor cursor,
               std::shared_ptr<clock> time, poll_owner owner, std::uint32_t seed);

  [[nodiscard]] asio::awaitable<result<update_batch>> next() override;
  void commit(const update_cursor& cursor) override;
  void refuse(const update_cursor& cursor) override;
  void stop() noexcept override;
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] update_cursor cursor() const override;
  [[nodiscard]] update_source_metrics metrics() const override;

  void retry_now() noexcept { retry_->wake(); }

 private:
  using self_pointer = std::shared_ptr<lasting_poll>;
  [[nodiscard]] static asio::awaitable<result<update_batch>> limited_next(self_pointer self);
  [[nodiscard]] static asio::awaitable<result<update_batch>> run_next(self_pointer self);
  // One try; nothing is lost if it fails. `stop` stops the source itself, which is cheaper than to
  // cancel its wait from outside.
  [[nodiscard]] static asio::awaitable<result<update_batch>> try_next(self_pointer self);
  [[nodiscard]] result<std::shared_ptr<update_source>> opened();
  [[nodiscard]] std::shared_ptr<update_source> inner() const;
  [[nodiscard]] duration next_pause();

  const std::string name_;
  const source_factory create_;
  const update_cursor start_;
  const std::shared_ptr<clock> time_;
  const poll_owner owner_;
  const std::shared_ptr<stop_signal> stop_ = std::make_shared<stop_signal>();
  const std::shared_ptr<stop_signal> retry_ = std::make_shared<stop_signal>();
  std::minstd_rand random_;  // as the two below of `next`, which runs once at a time
  bool prepared_ = false;
  duration pause_{};
  mutable std::mutex mutex_;
  std::shared_ptr<update_source> inner_;
};

}  // namespace vkxx::detail

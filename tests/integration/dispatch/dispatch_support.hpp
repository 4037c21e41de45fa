// Sources and worlds for tests of the dispatcher.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/dispatch.hpp>
#include <vkxx/state.hpp>
#include <vkxx/testing/manual_clock.hpp>
#include <vkxx/updates/update_source.hpp>
#include "integration/dispatch/state_support.hpp"

namespace vkxx::testing {

// A message of a community; `number` is unique in its conversation.
inline update message(std::int64_t group, std::int64_t peer, int number,
                      update_origin origin = update_origin::bots_long_poll) {
  update_data data;
  data.origin = origin;
  data.type = "message_new";
  data.group = group_id{group};
  const auto identity = std::to_string(peer) + "." + std::to_string(number);
  data.event_id = identity;
  data.version = "5.199";
  data.object = "{\"message\":{\"peer_id\":" + std::to_string(peer) +
                ",\"conversation_message_id\":" + std::to_string(number) + ",\"text\":\"" +
                identity + "\"}}";
  data.received = at(1'700'000'000'000);
  return update{std::move(data)};
}

// Gives batches in order, each until it was committed; its cursor is the number of the next one.
class pretend_source final : public update_source {
 public:
  // `ends`: after the last batch; otherwise it waits for `stop`.
  pretend_source(std::string name, std::vector<std::vector<update>> batches, update_cursor start,
                 bool ends = true)
      : name_{std::move(name)}, batches_{std::move(batches)}, ends_{ends} {
    if (!start.empty()) position_ = std::stoul(start.text());
  }

  asio::awaitable<result<update_batch>> next() override {
    ++requested;
    if (position_ < batches_.size() && !stopped_) {
      co_return update_batch{batches_[position_], {}, cursor_of(position_ + 1)};
    }
    if (!ends_ && !stopped_) {
      timer_ = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
      const auto timer = timer_;
      timer->expires_at((std::chrono::steady_clock::time_point::max)());
      boost::system::error_code ignored;
      co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return error{errc::cancelled, request_effect::not_sent, "the source has ended"};
  }
  void commit(const update_cursor& cursor) override {
    if (cursor == cursor_of(position_ + 1)) ++position_;
  }
  void refuse(const update_cursor& cursor) override {
    if (cursor == cursor_of(position_ + 1)) ++refused;
  }
  void stop() noexcept override {
    stopped_ = true;
    if (timer_) timer_->cancel();
  }
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] update_cursor cursor() const override {
    return position_ == 0 ? update_cursor{} : cursor_of(position_);
  }
  [[nodiscard]] update_source_metrics metrics() const override { return {}; }

  int requested = 0;
  int refused = 0;

 private:
  static update_cursor cursor_of(std::size_t position) {
    return update_cursor{std::to_string(position)};
  }

  std::string name_;
  std::vector<std::vector<update>> batches_;
  bool ends_;
  std::size_t position_ = 0;
  bool stopped_ = false;
  std::shared_ptr<asio::steady_timer> timer_;
};

// A loop with a clock of its own, which moves when there is nothing else to do.
class dispatch_world {
 public:
  explicit dispatch_world(std::shared_ptr<state_store> store = std::make_shared<memory_state>())
      : store_{std::move(store)} {
    options_.time_source(clock_).wall_clock([clock = clock_] {
      return at(1'700'000'000'000) +
             std::chrono::duration_cast<wall_time::duration>(clock->now().time_since_epoch());
    });
    options_.on_notice([this](const dispatch_notice& some) { notices.push_back(some); });
  }

  [[nodiscard]] dispatcher_options& options() { return options_; }
  [[nodiscard]] dispatcher& updates() {
    if (!dispatcher_)
      dispatcher_ = std::make_unique<dispatcher>(io.get_executor(), store_, options_);
    return *dispatcher_;
  }
  std::shared_ptr<pretend_source> add(std::string name, std::vector<std::vector<update>> batches,
                                      bool ends = true) {
    auto cursor = outcome_of(store_->cursor(name)).value();
    auto source = std::make_shared<pretend_source>(std::move(name), std::move(batches),
                                                   update_cursor{std::move(cursor)}, ends);
    updates().add(source);
    return source;
  }
  void start() {
    asio::co_spawn(io, updates().run(), [this](const std::exception_ptr& failure, auto outcome) {
      if (failure) std::rethrow_exception(failure);
      report = std::move(outcome);
    });
  }
  // Until `run` has ended, or `enough`.
  void turn(const std::function<bool()>& enough = {}) {
    for (int step = 0; step < 100'000; ++step) {
      io.restart();
      io.poll();
      if (report || (enough && enough())) return;
      if (!clock_->advance_to_next()) return;
    }
  }
  drain_report run() {
    start();
    turn();
    return report.value().value();
  }
  [[nodiscard]] manual_clock& clock() { return *clock_; }
  [[nodiscard]] std::size_t count(dispatch_notice_kind kind) const {
    std::size_t found = 0;
    for (const auto& some : notices) found += some.kind == kind ? 1 : 0;
    return found;
  }
  void destroy() { dispatcher_.reset(); }

  asio::io_context io;
  std::optional<result<drain_report>> report;
  std::vector<dispatch_notice> notices;

 private:
  std::shared_ptr<manual_clock> clock_ = std::make_shared<manual_clock>();
  std::shared_ptr<state_store> store_;
  dispatcher_options options_;
  std::unique_ptr<dispatcher> dispatcher_;
};

}  // namespace vkxx::testing

// Updates at a rate, and a store that measures its commits.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/dispatch.hpp>
#include <vkxx/state.hpp>
#include <vkxx/updates/update_source.hpp>

namespace bench {

namespace asio = boost::asio;

using steady = std::chrono::steady_clock;

// Durations in bounded memory: each bucket is 2 % wider than the one before, the first is 1 µs.
class histogram {
 public:
  void add(steady::duration time) {
    const auto microseconds = std::max(std::chrono::duration<double, std::micro>(time).count(), 1.);
    const auto place = static_cast<std::size_t>(std::log(microseconds) / step);
    ++counts_.at(std::min(place, counts_.size() - 1));
    ++all_;
  }
  // In milliseconds: the upper end of the bucket with this share of all durations below.
  [[nodiscard]] double percentile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(all_)));
    std::uint64_t below = 0;
    for (std::size_t place = 0; place < counts_.size(); ++place) {
      below += counts_[place];
      if (below >= wanted && below > 0)
        return std::exp(step * static_cast<double>(place + 1)) / 1e3;
    }
    return 0;
  }

 private:
  static constexpr double step = 0.02;
  std::array<std::uint64_t, 1000> counts_{};  // up to 485 s
  std::uint64_t all_ = 0;
};

// VK's event identities are random: neighbours are not next to each other in an index.
inline std::string event_identity(std::uint64_t number) {
  constexpr auto digits = "0123456789abcdef";
  std::string text;
  for (std::uint64_t part = 0; text.size() < 40; ++part) {
    auto mixed = (number * 3 + part + 1) * 0x9e3779b97f4a7c15ULL;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    mixed ^= mixed >> 27U;
    for (int digit = 0; digit < 16 && text.size() < 40; ++digit, mixed >>= 4U) {
      text += digits[mixed & 15U];
    }
  }
  return text;
}

inline constexpr std::uint64_t conversations = 1000;

// A message of about 700 bytes of one of 1,000 conversations.
inline vkxx::update message(std::uint64_t number) {
  vkxx::update_data data;
  data.type = "message_new";
  data.group = vkxx::group_id{1};
  data.event_id = event_identity(number);
  data.version = "5.199";
  const auto peer = std::to_string(100 + number % conversations);
  const auto id = std::to_string(1 + number / conversations);
  data.object =
      R"({"client_info":{"button_actions":["text","vkpay","open_app","location","open_link",)"
      R"("callback","intent_subscribe","intent_unsubscribe"],"carousel":true,"inline_keyboard":true,)"
      R"("keyboard":true,"lang_id":0},"message":{"attachments":[],"conversation_message_id":)" +
      id + R"(,"date":1764400000,"from_id":)" + peer +
      R"(,"fwd_messages":[],"id":0,"important":false,"is_hidden":false,"out":0,"peer_id":)" + peer +
      R"(,"random_id":0,"text":")" + std::string(250, 'x') + R"(","version":10000123}})";
  data.received = std::chrono::system_clock::now();
  return vkxx::update{std::move(data)};
}

// What is measured of one run.
struct load_measures {
  histogram commits;  // from the start of a commit to its end
  histogram lag;      // from the moment when an update is due to the end of its handler
  std::uint64_t handled = 0;
};

// `rate` updates a second, 0: as many as are taken. A batch has what has become due, at most 250.
class load_source final : public vkxx::update_source {
 public:
  load_source(std::uint64_t count, double rate) : count_{count}, rate_{rate} {}

  [[nodiscard]] asio::awaitable<vkxx::result<vkxx::update_batch>> next() override {
    constexpr std::uint64_t largest_batch = 250;
    if (given_ == 0) began_ = steady::now();
    while (given_ < count_ && !stopped_) {
      const auto due = std::min({due_now(), count_, given_ + largest_batch});
      if (due > given_) {
        std::vector<vkxx::update> updates;
        updates.reserve(due - given_);
        for (auto number = given_; number < due; ++number) updates.push_back(message(number));
        next_ = due;
        vkxx::update_cursor cursor{std::to_string(due)};
        co_return vkxx::update_batch{std::move(updates), {}, std::move(cursor)};
      }
      asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{1}};
      co_await timer.async_wait(asio::use_awaitable);
    }
    co_return vkxx::error{vkxx::errc::cancelled, vkxx::request_effect::not_sent, "that was all"};
  }
  void commit(const vkxx::update_cursor& /*cursor*/) override { given_ = next_; }
  void stop() noexcept override { stopped_ = true; }
  [[nodiscard]] std::string name() const override { return "load"; }
  [[nodiscard]] vkxx::update_cursor cursor() const override { return {}; }
  [[nodiscard]] vkxx::update_source_metrics metrics() const override { return {}; }

  [[nodiscard]] steady::time_point due(std::uint64_t number) const {
    if (rate_ <= 0) return began_;
    return began_ + std::chrono::duration_cast<steady::duration>(
                        std::chrono::duration<double>{static_cast<double>(number) / rate_});
  }

 private:
  [[nodiscard]] std::uint64_t due_now() const {
    if (rate_ <= 0) return count_;
    const std::chrono::duration<double> passed = steady::now() - began_;
    return static_cast<std::uint64_t>(passed.count() * rate_);
  }

  const std::uint64_t count_;
  const double rate_;
  steady::time_point began_;
  std::uint64_t given_ = 0;
  std::uint64_t next_ = 0;
  bool stopped_ = false;
};

// The store of the program, with the times of its commits.
class measured_store final : public vkxx::state_store {
 public:
  measured_store(std::shared_ptr<vkxx::state_store> store, load_measures& measures)
      : store_{std::move(store)}, measures_{measures} {}

  [[nodiscard]] asio::awaitable<vkxx::result<vkxx::commit_receipt>> commit(
      vkxx::state_unit unit) override {
    const auto began = steady::now();
    auto committing = store_->commit(std::move(unit));
    auto receipt = co_await std::move(committing);
    measures_.commits.add(steady::now() - began);
    co_return receipt;
  }
  [[nodiscard]] asio::awaitable<vkxx::result<vkxx::inbox_summary>> recover() override {
    return store_->recover();
  }
  [[nodiscard]] asio::awaitable<vkxx::result<vkxx::inbox_page>> take(
      vkxx::inbox_query query) override {
    return store_->take(std::move(query));
  }
  [[nodiscard]] asio::awaitable<vkxx::result<std::map<std::string, std::string>>> row_values(
      std::uint64_t seq) override {
    return store_->row_values(seq);
  }
  [[nodiscard]] asio::awaitable<vkxx::result<std::vector<bool>>> seen(
      std::vector<std::string> keys) override {
    return store_->seen(std::move(keys));
  }
  [[nodiscard]] asio::awaitable<vkxx::result<std::string>> cursor(std::string source) override {
    return store_->cursor(std::move(source));
  }
  [[nodiscard]] asio::awaitable<vkxx::result<std::optional<vkxx::state_value>>> read(
      std::string key) override {
    return store_->read(std::move(key));
  }
  [[nodiscard]] asio::awaitable<vkxx::result<vkxx::due_timers>> timers(vkxx::wall_time now,
                                                                       std::size_t limit) override {
    return store_->timers(now, limit);
  }
  [[nodiscard]] asio::awaitable<vkxx::result<vkxx::inbox_summary>> summary() override {
    return store_->summary();
  }

 private:
  std::shared_ptr<vkxx::state_store> store_;
  load_measures& measures_;
};

}  // namespace bench

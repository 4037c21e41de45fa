// Polls that are refused, tokens that are replaced, and the text of counters, by themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/testing/manual_clock.hpp>
#include "bot/metrics/prometheus.hpp"
#include "bot/sources/changing_tokens.hpp"
#include "bot/sources/lasting_poll.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;

// Refused until it is told otherwise.
class refused_source final : public update_source {
 public:
  asio::awaitable<result<update_batch>> next() override {
    ++questions;
    if (works) co_return update_batch{{}, {}, update_cursor{"1"}};
    co_return error{errc::authorization_failed, request_effect::rejected, "dead"};
  }
  void commit(const update_cursor& cursor) override { committed = cursor.text(); }
  void stop() noexcept override {}
  std::string name() const override { return "refused"; }
  update_cursor cursor() const override { return {}; }
  update_source_metrics metrics() const override { return {}; }

  int questions = 0;
  bool works = false;
  std::string committed;
};

class LastingPoll : public ::testing::Test {
 protected:
  LastingPoll() {
    poll_owner owner;
    owner.prepare = [this]() -> asio::awaitable<result<void>> {
      ++prepared;
      co_return result<void>{};
    };
    owner.fails = [this](const error&, duration pause) { pauses.push_back(pause); };
    poll = std::make_shared<lasting_poll>(
        "name", [this](const update_cursor&) { return inner; }, update_cursor{}, clock, owner, 1U);
    asio::co_spawn(io, poll->next(), [this](const std::exception_ptr& failure, auto outcome) {
      if (failure) std::rethrow_exception(failure);
      batch = std::move(outcome);
    });
    turn();
  }
  void turn() {
    io.restart();
    io.poll();
  }
  void fail(std::size_t times) {
    while (pauses.size() < times) {
      clock->advance_to_next();
      turn();
    }
  }

  asio::io_context io;
  std::shared_ptr<testing::manual_clock> clock = std::make_shared<testing::manual_clock>();
  std::shared_ptr<refused_source> inner = std::make_shared<refused_source>();
  std::shared_ptr<lasting_poll> poll;
  std::vector<duration> pauses;
  int prepared = 0;
  std::optional<result<update_batch>> batch;
};

TEST_F(LastingPoll, WaitsLongerAfterEachRefusal) {
  fail(14);
  auto longest = duration{1s};
  for (const auto pause : pauses) {
    EXPECT_LE(pause, longest);
    EXPECT_GE(pause, longest * 3 / 4);
    longest = std::min<duration>(longest * 2, 5min);
  }
  EXPECT_EQ(prepared, 14);
  EXPECT_FALSE(batch);
  poll->stop();
  turn();
  EXPECT_EQ(batch->error(), errc::cancelled);
}

TEST_F(LastingPoll, TriesAtOnceWhenItIsWoken) {
  fail(10);
  poll->retry_now();
  turn();
  EXPECT_EQ(pauses.size(), 11U);
  EXPECT_LE(pauses.back(), 1s);
  inner->works = true;
  poll->retry_now();
  turn();
  ASSERT_TRUE(batch);
  EXPECT_EQ((*batch)->cursor().text(), "1");
  poll->commit((*batch)->cursor());
  EXPECT_EQ(inner->committed, "1");
}

TEST(ChangingTokens, GiveTheNewTokenInPlaceOfARefusedOne) {
  changing_tokens tokens{make_static_token(secret{"old"})};
  const request call{"users.get"};
  EXPECT_EQ(tokens.ready(call)->expose(), "old");
  EXPECT_FALSE(tokens.renewable(call));
  tokens.change(secret{"new"});
  EXPECT_EQ(tokens.ready(call)->expose(), "new");
  EXPECT_TRUE(tokens.renewable(call));
  asio::io_context io;
  std::vector<result<secret>> renewed;
  for (const auto* refused : {"old", "new"}) {
    asio::co_spawn(io, tokens.renew(call, secret{refused}, token_environment{}),
                   [&renewed](const std::exception_ptr&, result<secret> outcome) {
                     renewed.push_back(std::move(outcome));
                   });
  }
  io.run();
  ASSERT_EQ(renewed.size(), 2U);
  EXPECT_EQ(renewed[0]->expose(), "new");
  EXPECT_EQ(renewed[1].error(), errc::authorization_failed);
}

TEST(HandlerTimes, CountByBoundedNames) {
  bot_counters counters;
  counters.times.add("message_new", "command start", 3ms);
  counters.times.add("message_new", "command start", 30s);
  for (int number = 0; number < 500; ++number)
    counters.times.add("type" + std::to_string(number), "any", 1h);
  EXPECT_LE(counters.times.seen().size(), 201U);
  const auto text =
      prometheus_text({numbers_of(group_id{7}, counters)}, group_id{7}, dispatcher_metrics{});
  const std::string name = "{community=\"7\",type=\"message_new\",route=\"command start\"";
  for (const auto& line :
       {"_bucket" + name + ",le=\"0.005\"} 1\n", "_bucket" + name + ",le=\"10\"} 1\n",
        "_bucket" + name + ",le=\"30\"} 2\n", "_bucket" + name + ",le=\"+Inf\"} 2\n",
        "_sum" + name + "} 30.003\n", "_count" + name + "} 2\n"}) {
    EXPECT_THAT(text, ::testing::HasSubstr("vkxx_bot_handler_seconds" + line));
  }
  EXPECT_THAT(text, ::testing::HasSubstr("type=\"other\",route=\"other\",le=\"+Inf\"} 301\n"));
}

TEST(Prometheus, EscapesLabels) {
  EXPECT_EQ(label_value("a\"b\\c\nd"), R"(a\"b\\c\nd)");
}

}  // namespace
}  // namespace vkxx::detail

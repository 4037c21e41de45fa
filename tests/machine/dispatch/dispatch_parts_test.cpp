// The dispatcher's machine on an inbox that several processes share.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dispatch/machine/dispatch_machine.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;
namespace event = dispatch_event;
namespace action = dispatch_action;

dispatch_limits shared_limits() {
  dispatch_limits limits;
  limits.shared = true;
  limits.window = 2;
  return limits;
}

// Rows `PART/LANE`, all of one share; the actions of the machine as text.
class DispatchParts : public ::testing::Test {
 protected:
  void put(std::uint64_t seq, std::uint32_t part, const std::string& lane) {
    inbox_row row;
    row.seq = seq;
    row.part = part;
    row.share = "1";
    row.lane = "1/" + lane;
    store_.push_back(row);
  }
  std::string feed(const any_dispatch_event& some) {
    std::string text;
    for (const auto& next : machine_.resume(some, now_)) {
      if (!text.empty()) text += ' ';
      text += std::visit([this](const auto& shown) { return this->show(shown); }, next);
    }
    return text;
  }
  std::string win(std::uint32_t part) { return feed(event::part_won{part, {"1"}}); }
  std::string leave(std::uint32_t part) { return feed(event::part_leaving{part}); }
  std::string lose(std::uint32_t part) { return feed(event::part_lost{part}); }
  std::string done(std::uint64_t seq) { return feed(event::ended{seq, handler_end::done, {}}); }
  std::string cancelled(std::uint64_t seq) {
    return feed(event::ended{seq, handler_end::cancelled, "stopped"});
  }
  std::string committed(std::uint64_t seq) {
    std::erase_if(store_, [&](const auto& row) { return row.seq == seq; });
    return feed(event::committed{seq});
  }
  // What the store finds for the oldest load; rows of any part.
  event::loaded read() {
    const auto query = loads_.at(read_++);
    event::loaded loaded{query, {}, {}, true};
    for (const auto& row : store_) {
      if (row.seq <= query.after) continue;
      if (!query.lane.empty() && row.lane != query.lane) continue;
      loaded.rows.push_back(std::make_shared<const inbox_row>(row));
      loaded.due.emplace_back();
    }
    return loaded;
  }
  std::string answer() { return feed(read()); }
  std::string pass(duration time) {
    now_ += time;
    return feed(event::tick{});
  }

  std::string show(const action::load& some) {
    loads_.push_back(some.query);
    return "load>" + std::to_string(some.query.after);
  }
  static std::string show(const action::start& some) {
    return "start" + std::to_string(some.row->seq);
  }
  static std::string show(const action::commit& some) {
    return (some.decision == row_decision::finish  ? "finish"
            : some.decision == row_decision::retry ? "retry"
                                                   : "other") +
           std::to_string(some.seq);
  }
  static std::string show(const action::cancel& some) {
    return "cancel" + std::to_string(some.seq);
  }
  static std::string show(const action::report_stuck& some) {
    return "stuck" + std::to_string(some.row->seq);
  }
  static std::string show(const action::discard& some) {
    return "discard" + std::to_string(some.seq);
  }
  static std::string show(const action::part_drained& some) {
    return "drained:" + std::to_string(some.part);
  }
  static std::string show(const action::drained&) { return "over"; }

  time_point now_ = time_point{} + 24h;
  dispatch_machine machine_{shared_limits()};
  std::vector<inbox_row> store_;
  std::vector<inbox_query> loads_;
  std::size_t read_ = 0;
};

TEST_F(DispatchParts, HandlesThePartsThatWereWon) {
  put(1, 0, "a");
  put(2, 1, "b");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "start1");
  // The rows of the other part were passed.
  EXPECT_EQ(win(1), "load>0");
  EXPECT_EQ(answer(), "start2");
  EXPECT_EQ(done(1), "finish1");
  EXPECT_EQ(committed(1), "");
  EXPECT_EQ(done(2), "finish2");
  EXPECT_EQ(committed(2), "");
  EXPECT_TRUE(machine_.idle());
}

TEST_F(DispatchParts, GivesAPartAwayWhenNothingOfItRuns) {
  put(1, 0, "a");
  put(2, 0, "a");
  put(3, 0, "b");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "start1 start3");
  EXPECT_EQ(leave(0), "");
  EXPECT_EQ(done(1), "finish1");
  EXPECT_EQ(committed(1), "");
  EXPECT_EQ(done(3), "finish3");
  EXPECT_EQ(committed(3), "drained:0");
  EXPECT_TRUE(machine_.idle());
  EXPECT_EQ(machine_.held(), 0U);
}

TEST_F(DispatchParts, LeavesARetryToTheNext) {
  put(1, 0, "a");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "start1");
  EXPECT_EQ(leave(0), "");
  EXPECT_EQ(feed(event::ended{1, handler_end::failed, "no"}), "retry1");
  EXPECT_EQ(feed(event::committed{1}), "drained:0");
  EXPECT_EQ(pass(1h), "");
}

TEST_F(DispatchParts, GivesAnEmptyPartAwayAtOnce) {
  EXPECT_EQ(feed(event::part_won{0, {}}), "");
  EXPECT_EQ(leave(0), "drained:0");
}

TEST_F(DispatchParts, CancelsAndForgetsWhatRunsOfALostPart) {
  put(1, 0, "a");
  put(2, 1, "b");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "start1");
  EXPECT_EQ(win(1), "load>0");
  EXPECT_EQ(answer(), "start2");
  EXPECT_EQ(lose(0), "cancel1");
  EXPECT_EQ(cancelled(1), "discard1");
  // The end of a handler that did not notice its cancellation counts as little.
  EXPECT_EQ(lose(1), "cancel2");
  EXPECT_EQ(done(2), "discard2");
  EXPECT_TRUE(machine_.idle());
  EXPECT_EQ(machine_.held(), 0U);
}

TEST_F(DispatchParts, ForgetsACommitOfALostPartThatIsUnderWay) {
  put(1, 0, "a");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "start1");
  EXPECT_EQ(done(1), "finish1");
  EXPECT_EQ(lose(0), "");
  // Won again: the row waits for the end of the old commit, and is not run if that succeeded.
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "");
  EXPECT_EQ(feed(event::commit_failed{1, false, "lost"}), "discard1 start1");
  EXPECT_EQ(done(1), "finish1");
  EXPECT_EQ(committed(1), "");
  EXPECT_TRUE(machine_.idle());
}

TEST_F(DispatchParts, RunsALaneAgainOnlyAfterItsOldHandlerHasEnded) {
  put(1, 0, "a");
  put(2, 0, "a");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "start1");
  EXPECT_EQ(lose(0), "cancel1");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "");
  EXPECT_EQ(pass(5s), "stuck1");
  EXPECT_EQ(cancelled(1), "discard1 start1");
  EXPECT_EQ(done(1), "finish1");
  EXPECT_EQ(committed(1), "start2");
}

TEST_F(DispatchParts, BelievesNoAnswerOfBeforeTheLoss) {
  put(1, 0, "a");
  put(2, 0, "a");
  put(3, 1, "b");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(win(1), "");
  const auto early = read();
  EXPECT_EQ(lose(0), "");
  EXPECT_EQ(win(0), "");
  // Another process has handled the first one meanwhile.
  store_.erase(store_.begin());
  EXPECT_EQ(feed(early), "load>0");
  EXPECT_EQ(answer(), "start2 start3");
}

TEST_F(DispatchParts, BelievesNoAnswerForALaneOfBeforeTheLoss) {
  for (std::uint64_t seq = 1; seq <= 4; ++seq) put(seq, 0, "a");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "start1");
  EXPECT_EQ(done(1), "finish1");
  EXPECT_EQ(committed(1), "start2 load>2");
  const auto early = read();
  EXPECT_EQ(lose(0), "cancel2");
  EXPECT_EQ(cancelled(2), "discard2");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(feed(early), "") << "the third must not overtake the second";
  EXPECT_EQ(answer(), "start2");
}

TEST_F(DispatchParts, StartsNothingThatTheStoreDoesNotConfirm) {
  put(1, 0, "a");
  put(2, 0, "a");
  EXPECT_EQ(win(0), "load>0");
  EXPECT_EQ(answer(), "start1");
  EXPECT_EQ(feed(event::gone{1}), "discard1 start2");
  EXPECT_EQ(feed(event::postponed{2}), "discard2");
  EXPECT_EQ(pass(1s), "start2");
}

}  // namespace
}  // namespace vkxx::detail

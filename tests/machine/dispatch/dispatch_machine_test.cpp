#include "dispatch/machine/dispatch_machine.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace event = vkxx::detail::dispatch_event;
namespace action = vkxx::detail::dispatch_action;
using vkxx::detail::any_dispatch_action;
using vkxx::detail::dispatch_limits;
using vkxx::detail::dispatch_machine;
using vkxx::detail::handler_end;
using vkxx::detail::row_decision;

// A machine with a store of rows; its actions as text.
class DispatchMachine : public ::testing::Test {
 protected:
  void put(std::uint64_t seq, const std::string& lane) {
    vkxx::inbox_row row;
    row.seq = seq;
    row.lane = lane;
    row.share = lane.substr(0, lane.find('/'));
    store_.push_back(row);
  }
  std::string arrive(const std::string& share) { return feed(event::arrived{share}); }

  std::string feed(const vkxx::detail::any_dispatch_event& some) {
    std::string text;
    for (auto& next : machine_->resume(some, now_)) {
      if (!text.empty()) text += ' ';
      text += std::visit([this](auto& shown) { return this->show(shown); }, next);
    }
    return text;
  }
  std::string end(std::uint64_t seq, handler_end how_it_ended, std::string error = {}) {
    return feed(event::ended{seq, how_it_ended, std::move(error)});
  }
  std::string done(std::uint64_t seq) { return end(seq, handler_end::done); }
  std::string committed(std::uint64_t seq) {
    std::erase_if(store_, [&](const auto& row) { return row.seq == seq; });
    return feed(event::committed{seq});
  }
  std::string retried(std::uint64_t seq) { return feed(event::committed{seq}); }
  // Answers a load, `last` or all that there were.
  std::string answer(std::size_t index) {
    const auto query = loads_.at(index);
    event::loaded loaded{query, {}, {}, true};
    for (const auto& row : store_) {
      if (!query.share.empty() && row.share != query.share) continue;
      if (!query.lane.empty() && row.lane != query.lane) continue;
      if (row.seq <= query.after) continue;
      if (loaded.rows.size() == query.limit) {
        loaded.complete = false;
        break;
      }
      loaded.rows.push_back(std::make_shared<const vkxx::inbox_row>(row));
      loaded.due.emplace_back();
    }
    return feed(loaded);
  }
  std::string answer() { return answer(loads_.size() - 1); }
  std::string pass(vkxx::duration time) {
    now_ += time;
    return feed(event::tick{});
  }

  std::string show(action::load& some) {
    loads_.push_back(some.query);
    return "load(" + (some.query.lane.empty() ? some.query.share : some.query.lane) + ">" +
           std::to_string(some.query.after) + ")";
  }
  static std::string show(action::start& some) {
    return "start" + std::to_string(some.row->seq) +
           (some.row->failures > 0 ? "#" + std::to_string(some.row->failures) : "");
  }
  static std::string show(action::commit& some) {
    static constexpr std::array<const char*, 4> names{"finish", "retry", "bury", "release"};
    return names.at(static_cast<std::size_t>(some.decision)) + std::to_string(some.seq);
  }
  static std::string show(action::cancel& some) { return "cancel" + std::to_string(some.seq); }
  static std::string show(action::report_stuck& some) {
    return "stuck" + std::to_string(some.row->seq);
  }
  static std::string show(action::discard& some) { return "discard" + std::to_string(some.seq); }
  static std::string show(action::part_drained& some) { return "left" + std::to_string(some.part); }
  static std::string show(action::drained& some) {
    return "drained" + std::to_string(some.abandoned);
  }

  vkxx::time_point now_ = vkxx::time_point{} + 24h;
  dispatch_limits limits_;
  std::optional<dispatch_machine> machine_{limits_};
  std::vector<vkxx::inbox_row> store_;
  std::vector<vkxx::inbox_query> loads_;
};

TEST_F(DispatchMachine, RunsALaneInOrderAndLanesSideBySide) {
  put(1, "1/a");
  put(2, "1/a");
  put(3, "1/b");
  EXPECT_EQ(arrive("1"), "load(1>0)");
  EXPECT_EQ(answer(), "start1 start3");
  EXPECT_EQ(done(1), "finish1");
  EXPECT_EQ(committed(1), "start2");
  EXPECT_EQ(done(3), "finish3");
  EXPECT_EQ(committed(3), "");
  EXPECT_EQ(done(2), "finish2");
  EXPECT_EQ(committed(2), "");
  EXPECT_TRUE(machine_->idle());
  EXPECT_EQ(machine_->held(), 0U);
  EXPECT_EQ(machine_->lanes(), 0U);
  EXPECT_FALSE(machine_->next_time());
}

TEST_F(DispatchMachine, SharesTakeTurns) {
  limits_.handlers = 1;
  machine_.emplace(limits_);
  for (std::uint64_t seq = 1; seq <= 6; ++seq) put(seq, "1/" + std::to_string(seq));
  put(7, "2/a");
  arrive("1");
  arrive("2");
  EXPECT_EQ(answer(0), "start1");
  EXPECT_EQ(answer(1), "");
  done(1);
  EXPECT_EQ(committed(1), "start2");
  done(2);
  EXPECT_EQ(committed(2), "start7");
}

TEST_F(DispatchMachine, RetriesInPlaceThenBuries) {
  put(1, "1/a");
  put(2, "1/a");
  arrive("1");
  answer();
  EXPECT_EQ(end(1, handler_end::failed, "broken"), "retry1");
  EXPECT_EQ(retried(1), "");
  EXPECT_EQ(machine_->next_time(), now_ + 1s);
  EXPECT_EQ(pass(999ms), "");
  EXPECT_EQ(pass(1ms), "start1#1");
  end(1, handler_end::failed);
  retried(1);
  EXPECT_EQ(pass(5s), "start1#2");
  end(1, handler_end::failed);
  retried(1);
  EXPECT_EQ(pass(25s), "start1#3");
  EXPECT_EQ(end(1, handler_end::failed), "bury1");
  EXPECT_EQ(committed(1), "start2");
}

TEST_F(DispatchMachine, BuriesAtOnceWhatCannotSucceed) {
  put(1, "1/a");
  arrive("1");
  answer();
  EXPECT_EQ(end(1, handler_end::refused, "no"), "bury1");
  EXPECT_EQ(committed(1), "");
  EXPECT_TRUE(machine_->idle());
}

TEST_F(DispatchMachine, CancelsAHandlerWhoseTimeIsUp) {
  put(1, "1/a");
  arrive("1");
  answer();
  EXPECT_EQ(pass(60s), "cancel1");
  EXPECT_EQ(pass(5s), "stuck1");
  EXPECT_EQ(pass(29s), "");
  EXPECT_EQ(pass(1s), "stuck1");
  // The lane is taken until it ends, and the run counts as a failure.
  EXPECT_EQ(end(1, handler_end::cancelled), "retry1");
}

TEST_F(DispatchMachine, AHandlerThatEndsAfterItsCancellationIsDone) {
  put(1, "1/a");
  arrive("1");
  answer();
  pass(60s);
  EXPECT_EQ(done(1), "finish1");
}

TEST_F(DispatchMachine, RepeatsACommitThatFailed) {
  put(1, "1/a");
  put(2, "1/a");
  arrive("1");
  answer();
  done(1);
  EXPECT_EQ(feed(event::commit_failed{1, false, "full"}), "");
  EXPECT_EQ(pass(1s), "finish1");
  EXPECT_EQ(feed(event::commit_failed{1, false, "full"}), "");
  EXPECT_EQ(pass(1s), "");
  EXPECT_EQ(pass(1s), "finish1");
  EXPECT_EQ(committed(1), "start2");
}

TEST_F(DispatchMachine, RunsAHandlerAgainAfterAConflict) {
  put(1, "1/a");
  put(2, "1/a");
  arrive("1");
  answer();
  // Not a failure of the handler: however often it happens, no retry is used up.
  for (int conflict = 0; conflict < 20; ++conflict) {
    done(1);
    EXPECT_EQ(feed(event::commit_failed{1, true, "version"}), "release1");
    EXPECT_EQ(feed(event::committed{1}), "");
    EXPECT_EQ(pass(1s), "start1");
  }
  done(1);
  EXPECT_EQ(committed(1), "start2");
}

TEST_F(DispatchMachine, DoesNotRunAgainForEver) {
  limits_.max_conflicts = 2;
  machine_.emplace(limits_);
  put(1, "1/a");
  arrive("1");
  answer();
  for (int conflict = 0; conflict < 2; ++conflict) {
    done(1);
    EXPECT_EQ(feed(event::commit_failed{1, true, "version"}), "release1");
    feed(event::committed{1});
    EXPECT_EQ(pass(1s), "start1");
  }
  done(1);
  EXPECT_EQ(feed(event::commit_failed{1, true, "version"}), "retry1");
}

TEST_F(DispatchMachine, AConflictDuringTheStopLeavesTheRow) {
  put(1, "1/a");
  arrive("1");
  answer();
  feed(event::stop{now_ + 10s});
  done(1);
  EXPECT_EQ(feed(event::commit_failed{1, true, "version"}), "release1");
  EXPECT_EQ(feed(event::committed{1}), "drained0");
}

TEST_F(DispatchMachine, GoesOnWhenARowIsGone) {
  put(1, "1/a");
  put(2, "1/a");
  arrive("1");
  answer();
  done(1);
  feed(event::commit_failed{1, true, "gone"});
  EXPECT_EQ(feed(event::commit_failed{1, true, "gone"}), "start2");
}

TEST_F(DispatchMachine, BuriesWhatKillsTheProcess) {
  put(1, "1/a");
  store_.back().interruptions = 10;
  put(2, "1/a");
  arrive("1");
  EXPECT_EQ(answer(), "bury1");
  EXPECT_EQ(committed(1), "start2");
}

TEST_F(DispatchMachine, HoldsNoMoreThanItsWindows) {
  limits_.window = 4;
  limits_.held = 8;
  limits_.handlers = 1;
  machine_.emplace(limits_);
  for (std::uint64_t seq = 1; seq <= 20; ++seq) put(seq, "1/a");
  put(21, "1/b");
  arrive("1");
  answer();
  EXPECT_LE(machine_->held(), 8U);
  // The rest comes when its turn comes, in order.
  std::string order;
  std::uint64_t running = 1;
  std::size_t answered = 1;
  for (int step = 0; step < 200 && !store_.empty(); ++step) {
    std::string text = done(running);
    text += " " + committed(running);
    while (answered < loads_.size()) text += " " + answer(answered++);
    const auto found = text.find("start");
    if (found == std::string::npos) continue;
    running = std::stoull(text.substr(found + 5));
    order += std::to_string(running) + " ";
    EXPECT_LE(machine_->held(), 8U);
  }
  EXPECT_TRUE(store_.empty());
  EXPECT_TRUE(machine_->idle());
  // The other lane did not wait for all of the long one.
  EXPECT_LT(order.find("21 "), order.find("20 "));
}

TEST_F(DispatchMachine, ReadsOnceMoreAfterAFailure) {
  put(1, "1/a");
  arrive("1");
  EXPECT_EQ(feed(event::load_failed{loads_.at(0)}), "");
  EXPECT_FALSE(machine_->idle());
  EXPECT_EQ(pass(1s), "load(1>0)");
  EXPECT_EQ(answer(), "start1");
}

TEST_F(DispatchMachine, SeesRowsThatArriveWhileItReads) {
  put(1, "1/a");
  arrive("1");
  put(2, "1/a");
  EXPECT_EQ(arrive("1"), "");
  store_.pop_back();
  const auto late = [&] {
    const auto text = answer();
    put(2, "1/a");
    return text;
  }();
  EXPECT_EQ(late, "load(1>1) start1");
  EXPECT_EQ(answer(), "");
  done(1);
  EXPECT_EQ(committed(1), "start2");
}

TEST_F(DispatchMachine, IgnoresAnAnswerOlderThanACommit) {
  put(1, "1/a");
  put(2, "1/a");
  arrive("1");
  answer();
  arrive("1");
  event::loaded old{loads_.back(), {}, {}, true};
  put(3, "1/a");
  old.rows.push_back(std::make_shared<const vkxx::inbox_row>(store_.back()));
  old.due.emplace_back();
  feed(old);
  feed(old);
  EXPECT_EQ(machine_->held(), 3U);
}

TEST_F(DispatchMachine, DrainsWithinItsTime) {
  put(1, "1/a");
  put(2, "1/b");
  put(3, "1/a");
  arrive("1");
  answer();
  EXPECT_EQ(feed(event::stop{now_ + 10s}), "");
  EXPECT_EQ(done(1), "finish1");
  // Nothing new starts.
  EXPECT_EQ(committed(1), "");
  EXPECT_EQ(machine_->next_time(), now_ + 10s);
  EXPECT_EQ(pass(10s), "cancel2");
  EXPECT_EQ(end(2, handler_end::cancelled), "release2");
  EXPECT_EQ(committed(2), "drained0");
  EXPECT_TRUE(machine_->over());
}

TEST_F(DispatchMachine, GivesUpHandlersThatDoNotEnd) {
  put(1, "1/a");
  arrive("1");
  answer();
  feed(event::stop{now_ + 10s});
  EXPECT_EQ(pass(10s), "cancel1");
  const auto text = pass(5s);
  EXPECT_NE(text.find("drained1"), std::string::npos) << text;
  EXPECT_EQ(done(1), "");
}

TEST_F(DispatchMachine, ASecondStopIsFaster) {
  put(1, "1/a");
  arrive("1");
  answer();
  feed(event::stop{now_ + 10s});
  EXPECT_EQ(feed(event::stop{now_}), "cancel1");
  // A later one does not make it longer.
  EXPECT_EQ(feed(event::stop{now_ + 100s}), "");
  EXPECT_NE(pass(5s).find("drained1"), std::string::npos);
}

TEST_F(DispatchMachine, StopsAtOnceIfNothingRuns) {
  EXPECT_EQ(feed(event::stop{now_ + 10s}), "drained0");
}

TEST_F(DispatchMachine, TriesToCommitUntilItsEnd) {
  put(1, "1/a");
  arrive("1");
  answer();
  done(1);
  feed(event::commit_failed{1, false, "full"});
  feed(event::stop{now_ + 2s});
  EXPECT_EQ(pass(1s), "finish1");
  EXPECT_EQ(committed(1), "drained0");
}

}  // namespace

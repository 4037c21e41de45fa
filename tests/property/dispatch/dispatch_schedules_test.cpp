// The dispatcher's machine with a store, under schedules chosen at random.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "dispatch/machine/dispatch_machine.hpp"

namespace {

using namespace std::chrono_literals;
namespace event = vkxx::detail::dispatch_event;
namespace action = vkxx::detail::dispatch_action;
using vkxx::detail::handler_end;
using vkxx::detail::row_decision;

// A model of the store and of the handlers. What the machine must never do fails the test.
class schedule {
 public:
  schedule(unsigned seed, const vkxx::detail::dispatch_limits& limits)
      : random_{seed}, limits_{limits}, machine_{limits} {}

  void run(int rows) {
    int to_come = rows;
    for (int step = 0; step < 200'000; ++step) {
      const bool over = to_come == 0 && store_.empty() && machine_.idle() && operations_.empty() &&
                        answers_.empty();
      if (over) break;
      switch (pick(6)) {
        case 0:
          if (to_come > 0) arrive(to_come);
          break;
        case 1:
          execute();
          break;
        case 2:
        case 3:
          answer();
          break;
        case 4:
          end_one();
          break;
        default:
          pass_time();
      }
    }
    EXPECT_EQ(to_come, 0);
    EXPECT_TRUE(store_.empty());
    EXPECT_TRUE(machine_.idle());
    EXPECT_EQ(machine_.held(), 0U);
    EXPECT_EQ(machine_.lanes(), 0U);
    EXPECT_EQ(settled_.size(), static_cast<std::size_t>(rows));
  }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }

  void feed(const vkxx::detail::any_dispatch_event& some) {
    for (auto& next : machine_.resume(some, now_)) {
      std::visit([this](auto& performed) { perform(performed); }, next);
    }
    EXPECT_LE(machine_.running(), limits_.handlers);
    EXPECT_LE(machine_.held(), limits_.held + limits_.handlers);
  }

  void arrive(int& to_come) {
    const auto count = std::min<int>(to_come, 1 + static_cast<int>(pick(12)));
    std::set<std::string> shares;
    for (int number = 0; number < count; ++number) {
      vkxx::inbox_row row;
      row.seq = ++last_;
      // One lane is loud.
      row.share = std::to_string(pick(2) == 0 ? 0 : pick(4));
      row.lane = row.share + "/" + std::to_string(pick(3) == 0 ? pick(6) : 0);
      shares.insert(row.share);
      store_.emplace(row.seq, row);
    }
    to_come -= count;
    for (const auto& share : shares) feed(event::arrived{share});
  }

  void perform(action::load& some) { operations_.emplace_back(some); }
  void perform(action::commit& some) { operations_.emplace_back(some); }
  void perform(action::start& some) {
    const auto& row = *some.row;
    EXPECT_TRUE(running_.insert(row.seq).second);
    EXPECT_TRUE(busy_.insert(row.lane).second) << "two at a time in " << row.lane;
    // Everything that came before it in its lane is over.
    for (const auto& [seq, earlier] : store_) {
      if (seq >= row.seq) break;
      EXPECT_NE(earlier.lane, row.lane) << row.seq << " started before " << seq;
    }
    EXPECT_FALSE(settled_.contains(row.seq)) << "once more: " << row.seq;
    lanes_[row.seq] = row.lane;
  }
  void perform(action::cancel& some) { EXPECT_TRUE(running_.contains(some.seq)); }
  void perform(action::report_stuck&) {}
  void perform(action::discard&) { ADD_FAILURE() << "it has the whole inbox"; }
  void perform(action::part_drained&) { ADD_FAILURE() << "it has the whole inbox"; }
  void perform(action::drained&) { ADD_FAILURE() << "nobody stopped it"; }

  // The store does one thing after the other.
  void execute() {
    if (operations_.empty()) return;
    auto operation = std::move(operations_.front());
    operations_.pop_front();
    std::visit([this](auto& some) { execute(some); }, operation);
  }
  void execute(action::load& some) {
    if (pick(10) == 0) {
      answers_.emplace_back(event::load_failed{some.query});
      return;
    }
    event::loaded loaded{some.query, {}, {}, true};
    for (const auto& [seq, row] : store_) {
      if (seq <= some.query.after || (!some.query.share.empty() && row.share != some.query.share) ||
          (!some.query.lane.empty() && row.lane != some.query.lane)) {
        continue;
      }
      if (loaded.rows.size() == some.query.limit) {
        loaded.complete = false;
        break;
      }
      loaded.rows.push_back(std::make_shared<const vkxx::inbox_row>(row));
      loaded.due.emplace_back();
    }
    answers_.emplace_back(std::move(loaded));
  }
  void execute(action::commit& some) {
    if (pick(8) == 0) {
      answers_.emplace_back(event::commit_failed{some.seq, pick(3) == 0, "no"});
      return;
    }
    if (some.again) {
      // It runs once more.
    } else if (some.decision != row_decision::retry) {
      EXPECT_EQ(store_.erase(some.seq), 1U);
      EXPECT_TRUE(settled_.insert(some.seq).second);
    } else {
      ++store_.at(some.seq).failures;
    }
    answers_.emplace_back(event::committed{some.seq});
  }

  // Answers may come in another order.
  void answer() {
    if (answers_.empty()) return;
    const auto index = pick(4) == 0 ? pick(answers_.size()) : 0;
    auto given = std::move(answers_[index]);
    answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(index));
    if (const auto* committed = std::get_if<event::committed>(&given)) {
      busy_.erase(lanes_[committed->seq]);
    }
    if (const auto* failed = std::get_if<event::commit_failed>(&given);
        failed != nullptr && failed->conflict && decided_[failed->seq] != handler_end::done) {
      // The machine takes a row as gone whose retry finds a conflict.
      busy_.erase(lanes_[failed->seq]);
      store_.erase(failed->seq);
      settled_.insert(failed->seq);
    }
    if (const auto* failed = std::get_if<event::commit_failed>(&given);
        failed != nullptr && failed->conflict) {
      decided_[failed->seq] = handler_end::failed;
    }
    feed(given);
  }

  void end_one() {
    if (running_.empty()) return;
    auto found = running_.begin();
    std::advance(found, static_cast<std::ptrdiff_t>(pick(running_.size())));
    const auto seq = *found;
    running_.erase(found);
    static constexpr std::array<handler_end, 6> ends{handler_end::done,    handler_end::done,
                                                     handler_end::done,    handler_end::failed,
                                                     handler_end::refused, handler_end::cancelled};
    const auto end = ends.at(pick(ends.size()));
    decided_[seq] = end;
    feed(event::ended{seq, end, "reason"});
  }

  void pass_time() {
    now_ += std::chrono::milliseconds{pick(20'000)};
    feed(event::tick{});
  }

  std::mt19937 random_;
  const vkxx::detail::dispatch_limits limits_;
  vkxx::detail::dispatch_machine machine_;
  vkxx::time_point now_ = vkxx::time_point{} + 24h;
  std::map<std::uint64_t, vkxx::inbox_row> store_;
  std::deque<std::variant<action::load, action::commit>> operations_;
  std::vector<vkxx::detail::any_dispatch_event> answers_;
  std::set<std::uint64_t> running_;
  std::set<std::string> busy_;
  std::map<std::uint64_t, std::string> lanes_;
  std::map<std::uint64_t, handler_end> decided_;
  std::set<std::uint64_t> settled_;
  std::uint64_t last_ = 0;
};

TEST(DispatchSchedules, KeepOrderAndEndEachRowOnce) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    vkxx::detail::dispatch_limits limits;
    limits.handlers = 1 + seed % 7;
    limits.window = 1 + seed % 5;
    limits.held = 1 + seed % 23;
    schedule{seed, limits}.run(150);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace

// The dispatcher's machine with shares that are closed and opened while it runs.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "dispatch/machine/dispatch_machine.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;
namespace event = dispatch_event;
namespace action = dispatch_action;

dispatch_limits small_limits() {
  dispatch_limits limits;
  limits.handlers = 3;
  limits.window = 2;
  limits.held = 8;
  limits.retry_after = std::vector<duration>(1000, 1s);
  return limits;
}

// A store, handlers that end when the test says so, and what must always hold.
class shares_world {
 public:
  void feed(const any_dispatch_event& some) {
    for (const auto& next : machine_.resume(some, now_)) {
      std::visit([this](const auto& shown) { take(shown); }, next);
    }
  }
  void arrive(const std::string& share, const std::string& lane) {
    inbox_row row;
    row.seq = ++last_;
    row.share = share;
    row.lane = share + "/" + lane;
    store_.emplace(row.seq, row);
    if (open.contains(share)) feed(event::arrived{share});
  }
  void switch_share(const std::string& share) {
    if (open.erase(share) != 0) return feed(event::share_closed{share});
    open.insert(share);
    feed(event::share_opened{share});
  }
  void answer(std::size_t index) {
    auto loaded = loads.at(index);
    loads.erase(loads.begin() + static_cast<std::ptrdiff_t>(index));
    feed(reads_early ? loaded : read(loaded.query));
  }
  void end(std::uint64_t seq, handler_end outcome) { feed(event::ended{seq, outcome, "no"}); }
  void pass(duration time) {
    now_ += time;
    feed(event::tick{});
  }
  // Everything that is open comes to its end.
  void drain() {
    for (int round = 0; round < 10'000; ++round) {
      if (!loads.empty()) {
        answer(0);
      } else if (!running.empty()) {
        end(*running.begin(), handler_end::done);
      } else if (machine_.next_time()) {
        pass(1s);
      } else {
        return;
      }
    }
  }
  [[nodiscard]] std::size_t stored() const { return store_.size(); }
  [[nodiscard]] const dispatch_machine& machine() const { return machine_; }

  std::set<std::string> open;
  std::set<std::uint64_t> running;
  std::vector<std::uint64_t> started;
  std::vector<event::loaded> loads;
  bool reads_early = false;  // the store answers what was there when it was asked

 private:
  void take(const action::load& some) { loads.push_back(read(some.query)); }
  [[nodiscard]] event::loaded read(const inbox_query& query) const {
    event::loaded loaded{query, {}, {}, true};
    for (const auto& [seq, row] : store_) {
      if (seq <= query.after) continue;
      if (query.lane.empty() ? row.share != query.share : row.lane != query.lane) continue;
      if (loaded.rows.size() == query.limit) {
        loaded.complete = false;
        break;
      }
      loaded.rows.push_back(std::make_shared<const inbox_row>(row));
      loaded.due.emplace_back();
    }
    return loaded;
  }
  void take(const action::start& some) {
    const auto& row = *some.row;
    EXPECT_TRUE(open.contains(row.share)) << "started in a closed share: " << row.seq;
    EXPECT_TRUE(running.insert(row.seq).second) << "started twice: " << row.seq;
    EXPECT_TRUE(store_.contains(row.seq)) << "started after its end: " << row.seq;
    for (const auto& [seq, other] : store_) {
      if (other.lane != row.lane) continue;
      EXPECT_EQ(seq, row.seq) << "not the first of its lane";
      break;
    }
    started.push_back(row.seq);
  }
  void take(const action::commit& some) {
    running.erase(some.seq);
    if (some.decision == row_decision::finish) store_.erase(some.seq);
    feed(event::committed{some.seq});
  }
  template <class Other>
  void take(const Other&) {
    ADD_FAILURE() << "an action that nobody caused";
  }

  time_point now_ = time_point{} + 24h;
  dispatch_machine machine_{small_limits()};
  std::map<std::uint64_t, inbox_row> store_;
  std::uint64_t last_ = 0;
};

TEST(DispatchShares, StartsNothingOfAClosedShare) {
  shares_world world;
  world.switch_share("1");
  world.arrive("1", "a");
  world.arrive("1", "a");
  world.arrive("1", "b");
  world.answer(0);
  EXPECT_EQ(world.started, (std::vector<std::uint64_t>{1, 3}));
  world.switch_share("1");
  world.drain();  // what runs comes to its end
  EXPECT_EQ(world.started, (std::vector<std::uint64_t>{1, 3}));
  EXPECT_EQ(world.stored(), 1U);
  EXPECT_TRUE(world.machine().idle());
  EXPECT_EQ(world.machine().held(), 0U);
  world.switch_share("1");
  world.drain();
  EXPECT_EQ(world.started, (std::vector<std::uint64_t>{1, 3, 2}));
}

TEST(DispatchShares, RunsNothingTwiceThatRunsWhileItsShareIsReopened) {
  shares_world world;
  world.switch_share("1");
  world.arrive("1", "a");
  world.arrive("1", "a");
  world.answer(0);
  world.switch_share("1");
  world.switch_share("1");
  while (!world.loads.empty()) world.answer(0);
  EXPECT_EQ(world.started, (std::vector<std::uint64_t>{1}));
  world.drain();
  EXPECT_EQ(world.started, (std::vector<std::uint64_t>{1, 2}));
}

TEST(DispatchShares, LeavesARetryOfAClosedShareInTheInbox) {
  shares_world world;
  world.switch_share("1");
  world.arrive("1", "a");
  world.answer(0);
  world.switch_share("1");
  world.end(1, handler_end::failed);
  world.pass(1h);
  EXPECT_EQ(world.started.size(), 1U);
  world.switch_share("1");
  world.drain();
  EXPECT_EQ(world.started.size(), 2U);
  EXPECT_EQ(world.stored(), 0U);
}

// Whatever happens in whatever order: nothing twice, nothing out of order, nothing forgotten.
TEST(DispatchShares, KeepsOrderWhateverIsClosedAndOpened) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const auto below = [&random](std::size_t limit) { return random() % limit; };
    shares_world world;
    world.reads_early = seed % 2 == 0;
    for (int step = 0; step < 300 && !::testing::Test::HasFailure(); ++step) {
      const auto share = std::to_string(1 + below(3));
      switch (below(8)) {
        case 0:
          world.switch_share(share);
          break;
        case 1:
        case 2:
        case 3:
          world.arrive(share, std::string(1, static_cast<char>('a' + below(3))));
          break;
        case 4:
        case 5:
          if (!world.loads.empty()) world.answer(below(world.loads.size()));
          break;
        case 6: {
          if (world.running.empty()) break;
          const auto place = static_cast<std::ptrdiff_t>(below(world.running.size()));
          const auto outcome = below(4) == 0 ? handler_end::failed : handler_end::done;
          world.end(*std::next(world.running.begin(), place), outcome);
          break;
        }
        default:
          world.pass(500ms);
      }
    }
    for (const auto* share : {"1", "2", "3"}) {
      if (!world.open.contains(share)) world.switch_share(share);
    }
    world.drain();
    ASSERT_EQ(world.stored(), 0U);
    ASSERT_TRUE(world.machine().idle());
    ASSERT_EQ(world.machine().held(), 0U);
  }
}

}  // namespace
}  // namespace vkxx::detail

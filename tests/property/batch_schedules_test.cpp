// What holds of the batcher on any schedule of calls, departures, arrivals and cancellations.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/execute/batch_machine.hpp"
#include "property/schedules.hpp"

namespace vkxx {
namespace {

using namespace vkxx::detail;

using schedules::random_generator;

class batch_world {
 public:
  batch_world(random_generator& random, const batch_rules& rules)
      : random_{random}, rules_{rules}, machine_{rules} {}

  void run(int events) {
    for (int i = 0; i < events; ++i) step();
    for (int guard = 0; !machine_.idle(); ++guard) {
      ASSERT_LT(guard, 10'000);
      depart();
      while (!flying_.empty()) land();
    }
    EXPECT_TRUE(open_.empty()) << "somebody waits for ever";
  }

 private:
  void step() {
    const auto pick = random_.below(10);
    if (pick < 5) {
      arrive();
    } else if (pick < 7) {
      depart();
    } else if (pick < 9) {
      land();
    } else if (!open_.empty()) {
      const auto at = std::next(open_.begin(), random_.below(static_cast<int>(open_.size())));
      machine_.give_up(at->first);
      open_.erase(at);
    }
  }

  void arrive() {
    const auto who = ++last_;
    const auto key = random_.chance(0.4) ? "k" + std::to_string(random_.below(5)) : std::string{};
    const auto length = static_cast<std::size_t>(1 + random_.below(40));
    const auto arrival = machine_.arrive(who, key, length);
    batches_ += arrival.new_batch;
    if (!arrival.joined) {
      lengths_[arrival.which] = length;
      keys_[arrival.which] = key;
    } else {
      EXPECT_EQ(keys_.at(arrival.which), key);
    }
    open_[who] = arrival.which;
  }

  void depart() {
    if (batches_ == 0) return;
    --batches_;
    const auto load = machine_.load();
    EXPECT_LE(load.size(), rules_.most_calls);
    std::size_t length = 0;
    for (const auto which : load) {
      length += lengths_.at(which);
      EXPECT_TRUE(loaded_.insert(which).second) << which << " was loaded twice";
      flying_.push_back(which);
    }
    EXPECT_TRUE(load.size() == 1 || length <= rules_.longest_code);
    if (machine_.needs_batch()) ++batches_;
  }

  void land() {
    if (flying_.empty()) return;
    const auto at = flying_.begin() + random_.below(static_cast<int>(flying_.size()));
    for (const auto who : machine_.settle(*at)) {
      ASSERT_TRUE(open_.contains(who)) << who << " has an answer already, or wants none";
      EXPECT_EQ(open_.at(who), *at) << "another call's answer";
      open_.erase(who);
    }
    flying_.erase(at);
  }

  random_generator& random_;
  batch_rules rules_;
  batch_machine machine_;
  std::uint64_t last_ = 0;
  int batches_ = 0;
  std::map<std::uint64_t, std::uint64_t> open_;
  std::map<std::uint64_t, std::size_t> lengths_;
  std::map<std::uint64_t, std::string> keys_;
  std::set<std::uint64_t> loaded_;
  std::vector<std::uint64_t> flying_;
};

TEST(BatchSchedules, GiveEveryCallItsOwnAnswerOnce) {
  schedules::each(3000, [](random_generator& random) {
    batch_rules rules;
    rules.most_calls = static_cast<std::size_t>(1 + random.below(25));
    rules.longest_code = static_cast<std::size_t>(20 + random.below(300));
    batch_world{random, rules}.run(150);
  });
}

}  // namespace
}  // namespace vkxx

// What holds of the limiter on any schedule of calls, answers, refusals and cancellations.
#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "client/limit/limiter_machine.hpp"
#include "property/schedules.hpp"

namespace vkxx {
namespace {

using namespace vkxx::detail;

using namespace std::chrono_literals;
using schedules::random_generator;

const time_point start{1h};
constexpr std::size_t none = 0;

enum class fate { waiting, sent, late, given_up, refused };

// A simulated VK at the end of a way that is late at times, with callers of all kinds before it.
class limiter_world {
 public:
  limiter_world(random_generator& random, limiter_rules rules)
      : random_{random}, rules_{rules}, machine_{rules} {}

  void run(int events) {
    for (int i = 0; i < events; ++i) {
      step();
      for (const auto& notice : machine_.release(now_)) told(notice.ticket, notice.verdict);
    }
    // Everything comes to an end when nothing new arrives.
    for (int guard = 0; machine_.waiting() != none; ++guard) {
      ASSERT_LT(guard, 100'000);
      now_ = std::max(now_, *machine_.next_release());
      for (const auto& notice : machine_.release(now_)) told(notice.ticket, notice.verdict);
    }
    check_windows();
    for (const auto& [ticket, outcome] : fates_) EXPECT_NE(outcome, fate::waiting) << ticket;
  }

 private:
  struct flight {
    std::uint64_t ticket;
    time_point sent;
    time_point back;
  };

  void step() {
    const auto pick = random_.below(10);
    if (pick < 5) {
      arrive();
    } else if (pick < 8) {
      now_ += std::chrono::microseconds{random_.below(400'000)};
      answer();
    } else if (pick == 8 && !deadlines_.empty()) {
      const auto at =
          std::next(deadlines_.begin(), random_.below(static_cast<int>(deadlines_.size())));
      give_up(at->first);
    } else if (const auto next = machine_.next_release()) {
      now_ = std::max(now_, *next);
      answer();
    }
  }

  void arrive() {
    limiter_call call;
    call.ticket = ++last_;
    call.priority = static_cast<call_priority>(random_.below(3));
    call.caller = static_cast<std::uint64_t>(random_.below(4));
    call.again = random_.chance(0.05);
    if (random_.chance(0.3))
      call.deadline = now_ + std::chrono::milliseconds{1 + random_.below(5000)};
    fates_[call.ticket] = fate::waiting;
    deadlines_[call.ticket] = call.deadline;
    callers_[call.ticket] = call;
    const auto verdict = machine_.arrive(call, now_);
    if (verdict != limiter_verdict::wait) told(call.ticket, verdict);
  }

  void told(std::uint64_t ticket, limiter_verdict verdict) {
    ASSERT_EQ(fates_.at(ticket), fate::waiting) << "told twice";
    switch (verdict) {
      case limiter_verdict::go:
        EXPECT_LT(now_, deadlines_.at(ticket));
        fates_[ticket] = fate::sent;
        check_order(ticket);
        send(ticket);
        break;
      case limiter_verdict::too_late:
        EXPECT_NE(deadlines_.at(ticket), no_deadline);
        fates_[ticket] = fate::late;
        break;
      case limiter_verdict::full:
        EXPECT_GE(machine_.waiting(), rules_.most_waiting);
        fates_[ticket] = fate::refused;
        break;
      case limiter_verdict::wait:
        FAIL() << "no end of a wait";
    }
    deadlines_.erase(ticket);
  }

  // Nobody of higher priority waits, and nobody who came earlier from the same caller.
  void check_order(std::uint64_t ticket) {
    if (rules_.wait_when_full) return;
    const auto& sent = callers_.at(ticket);
    for (const auto& [other, deadline] : deadlines_) {
      const auto& waiting = callers_.at(other);
      if (other == ticket || fates_.at(other) != fate::waiting) continue;
      EXPECT_GE(waiting.priority, sent.priority) << other << " waits, " << ticket << " is sent";
      if (waiting.priority == sent.priority && waiting.caller == sent.caller && !sent.again) {
        EXPECT_GT(other, ticket);
      }
    }
  }

  void send(std::uint64_t ticket) {
    sent_.push_back(now_);
    // One call in four is not late at all, and its answer comes back.
    const bool quick = sent_.size() % 4 == 1;
    const auto lateness = quick ? 0us : std::chrono::microseconds{random_.below(150'000)};
    if (quick) quick_.insert(ticket);
    arrived_.push_back(now_ + 20ms + lateness);
    flights_.push_back({ticket, now_, arrived_.back() + 20ms});
  }

  void answer() {
    std::sort(flights_.begin(), flights_.end(),
              [](const flight& a, const flight& b) { return a.back < b.back; });
    while (!flights_.empty() && flights_.front().back <= now_) {
      const auto kind = quick_.contains(flights_.front().ticket) ? 2 : random_.below(20);
      const auto answer = kind == 0   ? limiter_answer::refused
                          : kind == 1 ? limiter_answer::lost
                                      : limiter_answer::counted;
      machine_.settle(flights_.front().ticket, flights_.front().sent, answer,
                      flights_.front().back);
      flights_.erase(flights_.begin());
    }
  }

  void give_up(std::uint64_t ticket) {
    machine_.give_up(ticket);
    fates_[ticket] = fate::given_up;
    deadlines_.erase(ticket);
  }

  void check_windows() {
    const auto most = static_cast<std::size_t>(std::ceil(rules_.per_second));
    const std::chrono::duration<double> window{static_cast<double>(most) / rules_.per_second};
    std::sort(arrived_.begin(), arrived_.end());
    for (const auto* times : {&sent_, &arrived_}) {
      for (std::size_t i = most; i < times->size(); ++i) {
        const std::chrono::duration<double> span = (*times)[i] - (*times)[i - most];
        EXPECT_GE(span.count(), window.count() - 1e-6) << (times == &sent_ ? "sent" : "arrived");
      }
    }
  }

  random_generator& random_;
  limiter_rules rules_;
  limiter_machine machine_;
  time_point now_ = start;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, fate> fates_;
  std::map<std::uint64_t, time_point> deadlines_;
  std::map<std::uint64_t, limiter_call> callers_;
  std::vector<time_point> sent_, arrived_;
  std::set<std::uint64_t> quick_;
  std::vector<flight> flights_;
};

limiter_rules any_rules(random_generator& random) {
  constexpr std::array rates{0.3, 1.0, 2.5, 3.0, 5.0, 20.0};
  limiter_rules rules;
  rules.per_second = rates[static_cast<std::size_t>(random.below(static_cast<int>(rates.size())))];
  if (random.chance(0.3)) rules.most_waiting = static_cast<std::size_t>(1 + random.below(20));
  rules.wait_when_full = random.chance(0.5);
  return rules;
}

TEST(LimiterSchedules, HoldTheLimitAndTreatEveryCallOnce) {
  schedules::each(3000, [](random_generator& random) {
    limiter_world{random, any_rules(random)}.run(120);
  });
}

// A backlog is sent at the whole limit, save for the lateness that is allowed for.
TEST(LimiterSchedules, UseTheLimitUp) {
  schedules::each(30, [](random_generator& random) {
    limiter_rules rules;
    rules.per_second = random.chance(0.5) ? 3 : 20;
    const auto round_trip = std::chrono::milliseconds{1 + random.below(3000)};
    limiter_machine machine{rules};
    std::uint64_t ticket = 0;
    std::vector<std::tuple<time_point, time_point, std::uint64_t>> flights;
    const auto sent = [&](time_point now, std::uint64_t which) {
      const auto back = now + round_trip + std::chrono::microseconds{random.below(3000)};
      flights.emplace_back(back, now, which);
    };
    const auto total = static_cast<std::uint64_t>(rules.per_second * 120);
    for (std::uint64_t i = 0; i < total; ++i) {
      limiter_call call;
      call.ticket = ++ticket;
      if (machine.arrive(call, start) == limiter_verdict::go) sent(start, call.ticket);
    }
    std::size_t done = flights.size();
    for (auto now = start; now < start + 60s;) {
      auto next = *machine.next_release();
      std::sort(flights.begin(), flights.end());
      if (!flights.empty() && std::get<0>(flights.front()) < next) {
        const auto [back, left, which] = flights.front();
        machine.settle(which, left, limiter_answer::counted, back);
        flights.erase(flights.begin());
        next = back;
      }
      now = std::max(now, next);
      for (const auto& notice : machine.release(now)) {
        sent(now, notice.ticket);
        ++done;
      }
    }
    EXPECT_GE(static_cast<double>(done), 0.97 * 60 * rules.per_second)
        << rules.per_second << " a second, " << round_trip.count() << " ms";
  });
}

}  // namespace
}  // namespace vkxx

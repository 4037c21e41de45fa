// Several processes on a model of Redis, under schedules chosen at random: they are stopped and
// woken, killed and started, lose their connections, and Redis comes back with older data.
//
// VKXX_SCHEDULES: how many schedules there are; 100 by default.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "dispatch/machine/dispatch_machine.hpp"
#include "redis/state/lease_machine.hpp"

namespace vkxx::redis::detail {
namespace {

using namespace std::chrono_literals;
namespace rows_event = vkxx::detail::dispatch_event;
namespace rows_action = vkxx::detail::dispatch_action;
using vkxx::detail::dispatch_limits;
using vkxx::detail::dispatch_machine;
using vkxx::detail::handler_end;
using vkxx::detail::row_decision;

constexpr std::uint32_t model_parts = 4;
constexpr int all_updates = 60;
constexpr int lanes_of_model = 7;

std::string part_lease(std::uint32_t part) {
  return "p:" + std::to_string(part);
}
const std::string source_lease = "s:source";

// A lease and the epoch that the process believes in.
struct model_fence {
  std::string name;
  std::string epoch;
};

// What Redis holds. A copy is what an older file holds.
struct model_data {
  struct lease {
    std::string owner;
    std::string epoch;
    time_point until;
  };
  std::map<std::string, lease> leases;
  std::map<std::string, time_point> members;
  std::map<std::uint64_t, inbox_row> rows;
  int cursor = 0;
  // The updates of each lane that were finished.
  std::map<std::string, std::vector<int>> handled;
};

// Numbers and times are not taken back.
class model_redis {
 public:
  explicit model_redis(const time_point& now) : now_{now} {}

  lease_answer heartbeat(const std::string& me, const lease_request& request) {
    lease_answer answer;
    for (const auto& held : request.renew) {
      const bool ours = holds(me, {held.name, held.epoch});
      if (ours) data.leases[held.name].until = now_ + 10s;
      answer.renewed.push_back(ours);
    }
    for (const auto& held : request.release) {
      if (holds(me, {held.name, held.epoch})) data.leases.erase(held.name);
    }
    for (const auto& name : request.take) {
      auto& lease = data.leases[name];
      const bool free = lease.owner.empty() || lease.owner == me || lease.until < now_;
      if (free) lease = {me, std::to_string(++number_), now_ + 10s};
      answer.taken.push_back(free ? lease.epoch : std::string{});
    }
    std::erase_if(data.members, [&](const auto& some) { return some.second < now_ - 10s; });
    data.members[me] = now_;
    if (request.leaving) data.members.erase(me);
    for (const auto& [name, heard] : data.members) answer.members.push_back(name);
    return answer;
  }
  [[nodiscard]] bool holds(const std::string& me, const model_fence& fence) const {
    const auto found = data.leases.find(fence.name);
    return found != data.leases.end() && found->second.owner == me &&
           found->second.epoch == fence.epoch;
  }
  void put(int update) {
    if (update != data.cursor + 1) return;  // its keys were seen
    data.cursor = update;
    inbox_row row;
    row.share = std::to_string(update % 2);
    // A lane has one part and one share.
    const auto lane = update % lanes_of_model * 2 + update % 2;
    row.lane = row.share + "/" + std::to_string(lane);
    row.part = static_cast<std::uint32_t>(lane) % model_parts;
    row.seq = ++number_ * model_parts + row.part;
    row.body = std::to_string(update);
    data.rows.emplace(row.seq, row);
  }
  bool finish(std::uint64_t seq) {
    const auto found = data.rows.find(seq);
    if (found == data.rows.end()) return false;
    const auto& row = found->second;
    auto& before = data.handled[row.lane];
    const auto update = std::stoi(row.body);
    if (!before.empty()) {
      EXPECT_LT(before.back(), update) << "out of order in " << row.lane;
    }
    before.push_back(update);
    data.rows.erase(found);
    return true;
  }

  model_data data;

 private:
  const time_point& now_;
  std::uint64_t number_ = 0;
};

// One process: its machines, its handlers, its connection.
class model_process {
 public:
  model_process(model_redis& redis, const time_point& now, std::string name, std::mt19937& random)
      : redis_{redis},
        now_{now},
        random_{random},
        name_{std::move(name)},
        leases_{name_, names(), lease_limits{}},
        rows_{limits()} {}

  // Something that it does, chosen at random.
  void turn() {
    if (const auto when = leases_.next_time(); when && *when <= now_) feed(lease_event::tick{});
    if (const auto when = rows_.next_time(); when && *when <= now_) feed(rows_event::tick{});
    switch (random_() % 4) {
      case 0:
        return answer();
      case 1:
        return end_handler();
      case 2:
        return read_source();
      default:
        return answer();
    }
  }
  // Redis does the oldest thing that this process asked for.
  void execute() {
    if (requests_.empty()) return;
    auto next = std::move(requests_.front());
    requests_.pop_front();
    answers_.push_back(next(true));
  }
  // The connection is lost; what was asked for may have been done.
  void disconnect() {
    while (!requests_.empty() && random_() % 2 == 0) execute();
    auto unanswered = std::exchange(requests_, {});
    auto undelivered = std::exchange(answers_, {});
    for (std::size_t count = undelivered.size(); count > 0; --count) {
      failures_.front()();
      failures_.pop_front();
    }
    for (std::size_t count = unanswered.size(); count > 0; --count) {
      failures_.front()();
      failures_.pop_front();
    }
    EXPECT_TRUE(failures_.empty() || !requests_.empty());
  }
  void meet_another_redis() {
    disconnect();
    feed(lease_event::forgotten{});
  }
  // Another member has changed something.
  void nudge() { feed(lease_event::tick{true}); }
  [[nodiscard]] std::size_t lanes() const { return rows_.lanes(); }

 private:
  // Executes if it is told to, and gives what its answer does.
  using request = std::function<std::function<void()>(bool)>;

  static std::vector<std::string> names() {
    std::vector<std::string> all{source_lease};
    for (std::uint32_t part = 0; part < model_parts; ++part) all.push_back(part_lease(part));
    return all;
  }
  static dispatch_limits limits() {
    dispatch_limits limits;
    limits.shared = true;
    limits.handlers = 5;
    limits.window = 3;
    limits.held = 12;
    limits.retry_after = std::vector<duration>(1000, duration{200ms});
    return limits;
  }

  void feed(const any_lease_event& some) {
    for (const auto& next : leases_.resume(some, now_)) {
      std::visit([this](const auto& performed) { perform(performed); }, next);
    }
  }
  void feed(const vkxx::detail::any_dispatch_event& some) {
    for (const auto& next : rows_.resume(some, now_)) {
      std::visit([this](const auto& performed) { perform(performed); }, next);
    }
  }
  // `work` happens in Redis; then one of the two in the process.
  template <class T>
  void ask(std::function<T()> work, std::function<void(T)> done, std::function<void()> failed) {
    requests_.push_back([work = std::move(work), done = std::move(done)](bool) {
      return std::function<void()>{[outcome = work(), done] { done(outcome); }};
    });
    failures_.push_back(std::move(failed));
  }
  void answer() {
    if (answers_.empty()) return;
    auto next = std::move(answers_.front());
    answers_.pop_front();
    failures_.pop_front();
    next();
  }

  // Leases
  void perform(const lease_action::send& some) {
    ask<lease_answer>(
        [this, request = some.request] { return redis_.heartbeat(name_, request); },
        [this](lease_answer answer) { feed(lease_event::answered{std::move(answer)}); },
        [this] { feed(lease_event::failed{}); });
  }
  void perform(const lease_action::won& some) {
    if (some.name == source_lease) {
      reading_ = true;
      position_.reset();
      putting_ = false;
      const auto turn = ++source_turn_;
      ask<int>([this] { return redis_.data.cursor; },
               [this, turn](int cursor) {
                 if (turn == source_turn_) position_ = cursor;
               },
               [this, turn] {
                 // It is tried again, by this process or another one.
                 if (turn == source_turn_) handed_over_.push_back(source_lease);
               });
      return;
    }
    feed(rows_event::part_won{part_of(some.name), {"0", "1"}});
  }
  void perform(const lease_action::leaving& some) {
    if (some.name != source_lease) return feed(rows_event::part_leaving{part_of(some.name)});
    ++source_turn_;
    reading_ = false;
    handed_over_.push_back(source_lease);
  }
  void perform(const lease_action::lost& some) {
    if (some.name != source_lease) return feed(rows_event::part_lost{part_of(some.name)});
    ++source_turn_;
    reading_ = false;
  }
  void perform(const lease_action::left&) { ADD_FAILURE() << "nobody told it to"; }
  static std::uint32_t part_of(const std::string& name) {
    return static_cast<std::uint32_t>(std::stoul(name.substr(2)));
  }

  // Rows
  void perform(const rows_action::load& some) {
    const auto query = some.query;
    std::set<std::uint32_t> ours;
    for (std::uint32_t part = 0; part < model_parts; ++part) {
      if (leases_.is_held(part_lease(part))) ours.insert(part);
    }
    ask<std::vector<inbox_row>>(
        [this, query, ours] {
          std::vector<inbox_row> found;
          for (const auto& [seq, row] : redis_.data.rows) {
            if (seq <= query.after || !ours.contains(row.part)) continue;
            if (!query.share.empty() && row.share != query.share) continue;
            if (!query.lane.empty() && row.lane != query.lane) continue;
            found.push_back(row);
          }
          return found;
        },
        [this, query](std::vector<inbox_row> found) {
          rows_event::loaded loaded{query, {}, {}, found.size() <= query.limit};
          found.resize(std::min(found.size(), query.limit));
          for (auto& row : found) {
            loaded.rows.push_back(std::make_shared<const inbox_row>(std::move(row)));
            loaded.due.emplace_back();
          }
          feed(loaded);
        },
        [this, query] { feed(rows_event::load_failed{query}); });
  }
  // 0: done, 1: the row is not there, 2: the lease is another's.
  void commit(std::uint64_t seq, std::function<bool()> change, std::function<void(int)> done) {
    const auto name = part_lease(static_cast<std::uint32_t>(seq % model_parts));
    auto epoch = leases_.epoch_of(name, now_);
    if (!epoch) {
      late_.push_back([done] { done(2); });
      return;
    }
    ask<int>(
        [this, fence = model_fence{name, *epoch}, change = std::move(change)] {
          if (!redis_.holds(name_, fence)) return 2;
          return change() ? 0 : 1;
        },
        [this, name, done](int outcome) {
          if (outcome == 2) feed(lease_event::refused{name});
          done(outcome);
        },
        [done] { done(2); });
  }
  void perform(const rows_action::start& some) {
    const auto seq = some.row->seq;
    commit(
        seq, [this, seq] { return redis_.data.rows.contains(seq); },
        [this, seq](int outcome) {
          if (outcome == 1) return feed(rows_event::gone{seq});
          if (outcome == 2) return feed(rows_event::postponed{seq});
          if (cancelled_.erase(seq) > 0) {
            return feed(rows_event::ended{seq, handler_end::cancelled, "stopped"});
          }
          running_.insert(seq);
        });
  }
  void perform(const rows_action::commit& some) {
    const auto seq = some.seq;
    const bool finishes = some.decision == row_decision::finish;
    commit(
        seq,
        [this, seq, finishes] {
          return finishes ? redis_.finish(seq) : redis_.data.rows.contains(seq);
        },
        [this, seq](int outcome) {
          if (outcome == 0) return feed(rows_event::committed{seq});
          feed(rows_event::commit_failed{seq, outcome == 1, "no"});
        });
  }
  void perform(const rows_action::cancel& some) {
    if (!running_.contains(some.seq)) cancelled_.insert(some.seq);
  }
  void perform(const rows_action::report_stuck&) {}
  void perform(const rows_action::discard& some) { cancelled_.erase(some.seq); }
  void perform(const rows_action::part_drained& some) {
    handed_over_.push_back(part_lease(some.part));
  }
  void perform(const rows_action::drained&) { ADD_FAILURE() << "nobody stopped it"; }

  void end_handler() {
    // What must not happen inside of another event.
    for (auto& name : std::exchange(handed_over_, {})) feed(lease_event::handed_over{name});
    for (auto& late : std::exchange(late_, {})) late();
    if (running_.empty()) return;
    auto some = running_.begin();
    std::advance(some, static_cast<std::ptrdiff_t>(random_() % running_.size()));
    const auto seq = *some;
    running_.erase(some);
    const bool fails = random_() % 8 == 0;
    feed(rows_event::ended{seq, fails ? handler_end::failed : handler_end::done, "broken"});
  }
  void read_source() {
    if (!reading_ || !position_ || putting_ || *position_ == all_updates) return;
    const auto epoch = leases_.epoch_of(source_lease, now_);
    if (!epoch) return;
    putting_ = true;
    const auto update = *position_ + 1;
    const auto turn = source_turn_;
    ask<bool>(
        [this, update, fence = model_fence{source_lease, *epoch}] {
          if (!redis_.holds(name_, fence)) return false;
          redis_.put(update);
          return true;
        },
        [this, update, turn](bool put) {
          if (turn != source_turn_) return;
          putting_ = false;
          if (!put) return feed(lease_event::refused{source_lease});
          position_ = update;
          for (const auto* share : {"0", "1"}) feed(rows_event::arrived{share});
        },
        [this, turn] {
          if (turn == source_turn_) putting_ = false;
        });
  }

 public:
  // The message that rows have arrived in its parts.
  void arrive() {
    for (const auto* share : {"0", "1"}) feed(rows_event::arrived{share});
  }

 private:
  model_redis& redis_;
  const time_point& now_;
  std::mt19937& random_;
  const std::string name_;
  lease_machine leases_;
  dispatch_machine rows_;
  std::deque<request> requests_;
  std::deque<std::function<void()>> answers_;
  std::deque<std::function<void()>> failures_;  // of requests and answers that are under way
  std::set<std::uint64_t> running_;
  std::set<std::uint64_t> cancelled_;
  std::vector<std::string> handed_over_;
  std::vector<std::function<void()>> late_;
  bool reading_ = false;
  bool putting_ = false;
  std::optional<int> position_;
  int source_turn_ = 0;
};

class schedule_of_processes {
 public:
  explicit schedule_of_processes(unsigned seed) : random_{seed} {
    for (int number = 0; number < 3; ++number) places_.push_back({start(), 0});
  }

  void run() {
    for (int step = 0; step < 3000; ++step) {
      one_step();
      if (random_() % 40 == 0) disturb();
    }
    for (auto& some : places_) some.frozen = 0;
    for (int step = 0; step < 100'000 && !complete(); ++step) one_step();
    EXPECT_TRUE(complete()) << "cursor " << redis_.data.cursor << ", rows "
                            << redis_.data.rows.size();
    std::set<int> handled;
    std::size_t count = 0;
    for (const auto& [lane, updates] : redis_.data.handled) {
      count += updates.size();
      handled.insert(updates.begin(), updates.end());
    }
    EXPECT_EQ(handled.size(), static_cast<std::size_t>(all_updates));
    EXPECT_EQ(count, static_cast<std::size_t>(all_updates)) << "one was committed twice";
  }

 private:
  struct place {
    std::unique_ptr<model_process> process;
    int frozen = 0;  // for so many steps
  };

  std::unique_ptr<model_process> start() {
    return std::make_unique<model_process>(redis_, now_, "m" + std::to_string(++started_) + ".1",
                                           random_);
  }
  [[nodiscard]] bool complete() const {
    return redis_.data.cursor == all_updates && redis_.data.rows.empty();
  }
  void one_step() {
    now_ += std::chrono::milliseconds{random_() % 60};
    auto& some = places_[random_() % places_.size()];
    // What it has sent arrives even if it is stopped.
    if (random_() % 2 == 0) return some.process->execute();
    if (some.frozen > 0) {
      --some.frozen;
      return;
    }
    if (random_() % 20 == 0) some.process->arrive();
    some.process->turn();
  }
  void disturb() {
    auto& some = places_[random_() % places_.size()];
    switch (random_() % 6) {
      case 0:
        some.frozen = static_cast<int>(random_() % 400);
        return;
      case 1:
        some = {start(), 0};
        return;
      case 2:
        return some.process->disconnect();
      case 3:
        older_ = redis_.data;
        return;
      case 4:
        if (!older_ || random_() % 3 != 0) return;
        redis_.data = *older_;
        for (auto& each : places_) each.process->meet_another_redis();
        return;
      default:
        now_ += std::chrono::milliseconds{random_() % 8000};
        return;
    }
  }

  std::mt19937 random_;
  time_point now_ = time_point{} + 24h;
  model_redis redis_{now_};
  std::optional<model_data> older_;
  std::vector<place> places_;
  int started_ = 0;
};

TEST(SharedSchedules, LoseNothingAndCommitEachUpdateOnceInTheOrderOfItsLane) {
  const char* setting = std::getenv("VKXX_SCHEDULES");
  const unsigned schedules = setting != nullptr ? static_cast<unsigned>(std::atoi(setting)) : 100;
  for (unsigned seed = 1; seed <= schedules; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    schedule_of_processes{seed}.run();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace vkxx::redis::detail

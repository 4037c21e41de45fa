// Random faults against a model of the server: every update arrives, in order, or its loss is
// reported.
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "updates/poll/poll_machine.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;

// A server that numbers its updates from 1 and keeps the newest `kept`.
class model_server {
 public:
  model_server(std::uint64_t seed, bool mailbox) : random_{seed}, mailbox_{mailbox} {}

  void happen() { last_ += pick(4); }
  [[nodiscard]] std::uint64_t last() const { return last_; }
  std::string answer(const std::string& ts) {
    const std::uint64_t from = std::stoull(ts);
    if (from > last_ || last_ - from > kept) return failed(1, last_ - std::min(last_, pick(3)));
    const auto to = from + std::min(last_ - from, pick(6));
    std::string list;
    for (auto number = from + 1; number <= to; ++number) {
      if (!list.empty()) list += ',';
      list += mailbox_ ? "[4," + std::to_string(number) + "]"
                       : R"({"type":"t","object":)" + std::to_string(number) + "}";
    }
    const auto pts = mailbox_ && pick(4) != 0 ? ",\"pts\":" + std::to_string(to) : "";
    const auto shown = pick(2) == 0 ? std::to_string(to) : '"' + std::to_string(to) + '"';
    return R"({"ts":)" + shown + pts + R"(,"updates":[)" + list + "]}";
  }
  std::string failed(int code, std::optional<std::uint64_t> ts = {}) const {
    return R"({"failed":)" + std::to_string(code) +
           (ts ? ",\"ts\":" + std::to_string(*ts) : std::string{}) + "}";
  }
  [[nodiscard]] poll_history history(std::int64_t pts) {
    poll_history page;
    const auto from = static_cast<std::uint64_t>(pts);
    const auto to = from + std::min(last_ - from, 1 + pick(5));
    for (auto number = from + 1; number <= to; ++number)
      page.items.push_back({"[4," + std::to_string(number) + "]", "{}"});
    page.new_pts = static_cast<std::int64_t>(to);
    page.more = to < last_;
    return page;
  }
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }

  static constexpr std::uint64_t kept = 12;

 private:
  std::mt19937_64 random_;
  bool mailbox_;
  std::uint64_t last_ = 0;
};

class schedule {
 public:
  schedule(std::uint64_t seed, bool mailbox)
      : server_{seed, mailbox}, mailbox_{mailbox}, machine_{start({})} {}

  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) step(true);
    // The server works again.
    for (int i = 0; i < 200 && delivered_ < server_.last(); ++i) step(false);
    EXPECT_EQ(delivered_, server_.last());
    EXPECT_GT(delivered_, 0U);
  }
  [[nodiscard]] bool lost() const { return lost_; }

 private:
  poll_machine start(const std::string& cursor) const {
    poll_rules rules;
    rules.mailbox = mailbox_;
    poll_machine machine{rules, cursor.empty() ? poll_position{} : *read_cursor(cursor)};
    return machine;
  }

  void step(bool faults) {
    if (faults && server_.pick(3) == 0) server_.happen();
    // The program is killed: what was not committed comes again.
    if (faults && server_.pick(40) == 0) {
      machine_ = start(cursor_);
      machine_.resume(poll_event::begun{}, now_);
    }
    switch (machine_.action()) {
      case poll_action::ask_server:
        machine_.resume(poll_event::begun{}, now_);
        if (faults && server_.pick(5) == 0) {
          machine_.resume(poll_event::server_refused{}, now_);
        } else {
          machine_.resume(poll_event::server_given{std::to_string(server_.last()),
                                                   static_cast<std::int64_t>(server_.last())},
                          now_);
        }
        break;
      case poll_action::poll:
        now_ += std::chrono::milliseconds{server_.pick(3000)};
        poll(faults);
        break;
      case poll_action::ask_history:
        history(faults);
        break;
      case poll_action::deliver:
        take(machine_.take_batch());
        machine_.resume(poll_event::committed{}, now_);
        break;
      case poll_action::wait:
        EXPECT_GT(machine_.due(), now_);
        EXPECT_LE(machine_.due() - now_, 30s);
        now_ = machine_.due();
        machine_.resume(poll_event::waited{}, now_);
        break;
      case poll_action::end:
        FAIL() << "the machine ended";
    }
  }

  void poll(bool faults) {
    const auto& ts = machine_.position().ts;
    std::string body = server_.answer(ts);
    switch (faults ? server_.pick(12) : 11) {
      case 0:
        machine_.resume(poll_event::unreachable{}, now_);
        return;
      case 1:
        machine_.resume(poll_event::forbidden{}, now_);
        return;
      case 2:
        body = server_.failed(2);
        break;
      case 3:
        body = server_.failed(3);
        break;
      case 4:
        body = server_.failed(static_cast<int>(server_.pick(9)));
        break;
      case 5:
        body.resize(server_.pick(body.size()));
        break;
      case 6:
        body = "{}";
        break;
      case 7:
        body = "<html></html>";
        break;
      default:
        break;
    }
    machine_.resume(poll_event::answered{read_poll_answer(body)}, now_);
  }

  void history(bool faults) {
    switch (faults ? server_.pick(8) : 7) {
      case 0:
        machine_.resume(poll_event::history_refused{poll_event::history_end::transient, {}}, now_);
        return;
      case 1:
        machine_.resume(poll_event::history_refused{poll_event::history_end::outdated, {}}, now_);
        return;
      case 2:
        machine_.resume(poll_event::history_refused{poll_event::history_end::other, {}}, now_);
        return;
      default:
        machine_.resume(poll_event::history_given{server_.history(*machine_.position().pts)}, now_);
    }
  }

  // The store of the program.
  void take(const polled& batch) {
    const bool first = cursor_.empty();
    cursor_ = to_cursor(machine_.position());
    const bool gap_reported = !batch.losses.empty();
    lost_ = lost_ || gap_reported;
    for (const auto& item : batch.items) {
      const auto number = number_of(item.update);
      // Updates at the edge of a filled gap may come twice; never out of order after that.
      if (number <= delivered_) {
        EXPECT_TRUE(mailbox_ || repeats_allowed_) << number;
        continue;
      }
      EXPECT_TRUE(number == delivered_ + 1 || gap_) << number << " after " << delivered_;
      gap_ = false;
      delivered_ = number;
    }
    gap_ = gap_ || gap_reported;
    // What a loss passes is reported; so is where the first poll begins.
    if (first || gap_reported) {
      const auto now_at = std::stoull(machine_.position().ts);
      if (now_at > delivered_) delivered_ = now_at;
      if (now_at < delivered_) repeats_allowed_ = true;
      gap_ = gap_ || gap_reported;
    }
  }
  static std::uint64_t number_of(const std::string& item) {
    const auto digits = item.find_last_of("0123456789");
    const auto before = item.find_last_not_of("0123456789", digits);
    return std::stoull(item.substr(before + 1, digits - before));
  }

  model_server server_;
  bool mailbox_;
  poll_machine machine_;
  time_point now_ = time_point{} + 1h;
  std::string cursor_;
  std::uint64_t delivered_ = 0;
  bool gap_ = false;
  bool lost_ = false;
  bool repeats_allowed_ = false;
};

TEST(PollSchedules, LoseNothingOfACommunitySilently) {
  int with_losses = 0;
  for (std::uint64_t seed = 0; seed < 100 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    schedule one_run{seed, false};
    one_run.run(300);
    if (one_run.lost()) ++with_losses;
  }
  EXPECT_GT(with_losses, 0);
}

TEST(PollSchedules, LoseNothingOfAMailboxSilently) {
  for (std::uint64_t seed = 0; seed < 100 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    schedule one_run{seed, true};
    one_run.run(300);
  }
}

}  // namespace
}  // namespace vkxx::detail

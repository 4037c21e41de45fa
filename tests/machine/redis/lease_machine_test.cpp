#include "redis/state/lease_machine.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace vkxx::redis::detail {
namespace {

using namespace std::chrono_literals;
namespace event = lease_event;
namespace action = lease_action;

// Names of the leases that belong to a member of two.
std::vector<std::string> preferred_by(const std::string& member,
                                      const std::vector<std::string>& members) {
  std::vector<std::string> names;
  for (int part = 0; part < 64; ++part) {
    const auto name = "p:" + std::to_string(part);
    if (preferred_member(name, members) == member) names.push_back(name);
  }
  return names;
}

class LeaseMachine : public ::testing::Test {
 protected:
  // The actions as text.
  std::string feed(const any_lease_event& some) {
    std::string text;
    for (const auto& next : machine_.resume(some, now_)) {
      if (!text.empty()) text += ' ';
      text += std::visit([this](const auto& shown) { return this->show(shown); }, next);
    }
    return text;
  }
  // Redis grants what is asked for.
  std::string granted(const std::vector<std::string>& members = {"me.1"}) {
    lease_answer answer;
    answer.members = members;
    answer.renewed.assign(sent_.renew.size(), true);
    for (const auto& name : sent_.take)
      answer.taken.push_back(name + "#" + std::to_string(++epoch_));
    return feed(event::answered{answer});
  }
  std::string refused(const std::vector<std::string>& members = {"me.1"}) {
    lease_answer answer;
    answer.members = members;
    answer.renewed.assign(sent_.renew.size(), false);
    answer.taken.assign(sent_.take.size(), std::string{});
    return feed(event::answered{answer});
  }
  std::string pass(duration time) {
    now_ += time;
    return feed(event::tick{});
  }
  // Holds both.
  void hold() {
    EXPECT_EQ(feed(event::tick{}), "send()");
    EXPECT_EQ(granted(), "send(?p:0 ?s:poll)");
    EXPECT_EQ(granted(), "won:p:0 won:s:poll");
  }

  std::string show(const action::send& some) {
    sent_ = some.request;
    std::string text;
    const auto add = [&text](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    for (const auto& lease : sent_.renew) add("+" + lease.name);
    for (const auto& lease : sent_.release) add("-" + lease.name);
    for (const auto& lease : sent_.take) add("?" + lease);
    if (sent_.leaving) add("bye");
    return "send(" + text + ")";
  }
  static std::string show(const action::won& some) { return "won:" + some.name; }
  static std::string show(const action::leaving& some) { return "leaving:" + some.name; }
  static std::string show(const action::lost& some) { return "lost:" + some.name; }
  static std::string show(const action::left&) { return "left"; }

  time_point now_ = time_point{} + 24h;
  lease_machine machine_{"me.1", {"p:0", "s:poll"}, lease_limits{}};
  lease_request sent_;
  int epoch_ = 0;
};

TEST_F(LeaseMachine, AsksForWhatIsItsOwnOnceItKnowsTheMembers) {
  hold();
  EXPECT_TRUE(machine_.epoch_of("p:0", now_));
  EXPECT_EQ(pass(2s), "");
  EXPECT_EQ(pass(1s), "send(+p:0 +s:poll)");
  EXPECT_EQ(granted(), "");
}

TEST_F(LeaseMachine, KnowsByItsOwnClockWhenALeaseEnds) {
  hold();
  EXPECT_EQ(pass(3s), "send(+p:0 +s:poll)");
  // A process that was stopped looks at the clock before anything else.
  now_ += 7s;
  EXPECT_FALSE(machine_.epoch_of("p:0", now_));
  EXPECT_EQ(feed(event::tick{}), "lost:p:0 lost:s:poll");
  // The answer was on its way; it gives nothing back.
  EXPECT_EQ(granted(), "");
  EXPECT_FALSE(machine_.epoch_of("p:0", now_));
  EXPECT_EQ(feed(event::tick{}), "send(?p:0 ?s:poll)");
  EXPECT_EQ(granted(), "won:p:0 won:s:poll");
}

TEST_F(LeaseMachine, CountsALeaseFromTheQuestionNotFromTheAnswer) {
  hold();
  EXPECT_EQ(pass(3s), "send(+p:0 +s:poll)");
  now_ += 6s;
  EXPECT_EQ(granted(), "");
  now_ += 3s;
  EXPECT_TRUE(machine_.epoch_of("p:0", now_));
  now_ += 1s;
  EXPECT_FALSE(machine_.epoch_of("p:0", now_));
}

TEST_F(LeaseMachine, LosesWhatIsNotRenewed) {
  hold();
  EXPECT_EQ(pass(3s), "send(+p:0 +s:poll)");
  EXPECT_EQ(refused(), "lost:p:0 lost:s:poll");
  EXPECT_EQ(pass(3s), "send(?p:0 ?s:poll)");
}

TEST_F(LeaseMachine, LosesWhatACommitShowsToBeAnothers) {
  hold();
  EXPECT_EQ(feed(event::refused{"p:0"}), "lost:p:0");
  EXPECT_EQ(feed(event::refused{"p:0"}), "");
  EXPECT_FALSE(machine_.epoch_of("p:0", now_));
  EXPECT_EQ(pass(3s), "send(+s:poll ?p:0)");
}

TEST_F(LeaseMachine, HoldsOnWithoutRedisUntilTheLeasesEnd) {
  hold();
  EXPECT_EQ(pass(3s), "send(+p:0 +s:poll)");
  EXPECT_EQ(feed(event::failed{}), "");
  EXPECT_EQ(pass(3s), "send(+p:0 +s:poll)");
  EXPECT_EQ(feed(event::failed{}), "");
  EXPECT_EQ(pass(3s), "send(+p:0 +s:poll)");
  EXPECT_EQ(pass(1s), "lost:p:0 lost:s:poll");
}

TEST_F(LeaseMachine, GivesAwayWhatBelongsToAnotherWhenItIsDrained) {
  // Some member to which the part belongs.
  std::string other;
  for (int number = 0; other.empty(); ++number) {
    const auto name = "other" + std::to_string(number) + ".2";
    if (preferred_member("p:0", {"me.1", name}) == name) other = name;
  }
  hold();
  EXPECT_EQ(pass(3s), "send(+p:0 +s:poll)");
  // The source stays: that member does not read the same ones.
  EXPECT_EQ(granted({"me.1", other}), "leaving:p:0 send(+p:0 +s:poll)");
  EXPECT_EQ(granted({other, "me.1"}), "");
  EXPECT_TRUE(machine_.epoch_of("p:0", now_)) << "what runs may still commit";
  EXPECT_FALSE(machine_.is_held("p:0"));
  EXPECT_EQ(pass(3s), "send(+p:0 +s:poll)");
  EXPECT_EQ(granted({"me.1", other}), "");
  EXPECT_EQ(feed(event::handed_over{"p:0"}), "send(+s:poll -p:0)");
  EXPECT_FALSE(machine_.epoch_of("p:0", now_));
  EXPECT_EQ(granted({"me.1", other}), "");
  EXPECT_EQ(pass(3s), "send(+s:poll)");
}

TEST_F(LeaseMachine, TakesAtOnceWhatAMemberLeavesThatIsGone) {
  std::string other;
  for (int number = 0; other.empty(); ++number) {
    const auto name = "other" + std::to_string(number) + ".1";
    if (preferred_member("p:0", {"me.1", name}) == name) other = name;
  }
  EXPECT_EQ(feed(event::tick{}), "send()");
  const auto first = granted({"me.1", other});
  EXPECT_EQ(first.find("?p:0"), std::string::npos) << first;
  static_cast<void>(granted({"me.1", other}));
  static_cast<void>(feed(event::tick{true}));
  EXPECT_NE(granted({"me.1"}).find("?p:0"), std::string::npos);
}

TEST_F(LeaseMachine, GivesBackWhatCannotBeUsed) {
  hold();
  EXPECT_EQ(feed(event::handed_over{"s:poll"}), "send(+p:0 -s:poll)");
  EXPECT_EQ(granted(), "");
  EXPECT_EQ(pass(3s), "send(+p:0 ?s:poll)");
}

TEST_F(LeaseMachine, TakesEverythingOnceMoreFromAnotherRedis) {
  hold();
  EXPECT_EQ(pass(3s), "send(+p:0 +s:poll)");
  EXPECT_EQ(feed(event::forgotten{}), "lost:p:0 lost:s:poll");
  EXPECT_EQ(granted(), "send()") << "an answer of the old one counts for nothing";
  EXPECT_EQ(granted(), "send(?p:0 ?s:poll)");
  EXPECT_EQ(granted(), "won:p:0 won:s:poll");
}

TEST_F(LeaseMachine, AsksOnceMoreIfSomethingChangesMeanwhile) {
  hold();
  EXPECT_EQ(feed(event::tick{true}), "send(+p:0 +s:poll)");
  EXPECT_EQ(feed(event::tick{true}), "");
  EXPECT_EQ(granted(), "send(+p:0 +s:poll)");
  EXPECT_EQ(granted(), "");
}

TEST_F(LeaseMachine, GivesEverythingBackWhenItLeaves) {
  hold();
  EXPECT_EQ(feed(event::leave{}), "send(-p:0 -s:poll bye)");
  EXPECT_FALSE(machine_.epoch_of("p:0", now_));
  EXPECT_EQ(granted(), "left");
  EXPECT_EQ(pass(1h), "");
  EXPECT_FALSE(machine_.next_time());
}

TEST_F(LeaseMachine, GivesBackWhatItWinsOnItsWayOut) {
  EXPECT_EQ(feed(event::tick{}), "send()");
  EXPECT_EQ(granted(), "send(?p:0 ?s:poll)");
  EXPECT_EQ(feed(event::leave{}), "");
  EXPECT_EQ(granted(), "send(-p:0 -s:poll bye)");
  EXPECT_EQ(granted(), "left");
}

TEST_F(LeaseMachine, LeavesWithoutRedis) {
  hold();
  EXPECT_EQ(feed(event::leave{}), "send(-p:0 -s:poll bye)");
  EXPECT_EQ(feed(event::failed{}), "left");
}

TEST_F(LeaseMachine, TakesWhatIsAddedAndGivesBackWhatIsRemoved) {
  hold();
  const event::renamed added{"2", {"p:0", "s:other", "s:poll"}};
  EXPECT_EQ(feed(added), "send(+p:0 +s:poll ?s:other)");
  EXPECT_EQ(sent_.group, "2");
  EXPECT_EQ(granted({"me.2"}), "won:s:other send(+p:0 +s:other +s:poll)");
  EXPECT_EQ(granted({"me.2"}), "");
  EXPECT_EQ(feed(event::renamed{"1", {"p:0", "s:other"}}),
            "leaving:s:poll send(+p:0 +s:other +s:poll)");
  EXPECT_EQ(granted(), "send(+p:0 +s:other +s:poll)");
  EXPECT_EQ(granted(), "");
  EXPECT_TRUE(machine_.epoch_of("s:poll", now_)) << "its last batch may still be committed";
  EXPECT_EQ(feed(event::handed_over{"s:poll"}), "send(+p:0 +s:other -s:poll)");
  EXPECT_FALSE(machine_.epoch_of("s:poll", now_));
}

TEST_F(LeaseMachine, KeepsWhatItHoldsWhileTheOthersReadOtherSources) {
  hold();
  // The answer is from before, and names the others that had the same sources.
  EXPECT_EQ(feed(event::tick{true}), "send(+p:0 +s:poll)");
  EXPECT_EQ(feed(event::renamed{"2", {"p:0", "s:other", "s:poll"}}), "");
  const auto first = granted({"me.1"});
  EXPECT_EQ(first, "send(+p:0 +s:poll ?s:other)");
  EXPECT_EQ(granted({"me.2", "them.1"}).find("leaving:s:"), std::string::npos);
  EXPECT_TRUE(machine_.is_held("s:poll"));
  EXPECT_TRUE(machine_.is_held("s:other"));
}

TEST_F(LeaseMachine, GivesBackWhatItWinsAfterItsRemoval) {
  EXPECT_EQ(feed(event::tick{}), "send()");
  EXPECT_EQ(granted(), "send(?p:0 ?s:poll)");
  EXPECT_EQ(feed(event::renamed{"2", {"p:0"}}), "");
  EXPECT_EQ(granted({"me.1"}), "won:p:0 send(+p:0 -s:poll)");
  EXPECT_FALSE(machine_.epoch_of("s:poll", now_));
}

TEST(PreferredMember, StaysWhenAMemberReadsOtherSources) {
  for (int part = 0; part < 64; ++part) {
    const auto name = "p:" + std::to_string(part);
    const auto before = preferred_member(name, {"a.1", "b.1", "c.1"});
    const auto after = preferred_member(name, {"a.1", "b.2", "c.1"});
    EXPECT_EQ(before.substr(0, 1), after.substr(0, 1)) << name;
  }
}

TEST(PreferredMember, MovesFewWhenAMemberComes) {
  const std::vector<std::string> two{"a.1", "b.1"};
  const std::vector<std::string> three{"a.1", "b.1", "c.1"};
  const auto before = preferred_by("a.1", two);
  const auto after = preferred_by("a.1", three);
  EXPECT_GT(before.size(), 20U);
  EXPECT_LT(before.size(), 44U);
  EXPECT_GT(preferred_by("c.1", three).size(), 10U);
  for (const auto& name : after) {
    EXPECT_EQ(preferred_member(name, two), "a.1") << "nothing moves between those that stay";
  }
}

}  // namespace
}  // namespace vkxx::redis::detail

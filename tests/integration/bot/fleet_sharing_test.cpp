// Fleets of several processes on one inbox in a real Redis: communities that come and go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/bot.hpp>
#include <vkxx/redis.hpp>
#include "integration/bot/fleet_world.hpp"
#include "integration/redis/redis_server.hpp"

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::Each;
using testing::SizeIs;
using vkxx::community_state;
using vkxx::secret;
using vkxx::testing::fleet_world;
using vkxx::testing::shop;

// A fleet of one of the processes.
class fleet_process {
 public:
  fleet_process(fleet_world& world, const vkxx::test::redis_server& server)
      : world_{world}, bots{world.settings()} {
    // A busy machine must not end leases.
    const auto sharing = vkxx::redis::shared_state_options{}.lease_time(30s).allow_volatile(true);
    const auto options = vkxx::redis::options{server.url()}.timeout(900ms);
    bots.keep_in(vkxx::redis::shared_state::open(options, sharing).value());
    bots.on_text([this](const vkxx::incoming_message& m) {
      ++handled;
      return "You said: " + m.text();
    });
    bots.on_change([this](const vkxx::fleet_community& some) {
      if (some.state != community_state::absent) return;
      absent.push_back(some.id);
      if (on_absent) asio::post(world_.io, [this, id = some.id] { on_absent(id); });
    });
  }
  fleet_process(const fleet_process&) = delete;
  fleet_process& operator=(const fleet_process&) = delete;
  ~fleet_process() { stop(); }

  void add(const shop& some) { bots.add(some.id, secret{some.token}); }
  void start() {
    asio::co_spawn(world_.io, bots.async_run(),
                   [this](const std::exception_ptr&, auto outcome) { report = outcome; });
    started_ = true;
  }
  void stop() {
    if (!started_) return;
    bots.stop(0s);
    world_.run_until([this] { return report.has_value(); });
    started_ = false;
  }

 private:
  fleet_world& world_;
  bool started_ = false;

 public:
  vkxx::fleet bots;
  int handled = 0;
  std::vector<vkxx::group_id> absent;
  std::function<void(vkxx::group_id)> on_absent;
  std::optional<vkxx::result<vkxx::drain_report>> report;
};

constexpr int people = 24;

class FleetSharing : public ::testing::Test {
 protected:
  // So many that each process has some of their conversations.
  std::vector<vkxx::user_id> everybody_says(const shop& where) {
    std::vector<vkxx::user_id> all;
    for (int count = 0; count < people; ++count) {
      all.push_back(world.user());
      world.says(all.back(), where, "hello");
    }
    return all;
  }
  [[nodiscard]] std::size_t answered(const std::vector<vkxx::user_id>& all, const shop& where) {
    std::size_t count = 0;
    for (const auto who : all) count += world.answers(who, where).empty() ? 0 : 1;
    return count;
  }

  vkxx::test::redis_server server;
  fleet_world world{2};
  const shop& early = world.shops[0];
  const shop& late = world.shops[1];
};

TEST_F(FleetSharing, HandlesACommunityThatIsAddedLaterInAllProcesses) {
  fleet_process first{world, server};
  fleet_process second{world, server};
  for (auto* process : {&first, &second}) {
    process->add(early);
    process->start();
  }
  world.run_until([&] { return world.polls() == "1"; });
  first.add(late);
  second.add(late);
  world.run_until([&] { return world.polls() == "2"; });
  const auto all = everybody_says(late);
  world.run_until([&] { return first.handled + second.handled >= people; });
  world.run_until([&] { return answered(all, late) == people; });
  for (const auto who : all) EXPECT_THAT(world.answers(who, late), SizeIs(1));
  EXPECT_GT(first.handled, 0);
  EXPECT_GT(second.handled, 0);
}

TEST_F(FleetSharing, ReportsACommunityThatOnlyAnotherProcessHas) {
  fleet_process first{world, server};
  fleet_process second{world, server};
  second.on_absent = [&](vkxx::group_id id) {
    EXPECT_EQ(id, late.id);
    second.add(late);
  };
  for (auto* process : {&first, &second}) {
    process->add(early);
    process->start();
  }
  world.run_until([&] { return world.polls() == "1"; });
  first.add(late);
  world.run_until([&] { return world.polls() == "2"; });
  const auto all = everybody_says(late);
  // Those in the parts of the second one wait there, until it has the community.
  world.run_until([&] { return answered(all, late) == people; });
  EXPECT_THAT(second.absent, SizeIs(1));
  EXPECT_THAT(first.absent, SizeIs(0));
  EXPECT_GT(second.handled, 0);
}

TEST_F(FleetSharing, GivesACommunityThatIsRemovedToAnotherProcess) {
  fleet_process first{world, server};
  fleet_process second{world, server};
  for (auto* process : {&first, &second}) {
    process->add(early);
    process->add(late);
    process->start();
  }
  world.run_until([&] { return world.polls() == "2"; });
  EXPECT_TRUE(first.bots.remove(late.id));
  const auto all = everybody_says(late);
  world.run_until([&] { return second.handled > 0; });
  // The rest waits in parts of the first one, which says so.
  world.run_until([&] { return !first.absent.empty(); });
  EXPECT_THAT(first.absent, Each(late.id));
  first.stop();
  world.run_until([&] { return answered(all, late) == people; });
  EXPECT_EQ(second.handled, people);
  EXPECT_EQ(first.handled, 0);
}

}  // namespace

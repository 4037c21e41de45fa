// A client that goes while calls of other threads are under way.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <vkxx/blocking_client.hpp>
#include <vkxx/emulator.hpp>

namespace vkxx {
namespace {

using namespace std::chrono_literals;

// Whether that thread of this process waits for something.
bool is_asleep(pid_t thread) {
  std::ifstream file{"/proc/self/task/" + std::to_string(thread) + "/stat"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto name_end = text.rfind(") ");
  return name_end != std::string::npos && text.compare(name_end + 2, 1, "S") == 0;
}

void expect_asleep(const std::atomic<pid_t>& thread) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  for (int seen = 0; seen < 100;) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
    seen = thread != 0 && is_asleep(thread) ? seen + 1 : 0;
    std::this_thread::yield();
  }
}

// A call of another thread, which is seen to wait.
class waiting_call {
 public:
  explicit waiting_call(blocking_client& vk) {
    outcome_ = std::async(std::launch::async, [this, &vk] {
      thread_ = ::gettid();
      return vk.try_call(request{"users.get"});
    });
  }
  void expect_asleep() const { vkxx::expect_asleep(thread_); }
  error failure() {
    if (outcome_.wait_for(20s) != std::future_status::ready) {
      // The future's destructor would wait for ever.
      ADD_FAILURE() << "the call hangs";
      std::_Exit(1);
    }
    const auto outcome = outcome_.get();
    EXPECT_FALSE(outcome);
    return outcome ? error{errc::invalid_argument, request_effect::unknown, "none"}
                   : outcome.error();
  }

 private:
  std::atomic<pid_t> thread_ = 0;
  std::future<result<reply>> outcome_;
};

// The client's thread is held in a log sink, so that the second call waits to be begun.
TEST(DestructionOfABlockingClient, EndsCallsThatHaveNotBegun) {
  const emulator vk_of_the_test;
  std::promise<void> entered;
  std::promise<void> leave;
  std::atomic<bool> first_line = true;
  config settings;
  settings.emulator(vk_of_the_test.url()).access_token(vk_of_the_test.tokens().user);
  settings.log(
      [&](const log_line&) {
        if (!first_line.exchange(false)) return;
        entered.set_value();
        leave.get_future().wait();
      },
      log_level::debug);
  auto vk = std::make_unique<blocking_client>(settings);
  waiting_call first{*vk};
  entered.get_future().wait();
  waiting_call second{*vk};
  first.expect_asleep();
  second.expect_asleep();
  // It stops the loop, then waits for the loop's thread.
  std::atomic<pid_t> destroying = 0;
  std::thread destroyer{[&vk, &destroying] {
    destroying = ::gettid();
    vk.reset();
  }};
  expect_asleep(destroying);
  leave.set_value();
  destroyer.join();
  EXPECT_EQ(first.failure().code(), errc::cancelled);
  const auto unbegun = second.failure();
  EXPECT_EQ(unbegun.code(), errc::cancelled) << unbegun;
  EXPECT_EQ(unbegun.effect(), request_effect::not_sent) << unbegun;
}

}  // namespace
}  // namespace vkxx

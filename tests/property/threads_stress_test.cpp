// Calls on loops of one, two and eight threads, in strands and out of them, batched and not, with
// hooks, middlewares and deadlines from 1 ms: each ends exactly once. For the thread sanitizer
// above all.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <exception>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <vkxx/client.hpp>
#include <vkxx/emulator.hpp>

namespace vkxx::threads_stress {
namespace {

using namespace std::chrono_literals;

struct loop_shape {
  int threads = 1;
  bool in_strands = false;
  bool batches = false;
};

class Threads : public testing::TestWithParam<loop_shape> {
 protected:
  static constexpr int callers = 16;
  static constexpr int calls_each = 25;

  Threads() { vk_.add_fault(emulation::parse_fault("error=15:users.get*0,rate=0.5")); }

  [[nodiscard]] config settings() {
    config settings;
    settings.emulator(vk_.url()).access_token(vk_.tokens().user).limits(limits{}.off());
    if (GetParam().batches) settings.batching(batching{}.join_equal_reads(false).linger(0ms));
    settings.around_call([](request call, next_call next) -> asio::awaitable<result<reply>> {
      auto inner = next(std::move(call));
      co_return co_await std::move(inner);
    });
    settings.on_any_error([this](request, error) -> asio::awaitable<handler_action> {
      ++handled_;
      co_return handler_action::fail();
    });
    return settings;
  }

  asio::awaitable<void> make_calls(client shared) {
    for (int i = 0; i < calls_each; ++i) {
      call_options options;
      if (i % 4 != 0) options.total_timeout(std::chrono::milliseconds{1 + i % 9});
      auto calling = shared.try_call(request{"users.get"}.set("user_ids", i % 4 + 1), options);
      const auto outcome = co_await std::move(calling);
      ++(outcome ? answered_ : failed_);
    }
  }

  void spawn(asio::io_context& loop, client shared) {
    const auto executor = GetParam().in_strands ? asio::any_io_executor{asio::make_strand(loop)}
                                                : asio::any_io_executor{loop.get_executor()};
    asio::co_spawn(executor, make_calls(std::move(shared)), [this](std::exception_ptr failure) {
      ++ended_;
      if (failure) ++threw_;
    });
  }

  emulator vk_;
  std::atomic<int> handled_ = 0;
  std::atomic<int> answered_ = 0;
  std::atomic<int> failed_ = 0;
  std::atomic<int> ended_ = 0;
  std::atomic<int> threw_ = 0;
};

TEST_P(Threads, EndEachCallOnce) {
  asio::io_context loop{GetParam().threads};
  {
    const client shared{loop.get_executor(), settings()};
    for (int i = 0; i < callers; ++i) spawn(loop, shared);
  }
  std::vector<std::jthread> threads;
  for (int i = 0; i < GetParam().threads; ++i) threads.emplace_back([&loop] { loop.run(); });
  threads.clear();
  EXPECT_EQ(ended_, callers);
  EXPECT_EQ(threw_, 0);
  EXPECT_EQ(answered_ + failed_, callers * calls_each);
  EXPECT_GT(answered_, 0);
  EXPECT_GT(handled_, 0);
}

std::vector<loop_shape> every_shape() {
  std::vector<loop_shape> shapes;
  for (const int threads : {1, 2, 8}) {
    for (const bool in_strands : {false, true}) {
      for (const bool batches : {false, true}) shapes.push_back({threads, in_strands, batches});
    }
  }
  return shapes;
}

std::string name_of_shape(const testing::TestParamInfo<loop_shape>& shape) {
  return "Of" + std::to_string(shape.param.threads) + (shape.param.in_strands ? "InStrands" : "") +
         (shape.param.batches ? "Batched" : "");
}

INSTANTIATE_TEST_SUITE_P(Loops, Threads, testing::ValuesIn(every_shape()), name_of_shape);

}  // namespace
}  // namespace vkxx::threads_stress

// Calls for which one of their larger allocations fails, whichever it is.
//
// Small ones cannot be survived: asio 1.81 copies executors, which allocate, in functions that do
// not throw.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include <vkxx/blocking_client.hpp>
#include <vkxx/client.hpp>
#include "integration/http/servers/raw_server.hpp"

namespace {

constexpr std::size_t large = 600;

// How many large allocations succeed before one fails; negative: all.
std::atomic<int> good_allocations = -1;
std::atomic<int> failures = 0;
// Whether the thread belongs to the client; the server's is spared.
thread_local bool of_client = false;

bool fails(std::size_t size) {
  if (size < large || !of_client || good_allocations < 0) return false;
  if (good_allocations-- != 0) return false;
  ++failures;
  return true;
}

}  // namespace

void* operator new(std::size_t size) {
  if (!fails(size)) {
    if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  }
  throw std::bad_alloc{};
}

// A sanitizer has its own.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return fails(size) ? nullptr : std::malloc(size == 0 ? 1 : size);
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using http::test::raw_connection;
using http::test::raw_server;

// Answers each call with 300 KB, and a batch with the same for its two calls.
raw_server::script large_answers() {
  return [](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    const std::string text = '"' + std::string(300'000, 'x') + '"';
    for (;;) {
      const auto request = co_await peer.read_request();
      if (request.empty()) co_return;
      counted.count_request();
      const bool batch = request.find("/execute ") != std::string::npos;
      std::string body = R"({"response":)";
      body += batch ? '[' + text + ',' + text + ']' : text;
      body += '}';
      co_await peer.reply(std::move(body));
    }
  };
}

config settings_for(const raw_server& server, bool batched) {
  config settings;
  settings.endpoints(endpoints{}.api(server.url("/method"))).access_token(secret{"t0k3n"});
  settings.retries(retries{}.off()).limits(limits{}.off()).total_timeout(100s).timeout(100s);
  if (batched) settings.batching(batching{}.join_equal_reads(false));
  settings.around_attempt([](attempt_info, http::request message, next_attempt next) {
    of_client = true;
    return next(std::move(message));
  });
  return settings;
}

// What became of the calls of one round.
struct ends {
  int answered = 0;
  int not_sent = 0;
  int others = 0;
  int without_memory = 0;

  void note(const result<reply>& outcome) {
    if (outcome) {
      ++answered;
    } else if (outcome.error().effect() == request_effect::not_sent) {
      ++not_sent;
    } else {
      EXPECT_EQ(outcome.error().code(), errc::answer_too_large) << outcome.error();
      ++others;
    }
  }
  [[nodiscard]] int all() const { return answered + not_sent + others + without_memory; }
};

// Not a lambda: its parameters live in its frame.
asio::awaitable<void> call(const client& vk, int id, ends& seen) {
  try {
    request call_request{"users.get"};
    call_request.set("user_ids", id);
    auto work = vk.try_call(std::move(call_request));
    const auto outcome = co_await std::move(work);
    seen.note(outcome);
  } catch (const std::bad_alloc&) {
    ++seen.without_memory;
  }
}

// Returns whether an allocation failed.
bool round_of(int point, bool batched) {
  raw_server server{large_answers()};
  ends seen;
  {
    asio::io_context io{1};
    const client vk{io.get_executor(), settings_for(server, batched)};
    for (int id = 1; id <= 2; ++id) asio::co_spawn(io, call(vk, id, seen), asio::detached);
    failures = 0;
    of_client = true;
    good_allocations = point;
    io.run_for(60s);
    good_allocations = -1;
    EXPECT_EQ(seen.all(), 2) << "a call never ended";
  }
  if (seen.not_sent == 2) {
    EXPECT_EQ(server.requests(), 0);
  }
  if (failures == 0) {
    EXPECT_EQ(seen.answered, 2);
  }
  return failures != 0;
}

class Memory : public testing::TestWithParam<bool> {};

TEST_P(Memory, EachCallEndsOnceAndTruly) {
  int points = 0;
  for (bool failed = true; failed && points < 100; ++points) {
    SCOPED_TRACE("the allocation that fails: " + std::to_string(points));
    failed = round_of(points, GetParam());
  }
  EXPECT_GT(points, 2);
  EXPECT_LT(points, 100);
}

INSTANTIATE_TEST_SUITE_P(AloneAndBatched, Memory, testing::Bool());

TEST(MemoryOfABlockingClient, EachCallEndsAndTheNextOneSucceeds) {
  raw_server server{large_answers()};
  bool failed = true;
  int points = 0;
  for (; failed && points < 100; ++points) {
    SCOPED_TRACE("the allocation that fails: " + std::to_string(points));
    blocking_client vk{settings_for(server, false)};
    failures = 0;
    good_allocations = points;
    try {
      ends seen;
      seen.note(vk.try_call(request{"users.get"}));
    } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): its right
    }
    good_allocations = -1;
    failed = failures != 0;
    const auto next = vk.try_call(request{"users.get"});
    EXPECT_TRUE(next) << next.error();
  }
  EXPECT_GT(points, 1);
  EXPECT_LT(points, 100);
}

}  // namespace
}  // namespace vkxx::test

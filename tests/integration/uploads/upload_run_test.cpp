// Limits, progress, cancellation, turns and memory of uploads, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <vkxx/http/curl_transport.hpp>

#include "integration/http/servers/process.hpp"
#include "integration/http/servers/streams.hpp"
#include "integration/uploads/upload_bench.hpp"
#include "uploads/run/upload_checks.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using emulation::parse_fault;
using ::testing::HasSubstr;

upload_source long_document(std::uint64_t size) {
  return {"long.txt", std::make_shared<http::test::generated_source>(size)};
}

class UploadRun : public ::testing::Test {
 protected:
  result<uploaded> upload(upload_source file, upload_options options = {},
                          upload_kind kind = upload_kind::document) {
    return upload_by_coroutine(settings_of(vk), kind, one_file(std::move(file)),
                               std::move(options));
  }
  testing::emulator_fixture vk;
};

TEST_F(UploadRun, ReportsProgressUpToTheLastByte) {
  std::mutex mutex;
  std::vector<upload_progress> seen;
  upload_options options;
  options.on_progress([&](const upload_progress& now) {
    const std::lock_guard lock{mutex};
    seen.push_back(now);
  });
  ASSERT_TRUE(upload(long_document(3'000'000), options));
  ASSERT_GT(seen.size(), 2U);
  EXPECT_TRUE(std::ranges::is_sorted(seen, {}, &upload_progress::sent));
  EXPECT_EQ(seen.back().sent, seen.back().to_send);
  EXPECT_GT(seen.back().to_send, 3'000'000U);
  EXPECT_EQ(seen.back().attempt, 1);
}

TEST_F(UploadRun, AHandlerThatThrowsEndsTheUpload) {
  upload_options options;
  options.on_progress([](const upload_progress&) { throw std::runtime_error{"enough"}; });
  const auto outcome = upload(long_document(100'000), options);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::handler_failed) << outcome.error();
}

// Slow, but bytes move: longer than the limit of silence.
TEST_F(UploadRun, ASlowServerIsWaitedFor) {
  vk->add_fault(parse_fault("slow_read=15:/upload/document"));
  upload_options options;
  options.silence_limit(150ms);
  const auto begun = std::chrono::steady_clock::now();
  const auto outcome = upload(long_document(5'000'000), options);
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_GT(std::chrono::steady_clock::now() - begun, 150ms);
}

TEST_F(UploadRun, ASilentServerIsNot) {
  vk->add_fault(parse_fault("silent:/upload/document*2"));
  upload_options options;
  options.silence_limit(60ms);
  const auto outcome = upload(long_document(100), options);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::timeout) << outcome.error();
  EXPECT_EQ(outcome.error().effect(), request_effect::rejected) << "nothing was saved";
}

TEST_F(UploadRun, TheTimeoutBoundsOneAttempt) {
  vk->add_fault(parse_fault("silent:/upload/document"));
  upload_options options;
  options.timeout(300ms);
  const auto outcome = upload(long_document(100), options);
  EXPECT_TRUE(outcome) << "the second attempt succeeds: " << outcome.error();
}

TEST_F(UploadRun, TheDeadlineBoundsItAll) {
  for (const std::string fault : {"silent:/upload/document*2", "silent:docs.getUploadServer",
                                  "silent:docs.save*9", "error=10:docs.save*9"}) {
    vk->add_fault(parse_fault(fault));
    upload_options options;
    options.deadline(system_clock()->now() + 150ms);
    const auto outcome = upload(long_document(100), options);
    vk->clear_faults();
    ASSERT_FALSE(outcome) << fault;
    if (!fault.starts_with("error")) {
      EXPECT_EQ(outcome.error(), errc::deadline_exceeded) << fault << ": " << outcome.error();
    }
  }
  upload_options past;
  past.deadline(system_clock()->now() - 1s);
  EXPECT_EQ(upload(long_document(100), past).error(), errc::deadline_exceeded);
}

TEST(UploadTime, GrowsWithTheSize) {
  EXPECT_EQ(detail::time_for(0), 60s);
  EXPECT_EQ(detail::time_for(100'000'000), 1060s);
  EXPECT_GT(detail::time_for(std::numeric_limits<std::uint64_t>::max()), 24h);
}

// At every byte that the server reads, and in every step.
TEST_F(UploadRun, CanBeCancelledAnywhere) {
  for (const std::string fault : {"silent:docs.getUploadServer", "silent:/upload/document",
                                  "slow_read=5:/upload/document", "silent:docs.save"}) {
    for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                            asio::cancellation_type::total}) {
      vk->add_fault(parse_fault(fault));
      asio::io_context io{1};
      const client client{io.get_executor(), settings_of(vk)};
      const uploads up{client};
      asio::cancellation_signal cancel;
      std::optional<result<uploaded>> outcome;
      auto upload = up.try_run(upload_kind::document, one_file(long_document(40'000'000)));
      asio::co_spawn(
          io,
          [](asio::awaitable<result<uploaded>> running,
             std::optional<result<uploaded>>& ended) -> asio::awaitable<void> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            ended.emplace(co_await std::move(running));
          }(std::move(upload), outcome),
          asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
      io.run_for(40ms);
      cancel.emit(type);
      io.run_for(20s);
      vk->clear_faults();
      ASSERT_TRUE(outcome) << fault;
      ASSERT_FALSE(*outcome) << fault;
      EXPECT_EQ(outcome->error(), errc::cancelled) << fault << ": " << outcome->error();
    }
  }
}

TEST_F(UploadRun, CancelledDuringTheSaveItsOutcomeIsUnknown) {
  vk->add_fault(parse_fault("silent:docs.save"));
  asio::io_context io{1};
  const client client{io.get_executor(), settings_of(vk)};
  const uploads up{client};
  asio::cancellation_signal cancel;
  std::optional<result<uploaded>> outcome;
  asio::co_spawn(
      io,
      [](asio::awaitable<result<uploaded>> running,
         std::optional<result<uploaded>>& ended) -> asio::awaitable<void> {
        ended.emplace(co_await std::move(running));
      }(up.try_run(upload_kind::document, one_file(memory_source{"a.txt", "text"})), outcome),
      asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
  const auto saving = [this] {
    const auto requests = vk->requests();
    return std::ranges::any_of(
        requests, [](const auto& each) { return each.target.starts_with("/method/docs.save"); });
  };
  for (int i = 0; i < 20'000 && !saving(); ++i) io.run_for(1ms);
  ASSERT_TRUE(saving());
  cancel.emit(asio::cancellation_type::terminal);
  io.run_for(20s);
  ASSERT_TRUE(outcome);
  ASSERT_FALSE(*outcome);
  EXPECT_EQ(outcome->error(), errc::cancelled) << outcome->error();
  EXPECT_EQ(outcome->error().effect(), request_effect::unknown) << outcome->error();
}

TEST_F(UploadRun, AStopTokenCancelsTheBlockingUpload) {
  vk->add_fault(parse_fault("silent:/upload/document"));
  std::stop_source stop;
  upload_options options;
  options.stop_token(stop.get_token());
  blocking_client client{settings_of(vk)};
  const blocking_uploads up{client};
  std::jthread stopper{[&] {
    while (vk->requests().empty()) std::this_thread::yield();
    stop.request_stop();
  }};
  const auto outcome = up.try_run(upload_kind::document, one_file(long_document(100)), options);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::cancelled) << outcome.error();
  EXPECT_EQ(upload(long_document(100), options).error(), errc::invalid_argument)
      << "coroutines are cancelled by slots";
}

TEST_F(UploadRun, ABlockingUploadIsRefusedWhereItWouldWaitForItself) {
  std::optional<blocking_uploads> up;
  std::optional<error> refusal;
  auto settings = settings_of(vk);
  settings.around_call([&](request call, next_call next) {
    refusal = up->try_run(upload_kind::document, one_file(long_document(100))).error();
    return next(std::move(call));
  });
  blocking_client client{settings};
  up.emplace(client);
  EXPECT_TRUE(client.try_call(request{"utils.getServerTime"}));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(*refusal, errc::invalid_argument);
  EXPECT_EQ(refusal->effect(), request_effect::not_sent);
}

TEST_F(UploadRun, MayBeDestroyedInItsMidst) {
  for (const std::string fault :
       {"silent:docs.getUploadServer", "slow_read=5:/upload/document", "silent:docs.save"}) {
    vk->add_fault(parse_fault(fault));
    {
      asio::io_context io{1};
      std::optional<client> client{std::in_place, io.get_executor(), settings_of(vk)};
      std::optional<uploads> up{std::in_place, *client};
      for (int i = 0; i < 6; ++i) {
        asio::co_spawn(
            io,
            [](asio::awaitable<result<uploaded>> upload) -> asio::awaitable<void> {
              static_cast<void>(co_await std::move(upload));
            }(up->try_run(upload_kind::document, one_file(long_document(40'000'000)))),
            [](std::exception_ptr) {});
      }
      io.run_for(20ms);
      up.reset();
      client.reset();
      io.run_for(10ms);
    }
    vk->clear_faults();
  }
}

// However many wait: the stack does not grow with them.
TEST_F(UploadRun, ManyThatWaitMayBeDestroyed) {
  vk->add_fault(parse_fault("silent:docs.getUploadServer*0"));
  asio::io_context other{1};
  const client client{other.get_executor(), settings_of(vk)};
  const uploads up{client, 1};
  const memory_source file{"a.txt", "text"};
  {
    asio::io_context io{1};
    for (int i = 0; i < 20'000; ++i) {
      asio::co_spawn(
          io,
          [](asio::awaitable<result<uploaded>> upload) -> asio::awaitable<void> {
            static_cast<void>(co_await std::move(upload));
          }(up.try_run(upload_kind::document, one_file(file))),
          [](std::exception_ptr) {});
    }
    io.run_for(100ms);
  }
  vk->clear_faults();
  EXPECT_TRUE(upload(file));
}

TEST_F(UploadRun, AtMostSomeRunAtATime) {
  vk->add_fault(parse_fault("slow=20:/upload/document*0"));
  asio::io_context io{1};
  const client client{io.get_executor(), settings_of(vk)};
  const uploads up{client, 2};
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  int done = 0;
  for (int i = 0; i < 8; ++i) {
    upload_options options;
    // The first progress of an upload begins it, the last byte nearly ends it.
    options.on_progress([&, begun = false](const upload_progress& now) mutable {
      if (!begun) most = std::max<int>(most, ++running);
      begun = true;
      if (now.sent == now.to_send) --running;
    });
    asio::co_spawn(
        io,
        [](asio::awaitable<result<uploaded>> upload, int& count) -> asio::awaitable<void> {
          const auto outcome = co_await std::move(upload);
          EXPECT_TRUE(outcome) << outcome.error();
          ++count;
        }(up.try_run(upload_kind::document, one_file(long_document(1000)), std::move(options)),
                                                                 done),
        [](std::exception_ptr) {});
  }
  io.run_for(20s);
  EXPECT_EQ(done, 8);
  EXPECT_LE(most, 2);
}

// Uploads that wait for each other make no calls yet, so a call waits behind those of two.
TEST_F(UploadRun, ACallIsNotBehindTheUploadsThatWait) {
  asio::io_context io{1};
  const client client{io.get_executor(), settings_of(vk).limits(limits{}.per_second(3))};
  const uploads up{client, 2};
  int done = 0;
  for (int i = 0; i < 6; ++i) {
    asio::co_spawn(
        io,
        [](asio::awaitable<result<uploaded>> upload, int& count) -> asio::awaitable<void> {
          const auto outcome = co_await std::move(upload);
          EXPECT_TRUE(outcome) << outcome.error();
          ++count;
        }(up.try_run(upload_kind::document, one_file(long_document(1000))), done),
        asio::detached);
  }
  // The uploads have made all calls that they can.
  for (int i = 0; i < 1000 && vk->requests().size() < 3; ++i) io.run_one_for(20ms);
  const auto call = [&]() -> asio::awaitable<void> {
    auto calling = client.try_call(request{"users.get"});
    const auto answer = co_await std::move(calling);
    EXPECT_TRUE(answer) << answer.error();
  };
  asio::co_spawn(io, call(), asio::detached);
  io.run_for(60s);
  EXPECT_EQ(done, 6);
  std::vector<std::string> methods;
  for (const auto& received : vk->requests()) {
    if (!received.api_method.empty()) methods.push_back(received.api_method);
  }
  // Both of the uploads that run may have made both of their calls.
  EXPECT_LE(std::ranges::find(methods, "users.get") - methods.begin(), 5);
  EXPECT_EQ(methods.size(), 13U);
}

TEST_F(UploadRun, AnUploadThatWaitsCanBeCancelled) {
  vk->add_fault(parse_fault("silent:docs.getUploadServer*0"));
  asio::io_context io{1};
  const client client{io.get_executor(), settings_of(vk)};
  const uploads up{client, 1};
  std::vector<std::optional<result<uploaded>>> outcomes(3);
  std::vector<asio::cancellation_signal> signals(3);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    asio::co_spawn(
        io,
        [](asio::awaitable<result<uploaded>> upload,
           std::optional<result<uploaded>>& ended) -> asio::awaitable<void> {
          ended.emplace(co_await std::move(upload));
        }(up.try_run(upload_kind::document, one_file(long_document(100))), outcomes[i]),
        asio::bind_cancellation_slot(signals[i].slot(), [](std::exception_ptr) {}));
  }
  const auto run_until = [&io](const auto& holds) {
    for (int i = 0; i < 20'000 && !holds(); ++i) io.run_for(1ms);
  };
  // The first one is under way, so the others wait.
  run_until([this] { return !vk->requests().empty(); });
  signals[1].emit(asio::cancellation_type::terminal);
  run_until([&] { return outcomes[1].has_value(); });
  ASSERT_TRUE(outcomes[1]);
  EXPECT_EQ(outcomes[1]->error(), errc::cancelled);
  EXPECT_EQ(outcomes[1]->error().effect(), request_effect::not_sent);
  EXPECT_FALSE(outcomes[2]);
  vk->clear_faults();
  signals[0].emit(asio::cancellation_type::terminal);
  io.run_for(20s);
  ASSERT_TRUE(outcomes[2]);
  EXPECT_TRUE(*outcomes[2]) << outcomes[2]->error();
}

TEST_F(UploadRun, RunsInAContextOfSeveralThreads) {
  asio::io_context io;
  const client client{io.get_executor(), settings_of(vk)};
  const uploads up{client, 3};
  std::atomic<int> done = 0;
  for (int i = 0; i < 12; ++i) {
    asio::co_spawn(
        io,
        [](asio::awaitable<result<uploaded>> upload,
           std::atomic<int>& count) -> asio::awaitable<void> {
          const auto outcome = co_await std::move(upload);
          EXPECT_TRUE(outcome) << outcome.error();
          ++count;
        }(up.try_run(upload_kind::document, one_file(long_document(200'000))), done),
        [](std::exception_ptr) {});
  }
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&io] { io.run_for(30s); });
  }
  EXPECT_EQ(done, 12);
}

TEST_F(UploadRun, RefusesWhatCannotBeMeant) {
  const auto expect_refused = [&](upload_kind kind, std::vector<upload_source> files,
                                  upload_options options, const std::string& words) {
    vk->clear_requests();
    const auto outcome =
        upload_by_coroutine(settings_of(vk), kind, std::move(files), std::move(options));
    ASSERT_FALSE(outcome) << words;
    EXPECT_EQ(outcome.error(), errc::invalid_argument) << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
    EXPECT_THAT(outcome.error().message(), HasSubstr(words));
    EXPECT_EQ(vk->requests().size(), 0U);
  };
  expect_refused(upload_kind::wall_photo, {}, {}, "expected one file, got 0");
  expect_refused(upload_kind::wall_photo, {picture(), picture()}, {}, "expected one file, got 2");
  expect_refused(upload_kind::album_photo, std::vector<upload_source>(6, picture()),
                 upload_options{}.set("album_id", 1), "expected 1 to 5 files, got 6");
  expect_refused(upload_kind::video_link, one_file(picture()), upload_options{}.set("link", "x"),
                 "expected no file");
  expect_refused(upload_kind::album_photo, one_file(picture()), {}, "`album_id` is missing");
  expect_refused(upload_kind::wall_photo, one_file(picture()), upload_options{}.set("peer_id", 1),
                 "there is no parameter `peer_id`: it has group_id");
  expect_refused(upload_kind::wall_photo, one_file(picture()),
                 std::move(upload_options{}.silence_limit(0ms)), "silence_limit");
  expect_refused(upload_kind::wall_photo, one_file(memory_source{"a.png", ""}), {}, "is empty");
  expect_refused(upload_kind::wall_photo, one_file(memory_source{"a.png", "%PDF-1.4"}), {},
                 "application/pdf, not a picture");
  expect_refused(upload_kind::owner_photo, one_file(picture("a.png", 199, 300)), {},
                 "199x300 pixels, and VK takes at least 200x200");
  expect_refused(upload_kind::wall_photo, one_file(picture("a.png", 10'000, 300)), {}, "20 times");
  expect_refused(upload_kind::story_photo, one_file(long_document(20'000'000)),
                 upload_options{}.set("add_to_news", 1), "takes at most 10485760");
}

long resident_peak() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  return 0;
}

// A sparse file, larger than all that an emulator keeps.
TEST_F(UploadRun, TakesNoMemoryForTheFile) {
  const http::test::temporary_folder folder;
  const auto path = folder.path("film.mkv");
  {
    std::ofstream file{path, std::ios::binary};
    file << "\x1A\x45\xDF\xA3";
  }
  constexpr off_t size = off_t{257} << 20U;
  ASSERT_EQ(::truncate(path.c_str(), size), 0);
  auto settings = settings_of(vk);
  // The first upload loads what every upload needs.
  ASSERT_TRUE(upload(long_document(1'000'000)));
  std::ofstream{"/proc/self/clear_refs"} << 5;
  const auto before = resident_peak();
  const auto outcome = upload_by_thread(settings, upload_kind::video, one_file(file_source{path}),
                                        upload_options{}.set("name", "Film"));
  ASSERT_TRUE(outcome) << outcome.error();
#ifdef __SANITIZE_ADDRESS__
  // The sanitizer keeps freed memory for a while.
  constexpr long most = 65'536;
#else
  constexpr long most = 4096;
#endif
  // The emulator, in this process, reads it in blocks as well.
  EXPECT_LT(resident_peak() - before, most) << "KiB";
}

}  // namespace
}  // namespace vkxx::test

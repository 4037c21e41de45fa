// Bodies of answers that go to a sink.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <tuple>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/process.hpp"
#include "integration/http/servers/raw_server.hpp"
#include "integration/http/servers/streams.hpp"

namespace vkxx::http::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

request download(std::string url, std::shared_ptr<body_sink> sink) {
  request message{"GET", std::move(url)};
  message.sink(std::move(sink)).timeout(60s);
  return message;
}

raw_server::script answering(const char* status, std::string body) {
  return once(std::string{"HTTP/1.1 "} + status +
              "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

// Sends a part of a large body and waits for the end.
raw_server::script stuck() {
  return [](raw_connection& peer, raw_server& server) -> asio::awaitable<void> {
    co_await peer.read_request();
    co_await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + pattern(0, 1000));
    server.count_request();
    co_await peer.wait_for_close();
  };
}

std::string text_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::ptrdiff_t files_in(const temporary_folder& folder) {
  const std::filesystem::directory_iterator files{folder.path()};
  return std::distance(begin(files), end(files));
}

TEST(Download, GoesToTheSink) {
  const auto body = pattern(0, 2'000'000);
  for (const std::size_t buffer : {0UL, 1024UL, 1UL << 20U}) {
    raw_server server{answering("200 OK", body)};
    const auto sink = std::make_shared<text_sink>();
    auto message = download(server.url(), sink);
    message.receive_buffer(buffer);
    // The transport's limit is for answers that it holds in memory.
    transport_options options;
    options.max_answer_size(100);
    transport_under_test transport{options};
    const auto outcome = transport.send(std::move(message));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->status, 200);
    EXPECT_EQ(outcome->body, "");
    EXPECT_EQ(sink->text, body);
    EXPECT_EQ(std::tuple(sink->begun, sink->committed, sink->discarded), std::tuple(1, 1, 0));
  }
}

TEST(Download, EmptyBodyIsOne) {
  raw_server server{once("HTTP/1.1 204 No Content\r\n\r\n")};
  const auto sink = std::make_shared<text_sink>();
  transport_under_test transport;
  const auto outcome = transport.send(download(server.url(), sink));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(std::tuple(sink->begun, sink->committed, sink->discarded), std::tuple(1, 1, 0));
}

TEST(Download, OnlyTheAnswerOfSuccessGoesToTheSink) {
  for (const char* const status :
       {"302 Found", "404 Not Found", "413 Too Large", "500 Oops", "304 Not Modified"}) {
    SCOPED_TRACE(status);
    const std::string body = std::string{status}.starts_with("304") ? "" : "a page";
    raw_server server{answering(status, body)};
    const auto sink = std::make_shared<text_sink>();
    auto message = download(server.url(), sink);
    transport_under_test transport;
    const auto outcome = transport.send(std::move(message));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->body, body);
    EXPECT_EQ(std::tuple(sink->begun, sink->committed, sink->discarded), std::tuple(0, 0, 0));
  }
}

TEST(Download, PageOfAnErrorHasTheTransportsLimit) {
  raw_server server{answering("404 Not Found", pattern(0, 101))};
  const auto sink = std::make_shared<text_sink>();
  transport_options options;
  options.max_answer_size(100);
  transport_under_test transport{options};
  const auto outcome = transport.send(download(server.url(), sink));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), errc::answer_too_large);
  EXPECT_EQ(sink->begun, 0);
}

TEST(Download, LimitOfTheRequestHoldsForTheSink) {
  const auto sink = std::make_shared<text_sink>();
  for (const std::size_t limit : {100'000UL, 99'999UL}) {
    raw_server server{answering("200 OK", pattern(0, 100'000))};
    auto message = download(server.url(), sink);
    message.max_answer_size(limit);
    transport_under_test transport;
    const auto outcome = transport.send(std::move(message));
    EXPECT_EQ(outcome.has_value(), limit == 100'000);
    if (outcome) continue;
    EXPECT_EQ(outcome.error().code(), errc::answer_too_large) << outcome.error();
    EXPECT_THAT(outcome.error().message(), HasSubstr("99999 bytes"));
  }
  EXPECT_EQ(std::tuple(sink->begun, sink->committed, sink->discarded), std::tuple(2, 1, 1));
}

TEST(Download, SinkThatFailsEndsTheExchange) {
  const std::tuple<sink_fault, const char*> faults[] = {{sink_fault::begin, "begin failed"},
                                                        {sink_fault::write, "write failed"},
                                                        {sink_fault::commit, "commit failed"},
                                                        {sink_fault::exception, "write threw"}};
  for (const auto& [fault, text] : faults) {
    raw_server server{answering("200 OK", pattern(0, 100'000))};
    const auto sink = std::make_shared<text_sink>(fault);
    transport_under_test transport;
    const auto outcome = transport.send(download(server.url(), sink));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), errc::body_failed) << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
    EXPECT_THAT(outcome.error().message(), HasSubstr(text));
    EXPECT_EQ(std::tuple(sink->begun, sink->committed, sink->discarded), std::tuple(1, 0, 1));
  }
}

TEST(Download, FullDiskEndsTheExchange) {
  raw_server server{answering("200 OK", pattern(0, 100'000))};
  transport_under_test transport;
  const auto outcome = transport.send(download(server.url(), *make_file_sink("/dev/full")));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), errc::body_failed);
  EXPECT_THAT(outcome.error().message(),
              HasSubstr("/dev/full: it cannot be written: No space left on device"));
}

TEST(Download, FileAppearsWhenItIsWhole) {
  const temporary_folder folder;
  const auto path = folder.path("cat.jpg");
  folder.write("cat.jpg", "an older cat");
  const auto body = pattern(0, 300'000);
  transport_under_test transport;
  {
    raw_server server{once("HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + body)};
    const auto sink = make_file_sink(path);
    const auto outcome = transport.send(download(server.url(), *sink));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), errc::truncated_answer);
    EXPECT_EQ(text_of(path), "an older cat");
    EXPECT_EQ(files_in(folder), 1) << "half a body was left behind";
  }
  raw_server server{answering("200 OK", body)};
  const auto outcome = transport.send(download(server.url(), *make_file_sink(path)));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(text_of(path), body);
  EXPECT_EQ(files_in(folder), 1);
}

TEST(Download, CanBeCancelledAndEndsWithItsTransport) {
  for (const bool destroy : {false, true}) {
    const temporary_folder folder;
    raw_server server{stuck()};
    transport_under_test transport;
    auto& context = transport.context();
    auto sink = make_file_sink(folder.path("cat.jpg")).value();
    const std::weak_ptr<body_sink> alive = sink;
    pending_exchange exchange{context.get_executor(), transport.get(),
                              download(server.url(), std::move(sink))};
    ASSERT_TRUE(run_until(context, [&] { return files_in(folder) == 1; }));
    if (destroy) transport.destroy();
    if (!destroy) exchange.cancel();
    ASSERT_TRUE(run_until(context, [&] { return exchange.done(); }));
    ASSERT_FALSE(exchange.outcome());
    EXPECT_EQ(exchange.outcome().error().code(), errc::cancelled);
    EXPECT_EQ(exchange.outcome().error().effect(), request_effect::unknown);
    EXPECT_EQ(files_in(folder), 0);
    EXPECT_TRUE(run_until(context, [&] { return alive.expired(); }));
  }
}

TEST(Download, EndsWithItsContext) {
  raw_server server{stuck()};
  const auto sink = std::make_shared<text_sink>();
  {
    transport_under_test transport;
    auto& context = transport.context();
    const pending_exchange exchange{context.get_executor(), transport.get(),
                                    download(server.url(), sink)};
    ASSERT_TRUE(run_until(context, [&] { return !sink->text.empty(); }));
  }
  EXPECT_EQ(sink.use_count(), 1);
  EXPECT_EQ(std::tuple(sink->begun, sink->committed, sink->discarded), std::tuple(1, 0, 1));
}

TEST(Download, EndsWithItsDeadline) {
  raw_server server{stuck()};
  const auto sink = std::make_shared<text_sink>();
  auto message = download(server.url(), sink);
  message.deadline(std::chrono::steady_clock::now() + 100ms);
  transport_under_test transport;
  const auto outcome = transport.send(std::move(message));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), errc::deadline_exceeded);
  EXPECT_EQ(sink->discarded, 1);
}

}  // namespace
}  // namespace vkxx::http::test

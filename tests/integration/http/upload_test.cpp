// Bodies of requests that stream, over real sockets, and everything that can happen on their way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <vkxx/http/multipart.hpp>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/process.hpp"
#include "integration/http/servers/raw_server.hpp"
#include "integration/http/servers/streams.hpp"

namespace vkxx::http::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto not_sent = request_effect::not_sent;
constexpr auto unknown = request_effect::unknown;

request upload_to(std::string url, std::shared_ptr<const body_source> source,
                  std::string method = "POST") {
  request message{std::move(method), std::move(url)};
  message.body(std::move(source), "application/octet-stream").timeout(60s);
  return message;
}

std::shared_ptr<generated_source> endless() {
  return std::make_shared<generated_source>(too_much_for_sockets);
}

// Reads the head, and no more until `listens`; then until the peer closes.
raw_server::script deaf(const std::atomic<bool>& listens) {
  return [&listens](raw_connection& peer, raw_server& server) -> asio::awaitable<void> {
    co_await peer.read_head();
    server.count_request();
    asio::steady_timer look{co_await asio::this_coro::executor};
    while (!listens) {
      look.expires_after(1ms);
      co_await look.async_wait(asio::use_awaitable);
    }
    co_await peer.wait_for_close();
  };
}

std::string answer_with(const char* status, std::string body = "{}") {
  return std::string{"HTTP/1.1 "} + status + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

void expect_failure(const result<response>& outcome, errc code, request_effect effect) {
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), code) << outcome.error();
  EXPECT_EQ(outcome.error().effect(), effect) << outcome.error();
}

TEST(Upload, SendsEveryMethodWithABody) {
  std::string seen;
  raw_server server{[&seen](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    for (;;) {
      auto request = co_await peer.read_request();
      if (request.empty()) co_return;
      seen = std::move(request);
      counted.count_request();
      co_await peer.reply("{}");
    }
  }};
  int sent = 0;
  transport_under_test transport;
  for (const std::size_t size : {0UL, 1UL, 1000UL, 65536UL, 300'000UL, 3'000'000UL}) {
    for (const char* const method : {"POST", "PUT", "DELETE", "GET", "PATCH"}) {
      for (const bool streams : {true, false}) {
        SCOPED_TRACE(std::string{method} + ' ' + std::to_string(size));
        request message{method, server.url("/upload")};
        if (streams) message.body(std::make_shared<generated_source>(size), "image/png");
        if (!streams) message.body(pattern(0, size), "image/png");
        const auto outcome = transport.send(std::move(message));
        ASSERT_TRUE(outcome) << outcome.error();
        ++sent;
        ASSERT_TRUE(server.wait_until([&] { return server.requests() == sent; }));
        EXPECT_THAT(seen, StartsWith(std::string{method} + " /upload HTTP/1.1\r\n"));
        const auto body = seen.find("\r\n\r\n") + 4;
        const auto head = seen.substr(0, body);
        EXPECT_EQ(seen.substr(body), pattern(0, size));
        EXPECT_THAT(head, HasSubstr("\r\nContent-Type: image/png\r\n"));
        EXPECT_THAT(head, Not(HasSubstr("Expect")));
        EXPECT_THAT(head, Not(HasSubstr("Transfer-Encoding")));
        if (size == 0 && std::string_view{method} == "GET") continue;
        EXPECT_THAT(head, HasSubstr("\r\nContent-Length: " + std::to_string(size) + "\r\n"));
      }
    }
  }
  EXPECT_EQ(server.accepted(), 1);
}

TEST(Upload, DoesNotHoldTheBody) {
  bool whole = false;
  raw_server server{[&whole](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    co_await peer.read_head();
    whole = co_await peer.skip(too_much_for_sockets);
    co_await peer.reply("{}");
  }};
  transport_under_test transport;
  const auto source = endless();
  const auto outcome = transport.send(upload_to(server.url(), source));
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_TRUE(whole);
  EXPECT_EQ(source->opened(), 1);
  EXPECT_LE(source->largest_buffer(), std::size_t{512} << 10U);
}

TEST(Upload, SendsAForm) {
  const temporary_folder folder;
  folder.write("cat.jpg", pattern(5, 200'000));
  std::string seen;
  raw_server server{[&seen](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    seen = co_await peer.read_request();
    co_await peer.reply("{}");
  }};
  multipart form;
  form.add_field("caption", "a cat\n");
  form.add_file("photo", "cat.jpg", "image/jpeg", *make_file_source(folder.path("cat.jpg")));
  request message{"POST", server.url()};
  message.body(form);
  transport_under_test transport;
  const auto outcome = transport.send(std::move(message));
  ASSERT_TRUE(outcome) << outcome.error();
  const auto text = read_all(*form.source());
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: " + form.content_type() + "\r\n"));
  EXPECT_TRUE(seen.ends_with("\r\n\r\n" + text.value()));
  EXPECT_THAT(seen, HasSubstr(pattern(5, 200'000)));
}

TEST(Upload, FileThatIsGoneSendsNothing) {
  const temporary_folder folder;
  folder.write("cat.jpg", "meow");
  const auto source = make_file_source(folder.path("cat.jpg"));
  ASSERT_TRUE(source) << source.error();
  raw_server server{always("{}")};
  transport_under_test transport;
  std::filesystem::remove(folder.path("cat.jpg"));
  const auto gone = transport.send(upload_to(server.url(), *source));
  expect_failure(gone, errc::body_failed, not_sent);
  EXPECT_THAT(gone.error().message(), HasSubstr(folder.path("cat.jpg") + ": it cannot be opened"));
  folder.write("cat.jpg", "meow, meow");
  const auto grown = transport.send(upload_to(server.url(), *source));
  expect_failure(grown, errc::body_failed, not_sent);
  EXPECT_THAT(grown.error().message(), HasSubstr("its size changed from 4 to 10 bytes"));
  EXPECT_EQ(server.accepted(), 0);
}

TEST(Upload, FileThatChangesItsSizeIsNeverSentAsAWhole) {
  for (const std::uint64_t new_size : {too_much_for_sockets / 2, too_much_for_sockets + 1}) {
    const temporary_folder folder;
    const auto path = folder.path("video.mp4");
    folder.write("video.mp4", "");
    std::filesystem::resize_file(path, too_much_for_sockets);
    bool whole = false;
    raw_server server{[&whole](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
      co_await peer.read_head();
      whole = co_await peer.skip(too_much_for_sockets);
    }};
    auto message = upload_to(server.url(), *make_file_source(path));
    message.on_progress([path, new_size](const transfer_progress& progress) {
      if (progress.sent > 0) std::filesystem::resize_file(path, new_size);
    });
    transport_under_test transport;
    const auto outcome = transport.send(std::move(message));
    expect_failure(outcome, errc::body_failed, unknown);
    EXPECT_THAT(outcome.error().message(), HasSubstr(path + ": its size changed from 67108864 to " +
                                                     std::to_string(new_size)));
    EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
    EXPECT_FALSE(whole);
  }
}

TEST(Upload, SourceThatFailsEndsTheExchange) {
  using fault = source_fault;
  const std::tuple<source_fault, const char*> faults[] = {
      {fault::error, "the reader failed"},
      {fault::exception, "threw an exception: the reader threw"},
      {fault::foreign_exception, "threw something"},
      {fault::end, "the body ended after 1000000 of 2000000 bytes"}};
  for (const auto& [kind, text] : faults) {
    bool whole = false;
    raw_server server{[&whole](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
      co_await peer.read_head();
      whole = co_await peer.skip(2'000'000);
    }};
    const auto source = std::make_shared<generated_source>(2'000'000);
    source->fail(1'000'000, kind);
    transport_under_test transport;
    const auto outcome = transport.send(upload_to(server.url(), source));
    expect_failure(outcome, errc::body_failed, unknown);
    EXPECT_THAT(outcome.error().message(), HasSubstr(text));
    EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
    EXPECT_FALSE(whole);
    EXPECT_EQ(source->opened(), 1);
  }
}

TEST(Upload, ServerThatClosesInTheMiddleLeavesItUnknown) {
  for (const bool reset : {false, true}) {
    raw_server server{[reset](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
      co_await peer.read_head();
      counted.count_request();
      co_await peer.skip(100'000);
      if (reset) peer.reset();
    }};
    transport_under_test transport;
    const auto source = endless();
    const auto outcome = transport.send(upload_to(server.url(), source));
    expect_failure(outcome, errc::connection_lost, unknown);
    EXPECT_EQ(source->opened(), 1);
    EXPECT_EQ(server.requests(), 1);
  }
}

// A connection that served a request before: libcurl would repeat the next one by itself.
TEST(Upload, NeverGoesTwiceOverADyingConnection) {
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    co_await peer.read_request();
    co_await peer.reply("{}");
    co_await peer.read_head();
    counted.count_request();
    co_await peer.skip(1'000'000);
    peer.reset();
  }};
  for (const std::uint64_t size : {std::uint64_t{1'000'000}, too_much_for_sockets}) {
    transport_under_test transport;
    const auto before = server.requests();
    ASSERT_TRUE(transport.send(post_to(server.url())));
    const auto source = std::make_shared<generated_source>(size);
    expect_failure(transport.send(upload_to(server.url(), source)), errc::connection_lost, unknown);
    EXPECT_EQ(source->opened(), 1);
    EXPECT_EQ(server.requests(), before + 1);
  }
}

// The server reads what still comes, as nginx does.
TEST(Upload, AnswerBeforeTheBodyWasReadIsDelivered) {
  for (const char* const status : {"413 Too Large", "401 Unauthorized", "200 OK", "302 Found"}) {
    SCOPED_TRACE(status);
    raw_server server{[status](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
      co_await peer.read_head();
      co_await peer.write(answer_with(status, "too large"));
      co_await peer.wait_for_close();
    }};
    transport_under_test transport;
    const auto source = endless();
    const auto outcome = transport.send(upload_to(server.url(), source));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(std::to_string(outcome->status), std::string{status}.substr(0, 3));
    EXPECT_EQ(outcome->body, "too large");
  }
}

// What the server has not read makes its end a reset, after which nothing can be written, while the
// answer can still be read.
TEST(Upload, AnswerOfAServerThatClosesAtOnceIsDelivered) {
  for (const char* const status : {"413 Too Large", "200 OK"}) {
    SCOPED_TRACE(status);
    std::atomic<bool> answers = false;
    raw_server server{[&](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
      co_await peer.read_head();
      counted.count_request();
      asio::steady_timer look{co_await asio::this_coro::executor};
      while (!answers) {
        look.expires_after(1ms);
        co_await look.async_wait(asio::use_awaitable);
      }
      co_await peer.write(answer_with(status, "too large"));
    }};
    transport_under_test transport;
    auto& context = transport.context();
    pending_exchange exchange{context.get_executor(), transport.get(),
                              upload_to(server.url(), endless())};
    ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1; }));
    while (context.poll() > 0) continue;  // until nothing more can be written
    answers = true;
    ASSERT_TRUE(server.wait_until([&] { return server.open() == 0; }));
    ASSERT_TRUE(run_until(context, [&] { return exchange.done(); }));
    ASSERT_TRUE(exchange.outcome()) << exchange.outcome().error();
    EXPECT_EQ(exchange.outcome()->body, "too large");
  }
}

TEST(Upload, CanBeCancelled) {
  std::atomic<bool> listens = false;
  raw_server server{deaf(listens)};
  transport_under_test transport;
  auto& context = transport.context();
  auto source = endless();
  const std::weak_ptr<generated_source> alive = source;
  pending_exchange exchange{context.get_executor(), transport.get(),
                            upload_to(server.url(), std::move(source))};
  ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1; }));
  EXPECT_FALSE(alive.expired());
  exchange.cancel();
  ASSERT_TRUE(run_until(context, [&] { return exchange.done(); }));
  expect_failure(exchange.outcome(), errc::cancelled, unknown);
  EXPECT_TRUE(run_until(context, [&] { return alive.expired(); }));
  listens = true;
  EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
}

TEST(Upload, EndsWithItsTransport) {
  std::atomic<bool> listens = false;
  raw_server server{deaf(listens)};
  transport_under_test transport;
  auto& context = transport.context();
  auto source = endless();
  const std::weak_ptr<generated_source> alive = source;
  pending_exchange exchange{context.get_executor(), transport.get(),
                            upload_to(server.url(), std::move(source))};
  ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1; }));
  transport.destroy();
  ASSERT_TRUE(exchange.done());
  expect_failure(exchange.outcome(), errc::cancelled, unknown);
  EXPECT_TRUE(alive.expired());
  listens = true;
  EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
}

TEST(Upload, EndsWithItsContext) {
  std::atomic<bool> listens = false;
  raw_server server{deaf(listens)};
  auto source = endless();
  const std::weak_ptr<generated_source> alive = source;
  {
    transport_under_test transport;
    auto& context = transport.context();
    auto message = upload_to(server.url(), std::move(source));
    message.silence_limit(20s);
    const pending_exchange exchange{context.get_executor(), transport.get(), std::move(message)};
    ASSERT_TRUE(run_until(context, [&] { return server.requests() == 1; }));
  }
  EXPECT_TRUE(alive.expired());
  listens = true;
  EXPECT_TRUE(server.wait_until([&] { return server.open() == 0; }));
}

TEST(Upload, EndsWithItsDeadline) {
  std::atomic<bool> listens = false;
  raw_server server{deaf(listens)};
  transport_under_test transport;
  auto message = upload_to(server.url(), endless());
  message.deadline(std::chrono::steady_clock::now() + 100ms);
  expect_failure(transport.send(std::move(message)), errc::deadline_exceeded, unknown);
}

TEST(Upload, SourceMayStartAnExchange) {
  raw_server server{[](raw_connection& peer, raw_server& counted) -> asio::awaitable<void> {
    const auto head = co_await peer.read_head();
    counted.count_request();
    co_await peer.skip(head.find("Content-Length: 100") == std::string::npos ? 0 : 100'000);
    co_await peer.reply("{}");
  }};
  transport_under_test transport;
  auto& context = transport.context();
  const auto source = std::make_shared<generated_source>(100'000);
  std::optional<pending_exchange> other;
  source->on_read([&] {
    if (!other) {
      other.emplace(context.get_executor(), transport.get(), request{"GET", server.url()});
    }
  });
  const auto outcome = transport.send(upload_to(server.url(), source));
  ASSERT_TRUE(outcome) << outcome.error();
  ASSERT_TRUE(other && other->done());
  EXPECT_TRUE(other->outcome()) << other->outcome().error();
  EXPECT_EQ(server.requests(), 2);
}

}  // namespace
}  // namespace vkxx::http::test

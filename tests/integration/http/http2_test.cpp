// What a server of HTTP/2 may say instead of an answer, and what is known then of the request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/http2_server.hpp"
#include "integration/http/servers/streams.hpp"

namespace vkxx::http::test {
namespace {

using peer_script = std::function<asio::awaitable<void>(http2_peer&, std::uint32_t stream)>;

transport_options trusting() {
  transport_options options;
  options.ca_file(http2_server::ca_file());
  return options;
}

asio::awaitable<void> answer(http2_peer& peer, std::uint32_t stream, std::string body = "{}") {
  auto headers = headers_of(stream);
  auto rest = body_of(stream, std::move(body));
  co_await peer.write(std::move(headers));
  co_await peer.write(std::move(rest));
}

asio::awaitable<void> answer_all(http2_peer& peer) {
  for (;;) {
    const auto stream = co_await peer.read_request();
    if (stream == 0) co_return;
    co_await answer(peer, stream);
  }
}

// The first connection answers `before` requests and does as told with the next; the later ones
// answer all.
http2_server::script once_after(int before, peer_script then) {
  return [before, then = std::move(then)](http2_peer& peer, int number) -> asio::awaitable<void> {
    if (number == 0) {
      for (int i = 0; i < before; ++i) {
        const auto stream = co_await peer.read_request();
        co_await answer(peer, stream);
      }
      const auto stream = co_await peer.read_request();
      co_await then(peer, stream);
    }
    co_await answer_all(peer);
  };
}

// How the first connection's last request ends. `before`: 0, a new connection; 1, one that was
// used.
result<response> outcome_of(int before, peer_script then, int* requests) {
  http2_server server{once_after(before, std::move(then))};
  transport_under_test transport{trusting()};
  for (int i = 0; i < before; ++i) {
    const auto first = transport.send(post_to(server.url()));
    EXPECT_TRUE(first) << first.error();
  }
  auto outcome = transport.send(post_to(server.url()));
  *requests = server.requests();
  return outcome;
}

peer_script writing(std::function<std::vector<http2_frame>(std::uint32_t)> frames,
                    bool reset_then) {
  return [frames = std::move(frames), reset_then](http2_peer& peer,
                                                  std::uint32_t stream) -> asio::awaitable<void> {
    std::vector<http2_frame> all = frames(stream);
    for (auto& frame : all) co_await peer.write(std::move(frame));
    if (reset_then) peer.reset();
  };
}

void expect_retry(peer_script then, const char* name) {
  for (const int before : {0, 1}) {
    SCOPED_TRACE(std::string{name} + " after " + std::to_string(before));
    int requests = 0;
    const auto outcome = outcome_of(before, then, &requests);
    EXPECT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(requests, before + 2);
  }
}

void expect_unknown(peer_script then, const char* name) {
  for (const int before : {0, 1}) {
    SCOPED_TRACE(std::string{name} + " after " + std::to_string(before));
    int requests = 0;
    const auto outcome = outcome_of(before, then, &requests);
    ASSERT_FALSE(outcome) << "retried";
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown) << outcome.error();
    EXPECT_EQ(requests, before + 1);
  }
}

// One connection carries three requests at once, although no more connections are allowed.
TEST(Http2, ABoundOfConnectionsLetsStreamsShareThem) {
  constexpr int together = 3;
  http2_server server{[](http2_peer& peer, int) -> asio::awaitable<void> {
    const auto first = co_await peer.read_request();
    co_await answer(peer, first);
    std::vector<std::uint32_t> streams;
    while (streams.size() < together) streams.push_back(co_await peer.read_request());
    for (const auto stream : streams) co_await answer(peer, stream);
    co_await answer_all(peer);
  }};
  auto options = trusting();
  options.max_connections(1);
  transport_under_test transport{options};
  std::vector<request> messages;
  for (int i = 0; i <= together; ++i) {
    // Long polls of several addresses share it, too.
    messages.push_back(post_to(server.url() + std::to_string(i)));
    messages.back().waits_for_events(i % 2 == 1);
  }
  for (const auto& outcome : transport.send_all(std::move(messages))) {
    EXPECT_TRUE(outcome) << outcome.error();
  }
  EXPECT_EQ(server.accepted(), 1);
}

TEST(Http2, RefusedStreamIsRetried) {
  const auto refuse = [](std::uint32_t stream) {
    return std::vector{reset_of(stream, http2_error::refused_stream)};
  };
  expect_retry(writing(refuse, false), "REFUSED_STREAM");
}

TEST(Http2, StreamBeyondTheLastOfGoawayIsRetried) {
  for (const auto error : {http2_error::no_error, http2_error::enhance_your_calm}) {
    const auto leave = [error](std::uint32_t stream) {
      return std::vector{goaway(stream < 2 ? 0 : stream - 2, error)};
    };
    expect_retry(writing(leave, false), "GOAWAY below the stream");
  }
  // As nginx announces it: first all streams, then the last one.
  const auto graceful = [](std::uint32_t stream) {
    return std::vector{goaway(0x7fffffff), goaway(stream < 2 ? 0 : stream - 2)};
  };
  expect_retry(writing(graceful, false), "two GOAWAYs");
}

// A stream that GOAWAY counts in, or that ended for another reason, may have been executed.
TEST(Http2, WhatMayHaveBeenExecutedIsNeverRetried) {
  using frames = std::vector<http2_frame>;
  for (const bool reset : {false, true}) {
    for (const auto error :
         {http2_error::no_error, http2_error::protocol_error, http2_error::internal_error,
          http2_error::cancel, http2_error::enhance_your_calm, http2_error::http_1_1_required}) {
      SCOPED_TRACE("error " + std::to_string(error) + (reset ? ", reset" : ""));
      const auto end = [error](std::uint32_t stream) { return frames{reset_of(stream, error)}; };
      expect_unknown(writing(end, reset), "RST_STREAM");
      const auto leave = [error](std::uint32_t stream) {
        return frames{goaway(stream, error), reset_of(stream, http2_error::internal_error)};
      };
      expect_unknown(writing(leave, reset), "GOAWAY that counts the stream in");
    }
  }
}

TEST(Http2, ConnectionThatDiesAfterTheRequestLeavesItUnknown) {
  const auto nothing = [](std::uint32_t) { return std::vector<http2_frame>{}; };
  expect_unknown(writing(nothing, true), "reset");
  const auto counted_in = [](std::uint32_t stream) { return std::vector{goaway(stream)}; };
  expect_unknown(writing(counted_in, true), "GOAWAY that counts the stream in, then a reset");
}

TEST(Http2, NonsenseAfterTheRequestLeavesItUnknown) {
  const auto nonsense = [](http2_peer& peer, std::uint32_t) -> asio::awaitable<void> {
    co_await peer.write_bytes(std::string(64, '\x01'));
  };
  expect_unknown(nonsense, "frames that make no sense");
}

// Others of the connection are refused, and then nonsense ends it: of the one that may have been
// executed nothing is known.
TEST(Http2, RefusalOfOneStreamSaysNothingOfAnother) {
  http2_server server{[](http2_peer& peer, int number) -> asio::awaitable<void> {
    if (number == 0) {
      const auto warm_up = co_await peer.read_request();
      co_await answer(peer, warm_up);
      co_await peer.read_request();
      const auto refused = co_await peer.read_request();
      auto refusal = reset_of(refused, http2_error::refused_stream);
      co_await peer.write(std::move(refusal));
      co_await peer.write_bytes(std::string(64, '\x01'));
    }
    co_await answer_all(peer);
  }};
  transport_under_test transport{trusting()};
  ASSERT_TRUE(transport.send(post_to(server.url())));
  std::vector<request> messages;
  for (int i = 0; i < 2; ++i) {
    messages.push_back(std::move(post_to(server.url()).timeout(std::chrono::milliseconds{500})));
  }
  const auto outcomes = transport.send_all(std::move(messages));
  ASSERT_FALSE(outcomes[0]);
  EXPECT_EQ(outcomes[0].error().effect(), request_effect::unknown) << outcomes[0].error();
}

// An answer that had begun shows that the request was processed, whatever comes then.
TEST(Http2, RefusalAfterTheAnswerBeganIsNotBelieved) {
  const auto late = [](std::uint32_t stream) {
    return std::vector{headers_of(stream), reset_of(stream, http2_error::refused_stream)};
  };
  expect_unknown(writing(late, false), "REFUSED_STREAM after the headers");
}

// libcurl remembers a refusal in its handle. The next exchange must not inherit it.
TEST(Http2, RefusalIsForgottenWithItsExchange) {
  http2_server server{[](http2_peer& peer, int number) -> asio::awaitable<void> {
    const auto first = co_await peer.read_request();
    if (number == 0) {
      auto headers = headers_of(first);
      co_await peer.write(std::move(headers));
      auto refusal = reset_of(first, http2_error::refused_stream);
      co_await peer.write(std::move(refusal));
      co_await peer.wait_for_close();
    } else if (number == 1) {
      co_await answer(peer, first);
      co_await peer.read_request();
      peer.reset();
    } else {
      co_await answer(peer, first);
    }
  }};
  transport_under_test transport{trusting()};
  EXPECT_FALSE(transport.send(post_to(server.url())));
  EXPECT_TRUE(transport.send(post_to(server.url())));
  const auto third = transport.send(post_to(server.url()));
  ASSERT_FALSE(third) << "retried";
  EXPECT_EQ(third.error().effect(), request_effect::unknown) << third.error();
}

TEST(Http2, ServerThatRefusesAlwaysEndsAsNotSent) {
  http2_server server{[](http2_peer& peer, int) -> asio::awaitable<void> {
    for (;;) {
      const auto stream = co_await peer.read_request();
      if (stream == 0) co_return;
      auto refusal = reset_of(stream, http2_error::refused_stream);
      co_await peer.write(std::move(refusal));
    }
  }};
  transport_under_test transport{trusting()};
  const auto outcome = transport.send(post_to(server.url()));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent) << outcome.error();
  EXPECT_LE(server.accepted(), 12);
}

// Once libcurl repeats it by itself, once the transport: a `GOAWAY` is not known to libcurl as a
// refusal.
TEST(Http2, RefusedUploadBeginsAtTheFront) {
  constexpr std::size_t size = 1'000'000;
  for (const bool whole_connection : {false, true}) {
    for (const bool with_body : {false, true}) {
      std::string body;
      http2_server server{[&](http2_peer& peer, int number) -> asio::awaitable<void> {
        const auto stream = co_await peer.read_first(frame_type::headers);
        if (number == 0) {
          if (with_body) co_await peer.read_first(frame_type::data);
          auto refusal =
              whole_connection ? goaway(0) : reset_of(stream, http2_error::refused_stream);
          co_await peer.write(std::move(refusal));
          co_await peer.wait_for_close();
        } else {
          co_await peer.open_window(stream);
          co_await peer.read_request();
          body = peer.body();
          co_await answer(peer, stream);
          co_await answer_all(peer);
        }
      }};
      const auto source = std::make_shared<generated_source>(size);
      request message{"POST", server.url()};
      message.body(source, "image/png");
      transport_under_test transport{trusting()};
      const auto outcome = transport.send(std::move(message));
      ASSERT_TRUE(outcome) << outcome.error();
      EXPECT_EQ(body, pattern(0, size));
      EXPECT_EQ(server.requests(), 1);
      EXPECT_LE(source->opened(), 2);
      EXPECT_GE(source->opened(), with_body ? 2 : 1);
    }
  }
}

// The body stops at the end of the window.
TEST(Http2, AnswerBeforeTheBodyWasReadIsDelivered) {
  http2_server server{[](http2_peer& peer, int) -> asio::awaitable<void> {
    for (;;) {
      const auto stream = co_await peer.read_first(frame_type::headers);
      co_await answer(peer, stream, "too large");
      auto enough = reset_of(stream, http2_error::no_error);
      co_await peer.write(std::move(enough));
    }
  }};
  transport_under_test transport{trusting()};
  for (int i = 0; i < 3; ++i) {
    request message{"POST", server.url()};
    message.body(std::make_shared<generated_source>(1'000'000), "image/png");
    const auto outcome = transport.send(std::move(message));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->body, "too large");
  }
}

TEST(Http2, SilenceEndsAnUploadWhoseWindowStaysClosed) {
  http2_server server{[](http2_peer& peer, int) -> asio::awaitable<void> {
    co_await peer.read_first(frame_type::headers);
    co_await peer.wait_for_close();
  }};
  transport_under_test transport{trusting()};
  request message{"POST", server.url()};
  message.body(std::make_shared<generated_source>(1'000'000), "image/png");
  message.silence_limit(std::chrono::milliseconds{200});
  const auto outcome = transport.send(std::move(message));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), errc::timeout) << outcome.error();
  EXPECT_THAT(outcome.error().message(), testing::HasSubstr("no byte was sent or received"));
}

}  // namespace
}  // namespace vkxx::http::test

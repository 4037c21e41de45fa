// Which lines of libcurl's log say that a request was refused unprocessed.
#include "http/curl/http2_stream_log.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace vkxx::http {
namespace {

using namespace vkxx::http::detail;

std::shared_ptr<http2_connection> connection() {
  return std::make_shared<http2_connection>();
}

bool refused_by(std::initializer_list<std::string_view> lines) {
  http2_stream_log log;
  log.begin_attempt(connection());
  for (const auto line : lines) log.read(line);
  return log.refused();
}

TEST(Http2StreamLog, NothingIsKnownWithoutALineThatSaysSo) {
  EXPECT_FALSE(refused_by({}));
  EXPECT_FALSE(refused_by({"Using Stream ID: 1 (easy handle 0x55)", "Connection died"}));
  EXPECT_FALSE(refused_by({"Connection died, retrying a fresh connect (retry count: 1)"}));
  EXPECT_FALSE(refused_by({"HTTP/2 stream 3 was not closed cleanly: CANCEL (err 8)"}));
  EXPECT_FALSE(refused_by({" subject: CN=REFUSED_STREAM, retrying a fresh connect"}));
}

TEST(Http2StreamLog, RefusedStream) {
  EXPECT_TRUE(refused_by({"REFUSED_STREAM, retrying a fresh connect\n"}));
  EXPECT_TRUE(refused_by({"HTTP/2 stream 5 refused by server, try again on a new connection"}));
}

TEST(Http2StreamLog, StreamBeyondTheLastOfGoaway) {
  for (const std::string_view opened :
       {"Using Stream ID: 5 (easy handle 0x5)", "[HTTP/2] [5] OPENED stream for https://x/"}) {
    EXPECT_TRUE(refused_by({opened, "recveived GOAWAY, error=0, last_stream=3"}));
    EXPECT_TRUE(refused_by({opened, "received GOAWAY, error=11, last_stream=0"}));
    EXPECT_FALSE(refused_by({opened, "recveived GOAWAY, error=0, last_stream=5"}));
    EXPECT_FALSE(refused_by({opened, "recveived GOAWAY, error=0, last_stream=2147483647"}));
    EXPECT_TRUE(refused_by({opened, "recveived GOAWAY, error=0, last_stream=2147483647",
                            "recveived GOAWAY, error=0, last_stream=3"}));
    EXPECT_FALSE(refused_by({opened, "recveived GOAWAY, error=0, last_stream="}));
  }
}

TEST(Http2StreamLog, GoawayOfAnotherConnectionSaysNothing) {
  EXPECT_FALSE(refused_by({"recveived GOAWAY, error=0, last_stream=1", "Using Stream ID: 3 (x)"}));
  http2_stream_log log;
  log.begin_attempt(connection());
  log.read("Using Stream ID: 3 (x)");
  log.read("recveived GOAWAY, error=0, last_stream=1");
  EXPECT_TRUE(log.refused());
  EXPECT_TRUE(log.connection_used_up());
  log.begin_attempt(connection());
  EXPECT_FALSE(log.refused());
  log.begin_attempt(nullptr);  // HTTP/1.1
  log.read("Using Stream ID: 3 (x)");
  log.read("recveived GOAWAY, error=0, last_stream=1");
  EXPECT_FALSE(log.refused());
}

// libcurl shows GOAWAY to one of the connection's requests only.
TEST(Http2StreamLog, RequestsOfAConnectionShareItsLastStream) {
  const auto shared = connection();
  http2_stream_log first;
  http2_stream_log second;
  first.begin_attempt(shared);
  second.begin_attempt(shared);
  first.read("Using Stream ID: 1 (x)");
  second.read("Using Stream ID: 3 (x)");
  first.read("recveived GOAWAY, error=0, last_stream=1");
  EXPECT_FALSE(first.refused());
  EXPECT_TRUE(second.refused());
}

TEST(Http2StreamLog, ConnectionThatServedNobodyIsNotUsedUp) {
  http2_stream_log log;
  log.begin_attempt(connection());
  log.read("Using Stream ID: 1 (x)");
  log.read("recveived GOAWAY, error=0, last_stream=0");
  EXPECT_TRUE(log.refused());
  EXPECT_FALSE(log.connection_used_up());
}

}  // namespace
}  // namespace vkxx::http

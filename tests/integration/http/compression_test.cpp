// Compressed answers, and those that unpack to far more than was asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include <array>
#include <vector>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"

namespace vkxx::http::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view plain = R"({"response":"compressed compressed compressed"})";

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string{digits.substr(i, 2)}, nullptr, 16)));
  }
  return bytes;
}

// `plain` as the usual programs pack it.
const std::string gzip_bytes = from_hex(
    "1f8b0800000000000203ab562a4a2d2ec8cf2b4e55b2524acecf2d284a2d2e4e4d51c0ca54aa0500c5257d642f0000"
    "00");
const std::string deflate_bytes =
    from_hex("78daab562a4a2d2ec8cf2b4e55b2524acecf2d284a2d2e4e4d51c0ca54aa0500ac4b1209");
const std::string brotli_bytes = from_hex(
    "1b2e00f88dc43826f14275224a91b6bdd6197bebd3925852cb3032803"
    "3ec7105ac3d0f03");
const std::string zstd_bytes = from_hex(
    "28b52ffd0468050100d07b22726573706f6e7365223a22636f6d7072657373656420227d0100f82b63802caabf");

std::string answer_of(std::string_view coding, std::string_view body) {
  std::string answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: ";
  answer.append(coding).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  return answer.append("\r\n\r\n").append(body);
}

result<response> unpacked(std::string_view coding, std::string_view body,
                          transport_options options = {}) {
  raw_server server{once(answer_of(coding, body))};
  transport_under_test transport{std::move(options)};
  return transport.send(post_to(server.url()));
}

TEST(Compression, IsOfferedInTheCodingsThatAreUnderstood) {
  std::string seen;
  raw_server server{[&seen](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    seen = co_await peer.read_request();
    co_await peer.reply("{}");
  }};
  transport_under_test transport;
  ASSERT_TRUE(transport.send(post_to(server.url())));
  EXPECT_THAT(seen, HasSubstr("\r\nAccept-Encoding: gzip, br\r\n"));
}

// In turns, over one handle of libcurl; the server compresses both answers all the same.
TEST(Compression, IsOfferedAsTheRequestSays) {
  std::vector<std::string> seen;
  raw_server server{[&seen](raw_connection& peer, raw_server&) -> asio::awaitable<void> {
    for (int i = 0; i != 3; ++i) {
      seen.push_back(co_await peer.read_request());
      co_await peer.write(answer_of("gzip", gzip_bytes));
    }
  }};
  transport_under_test transport;
  for (const bool on : {true, false, true}) {
    auto message = post_to(server.url());
    message.may_be_compressed(on);
    const auto outcome = transport.send(std::move(message));
    ASSERT_TRUE(outcome) << outcome.error();
    EXPECT_EQ(outcome->body, plain);
  }
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_THAT(seen[0], HasSubstr("\r\nAccept-Encoding: gzip, br\r\n"));
  EXPECT_THAT(seen[1], HasSubstr("\r\nAccept-Encoding: identity\r\n"));
  EXPECT_THAT(seen[2], HasSubstr("\r\nAccept-Encoding: gzip, br\r\n"));
}

TEST(Compression, EachCodingIsUnpacked) {
  const std::pair<const char*, const std::string&> packed[] = {
      {"gzip", gzip_bytes}, {"deflate", deflate_bytes}, {"br", brotli_bytes}, {"zstd", zstd_bytes}};
  for (const auto& [coding, bytes] : packed) {
    const auto outcome = unpacked(coding, bytes);
    ASSERT_TRUE(outcome) << coding << ": " << outcome.error();
    EXPECT_EQ(outcome->body, plain) << coding;
    EXPECT_NE(bytes, plain);
  }
}

TEST(Compression, WhatCannotBeUnpackedIsNamed) {
  for (const auto* const coding : {"gzip", "deflate", "br", "zstd"}) {
    const auto outcome = unpacked(coding, "\xff\xff\xff\xff");
    ASSERT_FALSE(outcome) << coding << ": " << outcome->body;
    EXPECT_EQ(outcome.error().code(), errc::malformed_answer) << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
  }
}

// The most memory that this process ever had, in MiB.
long peak_memory() {
  rusage used{};
  return ::getrusage(RUSAGE_SELF, &used) == 0 ? used.ru_maxrss / 1024 : 0;
}

constexpr std::size_t bomb_size = std::size_t{64} << 20U;

// `bomb_size` zeros, packed piece by piece.
std::string gzip_bomb() {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::array<unsigned char, 1U << 16U> zeros{};
  std::array<unsigned char, 1U << 16U> packed{};
  std::string bomb;
  for (std::size_t done = 0; done < bomb_size;) {
    done += zeros.size();
    stream.next_in = zeros.data();
    stream.avail_in = static_cast<uInt>(zeros.size());
    stream.next_out = packed.data();
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, done < bomb_size ? Z_NO_FLUSH : Z_FINISH);
    bomb.append(reinterpret_cast<const char*>(packed.data()), packed.size() - stream.avail_out);
  }
  deflateEnd(&stream);
  return bomb;
}

// `bomb_size` zeros once more: 102 bytes.
const std::string brotli_bomb = from_hex(
    "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3ffeffffc13f0110"
    "870500baf77ffcffff837f02200e0b0074effff8ffff07ff04401c1600e8defff1ffff0ffe0980382c00d0bdffcbff"
    "ff3ffc1300715800a07bff07");

TEST(Compression, BombsEndAtTheLimitInBoundedMemory) {
  const auto gzip = gzip_bomb();
  ASSERT_LT(gzip.size(), std::size_t{1} << 17U);
  transport_options limited;
  limited.max_answer_size(std::size_t{1} << 20U);
  // What the first exchange takes for good, such as the authorities' certificates, is not counted.
  ASSERT_TRUE(unpacked("gzip", gzip_bytes, limited));
  const auto before = peak_memory();
  for (const auto& [coding, bomb] : {std::pair{"gzip", &gzip}, std::pair{"br", &brotli_bomb}}) {
    const auto outcome = unpacked(coding, *bomb, limited);
    ASSERT_FALSE(outcome) << coding << ": " << outcome->body.size();
    EXPECT_EQ(outcome.error().code(), errc::answer_too_large) << outcome.error();
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
    EXPECT_THAT(outcome.error().message(), HasSubstr("its body is larger than 1048576 bytes"));
  }
  EXPECT_LT(peak_memory() - before, 32);
}

TEST(Compression, ALargeAnswerWithinTheLimitIsWhole) {
  const auto outcome = unpacked("br", brotli_bomb);
  ASSERT_TRUE(outcome) << outcome.error();
  EXPECT_EQ(outcome->body.size(), bomb_size);
  EXPECT_TRUE(outcome->body == std::string(bomb_size, '\0'));
}

}  // namespace
}  // namespace vkxx::http::test

#include "emulator/http/request_head.hpp"

#include <gtest/gtest.h>

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

http_message asking(std::string target) {
  return {"GET", std::move(target), {{"Host", "emulator"}}, {}};
}

TEST(RequestHead, MakesAnAbsoluteTargetThePathAtItsHost) {
  auto head = asking("http://api.vk.ru:8080/method/users.get?v=5.199");
  normalize_target(head);
  EXPECT_EQ(head.target, "/method/users.get?v=5.199");
  EXPECT_EQ(head.header("host"), "api.vk.ru:8080");
  EXPECT_EQ(head.headers.size(), 1U);
  auto bare = asking("HTTPS://vk.ru?act=login");
  normalize_target(bare);
  EXPECT_EQ(bare.target, "/?act=login");
}

TEST(RequestHead, JoinsSlashesAtTheBeginning) {
  auto head = asking("///method//users.get");
  normalize_target(head);
  EXPECT_EQ(head.target, "/method//users.get");
  auto slashes = asking("//");
  normalize_target(slashes);
  EXPECT_EQ(slashes.target, "/");
  auto usual = asking("/a//b");
  normalize_target(usual);
  EXPECT_EQ(usual.target, "/a//b");
}

TEST(RequestHead, RefusesBodiesThatAreNotDecoded) {
  const auto status = [](std::string name, std::string value) {
    const auto refused = refused_head({"POST", "/", {{std::move(name), std::move(value)}}, {}});
    return refused ? refused->status : 0U;
  };
  EXPECT_EQ(status("transfer-encoding", "chunked"), 0U);
  EXPECT_EQ(status("Transfer-Encoding", "gzip, chunked"), 501U);
  EXPECT_EQ(status("Transfer-Encoding", "xchunked"), 501U);
  EXPECT_EQ(status("Content-Encoding", "gzip"), 415U);
  EXPECT_EQ(status("Content-Encoding", "identity"), 0U);
  EXPECT_EQ(refused_head({"CONNECT", "vk.com:443", {}, {}})->status, 405U);
}

}  // namespace
}  // namespace vkxx::emulation

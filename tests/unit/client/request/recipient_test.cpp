// Whom a call addresses, whichever way that is written.
#include "client/request/recipient.hpp"

#include <vector>

#include <gtest/gtest.h>

#include <vkxx/client/request.hpp>

namespace vkxx {
namespace {

using namespace vkxx::detail;

std::uint64_t of(const request& request) {
  return recipient_of(request.parameters());
}

request send() {
  return request{"messages.send"}.set("message", "hello");
}

TEST(Recipient, IsTheSameHoweverItIsNamed) {
  const auto user = of(send().set("peer_id", 5));
  EXPECT_EQ(of(send().set("user_id", 5)), user);
  EXPECT_EQ(of(send().set("user_id", " +05")), user);
  EXPECT_EQ(of(send().set("peer_ids", "5")), user);
  EXPECT_EQ(of(send().set("user_ids", "5,5")), user);
  EXPECT_EQ(of(send().set("domain", "id5")), user);
  EXPECT_EQ(of(send().set("domain", "ID5")), user);
  EXPECT_EQ(of(send().set("peer_id", 5).set("chat_id", 0).set("domain", "")), user);
  EXPECT_EQ(of(send().set("chat_id", 1)), of(send().set("peer_id", 2'000'000'001)));
  EXPECT_EQ(of(send().set("domain", "club5")), of(send().set("peer_id", -5)));
  EXPECT_EQ(of(send().set("domain", "Durov")), of(send().set("domain", "durov")));
  EXPECT_EQ(of(send().set("peer_ids", 1, 2)), of(send().set("peer_ids", 2, 1)));
}

TEST(Recipient, DiffersFromAllOthers) {
  const std::vector<request> calls{
      send(),
      send().set("peer_id", 5),
      send().set("peer_id", 6),
      send().set("peer_id", -5),
      send().set("chat_id", 5),
      send().set("domain", "durov"),
      send().set("peer_ids", 1, 2),
      send().set("peer_ids", 1, 3),
      send().set("peer_id", 5).set("group_id", 9),
      request{"messages.addChatUser"}.set("chat_id", 5).set("user_id", 6),
      request{"messages.addChatUser"}.set("chat_id", 6).set("user_id", 5),
      request{"wall.post"}.set("owner_id", 5),
      request{"wall.post"}.set("owner_id", -5),
      request{"groups.join"}.set("group_id", 5),
      request{"apps.sendRequest"}.set("phone", "+79990000000")};
  for (std::size_t i = 0; i < calls.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(of(calls[i]), of(calls[j])) << i << " and " << j;
  }
  EXPECT_EQ(of(send()), of(request{"wall.post"}.set("message", "another"))) << "nobody is named";
}

}  // namespace
}  // namespace vkxx

// Which calls may be retried, and the idempotency keys of those that may not otherwise.
#include "client/request/call_idempotency.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>

#include <vkxx/client/retries.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>

namespace {

using vkxx::request;
using vkxx::detail::add_key;
using vkxx::detail::call_idempotency;
using vkxx::detail::idempotency_of;

class CallIdempotency : public testing::Test {
 protected:
  vkxx::detail::retry_guard guard_{vkxx::retries{}.seed(1)};
};

TEST_F(CallIdempotency, MakesEveryMethodOfTheSchemaWithAKeyIdempotent) {
  std::set<std::string> keys;
  std::size_t count = 0;
  for (const auto method : vkxx::schema_tables::methods()) {
    request call{std::string{method.name()}};
    add_key(call, guard_);
    const auto name = method.idempotency_parameter();
    if (name.empty()) {
      EXPECT_TRUE(call.parameters().entries().empty()) << method.name();
      continue;
    }
    EXPECT_EQ(idempotency_of(call), call_idempotency::idempotent) << method.name();
    keys.emplace(call.parameters().find(name).value_or(""));
    ++count;
  }
  EXPECT_EQ(count, 10U);
  EXPECT_EQ(keys.size(), count) << "two calls never share a key";
}

TEST_F(CallIdempotency, LeavesTheCallersKeyAlone) {
  for (const auto& [method, name, key, idempotency] :
       {std::tuple{"messages.send", "random_id", "5", call_idempotency::idempotent},
        std::tuple{"messages.send", "random_id", "0", call_idempotency::not_idempotent},
        std::tuple{"wall.post", "guid", "mine", call_idempotency::idempotent},
        std::tuple{"wall.post", "guid", "", call_idempotency::not_idempotent}}) {
    request call{method};
    call.set(name, key);
    add_key(call, guard_);
    EXPECT_EQ(call.parameters().find(name), key);
    EXPECT_EQ(idempotency_of(call), idempotency) << method << " " << key;
  }
}

TEST(ShortAnswer, IsThatOfAWriteInTheSchema) {
  using vkxx::detail::has_short_answer;
  EXPECT_TRUE(has_short_answer("messages.send"));
  EXPECT_TRUE(has_short_answer("wall.post"));
  EXPECT_FALSE(has_short_answer("users.get"));
  EXPECT_FALSE(has_short_answer("execute")) << "it answers with what its code returns";
  EXPECT_FALSE(has_short_answer("nothing.known"));
}

TEST_F(CallIdempotency, IsAWriteWhereTheSchemaDoesNotKnowTheMethod) {
  request call{"nothing.known"};
  add_key(call, guard_);
  EXPECT_EQ(idempotency_of(call), call_idempotency::not_idempotent);
  EXPECT_EQ(idempotency_of(request{"users.get"}), call_idempotency::read_only);
}

}  // namespace

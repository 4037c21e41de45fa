// Calls that go out together as scripts of `execute`, against the emulator that counts strictly.
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/client/each_client.hpp"

namespace vkxx::test {
namespace {

using emulation::fault;
using emulation::fault_kind;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class Batches : public ::testing::Test {
 protected:
  std::vector<result<reply>> call_all(const std::vector<request>& calls) const {
    return test::call_all(settings, calls);
  }
  // How often each method was called over HTTP.
  [[nodiscard]] std::map<std::string, int> sent() {
    std::map<std::string, int> counts;
    for (const auto& received : vk->requests()) ++counts[received.api_method];
    return counts;
  }

  testing::emulator_fixture vk{emulator_options{}.strict_limits(true)};
  config settings = paced_settings_for(vk).batching(batching{});
};

TEST_F(Batches, MakeManyCallsInOneRequest) {
  std::vector<request> calls;
  for (int i = 0; i < 60; ++i) {
    calls.push_back(request{"utils.resolveScreenName"}
                        .set("screen_name", i % 2 ? "durov" : "nobody")
                        .set("tag", i));
  }
  calls.push_back(request{"users.get"}.set("user_ids", "no such user \"; } '\n"));
  calls.push_back(request{"wall.post"}.set("message", "Ж\"'\\\n\u2028{}"));
  calls.push_back(request{"photos.save"}.set("album_id", 1));
  const auto outcomes = call_all(calls);
  for (std::size_t i = 0; i < 60; ++i) {
    ASSERT_TRUE(outcomes[i]) << outcomes[i].error();
    EXPECT_EQ(outcomes[i]->json().is_object() && outcomes[i]->json().as_object().contains("type"),
              i % 2 == 1)
        << i;
  }
  EXPECT_TRUE(outcomes[61]) << outcomes[61].error();
  ASSERT_FALSE(outcomes[62]) << "nothing was uploaded";
  EXPECT_EQ(outcomes[62].error(), api_errc{100});
  auto counts = sent();
  EXPECT_LE(counts["execute"], 5);
  counts.erase("execute");
  EXPECT_THAT(counts, UnorderedElementsAre(Pair("photos.save", 1))) << "it may not be batched";
  const auto journal = vk->journal();
  ASSERT_EQ(journal.size(), 1U);
  EXPECT_EQ(journal[0].method, "wall.post");
  EXPECT_EQ(journal[0].parameters[0].second, "Ж\"'\\\n\u2028{}");
}

// VK's list of errors may be one longer than that of the failed calls.
TEST_F(Batches, GiveEachCallItsOwnErrorAndNoneTheErrorOfExecute) {
  vk->add_fault(fault{fault_kind::trailing_error}.count(0));
  vk->add_fault(fault{fault_kind::error, 15}.method("wall.get").count(0));
  std::vector<request> calls;
  for (int i = 0; i < 20; ++i) {
    calls.push_back(i % 3 == 0 ? request{"wall.get"}.set("owner_id", 999'000 + i)
                               : request{"users.get"}.set("user_ids", 1 + i % 2));
  }
  const auto outcomes = call_all(calls);
  ASSERT_FALSE(vk->requests().empty());
  EXPECT_EQ(vk->requests()[0].api_method, "execute");
  EXPECT_THAT(vk->requests()[0].fault, ::testing::HasSubstr("trailing_error"));
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (i % 3 == 0) {
      ASSERT_FALSE(outcomes[i]) << i;
      EXPECT_EQ(outcomes[i].error(), api_errc::access_denied) << outcomes[i].error();
      EXPECT_EQ(outcomes[i].error().method(), "wall.get");
    } else {
      ASSERT_TRUE(outcomes[i]) << outcomes[i].error();
      EXPECT_EQ(outcomes[i]->json().at(0).at("id"), static_cast<int>(1 + i % 2));
    }
  }
}

TEST_F(Batches, LeaveToASingleRequestWhatTheyCannotServe) {
  vk->add_fault(fault{fault_kind::error, 6}.method("wall.post"));
  for (const auto& outcome :
       call_all({request{"wall.post"}.set("message", "a"), request{"status.get"}})) {
    EXPECT_TRUE(outcome) << outcome.error();
  }
  EXPECT_THAT(sent(), UnorderedElementsAre(Pair("execute", 1), Pair("wall.post", 1)));
  EXPECT_EQ(vk->journal().size(), 1U);

  vk->reset();
  vk->add_fault(fault{fault_kind::error, 28}.method("execute").count(0));
  for (const auto& outcome :
       call_all({request{"users.get"}.set("user_ids", 1), request{"status.get"}})) {
    EXPECT_TRUE(outcome) << outcome.error();
  }
  EXPECT_THAT(sent(), UnorderedElementsAre(Pair("execute", 1), Pair("status.get", 1),
                                           Pair("users.get", 1)));
}

}  // namespace
}  // namespace vkxx::test

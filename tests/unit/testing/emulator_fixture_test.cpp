#include <vkxx/testing/emulator_fixture.hpp>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/blocking_client.hpp>

namespace vkxx::testing {
namespace {

TEST(EmulatorFixture, RunsForTheDurationOfATest) {
  emulator_fixture vk;
  blocking_client client{config{}.emulator(vk.url()).access_token(vk.token()).lang("en")};
  const auto outcome = client.try_call(request{"users.get"}.set("user_ids", 1));
  ASSERT_TRUE(outcome) << outcome.error();
  ASSERT_EQ(vk->requests().size(), 1U);
  EXPECT_EQ(vk->requests().at(0).api_method, "users.get");
  EXPECT_TRUE(vk.ca_file().empty());
}

TEST(EmulatorFixture, WritesTheCertificateAuthorityToAFile) {
  std::string file;
  {
    emulator_fixture vk{emulator_options{}.tls(true)};
    file = vk.ca_file();
    EXPECT_THAT(vk.url(), ::testing::StartsWith("https://"));
    EXPECT_TRUE(std::filesystem::exists(file));
  }
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(EmulatorFixture, TwoDoNotDisturbEachOther) {
  emulator_fixture fixture{emulator_options{}.tls(true)};
  emulator_fixture two{emulator_options{}.tls(true)};
  EXPECT_NE(fixture.url(), two.url());
  EXPECT_NE(fixture.ca_file(), two.ca_file());
}

}  // namespace
}  // namespace vkxx::testing

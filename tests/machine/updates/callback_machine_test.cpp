// What becomes of requests of the Callback API.
#include <string>

#include <gtest/gtest.h>

#include "updates/callback/callback_machine.hpp"

namespace vkxx::detail {
namespace {

callback_options two_communities() {
  callback_options options;
  options.add_community(
      callback_community{group_id{1}}.secret_key(secret{"s3cret"}).confirmation_code("c0de"));
  options.add_community(callback_community{group_id{2}});
  options.max_body_size(2000);
  return options;
}

class callbacks : public ::testing::Test {
 protected:
  callback_action post(std::string body, std::string method = "POST", std::string retries = {}) {
    machine_ = std::make_unique<callback_machine>(options_);
    callback_event::received event{{std::move(method), std::move(body), std::move(retries)}};
    return machine_->resume(std::move(event));
  }
  int status(std::string body, std::string method = "POST") {
    EXPECT_EQ(post(std::move(body), std::move(method)), callback_action::answer);
    return machine_->reply().status;
  }
  [[nodiscard]] callback_machine& machine() { return *machine_; }
  callback_options options_ = two_communities();

 private:
  std::unique_ptr<callback_machine> machine_;
};

using CallbackMachine = callbacks;

constexpr const char* sound =
    R"({"type":"group_join","object":{"user_id":1},"group_id":1,"event_id":"e1","v":"5.199","secret":"s3cret"})";

TEST_F(CallbackMachine, CommitsAnUpdate) {
  ASSERT_EQ(post(sound, "POST", "2"), callback_action::commit);
  EXPECT_EQ(machine().content().type, "group_join");
  EXPECT_EQ(machine().content().event_id, "e1");
  EXPECT_EQ(machine().content().attempt, 3);
  EXPECT_EQ(machine().content().origin, update_origin::callback);
  EXPECT_EQ(machine().content().object.find("s3cret"), std::string::npos);
  machine().resume(callback_event::committed{});
  EXPECT_EQ(machine().reply().status, 200);
  EXPECT_EQ(machine().reply().body, "ok");
}

TEST_F(CallbackMachine, AnswersRemove) {
  ASSERT_EQ(post(sound), callback_action::commit);
  machine().resume(callback_event::committed{true});
  EXPECT_EQ(machine().reply().body, "remove");
}

TEST_F(CallbackMachine, AsksForARepetitionWithoutACommit) {
  ASSERT_EQ(post(sound), callback_action::commit);
  machine().resume(callback_event::not_committed{});
  EXPECT_EQ(machine().reply().status, 503);
  EXPECT_EQ(machine().reply().retry_after, std::chrono::seconds{10});
}

TEST_F(CallbackMachine, Confirms) {
  EXPECT_EQ(status(R"({"type":"confirmation","group_id":1,"secret":"s3cret"})"), 200);
  EXPECT_EQ(machine().reply().body, "c0de");
  EXPECT_EQ(status(R"({"type":"confirmation","group_id":1})"), 403);
  EXPECT_EQ(status(R"({"type":"confirmation","group_id":2})"), 500);
  options_.confirmation(
      [](group_id) -> asio::awaitable<result<std::string>> { co_return std::string{"later"}; });
  EXPECT_EQ(post(R"({"type":"confirmation","group_id":2})"), callback_action::ask_code);
  machine().resume(callback_event::code_given{"later"});
  EXPECT_EQ(machine().reply().body, "later");
  machine().resume(callback_event::code_given{""});
  EXPECT_EQ(machine().reply().status, 500);
}

TEST_F(CallbackMachine, RefusesWrongSecrets) {
  for (const auto* body :
       {R"({"type":"a","group_id":1})", R"({"type":"a","group_id":1,"secret":""})",
        R"({"type":"a","group_id":1,"secret":"s3cre"})",
        R"({"type":"a","group_id":1,"secret":"s3cret1"})",
        R"({"type":"a","group_id":1,"secret":["s3cret"]})",
        R"({"type":"a","group_id":1,"secret":null})"})
    EXPECT_EQ(status(body), 403) << body;
  // JSON may write it in another way.
  EXPECT_EQ(post(R"({"type":"a","group_id":"1","secret":"s\u0033cret"})"), callback_action::commit);
}

// They set off timers and dialogues of a bot.
TEST_F(CallbackMachine, RefusesUpdatesOfTheProgramItself) {
  EXPECT_EQ(status(R"({"type":"vkxx:timer","group_id":2})"), 403);
  EXPECT_EQ(status(R"({"type":"vkxx:timer","group_id":1,"secret":"s3cret"})"), 403);
}

TEST_F(CallbackMachine, RefusesCommunitiesThatWereNotAdded) {
  EXPECT_EQ(status(R"({"type":"a","group_id":3})"), 403);
  EXPECT_EQ(status(R"({"type":"a"})"), 403);
  EXPECT_EQ(status(R"({"type":"a","group_id":[1]})"), 403);
}

TEST_F(CallbackMachine, RefusesWhatIsNotFromVk) {
  for (const auto* body : {"", " ", "null", "[]", "{", "{}", R"({"type":5,"group_id":2})",
                           R"({"type":"","group_id":2})", "<html>", "\xFF"})
    EXPECT_EQ(status(body), 400) << body;
  EXPECT_EQ(status(sound, "GET"), 405);
  EXPECT_EQ(status(std::string(2001, ' ')), 413);
}

TEST_F(CallbackMachine, TakesUnknownTypesAndOddCounters) {
  EXPECT_EQ(post(R"({"type":"new_thing","group_id":2})", "POST", "x"), callback_action::commit);
  EXPECT_EQ(machine().content().attempt, 1);
  EXPECT_EQ(post(R"({"type":"new_thing","group_id":2,"object":7})", "POST", "-9"),
            callback_action::commit);
  EXPECT_EQ(machine().content().attempt, 1);
  EXPECT_EQ(machine().content().object, "7");
}

TEST(CallbackAnswer, HasTheHeadersOfItsStatus) {
  const callback_answer late{503, "", std::chrono::seconds{7}};
  ASSERT_EQ(late.headers().size(), 2U);
  EXPECT_EQ(late.headers()[1].value, "7");
  const callback_answer other{405, "", {}};
  EXPECT_EQ(other.headers()[1].name, "Allow");
}

}  // namespace
}  // namespace vkxx::detail

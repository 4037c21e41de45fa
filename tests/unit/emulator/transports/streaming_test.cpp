// Rules and streams of the Streaming API.
#include "emulator/transports/streaming/stream_hub.hpp"

#include "unit/emulator/transports/hub_fixture.hpp"

namespace vkxx::emulation {
namespace {

using namespace vkxx::emulation::detail;

int code_of_rule(std::string value) {
  try {
    static_cast<void>(stream_rule{"t", std::move(value)});
  } catch (const stream_failure& failure) {
    return failure.code;
  }
  return 0;
}

bool fits(std::string value, std::string_view text) {
  return stream_rule{"t", std::move(value)}.fits(words_of(text));
}

TEST(StreamRule, NeedsAllItsWords) {
  EXPECT_TRUE(fits("cat", "The CAT, and more"));
  EXPECT_FALSE(fits("cat dog", "the cat"));
  EXPECT_TRUE(fits("cat dog", "dog; cat"));
  EXPECT_FALSE(fits("cat -dog", "dog cat"));
  EXPECT_TRUE(fits("cat -dog", "cat"));
}

TEST(StreamRule, FindsFormsUnlessQuoted) {
  EXPECT_TRUE(fits("кошками", "КОШКА"));
  EXPECT_TRUE(fits("Ёлка", "ёлка"));
  EXPECT_FALSE(fits("кошка", "кошелёк"));
  EXPECT_TRUE(fits(R"("Cat")", "a Cat"));
  EXPECT_FALSE(fits(R"("Cat")", "a cat"));
}

TEST(StreamRule, IsRefusedWithTheCodesOfVk) {
  EXPECT_EQ(code_of_rule("cat"), 0);
  EXPECT_EQ(code_of_rule(""), 2003);
  EXPECT_EQ(code_of_rule("  "), 2003);
  EXPECT_EQ(code_of_rule("cat -"), 2003);
  EXPECT_EQ(code_of_rule("\"cat"), 2005);
  EXPECT_EQ(code_of_rule("-cat -dog"), 2008);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "w ";
  EXPECT_EQ(code_of_rule(many), 2004);
  EXPECT_EQ(code_of_rule(std::string(4097, 'a')), 2003);
}

class Streams : public hub_fixture {
 protected:
  template <class Action>
  static int code_of(const Action& action) {
    try {
      action();
    } catch (const stream_failure& failure) {
      return failure.code;
    }
    return 0;
  }
  std::int64_t publish(std::string text) {
    wall_post post;
    post.owner = -1;
    post.from = 2;
    post.date = 1'700'000'000;
    post.text = std::move(text);
    return *walls().publish(2, std::move(post), {});
  }

  stream_hub& streams = hub.streams();
  std::string key = streams.key_of(7);
};

TEST_F(Streams, KeysRulesAndIds) {
  EXPECT_EQ(streams.key_of(7), key);
  EXPECT_NE(streams.key_of(8), key);
  EXPECT_EQ(code_of([&] { streams.check_key(""); }), 1003);
  EXPECT_EQ(code_of([&] { streams.check_key("x"); }), 1004);
  streams.add_rule(key, "t", "cat");
  EXPECT_EQ(code_of([&] { streams.add_rule(key, "t", "dog"); }), 2001);
  EXPECT_EQ(code_of([&] { streams.remove_rule(key, "u"); }), 2002);
  streams.remove_rule(key, "t");
  EXPECT_TRUE(streams.rules(key).empty());
  for (int i = 0; i < 300; ++i) streams.add_rule(key, std::to_string(i), "cat");
  EXPECT_EQ(code_of([&] { streams.add_rule(key, "last", "cat"); }), 2006);
  const auto open = streams.open(key, "");
  EXPECT_EQ(code_of([&] { static_cast<void>(streams.open(key, "0")); }), 1006);
  EXPECT_EQ(code_of([&] { static_cast<void>(streams.open(key, "x")); }), 1005);
  EXPECT_EQ(code_of([&] { static_cast<void>(streams.open(key, "-1")); }), 1005);
  static_cast<void>(streams.open(key, "1"));
  streams.close(open);
  EXPECT_EQ(code_of([&] { static_cast<void>(streams.open(key, "0")); }), 0);
}

TEST_F(Streams, SendPostsAndCommentsThatFit) {
  streams.add_rule(key, "animals", "cat");
  streams.add_rule(key, "exact", "\"Cat\"");
  const auto open = streams.open(key, "");
  int told = 0;
  open->on_news([&told] { ++told; });
  publish("nothing");
  const auto id = publish("Cat!");
  const auto reply = walls().comment(3, -1, id, "my cat");
  walls().remove(2, -1, id);
  EXPECT_EQ(told, 3);
  const auto frames = open->take();
  ASSERT_EQ(frames.size(), 3U);
  const auto post = boost::json::parse(frames[0]).at("event").as_object();
  EXPECT_EQ(post.at("event_type"), "post");
  EXPECT_EQ(post.at("action"), "new");
  EXPECT_EQ(post.at("event_id").at("post_id"), id);
  EXPECT_EQ(post.at("text"), "Cat!");
  EXPECT_EQ(post.at("author").at("id"), 2);
  EXPECT_EQ(boost::json::serialize(post.at("tags")), R"(["animals","exact"])");
  const auto comment = boost::json::parse(frames[1]).at("event").as_object();
  EXPECT_EQ(comment.at("event_type"), "comment");
  EXPECT_EQ(comment.at("event_id").at("comment_id"), reply.value());
  EXPECT_EQ(boost::json::serialize(comment.at("tags")), R"(["animals"])");
  EXPECT_EQ(boost::json::parse(frames[2]).at("event").at("action"), "delete");
}

TEST_F(Streams, EndTogether) {
  const auto first = streams.open(key, "0");
  const auto second = streams.open(key, "1");
  first->push("last");
  streams.end_all();
  EXPECT_TRUE(first->closed());
  EXPECT_TRUE(second->closed());
  EXPECT_EQ(first->take().size(), 1U);
}

TEST_F(Streams, QueueIsBounded) {
  const auto open = streams.open(key, "");
  for (int i = 0; i < 1002; ++i) open->push(std::to_string(i));
  EXPECT_EQ(open->dropped(), 2U);
  EXPECT_EQ(open->take().front(), "2");
  streams.inject("last", true);
  EXPECT_TRUE(open->closed());
  open->push("nothing");
  EXPECT_EQ(open->take().size(), 1U);
}

}  // namespace
}  // namespace vkxx::emulation

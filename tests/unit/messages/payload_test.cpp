// Payloads: what is written is read, and what others write is tolerated.
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include <vkxx/messages/payload.hpp>

namespace vkxx {
namespace {

TEST(Payload, IsReadAsItWasWritten) {
  payload written{"buy"};
  written.set("item", "зелёный \"чай\"\n").set("count", 2).set("gift", true).set("price", 1.5);
  written.set("user", user_id{7}).set("big", std::numeric_limits<std::uint64_t>::max());
  const auto read = payload::from_json(written.to_json());
  EXPECT_EQ(read, written);
  EXPECT_EQ(read.slug(), "buy");
  EXPECT_EQ(read.text("item"), "зелёный \"чай\"\n");
  EXPECT_EQ(read.number("count"), 2);
  EXPECT_TRUE(read.flag("gift"));
  EXPECT_EQ(read.text("gift"), "true");
  EXPECT_EQ(read.real("price"), 1.5);
  EXPECT_EQ(read.id<user_id>("user"), user_id{7});
  EXPECT_EQ(read.text("big"), "18446744073709551615");
  EXPECT_TRUE(read.problems().empty());
  EXPECT_FALSE(read.unwrapped());
}

TEST(Payload, HasTheNameUnderCommand) {
  EXPECT_EQ(payload{"buy"}.set("item", "tea").to_json(), R"({"command":"buy","item":"tea"})");
  EXPECT_EQ(payload::from_json(R"({"command":"start"})").slug(), "start");
}

TEST(Payload, ReplacesAMemberOfTheSameName) {
  EXPECT_EQ(payload{"a"}.set("n", 1).set("n", 2).to_json(), R"({"command":"a","n":2})");
}

TEST(Payload, OfOthersIsTolerated) {
  for (const auto* const text : {"", "5", "\"word\"", "[1,2]", "{\"a\":{\"b\":[1]}}", "{broken",
                                 "null", "{\"command\":7}", "\xff"}) {
    const auto read = payload::from_json(text);
    EXPECT_EQ(read.slug(), "") << text;
    EXPECT_EQ(read.to_json(), text);
    EXPECT_EQ(read.text("item", "none"), "none");
    EXPECT_FALSE(read.number("item"));
    EXPECT_FALSE(read.flag("item"));
  }
  const auto mixed = payload::from_json(R"({"n":"12","f":1,"list":[1],"x":null})");
  EXPECT_EQ(mixed.number("n"), 12);
  EXPECT_TRUE(mixed.flag("f"));
  EXPECT_EQ(mixed.text("list", "none"), "none");
  EXPECT_TRUE(mixed.has("x"));
}

TEST(Payload, IsUnwrappedUpToEightLayers) {
  auto text = payload{"buy"}.set("item", "tea").to_json();
  const auto wrap = [](const std::string& inner) {
    return payload{"not_supported_button"}
        .set("button_type", "callback")
        .set("payload", inner)
        .to_json();
  };
  for (int layer = 1; layer <= 8; ++layer) {
    text = wrap(text);
    const auto read = payload::from_json(text);
    EXPECT_EQ(read.slug(), "buy") << layer;
    EXPECT_EQ(read.text("item"), "tea");
    EXPECT_TRUE(read.unwrapped());
  }
  EXPECT_EQ(payload::from_json(wrap(text)).slug(), "not_supported_button");
  EXPECT_EQ(payload::from_json(wrap("no JSON")).slug(), "not_supported_button");
}

// A button that repeats what somebody else has sent.
TEST(Payload, OfOthersIsNotSentIfVkWouldRefuseIt) {
  for (const auto* const text : {"{broken", "\xff", "{\"a\":\"\xff\"}"})
    EXPECT_EQ(payload::from_json(text).problems().size(), 1U) << text;
  for (const auto* const text : {"", "5", "[1,2]", "{\"a\":{\"b\":[1]}}"})
    EXPECT_TRUE(payload::from_json(text).problems().empty()) << text;
  auto list = payload::from_json("[1,2]");
  EXPECT_EQ(list.set("item", "tea").problems().size(), 1U);
  EXPECT_EQ(list.to_json(), "[1,2]");
  EXPECT_EQ(payload{"a"}.set("\xff", 1).problems().size(), 1U);
}

TEST(Payload, NamesItsProblems) {
  // {"command":"a","t":"…"} has 24 bytes around the text.
  const auto with_text = [](std::size_t size) {
    return payload{"a"}.set("t", std::string(size, 'x'));
  };
  EXPECT_EQ(with_text(255 - 22).to_json().size(), 255U);
  EXPECT_TRUE(with_text(255 - 22).problems().empty());
  ASSERT_EQ(with_text(256 - 22).problems().size(), 1U);
  EXPECT_EQ(with_text(256 - 22).problems()[0], "the payload has 256 bytes of JSON; VK takes 255");
  EXPECT_TRUE(with_text(500).problems(payload::largest_of_message).empty());
  EXPECT_EQ(payload{"a"}.set("t", "\xff").problems().size(), 1U);
  EXPECT_EQ(payload{"a"}.set("command", "b").problems().size(), 1U);
  EXPECT_EQ(payload{"a"}.set("n", std::numeric_limits<double>::infinity()).problems().size(), 1U);
}

}  // namespace
}  // namespace vkxx

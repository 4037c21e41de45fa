// Whole messages: their problems, and the calls that they become.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <vkxx/messages/cannot_write.hpp>
#include <vkxx/messages/outgoing.hpp>

#include "messages/sending/message_requests.hpp"
#include "messages/sending/sent_items.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace vkxx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string parameter(const request& call, std::string_view name) {
  return std::string{call.parameters().find(name).value_or("-")};
}

std::vector<request> calls_of(const outgoing& message) {
  return detail::send_requests(peer_id{5}, message, detail::names_of_attachments(message));
}

TEST(Outgoing, NeedsContent) {
  EXPECT_THAT(outgoing{}.problems(), ElementsAre(HasSubstr("the message is empty")));
  EXPECT_THAT(outgoing{" \n"}.problems(), ElementsAre(HasSubstr("the message is empty")));
  EXPECT_THAT(outgoing{"text"}.problems(), IsEmpty());
  EXPECT_THAT(outgoing{}.attach("photo1_2").problems(), IsEmpty());
  EXPECT_THAT(outgoing{}.photo(memory_source{"a.png", "x"}).problems(), IsEmpty());
  EXPECT_THAT(outgoing{}.sticker(sticker_id{7}).problems(), IsEmpty());
  EXPECT_THAT(outgoing{}.place(90, -180).problems(), IsEmpty());
  EXPECT_THAT(outgoing{}.forward({cmid{1}}).problems(), IsEmpty());
  EXPECT_THAT(outgoing{std::string(20'000, 'x')}.problems(), IsEmpty());
}

TEST(Outgoing, NamesItsProblems) {
  EXPECT_THAT(outgoing{"a"}.attach("two words").problems(), ElementsAre(HasSubstr("two words")));
  EXPECT_THAT(outgoing{"a"}.attach("https://vk.com/photo1_2").problems(),
              ElementsAre(HasSubstr("no name such as photo1_2")));
  auto many = outgoing{"a"};
  for (int count = 0; count < 10; ++count) many.attach("photo1_2_aB-_9");
  EXPECT_THAT(many.problems(), IsEmpty());
  EXPECT_THAT(many.photo(memory_source{"a.png", "x"}).problems(),
              ElementsAre("the message has 11 attachments; VK takes 10"));
  EXPECT_THAT(outgoing{"a"}.sticker(sticker_id{7}).problems(), ElementsAre(HasSubstr("sticker")));
  EXPECT_THAT(outgoing{"a"}.place(91, 0).problems(), ElementsAre(HasSubstr("degrees")));
  EXPECT_THAT(outgoing{"a"}.forward(std::vector<cmid>{}).problems(),
              ElementsAre(HasSubstr("forwards 0 messages")));
  EXPECT_THAT(outgoing{"a"}.forward(std::vector<cmid>(101, cmid{1})).problems(),
              ElementsAre(HasSubstr("forwards 101 messages")));
  EXPECT_THAT(outgoing{"a"}.forward({cmid{1}}).reply(cmid{2}).problems(),
              ElementsAre(HasSubstr("either replies or forwards")));
  EXPECT_THAT(outgoing{"a"}.set("peer_id", 1).problems(),
              ElementsAre("the parameter peer_id is set by the message itself"));
  EXPECT_THAT(outgoing{"a"}.payload(payload{std::string(1000, 'x')}).problems(),
              ElementsAre(HasSubstr("VK takes 1000")));
  const auto cards = carousel{}.add(carousel_element{"t"}.add(button::text("b")));
  EXPECT_THAT(outgoing{}.carousel(cards).problems(), ElementsAre("a carousel needs a text"));
  EXPECT_THAT(outgoing{"a"}.carousel(carousel{}).problems(), ElementsAre(HasSubstr("0 cards")));
  EXPECT_THAT(
      outgoing{"a"}.carousel(cards).keyboard(keyboard::under_message().text("b")).problems(),
      ElementsAre(HasSubstr("carousel")));
}

TEST(OutgoingRequests, CarryEverything) {
  auto message = outgoing{rich_text{}.bold("Tea")};
  message.keyboard(keyboard::none()).attach("photo1_2,doc3_4_k").payload(payload{"p"});
  message.no_link_preview().no_mentions().place(1.5, -2.25).set("intent", "default");
  message.forward(peer_id{7}, {cmid{1}, cmid{2}});
  const auto calls = calls_of(message);
  ASSERT_EQ(calls.size(), 1U);
  const auto& call = calls.front();
  EXPECT_EQ(call.method(), "messages.send");
  EXPECT_EQ(parameter(call, "message"), "Tea");
  EXPECT_THAT(parameter(call, "format_data"), HasSubstr("bold"));
  EXPECT_EQ(parameter(call, "keyboard"), R"({"one_time":false,"buttons":[]})");
  EXPECT_EQ(parameter(call, "attachment"), "photo1_2,doc3_4_k");
  EXPECT_EQ(parameter(call, "payload"), R"({"command":"p"})");
  EXPECT_EQ(parameter(call, "dont_parse_links"), "1");
  EXPECT_EQ(parameter(call, "disable_mentions"), "1");
  EXPECT_EQ(parameter(call, "lat"), "1.5");
  EXPECT_EQ(parameter(call, "long"), "-2.25");
  EXPECT_EQ(parameter(call, "intent"), "default");
  EXPECT_EQ(parameter(call, "forward"), R"({"peer_id":7,"conversation_message_ids":[1,2]})");
  EXPECT_EQ(parameter(calls_of(outgoing{}.sticker(sticker_id{9})).front(), "sticker_id"), "9");
}

TEST(OutgoingRequests, LeaveOutWhiteSpaceAlone) {
  const auto calls =
      calls_of(outgoing{std::string(4096, 'a') + std::string(5000, '\n')}.attach("photo1_2"));
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(parameter(calls.front(), "attachment"), "photo1_2");
}

TEST(OutgoingRequests, OfAnEditStateEverything) {
  const auto call = detail::edit_request({peer_id{5}, cmid{8}, {}}, outgoing{"new"}, {});
  EXPECT_EQ(call.method(), "messages.edit");
  EXPECT_EQ(parameter(call, "peer_id"), "5");
  EXPECT_EQ(parameter(call, "cmid"), "8");
  EXPECT_EQ(parameter(call, "keep_forward_messages"), "1");
  EXPECT_EQ(
      parameter(detail::edit_request({peer_id{5}, {}, message_id{9}}, "new", {}), "message_id"),
      "9");
}

TEST(SentItems, AreReadInEveryForm) {
  const auto read = [](std::string_view text) {
    const reply answer{boost::json::parse({text.data(), text.size()})};
    return detail::sent_items(answer, {peer_id{1}, peer_id{2}});
  };
  auto items = read(R"([{"peer_id":2,"message_id":0,"conversation_message_id":7},)"
                    R"({"peer_id":1,"message_id":"5","cmid":3}])");
  ASSERT_TRUE(items[0] && items[1]);
  EXPECT_EQ(*items[0], (sent_message{peer_id{1}, cmid{3}, message_id{5}}));
  EXPECT_EQ(*items[1], (sent_message{peer_id{2}, cmid{7}, {}}));
  items = read(R"([{"peer_id":1,"error":{"code":901,"description":"no"}},)"
               R"({"peer_id":2,"error":{"error_code":900,"error_msg":"blocked"}}])");
  EXPECT_EQ(items[0].error(), api_errc{901});
  EXPECT_EQ(items[1].error(), api_errc{900});
  EXPECT_THAT(items[1].error().to_string(), HasSubstr("blocked"));
  items = read(R"([{"peer_id":1,"error":"no words"}])");
  EXPECT_THAT(items[0].error().to_string(), HasSubstr("no words"));
  EXPECT_EQ(items[1].error(), errc::unexpected_type);
  EXPECT_EQ(items[1].error().effect(), request_effect::unknown);
  const auto only = detail::sent_items(reply{boost::json::value(12)}, {peer_id{1}});
  EXPECT_EQ(*only[0], (sent_message{peer_id{1}, {}, message_id{12}}));
}

TEST(CannotWrite, IsReadFromTheCode) {
  const auto reason_of = [](int code) {
    api_error_details details;
    details.code = api_errc{code};
    return cannot_write_reason(error{details});
  };
  EXPECT_EQ(reason_of(900), cannot_write::blocked);
  EXPECT_EQ(reason_of(901), cannot_write::not_allowed);
  EXPECT_EQ(reason_of(902), cannot_write::privacy);
  EXPECT_EQ(reason_of(917), cannot_write::no_access_to_chat);
  EXPECT_EQ(reason_of(914), std::nullopt);
  EXPECT_EQ(cannot_write_reason(error{errc::timeout, request_effect::unknown, "late"}),
            std::nullopt);
}

}  // namespace
}  // namespace vkxx

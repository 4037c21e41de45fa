// Senders of messages against the emulator, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/dispatch/update_client.hpp>
#include <vkxx/messages.hpp>

#include "dispatch/context/effect_numbers.hpp"
#include "integration/updates/updates_site.hpp"
#include "unit/emulator/files/sample_pictures.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
namespace json = boost::json;

constexpr peer_id friendly{2};     // takes messages
constexpr peer_id unfriendly{14};  // has not allowed the community to write

memory_source picture() {
  return memory_source{"tea.png", emulation::png(600, 400)};
}

asio::awaitable<json::value> loaded(client vk, request call) {
  const auto answer = co_await vk.call(std::move(call));
  co_return json::parse(std::string{answer.text()});  // the reply's own tree dies with it
}

// A client that meets error 9 in its second call.
struct second_call_fails {
  client vk;
  emulator* site;
  std::shared_ptr<int> calls = std::make_shared<int>(0);

  [[nodiscard]] const client& plain() const { return vk; }
  [[nodiscard]] asio::awaitable<result<reply>> try_call(request call) const {
    if (++*calls == 2) site->add_fault(emulation::parse_fault("error=9:messages.send"));
    return vk.try_call(std::move(call));
  }
  [[nodiscard]] asio::awaitable<result<reply>> try_call(request call, call_options) const {
    return try_call(std::move(call));
  }
  [[nodiscard]] static std::optional<std::int32_t> random_id_for(const request&) {
    return std::nullopt;
  }
};

class Sender : public ::testing::Test {
 protected:
  result<std::vector<sent_message>> send(peer_id peer, outgoing message) {
    return site_.loop().run(messages_.try_send(peer, std::move(message)));
  }
  // The message as the community sees it.
  json::value shown(const sent_message& sent) {
    auto call = request{"messages.getByConversationMessageId"};
    call.set("peer_id", sent.peer).set("conversation_message_ids", sent.cmid);
    return site_.loop().run(loaded(site_.vk(), std::move(call))).at("items").at(0);
  }
  std::vector<std::string> executed(std::string_view method) {
    std::vector<std::string> texts;
    for (const auto& write : site_.emulator().journal()) {
      if (write.method != method) continue;
      std::string text;
      for (const auto& [name, value] : write.parameters)
        if (name == "message") text = value;
      texts.push_back(text);
    }
    return texts;
  }
  void add_fault(std::string_view text) {
    site_.emulator().add_fault(emulation::parse_fault(text));
  }

  updates_site site_;
  message_sender messages_{site_.vk()};
};

std::string text_of(const json::value& message) {
  return std::string{message.at("text").as_string()};
}

TEST_F(Sender, SendsAMessageAndNamesIt) {
  auto message = outgoing{rich_text{"Some "}.bold("tea")};
  message.keyboard(keyboard::under_message().callback("Buy", payload{"buy"}));
  message.payload(payload{"offer"}).place(59.9, 30.3);
  const auto sent = send(friendly, message);
  ASSERT_TRUE(sent) << sent.error();
  ASSERT_THAT(*sent, SizeIs(1));
  EXPECT_EQ(sent->front().peer, friendly);
  EXPECT_EQ(sent->front().cmid, 1);
  const auto stored = shown(sent->front());
  EXPECT_EQ(text_of(stored), "Some tea");
  EXPECT_EQ(stored.at("id"), sent->front().id->value());
  EXPECT_EQ(stored.at("format_data").at("items").at(0).at("offset"), 5);
  EXPECT_EQ(stored.at("keyboard").at("buttons").at(0).at(0).at("action").at("label"), "Buy");
  EXPECT_EQ(stored.at("payload"), R"({"command":"offer"})");
  EXPECT_EQ(stored.at("geo").at("type"), "point");
}

TEST_F(Sender, SendsALongTextInParts) {
  site_.say(7);
  const std::string first(4000, 'a');
  const std::string second(4000, 'b');
  auto message = outgoing{first + "\n\n" + second + "\n\nend"};
  message.reply(cmid{1}).attach("photo1_1");
  message.keyboard(keyboard::under_message().text("Yes"));
  const auto sent = send(friendly, message);
  ASSERT_TRUE(sent) << sent.error();
  ASSERT_THAT(*sent, SizeIs(2));
  const auto begin = shown(sent->front()).as_object();
  const auto end = shown(sent->back()).as_object();
  ASSERT_TRUE(begin.contains("reply_message")) << json::serialize(begin);
  EXPECT_EQ(begin.at("reply_message").at("conversation_message_id"), 1);
  EXPECT_FALSE(begin.contains("keyboard"));
  EXPECT_TRUE(begin.at("attachments").as_array().empty());
  EXPECT_FALSE(end.contains("reply_message"));
  EXPECT_TRUE(end.contains("keyboard"));
  EXPECT_EQ(end.at("attachments").as_array().size(), 1U);
  EXPECT_EQ(text_of(begin), first + "\n\n");
  EXPECT_EQ(text_of(end), second + "\n\nend");
}

TEST_F(Sender, ShowsAndHidesAPersistentKeyboard) {
  const auto shown_keyboard = [&] {
    auto call = request{"messages.getConversationsById"};
    call.set("peer_ids", friendly);
    const auto found = site_.loop().run(loaded(site_.vk(), std::move(call)));
    return json::object{found.at("items").at(0).as_object()}.contains("current_keyboard");
  };
  ASSERT_TRUE(send(friendly, outgoing{"a"}.keyboard(keyboard::persistent().text("Yes"))));
  EXPECT_TRUE(shown_keyboard());
  ASSERT_TRUE(send(friendly, outgoing{"b"}.keyboard(keyboard::none())));
  EXPECT_FALSE(shown_keyboard());
}

TEST_F(Sender, SendsCarouselsStickersAndForwardedMessages) {
  const auto cards =
      carousel{}.add(carousel_element{"Tea", "Green"}.add(button::callback("Buy", payload{"buy"})));
  const auto offered = send(friendly, outgoing{"Offers"}.carousel(cards));
  ASSERT_TRUE(offered) << offered.error();
  const auto stored = shown(offered->front());
  EXPECT_EQ(stored.at("template").at("elements").at(0).at("title"), "Tea");

  ASSERT_TRUE(send(friendly, outgoing{}.sticker(sticker_id{9})));
  const auto forwarded = send(friendly, outgoing{}.forward({offered->front().cmid}));
  ASSERT_TRUE(forwarded) << forwarded.error();
  const auto with_copy = shown(forwarded->front());
  EXPECT_EQ(with_copy.at("fwd_messages").at(0).at("text"), "Offers");
}

TEST_F(Sender, UploadsFilesInTheirOrder) {
  auto message = outgoing{"Files"};
  message.document(memory_source{"list.csv", "tea;2\n"}).attach("photo1_1").photo(picture());
  const auto sent = send(friendly, message);
  ASSERT_TRUE(sent) << sent.error();
  std::vector<std::string> types;
  const auto stored = shown(sent->front());
  for (const auto& attached : stored.at("attachments").as_array())
    types.emplace_back(attached.at("type").as_string());
  EXPECT_THAT(types, ElementsAre("doc", "photo", "photo"));
}

TEST_F(Sender, AFailedUploadSendsNothing) {
  const auto sent = send(friendly, outgoing{"Files"}.photo(memory_source{"a.png", "no picture"}));
  ASSERT_FALSE(sent);
  EXPECT_TRUE(executed("messages.send").empty());
}

TEST_F(Sender, RefusesBeforeTheNetwork) {
  site_.emulator().clear_requests();
  const auto sent = send(friendly, outgoing{"x"}.keyboard(keyboard::persistent().text("")));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error(), errc::invalid_argument);
  EXPECT_THAT(sent.error().message(), HasSubstr("button \"\": it has no label"));
  const auto edited = site_.loop().run(
      messages_.try_edit(sent_message{friendly, cmid{1}, {}}, outgoing{std::string(5000, 'x')}));
  ASSERT_FALSE(edited);
  EXPECT_EQ(edited.error(), errc::invalid_argument);
  EXPECT_EQ(send(friendly, outgoing{"x"}.reply()).error(), errc::invalid_argument);
  EXPECT_EQ(send(friendly, outgoing{}).error(), errc::invalid_argument);
  EXPECT_TRUE(site_.emulator().requests().empty());
}

TEST_F(Sender, SaysWhySomebodyCannotBeWrittenTo) {
  const auto sent = send(unfriendly, outgoing{"Hello"});
  ASSERT_FALSE(sent);
  EXPECT_EQ(cannot_write_reason(sent.error()), cannot_write::not_allowed);
  EXPECT_EQ(sent.error().effect(), request_effect::rejected);
  EXPECT_EQ(sent.error().method(), "messages.send");
  EXPECT_EQ(cannot_write_reason(send(peer_id{2'000'000'077}, outgoing{"a"}).error()),
            cannot_write::no_access_to_chat);
}

TEST_F(Sender, SaysWhatWasSentBeforeAPartFailed) {
  const message_sender failing{second_call_fails{site_.vk(), &site_.emulator()}};
  const auto outcome = site_.loop().run(
      failing.deliver(friendly, outgoing{std::string(4096, 'a') + std::string(10, 'b')}));
  ASSERT_TRUE(outcome.failure);
  EXPECT_FALSE(outcome.complete());
  EXPECT_EQ(outcome.parts, 2U);
  ASSERT_THAT(outcome.sent, SizeIs(1));
  EXPECT_EQ(text_of(shown(outcome.sent.front())), std::string(4096, 'a'));
  EXPECT_EQ(*outcome.failure, api_errc{9});
  EXPECT_EQ(outcome.failure->effect(), request_effect::executed);
  EXPECT_THAT(outcome.failure->to_string(), HasSubstr("1 of 2 parts had been sent"));
}

TEST_F(Sender, Edits) {
  const auto sent = send(friendly, outgoing{"one"}.keyboard(keyboard::under_message().text("a")));
  ASSERT_TRUE(sent) << sent.error();
  const auto edited =
      site_.loop().run(messages_.try_edit(sent->front(), outgoing{"two"}.attach("photo1_1")));
  ASSERT_TRUE(edited) << edited.error();
  const auto stored = shown(sent->front());
  EXPECT_EQ(text_of(stored), "two");
  EXPECT_EQ(stored.at("attachments").as_array().size(), 1U);
}

TEST_F(Sender, SendsANewMessageInPlaceOfAnOldOne) {
  const auto old = send(friendly, outgoing{"one"});
  ASSERT_TRUE(old) << old.error();
  const auto edit_or_send = [&](outgoing message) {
    return site_.loop().run(messages_.try_edit_or_send(old->front(), std::move(message)));
  };
  const auto edited = edit_or_send(outgoing{"two"});
  ASSERT_TRUE(edited) << edited.error();
  EXPECT_EQ(*edited, *old);
  for (const auto* const code : {"909", "920", "15"}) {
    add_fault(std::string{"error="} + code + ":messages.edit");
    const auto sent = edit_or_send(outgoing{code});
    ASSERT_TRUE(sent) << sent.error();
    EXPECT_NE(sent->front().cmid, old->front().cmid);
    EXPECT_EQ(text_of(shown(sent->front())), code);
  }
  add_fault("error=914:messages.edit");
  EXPECT_EQ(edit_or_send(outgoing{"three"}).error(), api_errc{914});
  EXPECT_THAT(*edit_or_send(outgoing{std::string(5000, 'x')}), SizeIs(2));
}

// Two runs of a handler for one update, whose uploads are two objects.
TEST_F(Sender, SendsOnceForAHandlerThatRunsTwice) {
  for (int run = 0; run < 2; ++run) {
    const update_client vk{site_.vk(), std::make_shared<detail::effect_numbers>("update 1")};
    const message_sender answers{vk};
    for (int count = 0; count < 2; ++count) {
      const auto sent =
          site_.loop().run(answers.try_send(friendly, outgoing{"Tea"}.photo(picture())));
      ASSERT_TRUE(sent) << sent.error();
      EXPECT_EQ(sent->front().cmid, count + 1) << run;
    }
    ASSERT_TRUE(site_.loop().run(answers.try_send(friendly, outgoing{"Text"})));
  }
  EXPECT_THAT(executed("messages.send"), ElementsAre("Tea", "Tea", "Text"));
}

TEST_F(Sender, EndsAtTheDeadlineOfTheWhole) {
  add_fault("silent:messages.send*0");
  call_options options;
  options.total_timeout(100ms);
  const auto sent = site_.loop().run(
      messages_.try_send(friendly, outgoing{"Tea"}.photo(picture()), std::move(options)));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error(), errc::deadline_exceeded);
}

TEST_F(Sender, CanBeCancelledAtAnyStage) {
  for (const auto* const fault : {"silent:photos.saveMessagesPhoto*0", "silent:messages.send*0"}) {
    site_.emulator().clear_faults();
    site_.emulator().clear_requests();
    add_fault(fault);
    auto message = outgoing{"Tea"};
    message.photo(picture()).document(memory_source{"list.csv", "tea;2\n"});
    auto cancel = std::make_shared<asio::cancellation_signal>();
    auto& context = site_.loop().context();
    auto sending = asio::co_spawn(context, messages_.try_send(friendly, std::move(message)),
                                  asio::bind_cancellation_slot(cancel->slot(), asio::use_future));
    const auto method = std::string_view{fault}.substr(7);
    const auto has_come = [&] {
      for (const auto& received : site_.emulator().requests())
        if (!received.api_method.empty() && method.starts_with(received.api_method)) return true;
      return false;
    };
    while (!has_come()) std::this_thread::yield();
    asio::post(context, [cancel] { cancel->emit(asio::cancellation_type::terminal); });
    const auto sent = event_loop::get(sending);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error(), errc::cancelled) << sent.error();
  }
}

TEST_F(Sender, ThrowsWhatTheCallThrows) {
  EXPECT_THROW(site_.loop().run(messages_.send(unfriendly, outgoing{"a"})), api_exception);
  EXPECT_THROW(site_.loop().run(messages_.send(friendly, outgoing{})), usage_exception);
  EXPECT_THROW(site_.loop().run(messages_.edit(sent_message{friendly, cmid{77}, {}}, "a")),
               api_exception);
}

}  // namespace
}  // namespace vkxx::test

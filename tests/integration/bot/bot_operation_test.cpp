// What keeps a bot going: who manages the community, mailings, and logs without texts of people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/blocking_client.hpp>
#include <vkxx/bot.hpp>
#include <vkxx/bot_testing.hpp>
#include <vkxx/http/curl_transport.hpp>
#include <vkxx/state/memory_state.hpp>
#include "integration/bot/fleet_world.hpp"

#define main shop_main
#include "../../../examples/shop_bot.cpp"
#undef main

namespace {

using namespace std::chrono_literals;
namespace filters = vkxx::filters;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using vkxx::secret;
using vkxx::bot_testing::bot_fixture;
using vkxx::testing::fleet_world;

std::size_t requests_of(vkxx::emulator& emulator, std::string_view method) {
  std::size_t count = 0;
  for (const auto& call : emulator.requests()) count += call.api_method == method ? 1 : 0;
  return count;
}

class Managers : public ::testing::Test {
 protected:
  Managers() {
    world.bot().on_message(filters::text_is("manager") && filters::from_admin(),
                           [] { return "yes"; });
    world.bot().on_message(filters::text_is("other") && !filters::from_admin(),
                           [] { return "another"; });
  }
  [[nodiscard]] std::size_t questions() {
    return requests_of(world.emulator(), "groups.getMembers");
  }

  bot_fixture world;
  vkxx::bot_testing::person pavel{world, vkxx::user_id{1}, vkxx::peer_id{world.community()}};
};

TEST_F(Managers, AreAskedForOnceUntilTheyChange) {
  auto anna = world.person("Anna");
  pavel.says("manager");
  anna.says("manager");
  anna.says("other");
  pavel.says("other");
  EXPECT_THAT(pavel.answers(), ElementsAre("yes"));
  EXPECT_THAT(anna.answers(), ElementsAre("another"));
  EXPECT_EQ(questions(), 1U);
  world.happens("group_officers_edit", R"({"admin_id":1,"user_id":2,"level_old":0,"level_new":2})");
  pavel.says("manager");
  EXPECT_EQ(questions(), 2U);
  world.pass(4min);
  pavel.says("manager");
  EXPECT_EQ(questions(), 2U);
  world.pass(2min);
  pavel.says("manager");
  EXPECT_EQ(questions(), 3U);
}

TEST_F(Managers, AreNobodyWhenVkCannotBeAsked) {
  world.settle();
  world.faults("error=15:groups.getMembers*0");
  pavel.says("manager");
  pavel.says("other");
  EXPECT_THAT(pavel.answers(), ElementsAre());
  EXPECT_THAT(world.log(), Contains(HasSubstr("it is not known who is an administrator")));
  EXPECT_EQ(world.bot().metrics().failures, 2U);
  world.emulator().clear_faults();
  pavel.says("manager");
  EXPECT_THAT(pavel.answers(), ElementsAre("yes"));
}

TEST_F(Managers, AskForTheEventThatTheyNeed) {
  vkxx::blocking_client vk{world.settings()};
  vk.call(vkxx::request{"groups.setLongPollSettings"}
              .set("group_id", world.community())
              .set("group_officers_edit", 0));
  world.settle();
  EXPECT_THAT(world.log(), Contains(HasSubstr("switched on in the community's settings: event "
                                              "type group_officers_edit")));
}

// Answers `groups.getMembers` with 1,001 managers, of whom VK leaves some out of the first page.
class many_managers final : public vkxx::http::transport {
 public:
  many_managers(std::shared_ptr<vkxx::http::transport> inner, vkxx::user_id last)
      : inner_{std::move(inner)}, last_{last} {}

  asio::awaitable<vkxx::result<vkxx::http::response>> send(vkxx::http::request message) override {
    if (message.url().find("groups.getMembers") == std::string::npos)
      return inner_->send(std::move(message));
    ++questions;
    return answer(message.body().find("offset=1000") != std::string::npos, last_);
  }
  int questions = 0;

 private:
  static asio::awaitable<vkxx::result<vkxx::http::response>> answer(bool second,
                                                                    vkxx::user_id last) {
    const auto item = [](std::int64_t id) {
      return "{\"id\":" + std::to_string(id) + ",\"role\":\"editor\"}";
    };
    std::string items;
    for (std::int64_t id = 100'000; !second && id < 100'990; ++id) items += item(id) + ",";
    items += item(second ? last.value() : 200'000);
    vkxx::http::response page;
    page.status = 200;
    page.body = "{\"response\":{\"count\":1001,\"items\":[" + items + "]}}";
    co_return page;
  }

  std::shared_ptr<vkxx::http::transport> inner_;
  vkxx::user_id last_;
};

TEST(ManagersOfALargeCommunity, AreReadPageByPage) {
  fleet_world world{1};
  const auto& some = world.shops.front();
  const auto last = world.user();
  const auto transport = std::make_shared<many_managers>(
      vkxx::http::make_curl_transport(world.io.get_executor(), vkxx::http::transport_options{}),
      last);
  vkxx::fleet bots{world.settings().transport(transport)};
  bots.on_message(filters::from_admin(), [] { return "yes"; });
  bots.add(some.id, secret{some.token});
  std::optional<vkxx::result<vkxx::drain_report>> report;
  asio::co_spawn(world.io, bots.async_run(),
                 [&report](const std::exception_ptr&, auto outcome) { report = outcome; });
  world.run_until([&] { return world.polls() == "1"; });
  world.says(last, some, "hi");
  world.run_until([&] { return !world.answers(last, some).empty(); });
  EXPECT_EQ(transport->questions, 2);
  bots.stop(0s);
  world.run_until([&] { return report.has_value(); });
}

// A fleet whose community writes to many.
class Mailings : public ::testing::Test {
 protected:
  void start() {
    bots.emplace(world.settings());
    bots->keep_in(store);
    bots->on_text([](const vkxx::incoming_message& m) { return m.text(); });
    bots->add(some.id, secret{some.token});
    report.reset();
    asio::co_spawn(world.io, bots->async_run(),
                   [this](const std::exception_ptr&, auto outcome) { report = outcome; });
    world.run_until([&] { return world.polls() == "1"; });
  }
  void stop() {
    bots->stop(0s);
    world.run_until([&] { return report.has_value(); });
    world.run_until([&] { return world.polls() == "0"; });
  }
  ~Mailings() override {
    if (!report) stop();
  }
  // Readers that the community may write to.
  std::vector<vkxx::peer_id> readers(int count) {
    std::vector<vkxx::peer_id> peers;
    for (int index = 0; index < count; ++index) {
      const auto id = world.user();
      world.control("POST", "people/" + std::to_string(id.value()) + "/allow",
                    "{\"community\":" + std::to_string(some.id.value()) + "}");
      peers.emplace_back(id.value());
    }
    return peers;
  }
  template <class Value>
  Value wait(asio::awaitable<Value> operation) {
    std::optional<Value> value;
    asio::co_spawn(world.io, std::move(operation),
                   [&value](const std::exception_ptr& failure, Value outcome) {
                     if (failure) std::rethrow_exception(failure);
                     value.emplace(std::move(outcome));
                   });
    world.run_until([&value] { return value.has_value(); });
    return *std::move(value);
  }
  [[nodiscard]] std::vector<std::string> texts(vkxx::peer_id peer) {
    return world.answers(vkxx::user_id{peer.value()}, some);
  }

  fleet_world world{1};
  const vkxx::testing::shop& some = world.shops.front();
  std::shared_ptr<vkxx::memory_state> store = std::make_shared<vkxx::memory_state>();
  std::optional<vkxx::fleet> bots;
  std::optional<vkxx::result<vkxx::drain_report>> report;
};

TEST_F(Mailings, GoOnAfterARestartAndWriteToNobodyTwice) {
  start();
  const auto peers = readers(7);
  const auto each = vkxx::mailing_options{}.peers_per_call(2);
  auto news = bots->mail(some.id, "news", vkxx::outgoing{"Tea is here"}, each);
  EXPECT_TRUE(wait(news.begin(peers)).value());
  asio::cancellation_signal cut;
  auto cutting = each;
  cutting.on_progress([&cut](const vkxx::mailing_report& progress) {
    if (progress.sent >= 4) cut.emit(asio::cancellation_type::terminal);
  });
  const auto interrupted = bots->mail(some.id, "news", vkxx::outgoing{"Tea is here"}, cutting);
  bool ended = false;
  asio::co_spawn(world.io, interrupted.run(),
                 asio::bind_cancellation_slot(
                     cut.slot(), [&ended](const std::exception_ptr&, auto) { ended = true; }));
  world.run_until([&ended] { return ended; });
  stop();
  EXPECT_TRUE(texts(peers.back()).empty());

  start();
  const auto later = bots->mail(some.id, "news", vkxx::outgoing{"Tea is here"}, each);
  EXPECT_FALSE(wait(later.begin({})).value());
  const auto numbers = wait(later.run()).value();
  EXPECT_EQ(numbers.status, vkxx::mailing_status::finished);
  EXPECT_EQ(numbers.sent, peers.size());
  for (const auto peer : peers) EXPECT_THAT(texts(peer), ElementsAre("Tea is here"));
}

TEST_F(Mailings, TryAgainOnlyWhoMayBeTriedAgain) {
  start();
  auto peers = readers(3);
  peers.emplace_back(world.user().value());
  world.control("POST", "people/" + std::to_string(peers.back().value()) + "/deny",
                "{\"community\":" + std::to_string(some.id.value()) + "}");
  const auto news = bots->mail(some.id, "news", vkxx::outgoing{"Tea"});
  static_cast<void>(wait(news.begin(peers)).value());
  const auto again = bots->mail(some.id, "news again", vkxx::outgoing{"Tea"});
  EXPECT_EQ(wait(again.begin_again(news)).error(), vkxx::errc::invalid_argument);
  const auto numbers = wait(news.run()).value();
  EXPECT_EQ(numbers.sent, 3U);
  EXPECT_EQ(numbers.refused, 1U);
  const auto nobody = bots->mail(some.id, "nobody", vkxx::outgoing{"Tea"});
  EXPECT_TRUE(wait(nobody.begin_again(news)).value());
  EXPECT_EQ(wait(nobody.run()).value().peers, 0U);

  // As if VK had refused the first one for flood control, and it were unknown of the second.
  const auto name = "mailing/outcomes/0/" + std::to_string(some.id.value()) + "/news";
  const auto stored = wait(store->read(name)).value().value();
  vkxx::state_unit unit;
  unit.write(name,
             "[[" + std::to_string(peers[0].value()) + ",0,9],[" +
                 std::to_string(peers[1].value()) + ",0,-1],[" + std::to_string(peers[3].value()) +
                 ",0,901]]",
             stored.version);
  EXPECT_TRUE(wait(store->commit(std::move(unit))));
  const auto outcomes = wait(news.outcomes()).value();
  EXPECT_TRUE(outcomes[0].may_be_tried_again());
  EXPECT_FALSE(outcomes[1].may_be_tried_again());
  EXPECT_FALSE(outcomes[2].may_be_tried_again());
  EXPECT_TRUE(wait(again.begin_again(news)).value());
  EXPECT_EQ(wait(again.run()).value().sent, 1U);
  EXPECT_THAT(texts(peers[0]), ElementsAre("Tea", "Tea"));
  EXPECT_THAT(texts(peers[1]), ElementsAre("Tea"));
  EXPECT_EQ(wait(news.begin_again(news)).error(), vkxx::errc::invalid_argument);
}

// The mailing would take a minute and a half: a user is not kept waiting for it.
TEST_F(Mailings, LetAnswersGoFirst) {
  start();
  std::vector<vkxx::peer_id> peers;
  for (int number = 1000; number < 2800; ++number) peers.emplace_back(number);
  const auto anna = readers(1).front();
  const auto news =
      bots->mail(some.id, "news", vkxx::outgoing{"Tea"}, vkxx::mailing_options{}.peers_per_call(1));
  static_cast<void>(wait(news.begin(peers)).value());
  std::optional<vkxx::result<vkxx::mailing_report>> end;
  asio::co_spawn(world.io, news.run(),
                 [&end](const std::exception_ptr&, auto outcome) { end = std::move(outcome); });
  world.run_until([&] { return requests_of(world.emulator, "messages.send") > 2; });
  world.says(vkxx::user_id{anna.value()}, some, "hello");
  world.run_until([&] { return !texts(anna).empty(); });
  EXPECT_FALSE(end);
  static_cast<void>(wait(news.stop()));
  world.run_until([&] { return end.has_value(); });
  EXPECT_EQ((*end)->status, vkxx::mailing_status::stopped);
  EXPECT_GT((*end)->left(), 0U);
}

TEST(Mailing, NeedsABotThatRuns) {
  vkxx::bot bot{vkxx::config{}};
  EXPECT_THROW(static_cast<void>(bot.mail("news", vkxx::outgoing{"Tea"})), vkxx::usage_exception);
  vkxx::fleet bots{vkxx::config{}};
  EXPECT_THROW(static_cast<void>(bots.mail(vkxx::group_id{1}, "news", vkxx::outgoing{"Tea"})),
               vkxx::usage_exception);
}

// At the lowest level, with failures of all kinds.
TEST(Logs, HoldNeitherTextsOfPeopleNorTokens) {
  bot_fixture world;
  world.bot().on_text("whisper-fail", [](vkxx::message_context m) -> asio::awaitable<void> {
    auto answering = m.answer("whisper-answer");
    co_await std::move(answering);
    throw std::runtime_error{"no " + m.text()};
  });
  world.bot().on_text("whisper-vk", [](vkxx::message_context m) -> asio::awaitable<void> {
    auto calling = m.vk().call(vkxx::request{"users.get"}.set("user_ids", "whisper-id"));
    static_cast<void>(co_await std::move(calling));
  });
  set_up(world.bot());
  auto anna = world.person("Whisper-name");
  for (const auto* text : {"/start", "whisper", "Order 3 whisper-tea", "sales", "/help whisper",
                           "whisper-vk", "whisper-fail"}) {
    anna.says(text);
  }
  anna.says("/start");
  anna.presses("Tea");
  anna.sends_photo("whisper-photo");
  world.faults("error=9:messages.send,message=whisper-refusal");
  anna.says("whisper");
  world.faults("html:messages.send,body=whisper-page");
  anna.says("whisper");
  world.faults("error=15:groups.getMembers*0");
  anna.says("sales");
  world.pass(2min);
  ASSERT_THAT(world.log(), Contains(HasSubstr("dead_letter")));
  const auto token = world.emulator().tokens().community;
  for (const auto& line : world.log()) {
    EXPECT_THAT(line, testing::Not(HasSubstr("hisper")));
    EXPECT_THAT(line, testing::Not(HasSubstr(token)));
    EXPECT_THAT(line, testing::Not(HasSubstr("emulator-community")));
  }
}

}  // namespace

// Long poll over real sockets against the emulator.
#include <atomic>
#include <chrono>
#include <set>

#include "updates_site.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>

namespace vkxx {
namespace {

using namespace std::chrono_literals;
using test::next_content;
using test::next_texts;
using test::updates_site;

long_poll_options quick() {
  return long_poll_options{}.pause(5ms);
}

// Lets the other threads go on for a while.
void pass_turns(int count) {
  for (int i = 0; i < count; ++i) std::this_thread::yield();
}

// The source has a position before anything happens.
void open_source(updates_site& site, update_source& source) {
  auto first = site.loop().run(source.next());
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_TRUE(first->empty());
  EXPECT_FALSE(first->cursor().empty());
  source.commit(first->cursor());
}

std::vector<std::string> numbers(int first, int last) {
  std::vector<std::string> texts;
  for (int i = first; i <= last; ++i) texts.push_back(std::to_string(i));
  return texts;
}

TEST(BotsLongPoll, DeliversWhatHappensOnceAndInOrder) {
  updates_site site;
  bots_long_poll source{site.vk(), group_id{1}, quick()};
  open_source(site, source);
  for (int i = 1; i <= 5; ++i) site.say(i);
  const auto read = site.loop().run(next_texts(source, "message_new", 5));
  EXPECT_EQ(read.texts, numbers(1, 5));
  EXPECT_EQ(read.losses, 0U);
  EXPECT_EQ(source.cursor().text().substr(0, 7), R"({"ts":")");
}

asio::awaitable<bool> succeeds(const client& vk) {
  auto work = vk.try_call(request{"groups.getById"});
  const auto outcome = co_await std::move(work);
  co_return outcome.has_value();
}

TEST(BotsLongPoll, APollDoesNotCountAsARequestInFlight) {
  updates_site site;
  auto settings = site.settings();
  settings.max_in_flight(1);
  const client vk{site.loop().context().get_executor(), settings};
  bots_long_poll source{vk, group_id{1}, quick().wait(60s)};
  open_source(site, source);
  auto polling = site.loop().start(source.next());
  EXPECT_TRUE(site.loop().run(succeeds(vk)));
  site.say(1);
  EXPECT_TRUE(test::event_loop::get(polling));
}

TEST(BotsLongPoll, RepeatsABatchThatWasNotCommitted) {
  updates_site site;
  bots_long_poll source{site.vk(), group_id{1}, quick()};
  open_source(site, source);
  site.say(1);
  const auto before = source.cursor();
  auto batch = site.loop().run(source.next());
  ASSERT_TRUE(batch);
  EXPECT_EQ(source.cursor(), before);
  const auto again = site.loop().run(source.next());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->cursor(), batch->cursor());
  ASSERT_EQ(again->size(), batch->size());
  EXPECT_EQ(again->updates()[0].event_id(), batch->updates()[0].event_id());
}

TEST(BotsLongPoll, ContinuesAtASavedCursor) {
  updates_site site;
  update_cursor saved;
  {
    bots_long_poll source{site.vk(), group_id{1}, quick()};
    open_source(site, source);
    saved = source.cursor();
  }
  site.say(1);
  bots_long_poll source{site.vk(), group_id{1}, quick().cursor(saved)};
  EXPECT_EQ(site.loop().run(next_texts(source, "message_new", 1)).texts, numbers(1, 1));
}

TEST(BotsLongPoll, SurvivesEveryFaultOfTheServer) {
  updates_site site;
  bots_long_poll source{site.vk(), group_id{1}, quick()};
  open_source(site, source);
  int said = 0;
  for (const auto* kind : {"cut", "bad_gateway", "plain_text", "foreign_type"}) {
    site.fault("1", kind, 20);
    site.say(++said);
    const auto read = site.loop().run(next_texts(source, "message_new", 1));
    EXPECT_EQ(read.texts, numbers(said, said)) << kind;
    EXPECT_EQ(read.losses, 0U) << kind;
  }
  site.control("POST", "transports/1", R"({"expire_key":true})");
  site.say(++said);
  const auto read = site.loop().run(next_texts(source, "message_new", 1));
  EXPECT_EQ(read.texts, numbers(said, said));
  EXPECT_EQ(read.losses, 0U);
  for (const auto* fault :
       {"reset:/whp/1", "closed:/whp/1", "truncated:/whp/1", "html:/whp/1", "empty:/whp/1",
        "http_status=502:/whp/1*2", "http_status=404:/whp/1*4", "dribble=1:/whp/1"}) {
    site.emulator().add_fault(emulation::parse_fault(fault));
    site.say(++said);
    const auto after = site.loop().run(next_texts(source, "message_new", 1));
    EXPECT_EQ(after.texts, numbers(said, said)) << fault;
    EXPECT_EQ(after.losses, 0U) << fault;
  }
  EXPECT_GT(source.metrics().failures, 0U);
  EXPECT_EQ(source.metrics().failures_in_row, 0U);
}

TEST(BotsLongPoll, WaitsAsLongAsTheServerAsks) {
  updates_site site;
  bots_long_poll source{site.vk(), group_id{1}, quick()};
  open_source(site, source);
  for (const auto* fault :
       {"http_status=503:/whp/1,retry_after=1", "http_status=429:/whp/1,retry_after=1"}) {
    site.emulator().add_fault(emulation::parse_fault(fault));
    const auto begun = std::chrono::steady_clock::now();
    site.say(1);
    EXPECT_EQ(site.loop().run(next_texts(source, "message_new", 1)).texts, numbers(1, 1));
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 1s) << fault;
  }
}

TEST(BotsLongPoll, SaysThatUpdatesAreLargerThanItsLimitAndKeepsThePosition) {
  updates_site site;
  update_cursor saved;
  {
    bots_long_poll source{site.vk(), group_id{1}, quick().max_answer_size(1024)};
    open_source(site, source);
    saved = source.cursor();
    for (int i = 1; i <= 5; ++i) site.say(i);
    for (int i = 0; i < 2; ++i) {
      const auto batch = site.loop().run(source.next());
      ASSERT_FALSE(batch);
      EXPECT_EQ(batch.error(), errc::answer_too_large);
      EXPECT_NE(batch.error().message().find("max_answer_size"), std::string::npos);
    }
    EXPECT_EQ(source.cursor(), saved);
  }
  bots_long_poll source{site.vk(), group_id{1}, quick().cursor(saved)};
  EXPECT_EQ(site.loop().run(next_texts(source, "message_new", 5)).texts, numbers(1, 5));
}

TEST(BotsLongPoll, ReportsLosses) {
  updates_site site;
  bots_long_poll source{site.vk(), group_id{1}, quick()};
  open_source(site, source);
  site.say(1);
  site.control("POST", "transports/1", R"({"lose_history":true})");
  auto batch = site.loop().run(next_content(source));
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->losses().size(), 1U);
  EXPECT_EQ(batch->losses()[0].reason, loss_reason::history_outdated);
  site.control("POST", "transports/1", R"({"forget":true})");
  batch = site.loop().run(next_content(source));
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->losses().size(), 1U);
  EXPECT_EQ(batch->losses()[0].reason, loss_reason::information_lost);
  site.say(2);
  EXPECT_EQ(site.loop().run(next_texts(source, "message_new", 1)).texts, numbers(2, 2));
  EXPECT_EQ(source.metrics().losses, 2U);
}

TEST(BotsLongPoll, AsksAgainForAServerWhoseAddressIsNone) {
  const auto vk = std::make_shared<testing::scripted_transport>();
  for (const auto* server : {"", "no address", "http://lp.vk.ru/in_clear_text"}) {
    vk->expect(testing::call("groups.getLongPollServer"))
        .reply(R"({"key":"k","ts":"1","server":")" + std::string{server} + "\"}");
  }
  vk->expect(testing::call("groups.getLongPollServer"))
      .reply(R"({"key":"k","ts":"1","server":"https://lp.vk.ru/whp"})");
  vk->expect(testing::call("whp"))
      .reply_body(R"({"ts":"2","updates":[{"type":"group_join","object":{},"group_id":1}]})");
  test::event_loop loop;
  config settings;
  settings.transport(vk).access_token("k").limits(limits{}.off());
  bots_long_poll source{client{loop.context().get_executor(), settings}, group_id{1}, quick()};
  const auto batch = loop.run(next_content(source));
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->size(), 1U);
  EXPECT_EQ(vk->problems(), "");
}

TEST(BotsLongPoll, TakesALargeBufferAfterALargeAnswer) {
  const auto vk = std::make_shared<testing::scripted_transport>();
  vk->expect(testing::call("groups.getLongPollServer"))
      .reply(R"({"key":"k","ts":"1","server":"https://lp.vk.ru/whp"})");
  for (const std::size_t size : {10U, 5000U, 10U, 10U}) {
    vk->expect(testing::call("whp"))
        .reply_body(R"({"ts":"2","updates":[{"type":"t","object":{"text":")" +
                    std::string(size, 'x') + R"("},"group_id":1}]})");
  }
  test::event_loop loop;
  config settings;
  settings.transport(vk).access_token("k").limits(limits{}.off());
  bots_long_poll source{client{loop.context().get_executor(), settings}, group_id{1}, quick()};
  // The first batch is the position that VK gave.
  source.commit(loop.run(source.next())->cursor());
  std::vector<std::size_t> buffers;
  for (int i = 0; i != 4; ++i) {
    const auto batch = loop.run(source.next());
    ASSERT_TRUE(batch) << batch.error();
    source.commit(batch->cursor());
    const auto sent = vk->requests().back().message();
    EXPECT_FALSE(sent.may_be_compressed());
    buffers.push_back(sent.receive_buffer());
  }
  EXPECT_EQ(buffers, (std::vector<std::size_t>{1024, 1024, 0, 1024}));
}

TEST(BotsLongPoll, PacesPollsThatBringMuch) {
  constexpr int polls = 20;
  const auto vk = std::make_shared<testing::scripted_transport>();
  vk->expect(testing::call("groups.getLongPollServer"))
      .reply(R"({"key":"k","ts":"1","server":"https://lp.vk.ru/whp"})");
  const std::string each = R"({"type":"t","object":{}})";
  const auto answer =
      R"({"ts":"2","updates":[)" + each + ',' + each + ',' + each + ',' + each + "]}";
  for (int i = 0; i != polls; ++i) vk->expect(testing::call("whp")).reply_body(answer);
  test::event_loop loop;
  config settings;
  settings.transport(vk).access_token("k").limits(limits{}.off());
  bots_long_poll source{client{loop.context().get_executor(), settings}, group_id{1}, quick()};
  source.commit(loop.run(source.next())->cursor());
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i != polls; ++i) {
    const auto batch = loop.run(source.next());
    ASSERT_TRUE(batch) << batch.error();
    EXPECT_EQ(batch->size(), 4U);
    source.commit(batch->cursor());
  }
  EXPECT_GE(std::chrono::steady_clock::now() - began, (polls - 1) * 10ms);
  EXPECT_EQ(vk->problems(), "");
}

TEST(BotsLongPoll, ReturnsARefusalThatDoesNotPass) {
  updates_site site;
  client nobody{site.loop().context().get_executor(), config{}.emulator(site.emulator().url())};
  bots_long_poll source{nobody, group_id{1}, quick()};
  const auto batch = site.loop().run(source.next());
  ASSERT_FALSE(batch);
  EXPECT_TRUE(batch.error().api_code());
}

TEST(BotsLongPoll, NeverShowsItsKey) {
  updates_site site;
  bots_long_poll source{site.vk(), group_id{1}, quick()};
  open_source(site, source);
  site.emulator().add_fault(emulation::parse_fault("http_status=502:/whp/1*3"));
  site.say(1);
  EXPECT_EQ(site.loop().run(next_texts(source, "message_new", 1)).texts, numbers(1, 1));
  const auto ask_key = [](client vk) -> asio::awaitable<std::string> {
    const auto server = co_await vk.call(request{"groups.getLongPollServer"}.set("group_id", 1));
    co_return std::string{server.json().at("key").as_string()};
  };
  const auto key = site.loop().run(ask_key(site.vk()));
  EXPECT_EQ(site.log().find(key), std::string::npos);
  EXPECT_NE(site.log().find("source=bots_long_poll:1 outcome="), std::string::npos);
  EXPECT_EQ(source.cursor().text().find(key), std::string::npos);
  for (const auto& seen : site.emulator().requests())
    EXPECT_EQ(seen.target.find("key="), std::string::npos);
}

TEST(BotsLongPoll, StopsAndIsCancelledAtAnyTime) {
  updates_site site{3};
  for (int i = 0; i < 30; ++i) {
    bots_long_poll source{site.vk(), group_id{1}, quick()};
    if (i % 3 != 0) open_source(site, source);
    asio::cancellation_signal signal;
    std::promise<result<update_batch>> ended;
    auto outcome = ended.get_future();
    auto strand = asio::make_strand(site.loop().context());
    const auto cancellable = [](update_source& polled) -> asio::awaitable<result<update_batch>> {
      co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
      auto reading = polled.next();
      co_return co_await std::move(reading);
    };
    asio::co_spawn(strand, cancellable(source),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](std::exception_ptr failure, result<update_batch> batch) {
                         EXPECT_FALSE(failure);
                         ended.set_value(std::move(batch));
                       }));
    pass_turns(50 * i);
    if (i % 2 == 0) {
      source.stop();
    } else {
      asio::post(strand, [&, i] {
        signal.emit(i % 4 == 1 ? asio::cancellation_type::total
                               : asio::cancellation_type::terminal);
      });
    }
    const auto batch = test::event_loop::get(outcome);
    if (!batch) {
      EXPECT_EQ(batch.error(), errc::cancelled) << batch.error().to_string();
    }
    if (i % 2 != 0) {
      site.say(i);
      if (i % 3 != 0) {
        EXPECT_EQ(site.loop().run(next_texts(source, "message_new", 1)).texts, numbers(i, i));
      }
    }
  }
}

TEST(BotsLongPoll, AsksForNothingAfterAStop) {
  updates_site site;
  bots_long_poll source{site.vk(), group_id{1}, quick()};
  source.stop();
  const auto batch = site.loop().run(source.next());
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error(), errc::cancelled);
  EXPECT_TRUE(site.emulator().requests().empty());
}

TEST(BotsLongPoll, EndsWhenItsSourceIsDestroyed) {
  updates_site site{2};
  for (int i = 0; i < 10; ++i) {
    auto source = std::make_unique<bots_long_poll>(site.vk(), group_id{1}, quick());
    open_source(site, *source);
    auto outcome = site.loop().start(source->next());
    if (i % 2 == 0) pass_turns(500);
    source.reset();
    const auto batch = test::event_loop::get(outcome);
    ASSERT_FALSE(batch);
    EXPECT_EQ(batch.error(), errc::cancelled);
  }
}

TEST(BotsLongPoll, MayDieWithItsEventLoop) {
  updates_site site;
  bots_long_poll source{site.vk(), group_id{1}, quick()};
  open_source(site, source);
  auto outcome = site.loop().start(source.next());
  pass_turns(500);
  site.loop().finish();
}

TEST(BotsLongPoll, RunsOnceAtATime) {
  updates_site site{2};
  bots_long_poll source{site.vk(), group_id{1}, quick()};
  open_source(site, source);
  auto first = site.loop().start(source.next());
  auto second = site.loop().start(source.next());
  source.stop();
  const auto one_end = test::event_loop::get(first);
  const auto other_end = test::event_loop::get(second);
  ASSERT_FALSE(one_end || other_end);
}

TEST(BotsLongPoll, ServesSeveralCommunitiesOnSeveralThreads) {
  updates_site site{4};
  auto settings = site.settings();
  settings.access_token(site.emulator().tokens().user);
  const client vk{site.loop().context().get_executor(), settings};
  std::vector<std::unique_ptr<bots_long_poll>> sources;
  for (int i = 0; i < 8; ++i) {
    sources.push_back(std::make_unique<bots_long_poll>(vk, group_id{1}, quick()));
    open_source(site, *sources.back());
  }
  std::vector<std::future<test::read_texts>> reading;
  for (auto& source : sources)
    reading.push_back(site.loop().start(next_texts(*source, "message_new", 20)));
  for (int i = 1; i <= 20; ++i) site.say(i);
  for (auto& outcome : reading) {
    EXPECT_EQ(test::event_loop::get(outcome).texts, numbers(1, 20));
  }
}

TEST(BotsLongPoll, RefusesOptionsOutOfRange) {
  updates_site site;
  EXPECT_THROW((bots_long_poll{site.vk(), group_id{1}, long_poll_options{}.wait(91s)}),
               usage_exception);
  EXPECT_THROW(
      (bots_long_poll{site.vk(), group_id{1}, long_poll_options{}.cursor(update_cursor{"junk"})}),
      usage_exception);
  EXPECT_THROW((user_long_poll{site.vk(), long_poll_options{}.version(4)}), usage_exception);
}

class MailboxPoll : public ::testing::TestWithParam<int> {};

TEST_P(MailboxPoll, DeliversAndFillsGaps) {
  updates_site site;
  user_long_poll source{site.vk(), quick().version(GetParam())};
  open_source(site, source);
  const std::string type = GetParam() == 3 ? "user:4" : "user:10004";
  const auto count_of = [&](std::size_t wanted) -> asio::awaitable<std::vector<update>> {
    std::vector<update> found;
    while (found.size() < wanted) {
      auto reading = next_content(source);
      const auto batch = co_await std::move(reading);
      if (!batch) break;
      for (const auto& loss : batch->losses())
        ADD_FAILURE() << to_string(loss.reason) << ' ' << loss.from << ' ' << loss.to << site.log();
      for (const auto& update : *batch) {
        if (update.type() == type) found.push_back(update);
      }
    }
    co_return found;
  };
  site.say(1);
  auto found = site.loop().run(count_of(1));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].version(), std::to_string(GetParam()));
  // Polls reach 256 lines back, the history further, in several pages.
  constexpr int missed = 300;
  for (int i = 1; i <= missed; ++i) site.say(i);
  found = site.loop().run(count_of(missed));
  ASSERT_EQ(found.size(), std::size_t{missed});
  for (int i = 1; i <= missed; ++i) {
    const auto& update = found[static_cast<std::size_t>(i - 1)];
    EXPECT_EQ(boost::json::parse(update.details()).at("text").as_string(), std::to_string(i))
        << update.raw();
  }
  site.say(missed + 1);
  EXPECT_EQ(site.loop().run(count_of(1)).size(), 1U);
}

// A captcha, a right that is missing: the program or a person repairs that, and nothing is lost
// meanwhile.
asio::awaitable<bool> remove_messages(client vk, std::string numbers) {
  auto call = request{"messages.delete"}.set("peer_id", 2).set("cmids", std::move(numbers));
  auto deleting = vk.try_call(std::move(call));
  const auto outcome = co_await std::move(deleting);
  co_return outcome.has_value();
}

TEST_P(MailboxPoll, KeepsThePositionInAGapThatItMayNotReadNow) {
  for (const int code : {14, 7, 5}) {
    updates_site site;
    user_long_poll source{site.vk(), quick().version(GetParam())};
    open_source(site, source);
    const std::size_t missed = code == 14 ? 1200 : 300;
    for (std::size_t i = 1; i <= missed; ++i) site.say(static_cast<int>(i));
    // The history still has their lines.
    const std::size_t deleted = 3;
    ASSERT_TRUE(site.loop().run(remove_messages(site.vk(), "2,150,299")));
    site.emulator().add_fault(emulation::fault{emulation::fault_kind::error, code}
                                  .method("messages.getLongPollHistory")
                                  .count(1));
    const std::string type = GetParam() == 3 ? "user:4" : "user:10004";
    std::size_t found = 0;
    std::size_t without_text = 0;
    int refusals = 0;
    while (found < missed) {
      const auto batch = site.loop().run(next_content(source));
      if (!batch) {
        ASSERT_EQ(++refusals, 1) << batch.error().to_string();
        continue;
      }
      EXPECT_TRUE(batch->losses().empty()) << code;
      for (const auto& update : *batch) {
        if (update.type() != type) continue;
        ++found;
        if (update.details().empty()) ++without_text;
      }
    }
    EXPECT_EQ(refusals, 1) << code;
    EXPECT_EQ(found, missed);
    EXPECT_EQ(without_text, deleted);
  }
}

TEST_P(MailboxPoll, ReportsALossWhenTheHistoryIsGone) {
  updates_site site;
  user_long_poll source{site.vk(), quick().version(GetParam())};
  open_source(site, source);
  site.say(1);
  site.control("POST", "transports/nim-1", R"({"forget":true})");
  std::size_t losses = 0;
  for (int i = 0; i < 5 && losses == 0; ++i) {
    const auto batch = site.loop().run(next_content(source));
    ASSERT_TRUE(batch);
    losses += batch->losses().size();
  }
  EXPECT_EQ(losses, 1U);
}

// The key expires, and then the token, too; VK's numbers begin again meanwhile.
TEST(UserLongPoll, ATokenThatDiesInTheMiddleLosesNothing) {
  const auto vk = std::make_shared<testing::scripted_transport>();
  const auto server = [](const std::string& key, int ts, int pts) {
    return R"({"key":")" + key + R"(","server":"lp.vk.ru/nim","ts":)" + std::to_string(ts) +
           R"(,"pts":)" + std::to_string(pts) + '}';
  };
  const auto polled = [&](const std::string& key, int ts) {
    return testing::call("nim").with("key", key).with("ts", std::to_string(ts));
  };
  vk->expect(testing::call("messages.getLongPollServer")).reply(server("a", 100, 10));
  vk->expect(polled("a", 100)).reply_body(R"({"ts":101,"pts":11,"updates":[[4,1]]})");
  vk->expect(polled("a", 101)).reply_body(R"({"failed":2})");
  vk->expect(testing::call("messages.getLongPollServer"))
      .reply_error(R"({"error_code":5,"error_msg":"User authorization failed"})");
  vk->expect(testing::call("messages.getLongPollServer")).reply(server("b", 3, 12));
  // Its position is from before the numbers began again.
  vk->expect(polled("b", 101)).reply_body(R"({"failed":1,"ts":3})");
  vk->expect(testing::call("messages.getLongPollHistory").with("pts", "11"))
      .reply(R"({"history":[[4,2]],"new_pts":12,"messages":{"count":0,"items":[]}})");
  vk->expect(polled("b", 3)).reply_body(R"({"ts":4,"pts":13,"updates":[[4,3]]})");
  test::event_loop loop;
  config settings;
  settings.transport(vk).access_token("k").limits(limits{}.off());
  user_long_poll source{client{loop.context().get_executor(), settings}, quick()};
  std::vector<std::string> seen;
  int dead = 0;
  while (seen.size() < 3) {
    const auto batch = loop.run(next_content(source));
    if (!batch) {
      ASSERT_EQ(batch.error().api_code(), api_errc::authorization_failed)
          << batch.error().to_string();
      ++dead;
      continue;
    }
    EXPECT_TRUE(batch->losses().empty());
    for (const auto& update : *batch) seen.emplace_back(update.raw());
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"[4,1]", "[4,2]", "[4,3]"}));
  EXPECT_EQ(dead, 1);
  EXPECT_EQ(vk->problems(), "");
}

INSTANTIATE_TEST_SUITE_P(Versions, MailboxPoll, ::testing::Values(3, 19));

}  // namespace
}  // namespace vkxx

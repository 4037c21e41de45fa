// The Streaming API against the emulator.
#include <chrono>

#include "updates_site.hpp"

namespace vkxx {
namespace {

using namespace std::chrono_literals;
using test::event_loop;
using test::updates_site;

class stream_site : public updates_site {
 public:
  stream_site() : updates_site{2}, service_{loop().context().get_executor(), of_service()} {}

  [[nodiscard]] client& service() { return service_; }
  void add_rule(const std::string& tag, const std::string& value) {
    const auto added = loop().run(add_stream_rule(service_, {tag, value}));
    EXPECT_TRUE(added) << added.error().to_string();
  }
  void post(const std::string& text) {
    const auto call = [](client vk, std::string message) -> asio::awaitable<bool> {
      const auto posted = co_await vk.try_call(request{"wall.post"}.set("message", message));
      co_return posted.has_value();
    };
    auto settings = this->settings();
    settings.access_token(emulator().tokens().user);
    EXPECT_TRUE(loop().run(call(client{loop().context().get_executor(), settings}, text)));
  }
  // Waits until a stream is open: the server then has counted an answer.
  void inject(const std::string& body) { control("POST", "streams", body); }

 private:
  config of_service() {
    auto settings = this->settings();
    settings.access_token(emulator().tokens().service);
    return settings;
  }
  client service_;
};

// The next batch with this many updates in all.
asio::awaitable<std::vector<std::string>> next_posts(update_source& source, std::size_t count,
                                                     std::size_t* losses = nullptr) {
  std::vector<std::string> texts;
  while (texts.size() < count) {
    auto reading = source.next();
    const auto batch = co_await std::move(reading);
    if (!batch) {
      ADD_FAILURE() << batch.error().to_string();
      break;
    }
    source.commit(batch->cursor());
    if (losses != nullptr) *losses += batch->losses().size();
    for (const auto& update : *batch)
      texts.emplace_back(boost::json::parse(update.raw()).at("text").as_string());
  }
  co_return texts;
}

// Posts until the stream delivers: it opens at some time.
std::vector<std::string> first_post(stream_site& site, update_source& source) {
  auto reading = site.loop().start(next_posts(source, 1));
  for (int i = 0; i < 200 && reading.wait_for(20ms) != std::future_status::ready; ++i)
    site.post("cat 0");
  return event_loop::get(reading);
}

TEST(StreamRules, AreAddedListedAndDeleted) {
  stream_site site;
  const auto none = site.loop().run(list_stream_rules(site.service()));
  ASSERT_TRUE(none) << none.error().to_string();
  EXPECT_TRUE(none->empty());
  site.add_rule("t", "cat -dog");
  const auto rules = site.loop().run(list_stream_rules(site.service()));
  ASSERT_EQ(rules->size(), 1U);
  EXPECT_EQ((*rules)[0].tag, "t");
  EXPECT_EQ((*rules)[0].value, "cat -dog");
  const auto twice = site.loop().run(add_stream_rule(site.service(), {"t", "cat"}));
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message().find("2001"), std::string::npos);
  EXPECT_TRUE(site.loop().run(delete_stream_rule(site.service(), "t")));
  EXPECT_FALSE(site.loop().run(delete_stream_rule(site.service(), "t")));
}

TEST(StreamReader, DeliversWhatMatchesARule) {
  stream_site site;
  site.add_rule("t", "cat");
  stream_reader source{site.service(), stream_options{}.pause(5ms)};
  ASSERT_EQ(first_post(site, source), std::vector<std::string>{"cat 0"});
  site.post("cat 1");
  std::string last;
  for (int i = 0; i < 200 && last != "cat 1"; ++i)
    last = site.loop().run(next_posts(source, 1)).back();
  EXPECT_EQ(last, "cat 1");
}

TEST(StreamReader, ReconnectsAndReportsIt) {
  stream_site site;
  site.add_rule("t", "cat");
  stream_reader source{site.service(), stream_options{}.pause(5ms)};
  first_post(site, source);
  for (const auto* body : {R"({"service_code":3000,"close":true})", R"({"error_code":1006})",
                           R"({"frame":"junk"})", R"({"frame":"{\"code\":777}","close":true})"}) {
    site.inject(body);
    auto reading = site.loop().start(next_posts(source, 1));
    for (int i = 0; i < 200 && reading.wait_for(20ms) != std::future_status::ready; ++i)
      site.post("cat 0");
    EXPECT_EQ(event_loop::get(reading).size(), 1U) << body;
  }
  EXPECT_GE(source.metrics().losses, 2U);
}

TEST(StreamReader, AFrameThatCannotBeReadIsALoss) {
  stream_site site;
  site.add_rule("t", "cat");
  stream_reader source{site.service(), stream_options{}.pause(5ms)};
  first_post(site, source);
  site.inject(R"({"frame":"{\"code\":100,\"event\":{\"text\":\"cat"})");
  for (int i = 0; i < 100; ++i) {
    const auto batch = site.loop().run(source.next());
    ASSERT_TRUE(batch) << batch.error().to_string();
    source.commit(batch->cursor());
    if (batch->losses().empty()) continue;
    EXPECT_EQ(batch->losses()[0].reason, loss_reason::malformed_answer);
    EXPECT_EQ(batch->losses()[0].count, 1U);
    return;
  }
  FAIL() << "the frame is left out silently";
}

TEST(StreamReader, StopsAtOnce) {
  stream_site site;
  site.add_rule("t", "cat");
  for (int i = 0; i < 5; ++i) {
    stream_reader source{site.service(), stream_options{}.pause(5ms)};
    if (i % 2 == 0) first_post(site, source);
    auto outcome = site.loop().start(source.next());
    const auto begin = std::chrono::steady_clock::now();
    source.stop();
    const auto batch = event_loop::get(outcome);
    if (!batch) {
      EXPECT_EQ(batch.error(), errc::cancelled);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  }
}

TEST(StreamReader, GivesNothingAfterAStop) {
  stream_site site;
  site.add_rule("t", "cat");
  stream_reader source{site.service(), stream_options{}.pause(5ms)};
  first_post(site, source);
  const auto held = source.metrics().answers;
  for (int i = 0; i < 1000 && source.metrics().answers == held; ++i) site.post("cat 1");
  ASSERT_GT(source.metrics().answers, held);
  source.stop();
  const auto batch = site.loop().run(source.next());
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error(), errc::cancelled);
}

TEST(StreamReader, ReadsAgainAfterARefusal) {
  stream_site site;
  site.add_rule("t", "cat");
  stream_reader source{site.service(), stream_options{}.pause(5ms)};
  first_post(site, source);
  // The stream is still open, and takes its time to close while the next call begins.
  site.inject(R"({"frame":"{\"code\":400,\"error\":{\"error_code\":1005}}"})");
  for (;;) {
    const auto batch = site.loop().run(source.next());
    if (!batch) {
      EXPECT_EQ(batch.error(), errc::invalid_argument);
      break;
    }
    source.commit(batch->cursor());
  }
  EXPECT_EQ(first_post(site, source).size(), 1U);
}

TEST(StreamReader, ReturnsARefusalThatDoesNotPass) {
  updates_site site;
  stream_reader source{site.vk(), stream_options{}.pause(5ms)};
  const auto batch = site.loop().run(source.next());
  ASSERT_FALSE(batch);
  EXPECT_TRUE(batch.error().api_code());
}

}  // namespace
}  // namespace vkxx

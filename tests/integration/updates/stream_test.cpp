// The Streaming API against the emulator.
#include <boost/asio/buffer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <memory>
#include <mutex>

#include <vkxx/testing/scripted_transport.hpp>
#include "updates/stream/stream_tls.hpp"
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

// Streams in clear text: the first sends half of a message, the second announces a huge one, each
// further one sends an update.
class odd_streams {
 public:
  odd_streams() : thread_{[this] { io_.run(); }} {}
  odd_streams(const odd_streams&) = delete;
  odd_streams& operator=(const odd_streams&) = delete;
  ~odd_streams() {
    io_.stop();
    thread_.join();
  }
  [[nodiscard]] std::string endpoint() const {
    return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  asio::awaitable<void> serve() {
    for (int number = 0;; ++number) {
      auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
      asio::co_spawn(io_, stream(std::move(socket), number), asio::detached);
    }
  }
  static asio::awaitable<void> stream(asio::ip::tcp::socket socket, int number) {
    boost::beast::websocket::stream<asio::ip::tcp::socket, false> opened{std::move(socket)};
    co_await opened.async_accept(asio::use_awaitable);
    std::string bytes;
    if (number == 0) bytes = std::string{"\x81\x7e\x03\xe8", 4} + "{\"code\":100";
    if (number == 1) bytes = std::string{"\x81\x7f\x00\x00\x00\x00\x10\x00\x00\x00{", 11};
    if (number > 1) {
      const std::string update = R"({"code":100,"event":{"event_type":"post","text":"whole"}})";
      co_await opened.async_write(asio::buffer(update), asio::use_awaitable);
    } else {
      co_await asio::async_write(opened.next_layer(), asio::buffer(bytes), asio::use_awaitable);
    }
    boost::beast::flat_buffer ignored;
    co_await opened.async_read(ignored, asio::use_awaitable);
  }

  asio::io_context io_{1};
  asio::ip::tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
  std::future<void> serving_ = asio::co_spawn(io_, serve(), asio::use_future);
  std::thread thread_;
};

TEST(StreamReader, ReportsMessagesThatAreTooSlowOrTooLargeAndReconnects) {
  odd_streams streams;
  event_loop loop;
  const auto transport = std::make_shared<testing::scripted_transport>();
  transport->expect(testing::call("streaming.getServerUrl"))
      .reply(R"({"endpoint":")" + streams.endpoint() + R"(","key":"key"})")
      .times(10);
  std::mutex mutex;
  std::string log;
  config settings;
  settings.transport(transport).access_token("token").limits(limits{}.off());
  settings.endpoints(endpoints{}.api("http://127.0.0.1:1"));
  settings.log([&](const log_line& line) {
    const std::lock_guard lock{mutex};
    log += line.text + '\n';
  });
  stream_options options;
  options.pause(1ms).message_timeout(50ms);
  std::size_t losses = 0;
  {
    stream_reader source{client{loop.context().get_executor(), settings}, options};
    EXPECT_EQ(loop.run(next_posts(source, 1, &losses)), std::vector<std::string>{"whole"});
  }
  EXPECT_GT(losses, 0U);
  loop.finish();
  EXPECT_NE(log.find("source=stream outcome=slow_message"), std::string::npos) << log;
  EXPECT_NE(log.find("source=stream outcome=large_message"), std::string::npos) << log;
}

TEST(StreamTls, LoadsTheAuthoritiesOnceADay) {
  boost::asio::io_context io;
  auto& tls = detail::stream_tls::of(io.get_executor());
  const time_point began{1h};
  const auto first = tls.trusting("", began);
  EXPECT_EQ(tls.trusting("", began + 23h), first);
  EXPECT_NE(tls.trusting("", began + 25h), first);
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_THROW(static_cast<void>(tls.trusting("/no/such/file", began)),
                 boost::system::system_error);
  }
}

}  // namespace
}  // namespace vkxx

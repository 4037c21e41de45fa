// The Callback API: the receiver by itself, its server, and the emulator as VK.
#include <atomic>
#include <chrono>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "updates_site.hpp"

namespace vkxx {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using test::event_loop;
using test::next_texts;
using test::updates_site;

callback_request join(int number, int community = 1) {
  return {"POST",
          R"({"type":"group_join","object":{"user_id":)" + std::to_string(number) +
              R"(},"group_id":)" + std::to_string(community) + "}",
          ""};
}

callback_options open_to(int community) {
  return callback_options{}.add_community(callback_community{group_id{community}});
}

TEST(CallbackReceiver, AnswersAfterTheCommit) {
  event_loop loop;
  callback_receiver receiver{open_to(1)};
  auto answer = loop.start(receiver.handle(join(7)));
  auto batch = loop.run(receiver.next());
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->size(), 1U);
  EXPECT_EQ(batch->updates()[0].raw(), R"({"user_id":7})");
  EXPECT_NE(answer.wait_for(0s), std::future_status::ready);
  receiver.commit(batch->cursor());
  EXPECT_EQ(event_loop::get(answer).body, "ok");
  EXPECT_EQ(receiver.cursor(), batch->cursor());
  EXPECT_FALSE(receiver.needs_position());
}

TEST(CallbackReceiver, AsksForARepetitionWhenTheCommitFailsOrIsLate) {
  event_loop loop;
  auto time = std::make_shared<testing::manual_clock>();
  callback_receiver receiver{open_to(1).time_source(time)};
  auto refused = loop.start(receiver.handle(join(1)));
  auto batch = loop.run(receiver.next());
  receiver.refuse(batch->cursor());
  EXPECT_EQ(event_loop::get(refused).status, 503);

  auto late = loop.start(receiver.handle(join(2)));
  batch = loop.run(receiver.next());
  while (time->waiting() == 0) std::this_thread::yield();
  time->advance(1s);
  const auto answer = event_loop::get(late);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.retry_after, 10s);
  receiver.commit(batch->cursor());

  auto forgotten = loop.start(receiver.handle(join(3)));
  batch = loop.run(receiver.next());
  auto next = loop.start(receiver.next());
  EXPECT_EQ(event_loop::get(forgotten).status, 503);
  receiver.stop();
  EXPECT_FALSE(event_loop::get(next));
}

TEST(CallbackReceiver, DropsAnUpdateThatNobodyTook) {
  event_loop loop;
  auto time = std::make_shared<testing::manual_clock>();
  callback_receiver receiver{open_to(1).time_source(time)};
  auto late = loop.start(receiver.handle(join(1)));
  while (time->waiting() == 0) std::this_thread::yield();
  time->advance(1s);
  EXPECT_EQ(event_loop::get(late).status, 503);
  auto second = loop.start(receiver.handle(join(2)));
  const auto batch = loop.run(receiver.next());
  ASSERT_EQ(batch->size(), 1U);
  EXPECT_EQ(batch->updates()[0].raw(), R"({"user_id":2})");
  receiver.commit(batch->cursor());
  EXPECT_EQ(event_loop::get(second).body, "ok");
}

TEST(CallbackReceiver, HasSpaceForSomeUpdatesOnly) {
  event_loop loop;
  callback_receiver receiver{open_to(1).max_waiting(2).commit_timeout(1min)};
  auto first = loop.start(receiver.handle(join(1)));
  auto second = loop.start(receiver.handle(join(2)));
  EXPECT_EQ(loop.run(receiver.handle(join(3))).status, 503);
  EXPECT_EQ(receiver.metrics().dropped, 1U);
  receiver.stop();
  EXPECT_EQ(event_loop::get(first).status, 503);
  EXPECT_EQ(event_loop::get(second).status, 503);
  EXPECT_EQ(loop.run(receiver.handle(join(4))).status, 503);
}

TEST(CallbackReceiver, ServesManyRequestsOnSeveralThreads) {
  event_loop loop{4};
  callback_receiver receiver{open_to(1).commit_timeout(1min)};
  const auto consume = [&]() -> asio::awaitable<std::size_t> {
    std::size_t count = 0;
    while (count < 500) {
      auto reading = receiver.next();
      const auto batch = co_await std::move(reading);
      if (!batch) break;
      count += batch->size();
      receiver.commit(batch->cursor());
    }
    co_return count;
  };
  auto consumed = loop.start(consume());
  std::vector<std::future<callback_answer>> answers;
  for (int i = 0; i < 500; ++i) answers.push_back(loop.start(receiver.handle(join(i))));
  for (auto& answer : answers) EXPECT_EQ(event_loop::get(answer).body, "ok");
  EXPECT_EQ(event_loop::get(consumed), 500U);
}

TEST(CallbackReceiver, AsksForTheConfirmationCode) {
  event_loop loop;
  auto options = open_to(1);
  options.confirmation([](group_id community) -> asio::awaitable<result<std::string>> {
    if (community == group_id{1}) co_return std::string{"abc"};
    if (community == group_id{2}) throw std::runtime_error{"none"};
    throw 3;
  });
  options.add_community(callback_community{group_id{2}});
  options.add_community(callback_community{group_id{3}});
  const callback_receiver receiver{options};
  const auto confirm = [&](int community) {
    return loop.run(receiver.handle(
        {"POST", R"({"type":"confirmation","group_id":)" + std::to_string(community) + "}", ""}));
  };
  EXPECT_EQ(confirm(1).body, "abc");
  EXPECT_EQ(confirm(2).status, 500);
  EXPECT_EQ(confirm(3).status, 500);
}

TEST(CallbackReceiver, DoesNotWaitForAConfirmationCodeForEver) {
  event_loop loop;
  auto time = std::make_shared<testing::manual_clock>();
  auto options = open_to(1).time_source(time);
  options.confirmation([time](group_id) -> asio::awaitable<result<std::string>> {
    return [](std::shared_ptr<clock> held) -> asio::awaitable<result<std::string>> {
      auto waiting = wait_until(*held, no_deadline);
      static_cast<void>(co_await std::move(waiting));
      co_return std::string{"late"};
    }(time);
  });
  const callback_receiver receiver{options};
  auto answer =
      loop.start(receiver.handle({"POST", R"({"type":"confirmation","group_id":1})", ""}));
  while (time->waiting() < 2) std::this_thread::yield();
  time->advance(10s);
  EXPECT_EQ(event_loop::get(answer).status, 500);
}

// A commit that comes while the next batch is taken must not count for that one.
TEST(CallbackReceiver, CommitsTheBatchThatIsMeant) {
  event_loop loop{3};
  callback_receiver receiver{open_to(1).commit_timeout(1min)};
  for (int i = 0; i < 300; ++i) {
    auto first = loop.start(receiver.handle(join(1)));
    const auto batch = loop.run(receiver.next());
    ASSERT_TRUE(batch);
    auto second = loop.start(receiver.handle(join(2)));
    auto next = loop.start(receiver.next());
    receiver.commit(batch->cursor());
    static_cast<void>(event_loop::get(first));
    const auto last = event_loop::get(next);
    ASSERT_TRUE(last);
    receiver.refuse(last->cursor());
    EXPECT_EQ(event_loop::get(second).status, 503);
  }
}

// A server on a loop of its own.
class served {
 public:
  explicit served(callback_options options = open_to(1), callback_server_options server = {})
      : receiver_{options}, server_{loop_.context().get_executor(), receiver_, server} {
    running_ = loop_.start(running(server_));
  }
  ~served() {
    server_.stop();
    EXPECT_TRUE(event_loop::get(running_));
  }
  // What comes back for these bytes until the server closes.
  std::string exchange(const std::string& bytes) {
    asio::io_context io;
    asio::ip::tcp::socket socket{io};
    socket.connect({asio::ip::make_address("127.0.0.1"), server_.port()});
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(bytes), ignored);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), ignored);
    return answer;
  }
  [[nodiscard]] callback_receiver& receiver() { return receiver_; }
  [[nodiscard]] callback_server& server() { return server_; }
  [[nodiscard]] event_loop& loop() { return loop_; }

 private:
  static asio::awaitable<bool> running(callback_server& server) {
    auto serving = server.run();
    const auto end = co_await std::move(serving);
    co_return end.has_value();
  }
  event_loop loop_{2};
  callback_receiver receiver_;
  callback_server server_;
  std::future<bool> running_;
};

std::string post(const std::string& body, const std::string& path = "/",
                 const std::string& more = "Connection: close\r\n") {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(CallbackServer, AnswersOddRequests) {
  served site{open_to(1).max_body_size(1000), callback_server_options{}.path("/vk")};
  EXPECT_TRUE(site.exchange(post("{}", "/vk?x=1")).starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(site.exchange(post("{}", "/other")).starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(site.exchange("GET /vk HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .starts_with("HTTP/1.1 405"));
  EXPECT_TRUE(site.exchange(post(std::string(1001, 'x'), "/vk")).starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(site.exchange(post("{}", "/vk", "X: " + std::string(9000, 'x') + "\r\n"))
                  .starts_with("HTTP/1.1 431"));
  EXPECT_TRUE(site.exchange("junk\r\n\r\n").starts_with("HTTP/1.1 400"));
}

TEST(CallbackServer, TellsASenderThatAsksFirstToGoOn) {
  served site{open_to(1).max_body_size(1000)};
  constexpr auto expecting = "Connection: close\r\nExpect: 100-continue\r\n";
  asio::io_context io;
  asio::ip::tcp::socket socket{io};
  socket.connect({asio::ip::make_address("127.0.0.1"), site.server().port()});
  const std::string body = "{}";
  const auto bytes = post(body, "/", expecting);
  asio::write(socket, asio::buffer(bytes.data(), bytes.size() - body.size()));
  std::string answer;
  const auto size = asio::read_until(socket, asio::dynamic_buffer(answer), "\r\n\r\n");
  EXPECT_EQ(answer.substr(0, size), "HTTP/1.1 100 Continue\r\n\r\n");
  answer.erase(0, size);
  asio::write(socket, asio::buffer(body));
  boost::system::error_code ignored;
  asio::read(socket, asio::dynamic_buffer(answer), ignored);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request")) << answer;
  // Too large: before it is sent.
  EXPECT_TRUE(site.exchange("POST / HTTP/1.1\r\nHost: x\r\n" + std::string{expecting} +
                            "Content-Length: 1001\r\n\r\n")
                  .starts_with("HTTP/1.1 413"));
}

asio::awaitable<int> commit_until_stopped(callback_receiver& receiver) {
  int updates = 0;
  for (;;) {
    auto reading = receiver.next();
    const auto batch = co_await std::move(reading);
    if (!batch) co_return updates;
    receiver.commit(batch->cursor());
    updates += static_cast<int>(batch->size());
  }
}

// The client closes its side of the connection after each number of bytes, and still reads.
TEST(CallbackServer, TakesARequestWholeOrNotAtAllWhereverItIsCut) {
  served site{open_to(1).commit_timeout(1min)};
  auto committing = site.loop().start(commit_until_stopped(site.receiver()));
  const auto bytes = post(join(1).body);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    asio::io_context io;
    asio::ip::tcp::socket socket{io};
    socket.connect({asio::ip::make_address("127.0.0.1"), site.server().port()});
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(bytes.data(), length), ignored);
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), ignored);
    EXPECT_EQ(answer.ends_with("\r\n\r\nok"), length == bytes.size()) << length << answer;
  }
  site.receiver().stop();
  EXPECT_EQ(event_loop::get(committing), 1);
}

TEST(CallbackServer, CutsSlowClients) {
  served site{open_to(1).max_body_size(10'000'000),
              callback_server_options{}.timeout(50ms).idle_timeout(50ms)};
  EXPECT_EQ(site.exchange("POST / HTTP/1.1\r\nHost:"), "");
  EXPECT_EQ(site.exchange(""), "");
  EXPECT_EQ(site.exchange("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n{"), "");
  // Also one that always sends a little more.
  asio::io_context io;
  asio::ip::tcp::socket socket{io};
  socket.connect({asio::ip::make_address("127.0.0.1"), site.server().port()});
  boost::system::error_code failure;
  asio::write(socket, asio::buffer("POST / HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n"s),
              failure);
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!failure && std::chrono::steady_clock::now() < end) {
    asio::write(socket, asio::buffer("x", 1), failure);
  }
  EXPECT_TRUE(failure);
}

TEST(CallbackServer, ClosesTheOldestIdleConnectionWhenThereAreMany) {
  served site{open_to(1), callback_server_options{}.max_connections(2)};
  asio::io_context io;
  std::vector<asio::ip::tcp::socket> idle;
  for (int i = 0; i < 5; ++i) {
    idle.emplace_back(io);
    idle.back().connect({asio::ip::make_address("127.0.0.1"), site.server().port()});
  }
  EXPECT_TRUE(site.exchange(post("{}")).starts_with("HTTP/1.1 400"));
}

TEST(CallbackServer, KeepsTheConnectionThatWasUsedLast) {
  served site{open_to(1), callback_server_options{}.max_connections(2)};
  asio::io_context io;
  std::vector<asio::ip::tcp::socket> sockets;
  const auto exchange_on = [](asio::ip::tcp::socket& socket) {
    boost::system::error_code failure;
    asio::write(socket, asio::buffer(post("{}", "/", "")), failure);
    std::string answer;
    asio::read_until(socket, asio::dynamic_buffer(answer), "\r\n\r\nBad Request", failure);
    return answer.substr(0, 12);
  };
  for (int i = 0; i < 2; ++i) {
    sockets.emplace_back(io);
    sockets.back().connect({asio::ip::make_address("127.0.0.1"), site.server().port()});
    EXPECT_EQ(exchange_on(sockets.back()), "HTTP/1.1 400");
  }
  EXPECT_EQ(exchange_on(sockets[0]), "HTTP/1.1 400");
  EXPECT_TRUE(site.exchange(post("{}")).starts_with("HTTP/1.1 400"));
  EXPECT_EQ(exchange_on(sockets[0]), "HTTP/1.1 400");
}

TEST(CallbackServer, RefusesOptionsOutOfRange) {
  event_loop loop;
  const callback_receiver receiver{open_to(1)};
  for (const auto& options :
       {callback_server_options{}.timeout((duration::max)()),
        callback_server_options{}.idle_timeout(duration{}), callback_server_options{}.grace(-1s)}) {
    EXPECT_THROW((callback_server{loop.context().get_executor(), receiver, options}),
                 usage_exception);
  }
}

TEST(CallbackServer, FinishesRequestsWhenItStops) {
  served site{open_to(1).commit_timeout(1min)};
  auto answer = std::async(std::launch::async, [&] { return site.exchange(post(join(1).body)); });
  const auto batch = site.loop().run(site.receiver().next());
  ASSERT_TRUE(batch);
  site.server().stop();
  site.receiver().commit(batch->cursor());
  const auto text = answer.get();
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200")) << text;
  EXPECT_TRUE(text.ends_with("\r\n\r\nok")) << text;
}

TEST(CallbackServer, DoesNotWaitForRequestsForEver) {
  const served site{open_to(1).commit_timeout(1min), callback_server_options{}.grace(20ms)};
  asio::io_context io;
  asio::ip::tcp::socket socket{io};
  socket.connect({asio::ip::make_address("127.0.0.1"), const_cast<served&>(site).server().port()});
  asio::write(socket, asio::buffer(post(join(1).body)));
  auto batch = const_cast<served&>(site).loop().run(const_cast<served&>(site).receiver().next());
  EXPECT_TRUE(batch);
}

// The emulator is VK.
TEST(CallbackServer, ReceivesFromVk) {
  updates_site site{2};
  callback_receiver receiver{
      callback_options{}
          .add_community(callback_community{group_id{1}}.secret_key(secret{"s3cretive"}))
          .commit_timeout(1min)};
  callback_server server{site.loop().context().get_executor(), receiver, {}};
  const auto running = [](callback_server& served) -> asio::awaitable<bool> {
    auto serving = served.run();
    const auto end = co_await std::move(serving);
    co_return end.has_value();
  };
  auto ended = site.loop().start(running(server));
  callback_setup_options setup{"http://127.0.0.1:" + std::to_string(server.port()) + "/"};
  setup.add_event("message_new").add_event("message_event");
  auto done = site.loop().run(set_up_callback(site.vk(), receiver, group_id{1}, setup));
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_TRUE(done->registered);
  EXPECT_NE(done->server, server_id{0});
  // Once more: there is nothing to do.
  const auto again = site.loop().run(set_up_callback(site.vk(), receiver, group_id{1}, setup));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->registered);
  EXPECT_FALSE(again->settings_changed);
  EXPECT_EQ(again->server, done->server);

  for (int i = 1; i <= 3; ++i) site.say(i);
  auto read = site.loop().run(next_texts(receiver, "message_new", 3));
  std::sort(read.texts.begin(), read.texts.end());
  EXPECT_EQ(read.texts, (std::vector<std::string>{"1", "2", "3"}));

  // What is refused comes again when VK repeats it.
  site.say(4);
  const auto refuse_message = [](callback_receiver& source) -> asio::awaitable<bool> {
    for (;;) {
      auto reading = source.next();
      const auto batch = co_await std::move(reading);
      if (!batch) co_return false;
      for (const auto& update : *batch) {
        if (update.type() != "message_new") continue;
        source.refuse(batch->cursor());
        co_return true;
      }
      source.commit(batch->cursor());
    }
  };
  EXPECT_TRUE(site.loop().run(refuse_message(receiver)));
  for (bool refused = false; !refused;) {
    const auto seen = boost::json::serialize(site.control("GET", "transports/1/callbacks?since=0"));
    refused = seen.find("\"status\":503") != std::string::npos;
  }
  site.control("POST", "clock", R"({"advance":15})");
  read = site.loop().run(next_texts(receiver, "message_new", 1));
  EXPECT_EQ(read.texts, std::vector<std::string>{"4"});
  // VK has the answer to it: the next one is that to 5.
  for (bool delivered = false; !delivered;) {
    const auto seen = site.control("GET", "transports/1").as_object();
    delivered = seen.at("callbacks_pending").to_number<int>() == 0;
  }

  receiver.remove(group_id{1});
  site.say(5);
  read = site.loop().run(next_texts(receiver, "message_new", 1));
  EXPECT_EQ(read.texts, std::vector<std::string>{"5"});
  server.stop();
  EXPECT_TRUE(event_loop::get(ended));
}

TEST(CallbackSetup, RefusesACommunityThatTheReceiverDoesNotHave) {
  updates_site site;
  const callback_receiver receiver{open_to(2)};
  const auto done = site.loop().run(set_up_callback(site.vk(), receiver, group_id{1},
                                                    callback_setup_options{"http://127.0.0.1/"}));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), errc::invalid_argument);
}

}  // namespace
}  // namespace vkxx

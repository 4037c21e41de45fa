// The emulator over real sockets, seen byte by byte.
#include <gtest/gtest.h>

#include <boost/asio/error.hpp>
#include <chrono>
#include <future>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <vkxx/emulator.hpp>

#include "integration/emulator/raw_client.hpp"

namespace vkxx::emulation {
namespace {

class Server : public ::testing::Test {
 protected:
  std::string call(raw_client& client, std::string_view method = "status.get",
                   const std::string& form = "v=5.199") {
    client.send(post(method, form, user));
    return client.receive();
  }
  void with(const char* text) { vk.add_fault(parse_fault(text)); }

  emulator vk;
  std::string user = vk.tokens().user;
};

TEST_F(Server, AnswersWithTheBytesOfHttpAndVk) {
  raw_client client{vk.port()};
  EXPECT_EQ(call(client, "utils.resolveScreenName", "screen_name=durov&v=5.199"),
            "HTTP/1.1 200 OK\r\nServer: vkxx-emulator\r\n"
            "Content-Type: application/json; charset=utf-8\r\nContent-Length: 42\r\n"
            "Access-Control-Allow-Origin: *\r\n"
            "Connection: keep-alive\r\n\r\n{\"response\":{\"object_id\":1,\"type\":\"user\"}}");
  EXPECT_EQ(vk.url(), "http://127.0.0.1:" + std::to_string(vk.port()));
}

TEST_F(Server, RunsStoredProcedures) {
  vk.add_procedure(procedure{"both", "return [API.status.get().text, Args.code];"});
  raw_client client{vk.port()};
  EXPECT_EQ(body_of(call(client, "execute.both", "code=a+b&v=5.199")),
            "{\"response\":[\"道德經\",\"a b\"]}");
  EXPECT_EQ(vk.procedures().size(), 1U);
  vk.reset();
  EXPECT_NE(call(client, "execute.both").find("\"error_code\":3,"), std::string::npos);
}

// Whatever step of reading a connection is at, stopping ends it: many that have just begun are at
// different ones.
TEST_F(Server, StopsWhileRequestsArrive) {
  for (int round = 0; round < 3; ++round) {
    emulator arriving;
    asio::io_context io;
    std::list<asio::ip::tcp::socket> clients;
    for (int i = 0; i < 250; ++i) {
      auto& client = clients.emplace_back(io);
      client.connect({asio::ip::make_address("127.0.0.1"), arriving.port()});
      constexpr std::string_view part =
          "POST /method/users.get HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\na";
      client.write_some(asio::buffer(part));
    }
    auto stopped = std::async(std::launch::async, [&arriving] { arriving.stop(); });
    // It would wait for the idle time of a connection, 75 s.
    EXPECT_EQ(stopped.wait_for(std::chrono::seconds{30}), std::future_status::ready);
    clients.clear();
  }
}

// A script that does nothing for as long as it may; its write shows that it has begun.
TEST_F(Server, AnswersOthersWhileAScriptRuns) {
  bool seen = false;
  for (int round = 0; round < 100 && !seen; ++round) {
    vk.reset();
    raw_client hostile{vk.port()};
    raw_client other{vk.port()};
    hostile.send(
        post("execute", "code=API.status.set({text: 'on'}); while (1) {} return 1;&v=5.199", user));
    while (vk.journal().empty()) std::this_thread::yield();
    static_cast<void>(call(other));
    // The record is written when a request has ended: the script's is not there, or the last.
    seen = vk.requests().front().api_method == "status.get";
    EXPECT_NE(hostile.receive().find("too many operations"), std::string::npos);
  }
  EXPECT_TRUE(seen);
}

// The thread of the sockets is the one that a small call is answered by; a request's line in the
// log comes from the thread that has worked on it.
TEST(ServerThreads, OfTheSocketsAndOfSmallRequestsHaveNoPartInHeavyOnes) {
  std::mutex mutex;
  std::map<std::string, std::set<std::thread::id>> workers;
  emulator vk{emulator_options{}.log([&](const log_line& line) {
    const auto path = line.text.substr(0, line.text.find(" status="));
    const std::lock_guard lock{mutex};
    workers[path].insert(std::this_thread::get_id());
  })};
  const auto user = vk.tokens().user;
  vk.add_procedure(procedure{"one", "return 1;"});
  raw_client client{vk.port()};
  const auto call = [&](const std::string& bytes) {
    client.send(bytes);
    return client.receive();
  };
  std::string escaped;
  for (int i = 0; i != 300'000; ++i) escaped += "%41";
  const std::string many(300'000, ',');
  for (int i = 0; i != 8; ++i) {
    call(post("users.get", "v=5.199", user));
    call(post("execute.one", "v=5.199", user));
    call("GET /_emulator/requests HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    call(post("status.get", "v=5.199&text=" + escaped, user));
    call(post("utils.resolveScreenName", "v=5.199&screen_name=" + many, user));
    call(post("execute", "v=5.199&code=" + escaped, user));
  }
  vk.stop();
  ASSERT_EQ(workers["POST /method/users.get"].size(), 1U);
  const auto sockets = *workers["POST /method/users.get"].begin();
  std::set<std::thread::id> usual;
  for (const auto* path : {"POST /method/execute.one", "GET /_emulator/requests"}) {
    EXPECT_FALSE(workers[path].empty()) << path;
    usual.insert(workers[path].begin(), workers[path].end());
  }
  EXPECT_FALSE(usual.contains(sockets));
  for (const auto* path : {"POST /method/status.get", "POST /method/utils.resolveScreenName",
                           "POST /method/execute"}) {
    EXPECT_FALSE(workers[path].empty()) << path;
    for (const auto worker : workers[path]) {
      EXPECT_NE(worker, sockets) << path;
      EXPECT_FALSE(usual.contains(worker)) << path;
    }
  }
}

TEST_F(Server, KeepsConnectionsAndAnswersPipelinedRequestsInOrder) {
  raw_client client{vk.port()};
  client.send(post("storage.set", "key=a&value=1&v=5.199", user) +
              post("storage.get", "key=a&v=5.199", user) + post("nothing", "v=5.199"));
  EXPECT_EQ(body_of(client.receive()), R"({"response":1})");
  EXPECT_EQ(body_of(client.receive()), R"({"response":[{"key":"a","value":"1"}]})");
  EXPECT_NE(client.receive().find("\"error_code\":3"), std::string::npos);
}

TEST_F(Server, ClosesOnRequest) {
  raw_client client{vk.port()};
  client.send("GET /method/users.get?v=5.199 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(client.receive_all().find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(client.ended(), asio::error::eof);
}

TEST_F(Server, AnswersHeadWithoutABody) {
  raw_client client{vk.port()};
  client.send("HEAD /method/users.get?v=5.199 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.receive(true).find("Content-Length: "), std::string::npos);
  EXPECT_NE(call(client).find("{\"response\""), std::string::npos);
}

TEST_F(Server, AnswersExpectContinue) {
  raw_client client{vk.port()};
  auto request = post("status.get", "v=5.199", user);
  const auto body = request.substr(request.size() - 7);
  request.resize(request.size() - 7);
  request.insert(request.find("Content-Type"), "Expect: 100-continue\r\n");
  client.send(request);
  EXPECT_EQ(client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(body);
  EXPECT_NE(client.receive().find("{\"response\""), std::string::npos);
}

TEST_F(Server, ReadsAChunkedBody) {
  raw_client client{vk.port()};
  client.send("POST /method/status.get HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + user +
              "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
              "Transfer-Encoding: chunked\r\n\r\n3\r\nv=5\r\n4\r\n.199\r\n0\r\n\r\n");
  EXPECT_NE(client.receive().find("{\"response\""), std::string::npos);
}

TEST_F(Server, IgnoresEmptyLinesBetweenRequests) {
  raw_client client{vk.port()};
  client.send("\r\n");
  EXPECT_NE(call(client).find("200 OK"), std::string::npos);
  client.send("\r\n\r\n" + post("status.get", "v=5.199", user));
  EXPECT_NE(client.receive().find("200 OK"), std::string::npos);
}

// None of what follows such a head is read as a request.
TEST_F(Server, EndsTheConnectionAfterABodyThatItDoesNotRead) {
  for (const std::string head : {"Transfer-Encoding: xchunked", "Transfer-Encoding: gzip, chunked",
                                 "Content-Encoding: gzip\r\nContent-Length: 4"}) {
    raw_client client{vk.port()};
    client.send("POST /method/status.get HTTP/1.1\r\nHost: x\r\n" + head + "\r\n\r\n0\r\n\r\n" +
                post("status.get", "v=5.199", user));
    const auto received = client.receive_all();
    EXPECT_EQ(received.find("200 OK"), std::string::npos) << received;
    EXPECT_NE(received.find("The body "), std::string::npos) << received;
  }
  EXPECT_TRUE(vk.requests().empty());
}

TEST_F(Server, RefusesMalformedHttp) {
  raw_client client{vk.port()};
  client.send("this is not HTTP\r\n\r\n");
  EXPECT_EQ(client.receive_all().substr(0, 12), "HTTP/1.1 400");
}

TEST_F(Server, RefusesTooLongAddressesAndHeaders) {
  raw_client address{vk.port()};
  address.send("GET /method/users.get?v=5.199&x=" + std::string(9000, 'x') + " HTTP/1.1\r\n\r\n");
  EXPECT_EQ(address.receive_all().substr(0, 12), "HTTP/1.1 414");
  raw_client headers{vk.port()};
  headers.send("GET / HTTP/1.1\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n");
  EXPECT_EQ(headers.receive_all().substr(0, 12), "HTTP/1.1 431");
}

TEST(ServerLimits, RefuseABodyAboveTheLimit) {
  const emulator vk{emulator_options{}.body_limit(1000)};
  raw_client client{vk.port()};
  client.send(post("users.get", std::string(2000, 'x')));
  EXPECT_EQ(client.receive_all().substr(0, 12), "HTTP/1.1 413");
}

TEST_F(Server, PlaysATruncatedAnswer) {
  with("truncated");
  raw_client client{vk.port()};
  client.send(post("users.get", "v=5.199", user));
  const auto received = client.receive_all();
  const auto length = std::stoul(received.substr(received.find("Content-Length: ") + 16));
  EXPECT_EQ(body_of(received).size(), length / 2);
  EXPECT_EQ(client.ended(), asio::error::eof);
}

TEST_F(Server, PlaysAClosedConnectionAndALostAnswer) {
  for (const auto* text : {"closed", "lost"}) {
    with(text);
    raw_client client{vk.port()};
    client.send(post("status.set", "text=x&v=5.199", user));
    EXPECT_EQ(client.receive_all(), "") << text;
    EXPECT_EQ(client.ended(), asio::error::eof) << text;
  }
  EXPECT_FALSE(vk.requests().at(0).executed);
  EXPECT_TRUE(vk.requests().at(1).executed);
}

TEST_F(Server, PlaysAReset) {
  with("reset");
  raw_client client{vk.port()};
  client.send(post("status.set", "text=x&v=5.199", user));
  EXPECT_EQ(client.receive_all(), "");
  EXPECT_EQ(client.ended(), asio::error::connection_reset);
}

TEST_F(Server, PlaysASlowAndADribblingAnswer) {
  with("slow=120");
  raw_client client{vk.port()};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NE(call(client).find("{\"response\""), std::string::npos);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{120});
  with("dribble=1");
  EXPECT_NE(call(client).find("{\"response\""), std::string::npos);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{300});
}

TEST_F(Server, StopsWhileAnswersAreSilentSlowOrHalfSent) {
  std::list<raw_client> clients;
  for (const auto* text : {"silent", "slow=3600000", "dribble=3600000"}) {
    with(text);
    auto& client = clients.emplace_back(vk.port());
    client.send(post("status.get", "v=5.199", user));
  }
  clients.emplace_back(vk.port()).send("POST /method/status.get HTT");
  while (vk.requests().size() < 3) std::this_thread::yield();
  vk.stop();
  vk.stop();
  for (auto& client : clients) static_cast<void>(client.receive_all());
  for (auto& client : clients) EXPECT_TRUE(client.ended());
}

TEST_F(Server, DoesNotHoldTheConnectionOfWhoDoesNotWaitForALateAnswer) {
  for (const auto* text : {"silent", "slow=3600000", "dribble=3600000"}) {
    with(text);
    raw_client client{vk.port()};
    client.send(post("status.get", "v=5.199", user));
    client.finish();
    EXPECT_LT(client.receive_all().size(), 10U) << text;
    EXPECT_EQ(client.ended(), asio::error::eof) << text;
  }
}

TEST_F(Server, ServesAThousandConnectionsAtOnce) {
  std::list<raw_client> clients;
  for (int i = 0; i < 1000; ++i) clients.emplace_back(vk.port());
  for (auto& client : clients) client.send(post("users.get", "v=5.199&user_ids=1", user));
  for (auto& client : clients)
    EXPECT_NE(client.receive().find("\"last_name\":\"Дуров\""), std::string::npos);
}

TEST_F(Server, UsesTheHostOfTheRequestInAddresses) {
  raw_client client{vk.port()};
  const auto received = call(client, "captcha.force");
  EXPECT_NE(received.find("\"captcha_img\":\"http://vk.test/captcha.php?sid="), std::string::npos);
}

TEST(ServerStart, NamesTheAddressThatItCannotListenOn) {
  const emulator first;
  try {
    const emulator second{emulator_options{}.port(first.port())};
    FAIL();
  } catch (const boost::system::system_error& failure) {
    EXPECT_NE(std::string{failure.what()}.find("port " + std::to_string(first.port())),
              std::string::npos);
  }
  EXPECT_THROW(emulator{emulator_options{}.address("nonsense")}, boost::system::system_error);
  EXPECT_THROW(emulator{emulator_options{}.captcha_text("abc")}, std::invalid_argument);
}

TEST(ServerLog, WritesOneLineARequestWithoutSecrets) {
  std::vector<std::string> lines;
  std::string user;
  {
    emulator vk{
        emulator_options{}.log([&lines](const log_line& line) { lines.push_back(line.text); })};
    user = vk.tokens().user;
    raw_client client{vk.port()};
    client.send("GET /method/nope?v=5.199&access_token=" + user + " HTTP/1.1\r\n\r\n");
    static_cast<void>(client.receive());
  }
  EXPECT_EQ(lines, std::vector<std::string>{"GET /method/nope status=200 error=3"});
}

}  // namespace
}  // namespace vkxx::emulation

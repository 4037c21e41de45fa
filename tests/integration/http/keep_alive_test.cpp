// Connections that die while they are used: nothing is executed twice, and nothing that was
// executed is reported as not sent.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "integration/http/servers/exchange.hpp"
#include "integration/http/servers/raw_server.hpp"

namespace vkxx::http::test {
namespace {

// Executes requests, named by their bodies, and ends its connections at every moment in turn. Runs
// on one thread.
class dying_server {
 public:
  dying_server() : server_{[this](raw_connection& peer, raw_server&) { return serve(peer); }} {}
  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] int executions(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    const auto found = executed_.find(name);
    return found == executed_.end() ? 0 : found->second;
  }

 private:
  enum class end { none, after_the_answer, reset_after_execution, reset_before_it, in_the_answer };

  void execute(const std::string& request) {
    const std::lock_guard lock{mutex_};
    ++executed_[request.substr(request.find("\r\n\r\n") + 4)];
  }
  asio::awaitable<void> serve(raw_connection& peer) {
    for (;;) {
      const auto request = co_await peer.read_request();
      if (request.empty()) co_return;
      const auto ending = static_cast<end>(std::max(0, count_++ % 9 - 4));
      if (ending != end::reset_before_it) execute(request);
      if (ending == end::reset_after_execution || ending == end::reset_before_it) {
        peer.reset();
        co_return;
      }
      if (ending == end::in_the_answer) {
        co_await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{");
        co_return;
      }
      co_await peer.reply("{}");
      if (ending == end::after_the_answer) co_return;
    }
  }

  mutable std::mutex mutex_;
  std::map<std::string, int> executed_;
  int count_ = 0;
  raw_server server_;
};

// VKXX_STRESS_CALLS=32000 makes it a stress test.
int rounds_of_a_hundred() {
  const char* calls = std::getenv("VKXX_STRESS_CALLS");
  return calls == nullptr ? 40 : std::clamp(std::atoi(calls) / 100, 1, 100'000);
}

TEST(KeepAlive, OutcomesAreTrueOverDyingConnections) {
  dying_server server;
  transport_options options;
  options.max_connections(16);
  transport_under_test transport{options};
  const int rounds = rounds_of_a_hundred();
  std::map<std::string, int> counts;
  for (int round = 0; round < rounds; ++round) {
    std::vector<request> messages;
    std::vector<std::string> names;
    for (int i = 0; i < 100; ++i) {
      names.push_back("name=" + std::to_string(round) + "-" + std::to_string(i));
      messages.push_back(post_to(server.url(), names.back()));
    }
    const auto outcomes = transport.send_all(std::move(messages));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const auto executions = server.executions(names[i]);
      EXPECT_LE(executions, 1) << names[i];
      if (outcomes[i]) {
        ++counts["answered"];
        EXPECT_EQ(executions, 1) << names[i];
        continue;
      }
      const auto effect = outcomes[i].error().effect();
      ++counts[std::string{to_string(effect)} + (executions == 0 ? ", was not" : ", executed")];
      if (effect == request_effect::not_sent) {
        EXPECT_EQ(executions, 0) << names[i] << ": " << outcomes[i].error();
      }
    }
  }
  for (const auto& [outcome, count] : counts) std::cout << count << " " << outcome << '\n';
  EXPECT_GT(counts["answered"], rounds * 50);
}

}  // namespace
}  // namespace vkxx::http::test

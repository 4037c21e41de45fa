// The emulator with a client on threads of its own, for tests of sources over real sockets.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <vkxx/client.hpp>
#include <vkxx/http/transport.hpp>
#include <vkxx/testing.hpp>
#include <vkxx/updates.hpp>

namespace vkxx::test {

// Runs an event loop on `threads` threads.
class event_loop {
 public:
  explicit event_loop(int threads = 1) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { context_.run(); });
  }
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;
  ~event_loop() { finish(); }
  void finish() {
    work_.reset();
    context_.stop();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }
  [[nodiscard]] asio::io_context& context() { return context_; }
  // Ends the program if the operation hangs: its future would wait for ever.
  template <class T>
  T run(asio::awaitable<T> operation) {
    auto outcome = start(std::move(operation));
    return get(outcome);
  }
  template <class T>
  std::future<T> start(asio::awaitable<T> operation) {
    return asio::co_spawn(context_, std::move(operation), asio::use_future);
  }
  template <class T>
  static T get(std::future<T>& outcome) {
    if (outcome.wait_for(std::chrono::seconds{30}) != std::future_status::ready) {
      ADD_FAILURE() << "the operation hangs";
      std::_Exit(1);
    }
    return outcome.get();
  }

 private:
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::vector<std::thread> threads_;
};

class updates_site {
 public:
  explicit updates_site(int threads = 1)
      : loop_{threads}, vk_{loop_.context().get_executor(), settings()} {}

  [[nodiscard]] event_loop& loop() { return loop_; }
  [[nodiscard]] vkxx::client& vk() { return vk_; }
  [[nodiscard]] vkxx::emulator& emulator() { return emulator_; }
  [[nodiscard]] config settings() const {
    config values;
    values.emulator(emulator_.url()).access_token(emulator_.tokens().community);
    values.limits(limits{}.off());
    values.log([this](const log_line& line) {
      const std::lock_guard lock{log_mutex_};
      log_ += line.text + '\n';
    });
    return values;
  }
  [[nodiscard]] std::string log() const {
    const std::lock_guard lock{log_mutex_};
    return log_;
  }

  // The control API.
  boost::json::value control(std::string method, const std::string& path, std::string body = {}) {
    http::request message{std::move(method), emulator_.url() + "/_emulator/" + path};
    if (!body.empty()) message.body(std::move(body), "application/json");
    message.timeout(std::chrono::seconds{60});
    auto answer = loop_.run(vk_.environment().transport->send(std::move(message)));
    EXPECT_TRUE(answer);
    EXPECT_LT(answer->status, 300) << answer->body;
    return answer->body.empty() ? boost::json::value{} : boost::json::parse(answer->body);
  }
  void say(int number) {
    control("POST", "people/2/say", R"({"to":-1,"text":")" + std::to_string(number) + "\"}");
  }
  void fault(const std::string& place, const std::string& kind, int amount = 0, int count = 1) {
    control("POST", "transports/" + place,
            R"({"faults":[{"kind":")" + kind + R"(","amount":)" + std::to_string(amount) +
                R"(,"count":)" + std::to_string(count) + "}]}");
  }

 private:
  mutable std::mutex log_mutex_;
  mutable std::string log_;
  vkxx::emulator emulator_;
  event_loop loop_;
  vkxx::client vk_;
};

// The next batch that has updates or losses; those before are committed, this one is, too.
inline asio::awaitable<result<update_batch>> next_content(update_source& source) {
  for (;;) {
    auto reading = source.next();
    auto batch = co_await std::move(reading);
    if (!batch) co_return batch;
    source.commit(batch->cursor());
    if (!batch->empty() || !batch->losses().empty()) co_return batch;
  }
}

// The texts of the next `count` updates of `type`, and how many losses came with them.
struct read_texts {
  std::vector<std::string> texts;
  std::size_t losses = 0;
};
inline asio::awaitable<read_texts> next_texts(update_source& source, std::string type,
                                              std::size_t count) {
  read_texts read;
  while (read.texts.size() < count) {
    auto reading = next_content(source);
    const auto batch = co_await std::move(reading);
    if (!batch) {
      ADD_FAILURE() << batch.error().to_string();
      break;
    }
    read.losses += batch->losses().size();
    for (const auto& update : *batch) {
      if (update.type() != type) continue;
      const auto object = boost::json::parse(update.raw());
      boost::json::error_code missing;
      const auto* text = object.find_pointer("/message/text", missing);
      read.texts.emplace_back(text != nullptr ? text->as_string() : "");
    }
  }
  co_return read;
}

}  // namespace vkxx::test

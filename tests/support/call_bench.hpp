// A client whose transport follows a script and whose clock is moved by hand.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/client.hpp>
#include <vkxx/testing/manual_clock.hpp>
#include <vkxx/testing/scripted_transport.hpp>

#include "support/secrets.hpp"

namespace vkxx::test {

using testing::after;
using testing::call;
using testing::script_order;

// What VK says when it wants a captcha, and when it has had enough of a method.
inline constexpr const char* captcha =
    R"({"error_code":14,"captcha_sid":"1","captcha_img":"https://vk.ru/c"})";
inline constexpr const char* flood = R"({"error_code":9,"error_msg":"Flood control"})";

// A call that was started, and what became of it.
class started_call {
 public:
  [[nodiscard]] bool done() const noexcept { return outcome_->has_value(); }
  [[nodiscard]] const result<reply>& outcome() const { return outcome_->value(); }
  [[nodiscard]] error failure() const { return outcome().error(); }
  void cancel(asio::cancellation_type type = asio::cancellation_type::terminal) {
    signal_->emit(type);
  }

 private:
  friend class call_bench;
  std::shared_ptr<std::optional<result<reply>>> outcome_ =
      std::make_shared<std::optional<result<reply>>>();
  std::shared_ptr<asio::cancellation_signal> signal_ =
      std::make_shared<asio::cancellation_signal>();
};

class call_bench {
 public:
  explicit call_bench(script_order order = script_order::strict)
      : clock{std::make_shared<testing::manual_clock>()},
        vk{std::make_shared<testing::scripted_transport>(clock, order)} {
    // What a call does by itself; tests of pacing and of retries turn them on.
    settings.limits(limits{}.off()).retries(retries{}.off());
    settings.transport(vk).time_source(clock).access_token(token()).log(
        [lines = log_lines](const log_line& line) {
          keep_for_secret_search(line.text);
          lines->push_back(std::string{to_string(line.level)} + " " + line.text);
        },
        log_level::debug);
  }
  ~call_bench() {
    for (const auto& sent : vk->requests()) keep_for_secret_search(sent.to_string());
    keep_for_secret_search(vk->problems());
  }

  // Begins a call; it goes on in `run` or `poll`.
  started_call start(request request, call_options options = {}) {
    started_call started;
    asio::co_spawn(io, carry_out(face(), std::move(request), std::move(options), started.outcome_),
                   asio::bind_cancellation_slot(started.signal_->slot(), asio::detached));
    return started;
  }
  // Does all that can be done without time passing.
  void poll() {
    io.restart();
    io.poll();
  }
  // Does all there is to do, moving the clock on whenever nothing else is left.
  void run() {
    do {
      poll();
    } while (clock->advance_to_next());
  }
  // One call, from its start to its end.
  result<reply> call_once(request request, call_options options = {}) {
    const auto started = start(std::move(request), std::move(options));
    run();
    return started.outcome();
  }
  // The client; made at the first use, from `settings`.
  client& face() {
    if (!client_) client_.emplace(io.get_executor(), settings);
    return *client_;
  }
  // Lets the client go; calls under way go on.
  void drop_client() {
    client_.reset();
    settings = config{};
  }

  asio::io_context io{1};
  std::shared_ptr<testing::manual_clock> clock;
  std::shared_ptr<testing::scripted_transport> vk;
  std::shared_ptr<std::vector<std::string>> log_lines =
      std::make_shared<std::vector<std::string>>();
  config settings;

 private:
  static asio::awaitable<void> carry_out(client face, request request, call_options options,
                                         std::shared_ptr<std::optional<result<reply>>> outcome) {
    // Every kind of cancellation reaches the call, as a program may want it.
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    auto work = face.try_call(std::move(request), std::move(options));
    auto settled = co_await std::move(work);
    if (!settled) {
      keep_for_secret_search(settled.error().to_string());
      keep_for_secret_search(settled.error().message());
    }
    outcome->emplace(std::move(settled));
  }

  std::optional<client> client_;
};

}  // namespace vkxx::test

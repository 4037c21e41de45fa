// A bot with dialogues in a world of its own: people who write, a clock moved by hand, restarts.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/core/json_text.hpp>
#include <vkxx/dialogues.hpp>
#include <vkxx/dispatch.hpp>
#include <vkxx/state.hpp>
#include <vkxx/testing/manual_clock.hpp>
#include <vkxx/testing/scripted_transport.hpp>
#include "integration/dispatch/state_support.hpp"

namespace vkxx::testing {

inline constexpr std::int64_t talk_group = 5;

// What VK has: it takes a message with a known number once.
struct talk_messages {
  struct message {
    std::int64_t peer = 0;
    std::string text;
    std::string keyboard;
  };
  std::vector<message> sent;
  std::set<std::string> numbers;
  int failures = 0;      // of the next calls, before VK has the message
  int lost_answers = 0;  // of the next calls, after it has
};

class talk_transport final : public http::transport {
 public:
  explicit talk_transport(std::shared_ptr<talk_messages> messages)
      : messages_{std::move(messages)} {}

  asio::awaitable<result<http::response>> send(http::request message) override {
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    const sent_request request{std::move(message)};
    if (messages_->failures > 0) {
      --messages_->failures;
      co_return error{errc::connection_refused, request_effect::not_sent, "no connection"};
    }
    const auto number =
        request.find("peer_ids").value_or("") + "/" + request.find("random_id").value_or("");
    const auto peer = request.find("peer_ids").value_or(request.find("peer_id").value_or("0"));
    if (messages_->numbers.insert(number).second) {
      messages_->sent.push_back({std::stoll(peer), request.find("message").value_or(""),
                                 request.find("keyboard").value_or("")});
    }
    if (messages_->lost_answers > 0) {
      --messages_->lost_answers;
      co_return error{errc::connection_lost, request_effect::unknown, "the connection was lost"};
    }
    http::response answer;
    answer.status = 200;
    answer.headers.push_back({"Content-Type", "application/json"});
    answer.body =
        R"({"response":[{"peer_id":)" + peer + R"(,"message_id":1,"conversation_message_id":1}]})";
    co_return answer;
  }

 private:
  std::shared_ptr<talk_messages> messages_;
};

// What people have written; each update until it was committed.
class talk_source final : public update_source {
 public:
  explicit talk_source(std::shared_ptr<std::deque<update>> written)
      : written_{std::move(written)} {}
  asio::awaitable<result<update_batch>> next() override {
    while (written_->empty() && !stopped_) {
      timer_ = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
      const auto timer = timer_;
      timer->expires_at((std::chrono::steady_clock::time_point::max)());
      boost::system::error_code ignored;
      co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (stopped_) co_return error{errc::cancelled, request_effect::not_sent, "stopped"};
    std::vector<update> updates{written_->front()};
    co_return update_batch{std::move(updates), {}, update_cursor{written_->front().event_id()}};
  }
  void commit(const update_cursor& cursor) override {
    if (!written_->empty() && cursor.text() == written_->front().event_id()) written_->pop_front();
  }
  void refuse(const update_cursor&) override {}
  void stop() noexcept override {
    stopped_ = true;
    wake();
  }
  void wake() {
    if (timer_) timer_->cancel();
  }
  [[nodiscard]] std::string name() const override { return "people"; }
  [[nodiscard]] update_cursor cursor() const override { return {}; }
  [[nodiscard]] update_source_metrics metrics() const override { return {}; }

 private:
  std::shared_ptr<std::deque<update>> written_;
  bool stopped_ = false;
  std::shared_ptr<asio::steady_timer> timer_;
};

class talk_world {
 public:
  using set_up_function = std::function<void(dialogues&)>;
  using handler_function =
      std::function<asio::awaitable<void>(dialogues&, update_context, std::string)>;

  // `handle`: updates that no dialogue takes, with the text of the message. By default `/NAME`
  // starts the dialogue NAME.
  explicit talk_world(set_up_function set_up, handler_function handle = {})
      : set_up_{std::move(set_up)}, handle_{std::move(handle)} {
    if (!handle_) handle_ = start_by_command;
    options.on_notice([this](const state_notice& some) { notices.push_back(some); });
    options.random([this] { return ++randoms; });
    options.store(store);
  }
  ~talk_world() { kill(); }

  void start() {
    bot_ = std::make_unique<bot>();
    bot_->talks = std::make_unique<dialogues>(options);
    set_up_(*bot_->talks);
    dispatcher_options settings;
    settings.time_source(clock).wall_clock(wall_clock());
    settings.client(
        client{bot_->io.get_executor(), config{}
                                            .transport(std::make_shared<talk_transport>(messages))
                                            .time_source(clock)
                                            .access_token("token")
                                            .limits(limits{}.off())
                                            .retries(retries_)});
    settings.on_notice([this](const dispatch_notice& some) { dispatch_notices.push_back(some); });
    bot_->updates = std::make_unique<dispatcher>(bot_->io.get_executor(), store, settings);
    bot_->people = std::make_shared<talk_source>(written_);
    bot_->updates->add(bot_->people);
    bot_->updates->on_update([this](update_context context) { return handle_update(context); });
    asio::co_spawn(bot_->io, bot_->updates->run(), [](const std::exception_ptr&, const auto&) {});
    settle();
  }
  // The process is gone: nothing is finished.
  void kill() { bot_.reset(); }
  void restart() {
    kill();
    start();
  }

  // Runs everything that needs no time.
  void settle() {
    if (!bot_) start();
    bot_->io.restart();
    bot_->io.poll();
  }
  void pass(duration time) {
    clock->advance(time);
    settle();
  }
  void writes(std::string text, std::int64_t person = 1, std::string more = "",
              std::int64_t peer = 0) {
    if (!bot_) start();
    const auto number = std::to_string(++last_message_);
    update_data data;
    data.type = "message_new";
    data.group = group_id{talk_group};
    data.event_id = "event" + number;
    data.version = "5.199";
    data.object = "{\"message\":{\"peer_id\":" + std::to_string(peer != 0 ? peer : person) +
                  ",\"from_id\":" + std::to_string(person) +
                  ",\"conversation_message_id\":" + number + ",\"text\":" + json_text(text) + more +
                  "}}";
    data.received = at(1'700'000'000'000);
    written_->emplace_back(std::move(data));
    bot_->people->wake();
  }
  void says(std::string text, std::int64_t person = 1, std::string more = "",
            std::int64_t peer = 0) {
    writes(std::move(text), person, std::move(more), peer);
    settle();
  }
  // Texts that were sent since the last call.
  [[nodiscard]] std::vector<std::string> heard() {
    std::vector<std::string> texts;
    for (; heard_ < messages->sent.size(); ++heard_) texts.push_back(messages->sent[heard_].text);
    return texts;
  }
  [[nodiscard]] dialogues& talks() {
    if (!bot_) start();
    return *bot_->talks;
  }
  [[nodiscard]] dispatcher& updates() { return *bot_->updates; }
  [[nodiscard]] asio::io_context& io() { return bot_->io; }
  [[nodiscard]] bool is_stored(const std::string& key) {
    return outcome_of(store->read(key)).value().has_value();
  }
  [[nodiscard]] std::function<wall_time()> wall_clock() const {
    return [this] {
      return at(1'700'000'000'000) + wall_offset +
             std::chrono::duration_cast<wall_time::duration>(clock->now().time_since_epoch());
    };
  }

  static asio::awaitable<void> start_by_command(dialogues& talks, update_context context,
                                                std::string text) {
    if (!text.starts_with('/')) co_return;
    auto starting = talks.start(std::move(context), text.substr(1));
    co_await std::move(starting);
  }

  std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
  std::shared_ptr<state_store> store = std::make_shared<memory_state>();
  std::shared_ptr<talk_messages> messages = std::make_shared<talk_messages>();
  dialogue_options options;
  std::vector<state_notice> notices;
  std::vector<dispatch_notice> dispatch_notices;
  std::uint64_t randoms = 100;
  std::chrono::minutes wall_offset{0};  // somebody sets the time of day
  int taken = 0;
  int failures_after = 0;  // of handlers, when the dialogue has done its part

 private:
  struct bot {
    asio::io_context io;
    std::unique_ptr<dialogues> talks;
    std::shared_ptr<talk_source> people;
    std::unique_ptr<dispatcher> updates;
    ~bot() {
      updates.reset();
      talks.reset();
    }
  };

  asio::awaitable<void> handle_update(update_context context) {
    auto taking = bot_->talks->take(context);
    if (co_await std::move(taking)) {
      ++taken;
      if (failures_after > 0) {
        --failures_after;
        throw std::runtime_error{"after the dialogue"};
      }
      co_return;
    }
    const auto incoming = read_incoming_answer(context.update());
    auto text = incoming ? incoming->value.text() : std::string{};
    auto handling = handle_(*bot_->talks, std::move(context), std::move(text));
    co_await std::move(handling);
  }

  set_up_function set_up_;
  handler_function handle_;
  vkxx::retries retries_ = vkxx::retries{}.off();
  std::shared_ptr<std::deque<update>> written_ = std::make_shared<std::deque<update>>();
  int last_message_ = 0;
  std::size_t heard_ = 0;
  std::unique_ptr<bot> bot_;
};

}  // namespace vkxx::testing

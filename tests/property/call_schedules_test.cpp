// What holds of calls on any schedule of answers, losses, refusals, hooks, deadlines and
// cancellations, against a model of VK: each call ends once, what it reports is true, no write is
// executed twice, and nothing that the client holds leaks.
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/value.hpp>
#include <vkxx/client.hpp>
#include <vkxx/testing/manual_clock.hpp>
#include <vkxx/testing/scripted_transport.hpp>

#include "property/schedules.hpp"

namespace vkxx::call_schedules {
namespace {

using namespace std::chrono_literals;
using schedules::random_generator;

// VK, as far as the calls of these tests can tell. Each call names itself `call-N`.
class model_vk final : public http::transport {
 public:
  model_vk(random_generator& random, std::shared_ptr<testing::manual_clock> clock)
      : random_{random}, clock_{std::move(clock)} {}

  asio::awaitable<result<http::response>> send(http::request message) override {
    const auto begun = clock_->now();
    const testing::sent_request sent{message};
    const auto calls = calls_in(sent);
    for (const auto& [number, method] : calls) ++sends_[number];
    if (const auto key = sent.find("random_id")) keys_[calls.front().first].insert(*key);
    const auto fate = is_kind_ ? 0 : random_.below(18);
    const bool late = random_.chance(0.3);
    std::string body;
    if (!late) body = answer(calls, fate, sent.method() == "execute");
    const auto pause = std::chrono::milliseconds{is_kind_ ? 1 : random_.below(400)};
    const auto limit = std::min(begun + message.timeout(), message.deadline());
    auto waiting = wait_until(*clock_, std::min(begun + pause, limit));
    const auto failure = co_await std::move(waiting);
    if (failure) co_return lost(errc::cancelled, request_effect::unknown);
    if (clock_->now() >= limit) {
      const auto code = limit == message.deadline() ? errc::deadline_exceeded : errc::timeout;
      co_return lost(code, request_effect::unknown);
    }
    if (late) body = answer(calls, fate, sent.method() == "execute");
    if (fate == 1) co_return lost(errc::connection_refused, request_effect::not_sent);
    if (fate == 2 || fate == 3) co_return lost(errc::connection_lost, request_effect::unknown);
    http::response response;
    response.status = fate == 4 || fate == 5 ? 502 : 200;
    response.body = body;
    co_return response;
  }

  void be_kind() { is_kind_ = true; }
  [[nodiscard]] int executed(int call) const { return at(executed_, call); }
  [[nodiscard]] int sends(int call) const { return at(sends_, call); }
  // VK recognizes a repeated write by its key.
  [[nodiscard]] std::size_t keys(int call) const {
    const auto found = keys_.find(call);
    return found == keys_.end() ? 0 : found->second.size();
  }

 private:
  using named_calls = std::vector<std::pair<int, std::string>>;

  static int at(const std::map<int, int>& counts, int call) {
    const auto found = counts.find(call);
    return found == counts.end() ? 0 : found->second;
  }
  static error lost(errc code, request_effect effect) { return {code, effect, "lost"}; }

  static named_calls calls_in(const testing::sent_request& sent) {
    named_calls calls;
    if (sent.method() != "execute") {
      const auto text = sent.find("message").value_or("call-0");
      return {{std::stoi(text.substr(5)), sent.method()}};
    }
    static const std::regex each{R"(API\.([A-Za-z.]+)\(\{[^}]*call-(\d+))"};
    const auto code = sent.find("code").value_or("");
    for (std::sregex_iterator next{code.begin(), code.end(), each}, end; next != end; ++next) {
      calls.emplace_back(std::stoi((*next)[2]), (*next)[1]);
    }
    return calls;
  }

  // What VK executes, and says.
  std::string answer(const named_calls& calls, int fate, bool is_script) {
    // 1: it never arrives; 3 and 5: lost before it is executed; 6 to 11: refused as a whole.
    if (fate == 1 || fate == 3 || fate == 5) return {};
    static const std::map<int, int> refusals{{6, 6}, {7, 9}, {8, 14}, {9, 100}, {17, 5}};
    if (const auto refusal = refusals.find(fate); refusal != refusals.end()) {
      return R"({"error":)" + error_object(refusal->second) + "}";
    }
    // Something went wrong inside of VK: before or after.
    if (fate == 10) {
      if (random_.chance(0.5)) execute(calls);
      return R"({"error":)" + error_object(10) + "}";
    }
    if (fate == 11) {
      execute(calls);
      return "<html>no JSON";
    }
    if (is_script && fate == 16) {
      execute(calls);
      return R"({"error":)" + error_object(13) + "}";
    }
    if (!is_script) {
      execute(calls);
      return R"({"response":1})";
    }
    std::string values;
    std::string errors;
    for (const auto& call : calls) {
      const bool fails = !is_kind_ && random_.chance(0.2);
      if (!fails) execute({call});
      values += values.empty() ? "" : ",";
      values += fails ? "false" : "1";
      if (!fails) continue;
      errors += errors.empty() ? "" : ",";
      errors += R"({"method":")" + call.second + R"(",)" +
                error_object(random_.chance(0.5) ? 9 : 100).substr(1);
    }
    auto text = R"({"response":[)" + values + "]";
    if (!errors.empty()) text += R"(,"execute_errors":[)" + errors + "]";
    return text + "}";
  }

  static std::string error_object(int code) {
    return R"({"error_code":)" + std::to_string(code) +
           R"(,"error_msg":"no","captcha_sid":"1","captcha_img":"https://vk.ru/c"})";
  }

  void execute(const named_calls& calls) {
    for (const auto& call : calls) ++executed_[call.first];
  }

  random_generator& random_;
  std::shared_ptr<testing::manual_clock> clock_;
  bool is_kind_ = false;
  std::map<int, int> executed_;
  std::map<int, int> sends_;
  std::map<int, std::set<std::string>> keys_;
};

// Gives another token in place of a dead one, or fails, or takes its time.
class model_tokens final : public token_source {
 public:
  model_tokens(random_generator& random, std::shared_ptr<testing::manual_clock> clock)
      : random_{random}, clock_{std::move(clock)} {}

  std::optional<secret> ready(const request&) override {
    return secret{"token-" + std::to_string(renewals_)};
  }
  asio::awaitable<result<secret>> get(request call, token_environment) override {
    co_return *ready(call);
  }
  bool renewable(const request&) const override { return true; }
  asio::awaitable<result<secret>> renew(request call, secret, token_environment) override {
    auto waiting =
        wait_until(*clock_, clock_->now() + std::chrono::milliseconds{random_.below(50)});
    if (co_await std::move(waiting)) co_return failed(errc::cancelled);
    if (random_.chance(0.3)) co_return failed(errc::connection_lost);
    ++renewals_;
    co_return *ready(call);
  }

 private:
  static error failed(errc code) { return {code, request_effect::unknown, "no token"}; }

  random_generator& random_;
  std::shared_ptr<testing::manual_clock> clock_;
  int renewals_ = 0;
};

struct scheduled_call {
  int number = 0;
  bool writes = false;
  bool keyed = false;
  bool given_by_handler = false;
  int endings = 0;
  std::optional<result<reply>> outcome;
  asio::cancellation_signal stop;
};

class call_world {
 public:
  explicit call_world(random_generator& random)
      : random_{random},
        clock_{std::make_shared<testing::manual_clock>()},
        vk_{std::make_shared<model_vk>(random, clock_)} {}

  void run(int count) {
    batching_ = random_.chance(0.4);
    auto settings = this->settings();
    client_.emplace(io_.get_executor(), settings);
    for (int i = 0; i < count; ++i) {
      begin();
      for (int step = random_.below(4); step > 0; --step) pass();
    }
    finish();
    for (const auto& call : calls_) judge(*call);
    const auto seen = client_->metrics();
    EXPECT_EQ(seen.in_flight, 0);
    EXPECT_EQ(seen.waiting, 0U);
    expect_free_permits();
  }

 private:
  // A hook's and a handler's, for the calls whose number it knows.
  config settings() {
    config settings;
    auto retry = retries{}.seed(static_cast<std::uint64_t>(random_.below(1'000'000)));
    retry.breaker_failures(1'000'000).max_tries(1 + random_.below(4));
    settings.transport(vk_).time_source(clock_).retries(retry);
    settings.tokens(std::make_shared<model_tokens>(random_, clock_));
    settings.limits(limits{}.per_second(50)).max_sends(1 + random_.below(4));
    settings.timeout(300ms).total_timeout(20s);
    if (batching_) settings.batching(vkxx::batching{});
    if (random_.chance(0.7)) {
      settings.on_captcha([this](const challenge&) { return captcha(); });
    }
    if (random_.chance(0.5)) {
      settings.on_error(api_errc::flood,
                        [this](const request& call, const error&) { return handle(call); });
    }
    if (random_.chance(0.3)) {
      settings.around_call([this](request call, const next_call& next) {
        return around(this, std::move(call), next);
      });
    }
    return settings;
  }

  challenge_answer captcha() {
    const auto pick = random_.below(10);
    if (pick == 0) throw std::runtime_error{"the person left"};
    if (pick < 3) return challenge_answer::refused();
    return challenge_answer::captcha_key("word");
  }

  handler_action handle(const request& call) {
    const auto pick = random_.below(5);
    if (pick == 0) throw std::runtime_error{"a handler threw"};
    if (pick == 1) return handler_action::send(call);
    if (pick == 2) {
      const auto text = call.parameters().find("message");
      if (text) find(std::stoi(std::string{text->substr(5)})).given_by_handler = true;
      return handler_action::succeed(reply{boost::json::value(7)});
    }
    return handler_action::fail();
  }

  static asio::awaitable<result<reply>> around(call_world* world, request call, next_call next) {
    auto inner = next(std::move(call));
    auto outcome = co_await std::move(inner);
    if (world->random_.chance(0.1)) throw std::runtime_error{"a middleware threw"};
    co_return outcome;
  }

  scheduled_call& find(int number) { return *calls_.at(static_cast<std::size_t>(number - 1)); }

  void begin() {
    auto call = std::make_shared<scheduled_call>();
    call->number = static_cast<int>(calls_.size()) + 1;
    const auto kind = random_.below(3);
    call->writes = kind > 0;
    call->keyed = kind == 2;
    request wanted{kind == 0 ? "users.get" : kind == 1 ? "photos.createAlbum" : "messages.send"};
    wanted.set("message", "call-" + std::to_string(call->number));
    if (call->keyed) wanted.set("peer_id", call->number);
    call_options options;
    if (random_.chance(0.3))
      options.total_timeout(std::chrono::milliseconds{1 + random_.below(900)});
    if (random_.chance(0.1)) options.retry(false);
    calls_.push_back(call);
    asio::co_spawn(io_, carry_out(*client_, std::move(wanted), std::move(options), call),
                   asio::bind_cancellation_slot(call->stop.slot(), asio::detached));
  }

  static asio::awaitable<void> carry_out(client vk, request wanted, call_options options,
                                         std::shared_ptr<scheduled_call> call) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    auto work = vk.try_call(std::move(wanted), std::move(options));
    call->outcome.emplace(co_await std::move(work));
    ++call->endings;
  }

  // Some time, or a cancellation.
  void pass() {
    io_.restart();
    io_.poll();
    if (random_.chance(0.15)) {
      auto& call =
          *calls_[static_cast<std::size_t>(random_.below(static_cast<int>(calls_.size())))];
      call.stop.emit(random_.chance(0.5) ? asio::cancellation_type::terminal
                                         : asio::cancellation_type::total);
    } else if (random_.chance(0.5)) {
      clock_->advance(std::chrono::milliseconds{random_.below(200)});
    } else {
      clock_->advance_to_next();
    }
  }

  void finish() {
    do {
      io_.restart();
      io_.poll();
    } while (clock_->advance_to_next());
  }

  void judge(const scheduled_call& call) {
    SCOPED_TRACE("call-" + std::to_string(call.number) + (batching_ ? ", batched" : ""));
    ASSERT_EQ(call.endings, 1);
    const auto executed = vk_->executed(call.number);
    if (call.writes && !call.keyed) {
      EXPECT_LE(executed, 1) << "a write was executed twice";
    }
    EXPECT_LE(vk_->keys(call.number), 1U);
    if (*call.outcome) {
      EXPECT_TRUE(executed > 0 || call.given_by_handler) << "reported as done";
      return;
    }
    const auto& failure = call.outcome->error();
    SCOPED_TRACE(failure.to_string());
    if (!call.writes) return;
    if (failure.effect() <= request_effect::rejected) {
      EXPECT_EQ(executed, 0) << "reported as " << to_string(failure.effect());
    }
    if (failure.effect() == request_effect::executed) {
      EXPECT_GT(executed, 0) << "reported as executed";
    }
    if (batching_) return;
    // One more that ended before the transport took it up.
    const bool ended = failure == errc::deadline_exceeded || failure == errc::cancelled;
    EXPECT_GE(failure.attempts(), vk_->sends(call.number));
    EXPECT_LE(failure.attempts(), vk_->sends(call.number) + (ended ? 1 : 0));
  }

  // A permit that was not given back would be missing now.
  void expect_free_permits() {
    vk_->be_kind();
    clock_->advance(2s);
    const auto before = calls_.size();
    const auto began = clock_->now();
    for (int i = 0; i < 50; ++i) {
      auto call = std::make_shared<scheduled_call>();
      call->number = static_cast<int>(calls_.size()) + 1;
      calls_.push_back(call);
      request wanted{"users.get"};
      wanted.set("message", "call-" + std::to_string(call->number));
      asio::co_spawn(io_, carry_out(*client_, std::move(wanted), {}, call), asio::detached);
    }
    finish();
    EXPECT_LE(clock_->now() - began, 1500ms);
    for (auto i = before; i < calls_.size(); ++i) EXPECT_EQ(calls_[i]->endings, 1);
  }

  random_generator& random_;
  std::shared_ptr<testing::manual_clock> clock_;
  std::shared_ptr<model_vk> vk_;
  asio::io_context io_{1};
  std::optional<client> client_;
  bool batching_ = false;
  std::vector<std::shared_ptr<scheduled_call>> calls_;
};

TEST(CallSchedules, EndOnceAndReportTheTruth) {
  schedules::each(std::getenv("VKXX_MANY") != nullptr ? 20'000 : 60,
                  [](random_generator& random) { call_world{random}.run(25); });
}

}  // namespace
}  // namespace vkxx::call_schedules

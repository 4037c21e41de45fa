#include <vkxx/testing/scripted_transport.hpp>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <mutex>
#include <utility>

#include "core/async/time_sum.hpp"

namespace vkxx::testing {

using vkxx::detail::later_by;
namespace detail {

struct script_line {
  expected_call expected;
  result<http::response> answer;
  duration delay{};
  bool answers = true;
  std::size_t wanted = 1;
  bool any_number = false;
  std::size_t met = 0;

  [[nodiscard]] bool open() const noexcept { return any_number || met < wanted; }
};

struct script {
  mutable std::mutex mutex;
  std::shared_ptr<clock> time;
  script_order order = script_order::strict;
  std::vector<script_line> lines;
  std::vector<sent_request> requests;
  std::vector<std::string> surprises;
};

}  // namespace detail

namespace {

http::response json_answer(std::string body) {
  http::response answer;
  answer.status = 200;
  answer.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
  answer.body = std::move(body);
  return answer;
}

bool fits(const expected_call& expected, const sent_request& got) {
  if (expected.method() != got.method()) return false;
  if (expected.token() && !(*expected.token() == got.message().bearer_token())) return false;
  return std::all_of(expected.parameters().begin(), expected.parameters().end(),
                     [&](const auto& wanted) { return got.find(wanted.first) == wanted.second; });
}

detail::script_line* line_for(detail::script& script, const sent_request& got) {
  for (auto& line : script.lines) {
    if (!line.open()) continue;
    if (fits(line.expected, got)) return &line;
    if (script.order == script_order::strict && !line.any_number) return nullptr;
  }
  return nullptr;
}

std::string surprise(const detail::script& script, const sent_request& got) {
  std::string text = "unexpected call " + got.to_string();
  const auto next = std::find_if(script.lines.begin(), script.lines.end(),
                                 [](const auto& line) { return line.open(); });
  if (next == script.lines.end()) return text + "; no call was expected any more";
  return text + "; expected was " + next->expected.to_string();
}

// The fate of a request: its answer, its time, and what ends it earlier.
struct outlook {
  std::optional<result<http::response>> answer;
  time_point moment = no_deadline;
  errc limit = errc::timeout;
};

outlook look_up(detail::script& script, http::request message) {
  const auto now = script.time->now();
  outlook ahead;
  // An earlier limit takes precedence over the answer; of two limits the earlier one.
  ahead.moment = message.timeout() < no_deadline - now ? now + message.timeout() : no_deadline;
  if (message.deadline() < ahead.moment) {
    ahead.moment = message.deadline();
    ahead.limit = errc::deadline_exceeded;
  }
  const std::lock_guard lock{script.mutex};
  script.requests.emplace_back(std::move(message));
  const auto& got = script.requests.back();
  auto* line = line_for(script, got);
  if (line == nullptr) {
    script.surprises.push_back(surprise(script, got));
    ahead.answer = error{errc::invalid_argument, request_effect::not_sent, script.surprises.back()};
    ahead.moment = now;
    return ahead;
  }
  ++line->met;
  if (line->answers && line->delay <= ahead.moment - now) {
    ahead.answer = line->answer;
    ahead.moment = later_by(now, line->delay);
  }
  return ahead;
}

error cancelled_exchange() {
  return error{errc::cancelled, request_effect::unknown, "the exchange was cancelled"};
}

// What is left of a request for the end of its exchange.
struct stream_ends {
  std::shared_ptr<http::body_sink> sink;
  http::progress_handler on_progress;
  http::transfer_progress progress;
};

error failed_body(const std::string& text, request_effect effect) {
  return error{errc::body_failed, effect, text};
}

std::optional<error> look_at_body(const http::request& message, stream_ends& ends) {
  ends.sink = message.sink();
  ends.on_progress = message.on_progress();
  ends.progress.to_send = message.body_size();
  if (!message.source()) return std::nullopt;
  try {
    const auto body = http::read_all(*message.source());
    if (!body) return failed_body(body.error().message(), request_effect::not_sent);
  } catch (const std::exception& thrown) {
    return failed_body(thrown.what(), request_effect::not_sent);
  }
  return std::nullopt;
}

result<void> put_into(http::body_sink& sink, std::string_view body) {
  auto outcome = sink.begin();
  if (outcome) outcome = sink.write(body);
  if (outcome) outcome = sink.commit();
  return outcome;
}

// The body goes to the sink, if there is one and the status is one of success.
result<http::response> delivered(http::response answer, stream_ends& ends) {
  ends.progress.sent = ends.progress.to_send;
  ends.progress.received = answer.body.size();
  ends.progress.to_receive = answer.body.size();
  try {
    if (ends.on_progress) ends.on_progress(ends.progress);
  } catch (const std::exception& thrown) {
    return error{errc::handler_failed, request_effect::unknown, thrown.what()};
  }
  if (!ends.sink || answer.status < 200 || answer.status >= 300) return answer;
  std::string failure;
  try {
    const auto outcome = put_into(*ends.sink, std::exchange(answer.body, {}));
    if (outcome) return answer;
    failure = outcome.error().message();
  } catch (const std::exception& thrown) {
    failure = thrown.what();
  }
  ends.sink->discard();
  return failed_body(failure, request_effect::unknown);
}

asio::awaitable<result<http::response>> play(std::shared_ptr<detail::script> script,
                                             http::request message) {
  stream_ends ends;
  if (auto fault = look_at_body(message, ends)) co_return *std::move(fault);
  auto ahead = look_up(*script, std::move(message));
  try {
    if (ahead.moment <= script->time->now()) {
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    } else {
      auto waiting = wait_until(*script->time, ahead.moment);
      if (co_await std::move(waiting)) co_return cancelled_exchange();
    }
  } catch (const boost::system::system_error&) {
    co_return cancelled_exchange();
  }
  if (ahead.answer && *ahead.answer) co_return delivered(**std::move(ahead.answer), ends);
  if (ahead.answer) co_return std::move(*ahead.answer);
  co_return error{ahead.limit, request_effect::unknown, "no answer came in time"};
}

}  // namespace

scripted_line::scripted_line(std::shared_ptr<detail::script> script, std::size_t index)
    : script_{std::move(script)}, index_{index} {}

detail::script_line& scripted_line::line() {
  return script_->lines[index_];
}

scripted_line& scripted_line::reply(std::string response, after delay) {
  return reply_body("{\"response\":" + response + "}", delay);
}

scripted_line& scripted_line::reply_error(std::string error, after delay) {
  return reply_body("{\"error\":" + error + "}", delay);
}

scripted_line& scripted_line::reply_body(std::string body, after delay) {
  return reply_with(json_answer(std::move(body)), delay);
}

scripted_line& scripted_line::reply_status(int status, std::string html, after delay) {
  http::response answer;
  answer.status = status;
  answer.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
  answer.body = std::move(html);
  return reply_with(std::move(answer), delay);
}

scripted_line& scripted_line::reply_with(http::response answer, after delay) {
  const std::lock_guard lock{script_->mutex};
  line().answer = std::move(answer);
  line().delay = delay.delay();
  line().answers = true;
  return *this;
}

scripted_line& scripted_line::fail(errc code, request_effect effect, after delay) {
  const std::lock_guard lock{script_->mutex};
  line().answer = error{code, effect, "the script lets the exchange fail"};
  line().delay = delay.delay();
  line().answers = true;
  return *this;
}

scripted_line& scripted_line::never() {
  const std::lock_guard lock{script_->mutex};
  line().answers = false;
  return *this;
}

scripted_line& scripted_line::times(std::size_t count) {
  const std::lock_guard lock{script_->mutex};
  line().wanted = count;
  return *this;
}

scripted_line& scripted_line::any_times() {
  const std::lock_guard lock{script_->mutex};
  line().any_number = true;
  line().wanted = 0;
  return *this;
}

scripted_transport::scripted_transport(std::shared_ptr<clock> time, script_order order)
    : script_{std::make_shared<detail::script>()} {
  script_->time = std::move(time);
  script_->order = order;
}

scripted_line scripted_transport::expect(expected_call expected) {
  const std::lock_guard lock{script_->mutex};
  script_->lines.push_back({std::move(expected), json_answer("{\"response\":1}")});
  return scripted_line{script_, script_->lines.size() - 1};
}

asio::awaitable<result<http::response>> scripted_transport::send(http::request message) {
  return play(script_, std::move(message));
}

std::vector<sent_request> scripted_transport::requests() const {
  const std::lock_guard lock{script_->mutex};
  return script_->requests;
}

std::string scripted_transport::problems() const {
  const std::lock_guard lock{script_->mutex};
  std::string text;
  for (const auto& surprise : script_->surprises) text += surprise + "\n";
  for (const auto& line : script_->lines) {
    if (line.met >= line.wanted) continue;
    text += "expected " + line.expected.to_string() + " " + std::to_string(line.wanted) +
            " times, came " + std::to_string(line.met) + " times\n";
  }
  return text;
}

}  // namespace vkxx::testing

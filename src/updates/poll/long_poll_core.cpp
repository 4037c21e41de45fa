#include "updates/poll/long_poll_core.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <chrono>
#include <random>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include "core/async/until_stopped.hpp"
#include "updates/values/checked_json.hpp"
#include "updates/values/only_one.hpp"
#include "updates/values/source_failure.hpp"

namespace vkxx::detail {
namespace {

constexpr std::chrono::seconds poll_margin{10};
constexpr std::chrono::seconds pause_after_error{1};
// It is held while a poll waits, and most answers are small. Where the last one was larger, the
// next one may be, too, and takes a system call for each part.
constexpr std::size_t poll_receive_buffer = 1024;
constexpr std::size_t longest_key = 4096;
constexpr int history_events = 1000;
constexpr int history_messages_limit = 200;
constexpr int needs_pts = 32;
// A page in place of an answer may be large once; updates that do not fit stay that large.
constexpr unsigned most_large_answers = 2;
constexpr std::string_view form_type = "application/x-www-form-urlencoded";

error bad_option(std::string text) {
  return {errc::invalid_argument, request_effect::not_sent, std::move(text)};
}

long_poll_options checked_options(long_poll_options options) {
  using namespace std::chrono_literals;
  if (options.wait() < 1s || options.wait() > 90s)
    throw_error(bad_option("long_poll_options::wait: expected 1 s to 90 s"));
  if (options.max_answer_size() < 1024)
    throw_error(bad_option("long_poll_options::max_answer_size: expected at least 1024 bytes"));
  if (options.pause() < 1ms || options.pause() > 1h)
    throw_error(bad_option("long_poll_options::pause: expected 1 ms to 1 hour"));
  if (options.version() != 3 && options.version() != 19)
    throw_error(bad_option("long_poll_options::version: expected 3 or 19"));
  return options;
}

poll_position start_of(const update_cursor& cursor) {
  if (cursor.empty()) return {};
  auto position = read_cursor(cursor.text());
  if (!position) {
    throw_error(bad_option(
        "long_poll_options::cursor: the text is not a cursor of a long poll; begin without one"));
  }
  return *std::move(position);
}

poll_rules rules_of(bool mailbox, const long_poll_options& options) {
  poll_rules rules;
  rules.mailbox = mailbox;
  rules.version = options.version();
  rules.first_pause = options.pause();
  rules.seed = std::random_device{}();
  return rules;
}

duration retry_after_of(const error& failure) {
  return failure.retry_after().value_or(std::chrono::milliseconds{0});
}

duration retry_after_of(const http::response& answer) {
  const auto wait = http::retry_after(answer.headers, std::chrono::system_clock::now());
  return wait.value_or(std::chrono::seconds{0});
}

}  // namespace

long_poll_core::long_poll_core(client vk, bool mailbox, std::string name, long_poll_options options)
    : vk_{std::move(vk)},
      mailbox_{mailbox},
      name_{std::move(name)},
      options_{checked_options(std::move(options))},
      machine_{rules_of(mailbox, options_), start_of(options_.cursor())},
      ledger_{options_.cursor()} {
  auto environment = vk_.environment();
  time_ = std::move(environment.time);
  log_ = std::move(environment.log);
}

update_source_metrics long_poll_core::metrics() const {
  return counters_.at(now());
}

asio::awaitable<result<update_batch>> long_poll_core::next() {
  return limited_next(shared_from_this());
}

asio::awaitable<result<update_batch>> long_poll_core::limited_next(self_pointer self) {
  const only_one running{self->running_};
  if (!running) co_return bad_option(self->name_ + ": another `next` runs already");
  if (self->stop_->stopped()) co_return stopped_error(true);
  try {
    auto work = run_next(self);
    auto limited = until_stopped(self->stop_, std::move(work));
    auto outcome = co_await std::move(limited);
    if (!outcome) co_return stopped_error(true);
    co_return *std::move(outcome);
  } catch (const boost::system::system_error& failure) {
    if (failure.code() != asio::error::operation_aborted) throw;
  }
  co_return stopped_error(self->stop_->stopped());
}

// False: cancelled.
asio::awaitable<bool> long_poll_core::pause_until(self_pointer self, time_point due) {
  const auto time = self->time_;
  auto waiting = wait_until(*time, due);
  const auto failure = co_await std::move(waiting);
  co_return !failure;
}

// With little in its frame, which waits as long as the poll does.
asio::awaitable<result<update_batch>> long_poll_core::run_next(self_pointer self) {
  self->counters_.began(self->now());
  if (self->ledger_.is_uncommitted()) {
    auto pausing = pause_until(self, self->now() + self->ledger_.pause_of_repeat());
    if (!co_await std::move(pausing)) co_return stopped_error(false);
    if (auto again = self->ledger_.uncommitted()) co_return *std::move(again);
  }
  if (self->not_before_) {
    auto pausing = pause_until(self, *self->not_before_);
    if (!co_await std::move(pausing)) co_return stopped_error(false);
    self->not_before_.reset();
  }
  if (self->ledger_.take_committed()) self->machine_.resume(poll_event::committed{}, self->now());
  self->machine_.resume(poll_event::begun{}, self->now());
  while (self->machine_.action() != poll_action::deliver) {
    auto step = next_step(self);
    if (!co_await std::move(step)) co_return self->take_failure();
  }
  co_return self->hand_over();
}

long_poll_core::step long_poll_core::next_step(const self_pointer& self) {
  switch (self->machine_.action()) {
    case poll_action::ask_server:
      return ask_server(self);
    case poll_action::poll:
      return poll(self);
    case poll_action::ask_history:
      return ask_history(self);
    case poll_action::wait:
      return wait(self);
    case poll_action::deliver:
    case poll_action::end:
      break;
  }
  return end(self);
}

long_poll_core::step long_poll_core::wait(self_pointer self) {
  auto pausing = pause_until(self, self->machine_.due());
  const bool waited = co_await std::move(pausing);
  if (waited) self->machine_.resume(poll_event::waited{}, self->now());
  co_return waited;
}

long_poll_core::step long_poll_core::end(self_pointer self) {
  self->failure_ = error{errc::malformed_answer, request_effect::executed,
                         self->name_ +
                             ": VK supports none of the versions 3 and 19 of User "
                             "Long Poll: a newer vkxx is needed"};
  co_return false;
}

result<update_batch> long_poll_core::hand_over() {
  // Out of memory: the machine still has it, and the next call hands it over.
  auto batch = make_batch();
  ledger_.deliver(batch);
  machine_.take_batch();
  counters_.delivered(batch);
  return batch;
}

error long_poll_core::take_failure() {
  auto failure = std::exchange(failure_, std::nullopt).value_or(stopped_error(false));
  if (failure != errc::cancelled) not_before_ = now() + pause_after_error;
  return failure;
}

bool long_poll_core::go_on(std::optional<any_poll_event> event) {
  if (!event) return false;
  machine_.resume(*std::move(event), now());
  return true;
}

long_poll_core::step long_poll_core::ask_server(self_pointer self) {
  self->counters_.renewed();
  auto calling = self->vk_.try_call(self->server_request());
  const auto answer = co_await std::move(calling);
  co_return self->go_on(self->take_server(answer));
}

request long_poll_core::server_request() const {
  if (!mailbox_) return request{"groups.getLongPollServer"}.set("group_id", *options_.group());
  return request{"messages.getLongPollServer"}
      .set("lp_version", machine_.version())
      .set("need_pts", true)
      .set("group_id", options_.group());
}

std::optional<any_poll_event> long_poll_core::take_server(const result<reply>& answer) {
  if (!answer) {
    const auto& failure = answer.error();
    report(failure);
    if (is_permanent(failure)) {
      failure_ = without_key(failure);
      return std::nullopt;
    }
    return poll_event::server_refused{retry_after_of(failure)};
  }
  const auto json = answer->text();
  const auto key = json_part(json, "key");
  const auto server = json_part(json, "server");
  const auto ts = short_text(json_part(json, "ts"));
  const bool readable = key.starts_with('"') && key.size() > 2 && key.size() <= longest_key &&
                        server.starts_with('"') && ts;
  if (!readable) {
    report(error{errc::malformed_answer, request_effect::executed, {}});
    return poll_event::server_refused{};
  }
  key_ = secret{json_string_value(key)};
  if (!take_address(json_string_value(server))) {
    report(error{errc::malformed_answer, request_effect::executed,
                 name_ + ": VK's answer has no https address of a long poll server"});
    return poll_event::server_refused{};
  }
  return poll_event::server_given{*ts, integer_text(json_part(json, "pts"))};
}

bool long_poll_core::take_address(std::string server) {
  if (mailbox_ && server.find("://") == std::string::npos) server.insert(0, "https://");
  const auto parsed = boost::urls::parse_uri(server);
  const bool is_http = parsed && parsed->scheme_id() == boost::urls::scheme::http;
  const bool is_https = parsed && parsed->scheme_id() == boost::urls::scheme::https;
  // The key must not travel in clear text, unless everything does (an emulator).
  const bool clear = vk_.environment().endpoints.api().starts_with("http://");
  if (parsed && !parsed->host().empty() && (is_https || (is_http && clear))) {
    boost::urls::url address{*parsed};
    address.remove_fragment();
    server_ = std::string{address.buffer()};
    return true;
  }
  return false;
}

asio::awaitable<void> long_poll_core::pause_for_pace(poll_pace::time_point due) {
  asio::steady_timer timer{co_await asio::this_coro::executor, due};
  co_await timer.async_wait(asio::use_awaitable);
}

long_poll_core::step long_poll_core::poll(self_pointer self) {
  const auto now = std::chrono::steady_clock::now();
  if (const auto due = self->pace_.begin(now); due > now) {
    auto pausing = pause_for_pace(due);
    co_await std::move(pausing);
  }
  auto sending = self->begin_poll();
  auto answer = co_await std::move(sending);
  co_return self->go_on(self->take_poll(std::move(answer)));
}

// Not in the frame of the coroutine, which waits: the environment has all addresses of VK.
asio::awaitable<result<http::response>> long_poll_core::begin_poll() const {
  return vk_.environment().send(poll_request(), exchange_options{"long_poll"});
}

http::request long_poll_core::poll_request() const {
  // In the body, because addresses end up in the logs of proxies.
  parameters form;
  form.set("act", "a_check").set("key", key_.expose()).set("ts", machine_.position().ts);
  form.set("wait", static_cast<std::int64_t>(options_.wait().count()));
  if (mailbox_) {
    form.set("mode", options_.mode() | needs_pts).set("version", machine_.version());
  }
  http::request message{"POST", server_};
  message.body(form.form(), std::string{form_type});
  message.timeout(options_.wait() + poll_margin);
  message.max_answer_size(options_.max_answer_size());
  if (last_answer_ <= poll_receive_buffer) message.receive_buffer(poll_receive_buffer);
  // A few updates of a kilobyte each.
  message.may_be_compressed(false);
  message.waits_for_events(true);
  return message;
}

std::optional<any_poll_event> long_poll_core::take_poll(result<http::response> answer) {
  if (!answer) {
    auto failure = answer.error();
    failure.hide(key_);
    if (failure == errc::cancelled) return std::nullopt;
    report(failure);
    if (is_unusable_request(failure)) {
      failure_ = without_key(failure);
      return std::nullopt;
    }
    if (failure == errc::answer_too_large && ++large_answers_ >= most_large_answers) {
      failure_ = too_large();
      return std::nullopt;
    }
    return poll_event::unreachable{retry_after_of(failure)};
  }
  large_answers_ = 0;
  const int status = answer->status;
  if (status < 200 || status > 299) {
    error failure{errc::http_status, request_effect::rejected, {}};
    failure.set_http_status(status);
    report(failure);
    // Any other status is no word about the key (a proxy, a server that moves): three refused keys
    // give the position up, failures do not.
    if (status == 403) return poll_event::forbidden{};
    return poll_event::unreachable{retry_after_of(*answer)};
  }
  last_answer_ = answer->body.size();
  auto content = read_poll_answer(std::move(answer->body));
  pace_.answered(content.updates.size());
  switch (content.content) {
    case poll_content::updates:
      counters_.answered(now());
      break;
    case poll_content::failed:
      // Keys expire every hour or so; what is lost is in the next batch.
      note(log_level::info, "failed_" + std::to_string(content.failed));
      break;
    case poll_content::broken:
      note(log_level::warning, "malformed_answer");
      break;
    case poll_content::unreadable:
      note(log_level::warning, "not_json");
      break;
  }
  return poll_event::answered{std::move(content)};
}

long_poll_core::step long_poll_core::ask_history(self_pointer self) {
  auto calling = self->vk_.try_call(self->history_request());
  const auto answer = co_await std::move(calling);
  co_return self->go_on(self->take_history(answer));
}

request long_poll_core::history_request() const {
  const auto& position = machine_.position();
  return request{"messages.getLongPollHistory"}
      .set("pts", position.pts)
      .set("lp_version", machine_.version())
      .set("events_limit", history_events)
      .set("msgs_limit", history_messages_limit)
      .set("group_id", options_.group());
}

std::optional<any_poll_event> long_poll_core::take_history(const result<reply>& answer) {
  if (!answer) {
    const auto& failure = answer.error();
    report(failure);
    if (may_be_read_later(failure)) {
      failure_ = without_key(failure);
      return std::nullopt;
    }
    return poll_event::history_refused{history_end_of(failure), retry_after_of(failure)};
  }
  auto history = read_poll_history(answer->text());
  if (!history) {
    note(log_level::warning, "malformed_answer");
    return poll_event::history_refused{poll_event::history_end::unreadable, {}};
  }
  counters_.answered(now());
  return poll_event::history_given{*std::move(history)};
}

update_batch long_poll_core::make_batch() {
  const auto& content = machine_.batch();
  const auto received = std::chrono::system_clock::now();
  std::vector<update> updates;
  updates.reserve(content.items.size());
  for (const auto& item : content.items) {
    auto data = mailbox_ ? read_mailbox_update(item.update, item.details)
                         : read_community_update(item.update);
    data.received = received;
    if (mailbox_) data.version = std::to_string(machine_.version());
    if (!data.group) data.group = options_.group();
    updates.emplace_back(std::move(data));
  }
  return {std::move(updates), content.losses, update_cursor{to_cursor(machine_.position())}};
}

// Each further answer at this position is as large: no pause helps, and to pass the position would
// lose the updates.
error long_poll_core::too_large() const {
  return {errc::answer_too_large, request_effect::executed,
          name_ + ": VK's updates at the present position are larger than " +
              std::to_string(options_.max_answer_size()) +
              " bytes; the position is kept: raise long_poll_options::max_answer_size"};
}

error long_poll_core::without_key(error failure) const {
  return failure.hide(key_);
}

void long_poll_core::report(const error& failure) const {
  if (failure == errc::cancelled) return;
  std::string outcome = failure.api_code()
                            ? "error_" + std::to_string(static_cast<int>(*failure.api_code()))
                            : std::string{to_string(failure.code().value_or(errc::not_json))};
  std::replace(outcome.begin(), outcome.end(), ' ', '_');
  if (failure.http_status() != 0)
    outcome += " http_status=" + std::to_string(failure.http_status());
  note(log_level::warning, outcome);
}

void long_poll_core::note(log_level level, const std::string& outcome) const {
  counters_.failed();
  if (log_.wants(level)) log_.write(level, "source=" + name_ + " outcome=" + outcome);
}

}  // namespace vkxx::detail

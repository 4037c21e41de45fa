#include "updates/stream/stream_core.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <utility>

#include "core/async/until_stopped.hpp"
#include "core/errors/thrown_text.hpp"
#include "updates/stream/stream_frame.hpp"
#include "updates/stream/stream_tls.hpp"
#include "updates/values/only_one.hpp"
#include "updates/values/source_failure.hpp"

namespace vkxx::detail {
namespace {

constexpr std::chrono::seconds pause_after_failure{1};

stream_options checked_stream_options(stream_options options) {
  using namespace std::chrono_literals;
  const auto refuse_option = [](std::string text) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent, std::move(text)});
  };
  if (options.stream_id() && *options.stream_id() < 0)
    refuse_option("stream_options::stream_id: expected 0 or more");
  if (options.max_held() < 1) refuse_option("stream_options::max_held: expected at least 1");
  if (options.max_message_size() < 1024)
    refuse_option("stream_options::max_message_size: expected at least 1024 bytes");
  if (options.message_timeout() < 1ms)
    refuse_option("stream_options::message_timeout: expected at least 1 ms");
  if (options.pause() < 1ms || options.pause() > 1h)
    refuse_option("stream_options::pause: expected 1 ms to 1 hour");
  return options;
}

}  // namespace

stream_core::stream_core(client vk, stream_options options)
    : vk_{std::move(vk)},
      environment_{vk_.environment()},
      options_{checked_stream_options(std::move(options))},
      machine_{options_.pause()},
      held_{options_.max_held()} {}

std::string stream_core::name() const {
  return "stream" + (options_.stream_id() ? ":" + std::to_string(*options_.stream_id()) : "");
}

update_source_metrics stream_core::metrics() const {
  return counters_.at(now());
}

void stream_core::stop() noexcept {
  stop_->stop();
  arrived_->stop();
}

asio::awaitable<result<update_batch>> stream_core::next() {
  return limited_next(shared_from_this());
}

asio::awaitable<result<update_batch>> stream_core::limited_next(self_pointer self) {
  const only_one running{self->running_};
  if (!running) {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    self->name() + ": another `next` runs already"};
  }
  if (self->stop_->stopped()) co_return stopped_error(true);
  self->counters_.began(self->now());
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

asio::awaitable<result<update_batch>> stream_core::run_next(self_pointer self) {
  const auto time = self->environment_.time;
  if (self->ledger_.uncommitted()) {
    auto waiting = wait_until(*time, self->now() + self->ledger_.pause_of_repeat());
    if (co_await std::move(waiting)) co_return stopped_error(false);
    if (auto again = self->ledger_.uncommitted()) co_return *std::move(again);
  }
  self->ledger_.take_committed();
  if (const auto begin = std::exchange(self->not_before_, std::nullopt)) {
    auto waiting = wait_until(*time, *begin);
    if (co_await std::move(waiting)) co_return stopped_error(false);
  }
  const auto executor = co_await asio::this_coro::executor;
  for (;;) {
    const auto seen = self->arrived_->wakes();
    if (self->arrived_->stopped()) co_return stopped_error(true);
    if (auto batch = self->take_batch()) {
      self->ledger_.deliver(*batch);
      self->counters_.delivered(*batch);
      co_return *std::move(batch);
    }
    if (auto failure = self->keep_reading(executor)) {
      self->not_before_ = self->now() + pause_after_failure;
      co_return *std::move(failure);
    }
    auto waiting = stop_signal::wait(self->arrived_, seen);
    if (co_await std::move(waiting)) co_return stopped_error(false);
  }
}

std::optional<error> stream_core::keep_reading(const asio::any_io_executor& executor) {
  {
    const std::lock_guard lock{mutex_};
    if (failure_) return std::exchange(failure_, std::nullopt);
    if (std::exchange(reading_, true)) return std::nullopt;
  }
  // Outside of the lock, which the reading takes and may take at once.
  machine_.resume(stream_event::begun{}, now());
  asio::co_spawn(asio::make_strand(executor), read_until_stopped(shared_from_this()),
                 asio::detached);
  return std::nullopt;
}

asio::awaitable<void> stream_core::read_until_stopped(self_pointer self) {
  try {
    auto work = read_all(self);
    auto limited = until_stopped(self->stop_, std::move(work));
    static_cast<void>(co_await std::move(limited));
    if (const auto socket = std::exchange(self->socket_, nullptr)) {
      auto closing = socket->close();
      co_await std::move(closing);
    }
  } catch (...) {
    self->fail(error{errc::connection_lost, request_effect::unknown,
                     "the stream ended: " + thrown_text()});
  }
  {
    const std::lock_guard lock{self->mutex_};
    self->reading_ = false;
  }
  // A `next` that came after the failure and before this waits for somebody who reads.
  self->arrived_->wake();
}

asio::awaitable<bool> stream_core::read_all(self_pointer self) {
  const auto time = self->environment_.time;
  for (;;) {
    switch (self->machine_.action()) {
      case stream_action::ask_url: {
        self->socket_.reset();
        auto asking = ask_url(self);
        if (!co_await std::move(asking)) co_return false;
        break;
      }
      case stream_action::connect: {
        self->socket_.reset();
        auto connecting = connect(self);
        co_await std::move(connecting);
        break;
      }
      case stream_action::read: {
        auto reading = read(self);
        co_await std::move(reading);
        break;
      }
      case stream_action::wait: {
        self->socket_.reset();
        auto waiting = wait_until(*time, self->machine_.due());
        if (co_await std::move(waiting)) co_return false;
        self->machine_.resume(stream_event::waited{}, self->now());
        break;
      }
      case stream_action::end:
        self->fail(error{errc::invalid_argument, request_effect::rejected,
                         self->name() + ": VK refused the stream with the code " +
                             std::to_string(self->machine_.refusal())});
        co_return false;
    }
  }
}

asio::awaitable<bool> stream_core::ask_url(self_pointer self) {
  self->counters_.renewed();
  auto asking = ask_stream_server(self->vk_);
  auto server = co_await std::move(asking);
  if (server) {
    self->server_ = *std::move(server);
    self->machine_.resume(stream_event::url_given{}, self->now());
    co_return true;
  }
  const auto& failure = server.error();
  self->report("getServerUrl");
  if (is_permanent(failure)) {
    if (!self->stop_->stopped()) self->fail(failure);
    co_return false;
  }
  const auto wait = failure.retry_after().value_or(std::chrono::milliseconds{0});
  self->machine_.resume(stream_event::url_refused{wait}, self->now());
  co_return true;
}

asio::awaitable<void> stream_core::connect(self_pointer self) {
  const auto& server = self->server_;
  stream_address address;
  address.host = server.host;
  address.port = server.port;
  address.target = server.target("/stream", self->options_.stream_id());
  const auto executor = co_await asio::this_coro::executor;
  // Kept until the next connection: otherwise each would load the authorities.
  if (server.secure)
    self->tls_ = stream_tls::of(executor).trusting(self->options_.ca_file(), self->now());
  stream_limits limits;
  limits.message_size = self->options_.max_message_size();
  limits.message_time = self->options_.message_timeout();
  limits.time = self->environment_.time;
  auto opening =
      open_stream(std::move(address), server.secure ? self->tls_ : nullptr, std::move(limits));
  auto opened = co_await std::move(opening);
  if (!opened.socket) {
    const auto code = stream_error_code(opened.body);
    self->report(code == 0 ? "handshake" : "error_" + std::to_string(code));
    self->machine_.resume(stream_event::refused{code}, self->now());
    co_return;
  }
  self->socket_ = std::move(opened.socket);
  if (std::exchange(self->opened_before_, true)) {
    const std::lock_guard lock{self->mutex_};
    self->held_.disconnected();
  }
  self->arrived_->wake();
  self->machine_.resume(stream_event::opened{}, self->now());
}

asio::awaitable<void> stream_core::read(self_pointer self) {
  const auto socket = self->socket_;
  auto reading = socket->read();
  auto frame = co_await std::move(reading);
  switch (frame.end) {
    case stream_end::none:
      self->take_frame(std::move(frame.text));
      break;
    case stream_end::silent:
      self->report("silent");
      self->machine_.resume(stream_event::silent{}, self->now());
      break;
    case stream_end::too_slow:
      self->report("slow_message");
      self->machine_.resume(stream_event::closed{}, self->now());
      break;
    case stream_end::too_large:
      self->report("large_message");
      self->machine_.resume(stream_event::closed{}, self->now());
      break;
    case stream_end::closed:
      self->report("closed");
      self->machine_.resume(stream_event::closed{}, self->now());
      break;
  }
}

void stream_core::take_frame(std::string text) {
  auto frame = read_stream_frame(std::move(text));
  switch (frame.content) {
    case stream_content::update:
      counters_.answered(now());
      frame.update.received = std::chrono::system_clock::now();
      hold(update{std::move(frame.update)});
      machine_.resume(stream_event::delivered{}, now());
      break;
    case stream_content::service:
      report("service_" + std::to_string(frame.code));
      machine_.resume(stream_event::service{frame.code}, now());
      break;
    case stream_content::error:
      report("error_" + std::to_string(frame.code));
      machine_.resume(stream_event::refused{frame.code}, now());
      break;
    case stream_content::other:
      report("unknown_frame");
      break;
    case stream_content::unreadable: {
      report("not_json");
      const std::lock_guard lock{mutex_};
      held_.unreadable();
      break;
    }
  }
  if (frame.content == stream_content::unreadable) arrived_->wake();
}

void stream_core::hold(update content) {
  bool added = false;
  {
    const std::lock_guard lock{mutex_};
    added = held_.add(std::move(content));
  }
  if (!added) counters_.dropped(1);
  arrived_->wake();
}

std::optional<update_batch> stream_core::take_batch() {
  const std::lock_guard lock{mutex_};
  return held_.take();
}

void stream_core::fail(error failure) {
  {
    const std::lock_guard lock{mutex_};
    failure_ = std::move(failure);
  }
  arrived_->wake();
}

void stream_core::report(const std::string& outcome) const {
  counters_.failed();
  const auto& sink = environment_.log;
  if (sink.wants(log_level::warning))
    sink.write(log_level::warning, "source=" + name() + " outcome=" + outcome);
}

}  // namespace vkxx::detail

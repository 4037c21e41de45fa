#include "http/curl/curl_engine.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <new>
#include <string_view>
#include <utility>

#include "http/curl/engine_operation.hpp"
#include "http/curl/watched_socket.hpp"
#include "http/request_check.hpp"
#include "http/transport_options.hpp"

namespace vkxx::http::detail {

using vkxx::detail::parked_handlers;
namespace {

constexpr std::size_t usual_cached_connections = 4096;
constexpr std::size_t most_idle_exchanges = 256;
constexpr std::size_t most_compared_exchanges = 8;
constexpr int most_restarts = 20;
constexpr std::chrono::milliseconds punctual{5};
constexpr std::chrono::milliseconds shortest_postponement{20};
constexpr int most_late_checks = 3;
constexpr time_point at_once = time_point::min();

// A session that is closed.
void forget_session(void* session, void* shaken, CRYPTO_EX_DATA*, int, long, void*) {
  if (shaken == nullptr) return;
  std::erase(*static_cast<std::vector<SSL*>*>(shaken), static_cast<SSL*>(session));
}

int shaken_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, &forget_session);
  return index;
}

}  // namespace

curl_engine::curl_engine(asio::any_io_executor executor, transport_options options)
    : strand_{asio::make_strand(executor)},
      environment_{std::move(options)},
      timer_{std::in_place, *strand_},
      cached_connections_{environment_.options.max_connections() == 0
                              ? usual_cached_connections
                              : environment_.options.max_connections()},
      line_{{environment_.options.max_connections(), environment_.options.max_in_flight()}} {
  initialise_curl();
  if (const auto& path = environment_.options.ca_file(); !path.empty()) {
    environment_.certificates = trusted_certificates{path};
  }
  environment_.share = make_curl_share();
  curl_share_setopt(environment_.share.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  environment_.open_socket = &curl_engine::open_socket;
  environment_.close_socket = &curl_engine::close_socket;
  environment_.sockets = this;
  environment_.progressed = &curl_engine::on_progress;
  environment_.idling = &curl_engine::on_idling;
  environment_.shaken = &curl_engine::on_shaken;
  environment_.protocol_known = &curl_engine::on_protocol_known;

  multi_ = make_curl_multi();
  auto* const multi = multi_.get();
  const auto limit = static_cast<long>(environment_.options.max_connections());
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &curl_engine::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &curl_engine::on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, limit);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(cached_connections_));
}

curl_engine::~curl_engine() {
  end_all();
}

std::shared_ptr<curl_engine::operation> curl_engine::prepare(request message) {
  return std::make_shared<operation>(std::move(message));
}

void curl_engine::start(std::shared_ptr<operation> started, const asio::any_io_executor& where,
                        completion handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  auto fault = fault_of(started->message);
  try {
    started->await(where, handler);
  } catch (const std::bad_alloc&) {
    // Nothing was moved yet.
    asio::post(where, [handler = std::move(handler),
                       failure = no_memory_error(host_of(started->message.url()))]() mutable {
      std::move(handler)(std::move(failure));
    });
    return;
  }
  if (abandoned_) fault = gone_error(host_of(started->message.url()));
  if (fault) {
    started->complete(*std::move(fault));
    return;
  }
  if (slot.is_connected()) {
    slot.assign(
        [engine = weak_from_this(), weak = std::weak_ptr{started}](asio::cancellation_type) {
          const auto self = engine.lock();
          if (!self) return;
          if (self->abandoned_) return;
          asio::post(*self->strand_, [self, weak] {
            if (const auto cancelled = weak.lock()) self->cancel(cancelled);
          });
        });
  }
  auto begin = [self = shared_from_this(), started] {
    self->begin(started);
    self->run_due_timers();
  };
  if (strand_->running_in_this_thread() && inside_curl_) {
    asio::post(*strand_, std::move(begin));
  } else {
    asio::dispatch(*strand_, std::move(begin));
  }
}

void curl_engine::join_context() {
  home_ = parked_handlers::of(strand_->get_inner_executor());
  home_->add(shared_from_this());
}

void curl_engine::abandon() noexcept {
  if (!process_.is_here()) {
    kept_ = shared_from_this();
    return;
  }
  abandoned_ = true;
  closed_ = true;
  for (const auto& [number, left] : std::exchange(waiting_, {})) {
    left->wait.reset();
    left->executor = asio::any_io_executor{};
    const auto dropped = std::move(left->handler);  // the last statement, as below
  }
  for (const auto& left : std::exchange(running_, {})) {
    curl_multi_remove_handle(multi_.get(), left->exchange->handle());
    left->exchange.reset();
    left->silence.reset();
    left->wait.reset();
    left->executor = asio::any_io_executor{};
    // Must be the last statement of this iteration: destroying the handler destroys the coroutine
    // and everything it owns.
    const auto dropped = std::move(left->handler);
  }
  // These belong to the context; the engine may outlive it.
  end_all();
  timer_.reset();
  strand_.reset();
}

void curl_engine::shut_down() noexcept {
  if (!process_.is_here()) {
    kept_ = shared_from_this();
    return;
  }
  const parked_handlers::list::stay staying{*home_};
  if (!staying) return;
  const auto taken = home_->take(*this);
  try {
    asio::post(*strand_, [self = shared_from_this()] { self->end_all(); });
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
    // The operations then end by their own time limits.
  }
}

void curl_engine::begin(const std::shared_ptr<operation>& started) {
  const auto& message = started->message;
  if (closed_ || started->cancelled) {
    started->complete(cancelled_error(host_of(message.url()), false));
    return;
  }
  if (started->ends <= std::chrono::steady_clock::now()) {
    started->complete(late_error(host_of(message.url()), started->limit));
    return;
  }
  try {
    if (!line_.enter(started->place, origin_of(message.url()), message.waits_for_events())) {
      wait_in_line(started);
      return;
    }
  } catch (const std::exception&) {
    line_.leave(started->place);
    started->wait.reset();
    started->complete(no_memory_error(host_of(message.url())));
    return;
  }
  run(started);
}

void curl_engine::run(const std::shared_ptr<operation>& started) {
  const auto& message = started->message;
  const auto left = started->ends - std::chrono::steady_clock::now();
  if (left <= duration::zero()) {
    finish(started, late_error(host_of(message.url()), started->limit));
    return;
  }
  try {
    const auto longest = std::chrono::milliseconds{std::chrono::hours{24 * 24}};
    started->exchange = take_exchange(message);
    started->exchange->user = started.get();
    running_.insert(started);
    auto fault = started->exchange->begin(
        message, std::min(std::chrono::ceil<std::chrono::milliseconds>(left), longest),
        share_of(*started));
    if (fault) {
      finish(started, *std::move(fault));
      return;
    }
    widen_cache();
    if (message.silence_limit() != duration::zero()) {
      watch_silence(started, std::chrono::steady_clock::now() + message.silence_limit());
    }
    if (environment_.options.max_connections() != 0) watch_connecting(started);
    if (curl_multi_add_handle(multi_.get(), started->exchange->handle()) != CURLM_OK) {
      throw std::bad_alloc{};
    }
  } catch (const std::bad_alloc&) {
    finish(started, no_memory_error(host_of(message.url())));
  }
}

// For each exchange libcurl looks twice at all connections of its cache, which takes half a
// millisecond while 10,000 long polls wait. Those of one address keep to one of several caches.
// Where connections take several requests there are few.
CURLSH* curl_engine::share_of(const operation& started) {
  constexpr std::size_t most_shares = 64;
  const auto& message = started.message;
  auto* const common = environment_.share.get();
  if (!message.waits_for_events() || environment_.options.max_connections() != 0) return common;
  if (is_https(message.url()) && !exchange_line::needs_own_connection(started.place)) return common;
  poll_shares_.resize(most_shares);
  auto& share = poll_shares_[std::hash<std::string_view>{}(message.url()) % most_shares];
  if (!share) {
    auto created = make_curl_share();
    for (const auto data : {CURL_LOCK_DATA_SSL_SESSION, CURL_LOCK_DATA_CONNECT}) {
      if (curl_share_setopt(created.get(), CURLSHOPT_SHARE, data) != CURLSHE_OK) return common;
    }
    share = std::move(created);
  }
  return share.get();
}

void curl_engine::widen_cache() {
  if (environment_.options.max_connections() != 0 || running_.size() <= cached_connections_) return;
  cached_connections_ *= 2;
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(cached_connections_));
}

// Restarts at once if the connection served as many requests as the server allows: a new one serves
// more of the waiting requests. Any other refusal may mean that the server is overloaded, so
// retries must wait.
bool curl_engine::restart(const std::shared_ptr<operation>& refused) {
  const auto most = refused->exchange->connection_used_up() ? most_restarts : 1;
  if (refused->restarts >= most) return false;
  ++refused->restarts;
  curl_multi_remove_handle(multi_.get(), refused->exchange->handle());
  refused->exchange.reset();
  running_.erase(refused);
  run(refused);
  return true;
}

void curl_engine::cancel(const std::shared_ptr<operation>& cancelled) {
  cancelled->cancelled = true;
  const bool waited = !cancelled->exchange && waiting_.erase(cancelled->place.number()) != 0;
  if (!cancelled->exchange && !waited) return;  // not started, or finished
  const auto begun = !waited && cancelled->exchange->request_begun();
  finish(cancelled, cancelled_error(host_of(cancelled->message.url()), begun));
  run_due_timers();
}

void curl_engine::finish(const std::shared_ptr<operation>& finished, result<response> outcome) {
  // `running_` may hold the last reference, and `finished` may refer to it.
  const auto keep = finished;  // NOLINT(performance-unnecessary-copy-initialization)
  if (keep->exchange) {
    curl_multi_remove_handle(multi_.get(), keep->exchange->handle());
    // A failed handle is not reused: libcurl 7.88 permanently records in it that a stream was
    // refused, and would repeat a later request that may have been executed.
    if (outcome) give_back(std::move(keep->exchange));
    keep->exchange.reset();
  }
  running_.erase(keep);
  keep->silence.reset();
  keep->wait.reset();
  line_.leave(keep->place);
  keep->complete(std::move(outcome));
}

void curl_engine::end_all() noexcept {
  closed_ = true;
  while (!waiting_.empty()) {
    const auto last = waiting_.begin()->second;
    cancel(last);
  }
  while (!running_.empty()) cancel(*running_.begin());
  idle_.clear();
  multi_.reset();
  // Closes their connections.
  poll_shares_.clear();
  if (timer_) timer_->cancel();
  for (const auto& [number, socket] : sockets_) socket->close();
  sockets_.clear();
}

std::unique_ptr<curl_exchange> curl_engine::take_exchange(const request& message) {
  if (idle_.empty()) return std::make_unique<curl_exchange>(environment_);
  // Of those that were used last: a poll and a call in turns would change the buffers each time.
  const auto looked_at = std::min(idle_.size(), most_compared_exchanges);
  const auto last = idle_.rbegin();
  const auto end = last + static_cast<std::ptrdiff_t>(looked_at);
  auto found = std::find_if(last, end, [&](const auto& idle) { return idle->was_like(message); });
  if (found == end) found = last;
  auto exchange = std::move(*found);
  idle_.erase(std::next(found).base());
  return exchange;
}

void curl_engine::give_back(std::unique_ptr<curl_exchange> exchange) noexcept {
  exchange->end();
  if (idle_.size() < most_idle_exchanges) idle_.push_back(std::move(exchange));
}

void curl_engine::watch_silence(const std::shared_ptr<operation>& watched, time_point moment) {
  if (!watched->silence) watched->silence = std::make_unique<asio::steady_timer>(*strand_);
  watched->silence->expires_at(moment);
  watched->silence->async_wait([self = shared_from_this(),
                                weak = std::weak_ptr{watched}](boost::system::error_code failure) {
    const auto still = weak.lock();
    if (!failure && still) self->check_silence(still);
  });
}

void curl_engine::check_silence(const std::shared_ptr<operation>& watched) {
  if (!watched->exchange) return;  // finished
  const auto limit = watched->message.silence_limit();
  const auto now = std::chrono::steady_clock::now();
  const auto due = watched->exchange->last_moved().value_or(now) + limit;
  const auto lateness = now - watched->silence->expiry();
  if (now < due) {
    watched->late_checks = 0;
    watch_silence(watched, due);
  } else if (lateness > punctual && watched->late_checks < most_late_checks) {
    // The event loop was busy, and the server perhaps was not: unread data may be waiting in the
    // sockets, and the loop hears of some of them at a time.
    ++watched->late_checks;
    const auto more = std::max<duration>(lateness, shortest_postponement);
    watch_silence(watched, now + std::min<duration>(more, limit));
  } else {
    finish(watched, watched->exchange->silent_outcome(limit));
    run_due_timers();
  }
}

void curl_engine::drive(curl_socket_t socket, int events) {
  let_curl_work(socket, events);
  run_due_timers();
}

void curl_engine::let_curl_work(curl_socket_t socket, int events) {
  int running = 0;
  inside_curl_ = true;
  curl_multi_socket_action(multi_.get(), socket, events, &running);
  inside_curl_ = false;
  if (!idling_.empty()) release_send_buffers();
  if (!shaken_.empty()) release_tls_buffers();
  // Runs before the completions, so that the last progress is reported as well.
  if (!progressed_.empty()) report_progress();
  collect_finished();
}

void curl_engine::release_send_buffers() {
  std::erase_if(idling_, [](const std::weak_ptr<operation>& each) {
    const auto running = each.lock();
    return !running || !running->exchange || running->exchange->release_send_buffer();
  });
}

// OpenSSL takes a buffer of 16 KB to read a session ticket, which comes behind the handshake, and
// holds it until the next request. A first long poll would hold it until its answer.
void curl_engine::release_tls_buffers() noexcept {
  for (auto* const session : shaken_) {
    if (SSL_has_pending(session) == 0) SSL_free_buffers(session);
  }
  shaken_.clear();
}

void curl_engine::report_progress() {
  for (const auto& each : std::exchange(progressed_, {})) {
    // A handler may start exchanges, and these may end others.
    const auto running = each.lock();
    if (!running || !running->exchange) continue;
    const auto progress = running->exchange->new_progress();
    if (!progress) continue;
    std::optional<std::string> thrown;
    try {
      running->message.on_progress()(*progress);
    } catch (const std::exception& failure) {
      thrown = failure.what();
    } catch (...) {
      thrown = "not a std::exception";
    }
    if (thrown && running->exchange) {
      finish(running, running->exchange->progress_failed(*thrown));
    }
  }
}

void curl_engine::run_due_timers() {
  if (closed_) return;
  // Bounded: libcurl may repeatedly request an immediate call while others wait for the strand.
  const auto is_due = [this] {
    return due_ && (*due_ == at_once || *due_ <= std::chrono::steady_clock::now());
  };
  run_waiting();
  for (int rounds = 0; rounds < 8 && multi_ && is_due(); ++rounds) {
    due_.reset();
    let_curl_work(CURL_SOCKET_TIMEOUT, 0);
    run_waiting();
  }
  arm_timer();
}

void curl_engine::collect_finished() {
  int left = 0;
  while (const auto* said = curl_multi_info_read(multi_.get(), &left)) {
    if (said->msg != CURLMSG_DONE) continue;
    auto& exchange = *curl_exchange::of(said->easy_handle);
    const auto code = said->data.result;
    auto& ended = *static_cast<operation*>(exchange.user);
    const bool time_is_up = code != CURLE_OK && std::chrono::steady_clock::now() >= ended.ends;
    const auto kept = ended.shared_from_this();
    if (!time_is_up && exchange.unprocessed() && restart(kept)) continue;
    finish(kept, exchange.outcome(code, ended.limit, time_is_up));
  }
  end_unwatched();
}

void curl_engine::end_unwatched() {
  while (std::exchange(some_unwatched_, false)) {
    // Ending one may make libcurl watch other sockets.
    std::vector<std::shared_ptr<operation>> unwatched;
    for (const auto& each : running_) {
      if (each->exchange->watch_error != 0) unwatched.push_back(each);
    }
    for (const auto& each : unwatched) {
      finish(each, each->exchange->outcome(CURLE_COULDNT_CONNECT, each->limit, false));
    }
  }
}

void curl_engine::arm_timer() {
  if (!due_) {
    if (armed_for_) {
      armed_for_.reset();
      timer_->cancel();
    }
    return;
  }
  // A timer that fires too early is cheaper than one that is reset for every exchange.
  if (armed_for_ && *armed_for_ <= *due_) return;
  armed_for_ = due_;
  timer_->expires_at(*due_);
  timer_->async_wait([self = shared_from_this()](boost::system::error_code failure) {
    if (failure || self->closed_) return;
    self->armed_for_.reset();
    self->run_due_timers();
  });
}

void curl_engine::on_progress(void* self, curl_exchange& exchange) noexcept {
  auto& progressed = *static_cast<operation*>(exchange.user);
  try {
    static_cast<curl_engine*>(self)->progressed_.push_back(progressed.weak_from_this());
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
    // The next change is reported instead.
  }
}

void curl_engine::on_idling(void* self, curl_exchange& exchange) noexcept {
  auto& waiting = *static_cast<operation*>(exchange.user);
  try {
    static_cast<curl_engine*>(self)->idling_.push_back(waiting.weak_from_this());
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
    // The buffer is held until the answer has come.
  }
}

void curl_engine::on_shaken(void* self, SSL& session) noexcept {
  try {
    auto& shaken = static_cast<curl_engine*>(self)->shaken_;
    shaken.reserve(shaken.size() + 1);
    if (SSL_set_ex_data(&session, shaken_index(), &shaken) == 1) shaken.push_back(&session);
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch)
    // The buffers are held until the next request.
  }
}

void curl_engine::on_protocol_known(void* self, curl_exchange& exchange,
                                    bool multiplexes) noexcept {
  const auto& running = *static_cast<operation*>(exchange.user);
  static_cast<curl_engine*>(self)->line_.multiplexes(running.place, multiplexes);
}

int curl_engine::on_timer(CURLM*, long milliseconds, void* self) {
  auto& engine = *static_cast<curl_engine*>(self);
  if (milliseconds < 0) {
    engine.due_.reset();
  } else if (milliseconds == 0) {
    // Happens for every exchange, so it avoids reading the clock.
    engine.due_ = at_once;
  } else {
    engine.due_ = std::chrono::steady_clock::now() + std::chrono::milliseconds{milliseconds};
  }
  return 0;
}

}  // namespace vkxx::http::detail

namespace vkxx::http {
namespace {

using vkxx::detail::process_mark;

// The handle of an engine: when it goes, the engine ends its exchanges.
class curl_transport final : public transport {
 public:
  curl_transport(asio::any_io_executor executor, transport_options options)
      : options_{options},
        engine_{std::make_shared<detail::curl_engine>(std::move(executor), std::move(options))} {
    engine_->join_context();
  }
  curl_transport(const curl_transport&) = delete;
  curl_transport& operator=(const curl_transport&) = delete;
  ~curl_transport() override { engine_->shut_down(); }

  asio::awaitable<result<response>> send(request message) override {
    if (!process_.is_here()) return refused(made_before_fork());
    // The request goes there at once: ten thousand long polls wait in the frames of this coroutine.
    std::shared_ptr<detail::curl_engine::operation> prepared;
    try {
      prepared = detail::curl_engine::prepare(std::move(message));
    } catch (const std::bad_alloc&) {
      return refused(detail::no_memory_error("the server"));
    }
    return asio::async_initiate<const asio::use_awaitable_t<>, void(result<response>)>(
        [](auto handler, std::shared_ptr<detail::curl_engine> engine,
           std::shared_ptr<detail::curl_engine::operation> started) {
          const asio::any_io_executor where = asio::get_associated_executor(handler);
          engine->start(std::move(started), where, std::move(handler));
        },
        asio::use_awaitable, engine_, std::move(prepared));
  }

  std::shared_ptr<transport> on(asio::any_io_executor executor) const override {
    return make_curl_transport(std::move(executor), options_);
  }

 private:
  static asio::awaitable<result<response>> refused(error failure) { co_return failure; }
  static error made_before_fork() {
    return {errc::invalid_argument, request_effect::not_sent,
            "the transport was made before fork(), and its connections are the parent's: make "
            "another one in the child"};
  }

  process_mark process_;
  transport_options options_;
  std::shared_ptr<detail::curl_engine> engine_;
};

}  // namespace

std::shared_ptr<transport> make_curl_transport(asio::any_io_executor executor,
                                               transport_options options) {
  detail::check(options);
  return std::make_shared<curl_transport>(std::move(executor), std::move(options));
}

}  // namespace vkxx::http

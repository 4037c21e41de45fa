// One libcurl multi handle on an asio executor.
#pragma once

#include <atomic>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/async/parked_handler.hpp"
#include "core/async/process_mark.hpp"
#include "http/curl/curl_exchange.hpp"
#include "http/curl/curl_handles.hpp"
#include "http/line/exchange_line.hpp"

namespace vkxx::http::detail {

class watched_socket;

/// Runs exchanges. Everything that touches libcurl runs in the strand.
///
/// Lifetime: operations, timers and posted functions keep the engine alive only until `shut_down`,
/// which ends them all. A socket that waits for nothing has no pending operation, so an idle engine
/// does not keep `io_context::run` from returning. A running coroutine often owns the engine, which
/// owns the coroutine's handler: when the execution context is destroyed, `abandon` breaks that
/// cycle.
///
/// Thread safety: `start` and `shut_down` are safe to call from any thread.
class curl_engine final : public vkxx::detail::parked_handlers::node,
                          public std::enable_shared_from_this<curl_engine> {
 public:
  using completion = asio::any_completion_handler<void(result<response>)>;

  /// Throws `usage_exception` if the CA file cannot be read.
  curl_engine(asio::any_io_executor executor, transport_options options);
  ~curl_engine() override;

  /// Registers for the destruction of the execution context. Must be called once, before the first
  /// `start`.
  void join_context();
  /// One exchange.
  struct operation;
  /// For `start`. Throws `std::bad_alloc`.
  [[nodiscard]] static std::shared_ptr<operation> prepare(request message);
  /// Runs the exchange and posts `handler` with the outcome to `where`.
  void start(std::shared_ptr<operation> started, const asio::any_io_executor& where,
             completion handler);
  /// Starts to cancel all exchanges and close all connections. Returns before that is done.
  void shut_down() noexcept;
  /// Called when the execution context is destroyed. Destroys all handlers without calling them.
  /// Nothing else runs at that time.
  void abandon() noexcept override;

 private:
  friend class watched_socket;
  using strand = asio::strand<asio::any_io_executor>;

  // The following functions run in the strand.
  void begin(const std::shared_ptr<operation>& started);
  // Throws `std::exception` without memory.
  void wait_in_line(const std::shared_ptr<operation>& waiting);
  // The time to wait for a connection is up.
  void end_wait(const std::shared_ptr<operation>& waited);
  // Runs those that are next in line. Must be called, through `run_due_timers`, after an exchange
  // has ended.
  void run_waiting();
  // Runs an exchange that has its place.
  void run(const std::shared_ptr<operation>& started);
  void watch_connecting(const std::shared_ptr<operation>& started);
  // Restarts a request that the server has certainly not processed. Returns false if it may not be
  // retried.
  bool restart(const std::shared_ptr<operation>& refused);
  void cancel(const std::shared_ptr<operation>& cancelled);
  // Whose connections the exchange may use. Throws `std::bad_alloc`.
  [[nodiscard]] CURLSH* share_of(const operation& started);
  // Makes libcurl's cache as large as the number of connections in use: libcurl closes the surplus
  // of a smaller one whenever an exchange ends.
  void widen_cache();
  // Checks at `moment` whether the exchange has been silent for too long.
  void watch_silence(const std::shared_ptr<operation>& watched, time_point moment);
  void check_silence(const std::shared_ptr<operation>& watched);
  void finish(const std::shared_ptr<operation>& finished, result<response> outcome);
  void end_all() noexcept;
  [[nodiscard]] std::unique_ptr<curl_exchange> take_exchange(const request& message);
  void give_back(std::unique_ptr<curl_exchange> exchange) noexcept;

  void drive(curl_socket_t socket, int events);
  void let_curl_work(curl_socket_t socket, int events);
  void release_send_buffers();
  void release_tls_buffers() noexcept;
  // Calls the progress handlers of the exchanges that made progress.
  void report_progress();
  void run_due_timers();
  void collect_finished();
  // Throws `std::exception` if the socket cannot be watched.
  void watch(curl_socket_t socket, int events, bool connected);
  // Ends the exchanges whose sockets could not be watched.
  void end_unwatched();
  // Returns whether the socket itself is watched now.
  bool take_over_if_connected(std::shared_ptr<watched_socket>& watched, curl_socket_t socket,
                              bool connected);
  void arm_timer();

  static void on_progress(void* self, curl_exchange& exchange) noexcept;
  static void on_idling(void* self, curl_exchange& exchange) noexcept;
  static void on_shaken(void* self, SSL& session) noexcept;
  static void on_protocol_known(void* self, curl_exchange& exchange, bool multiplexes) noexcept;
  static int on_timer(CURLM*, long milliseconds, void* self);
  static int on_socket(CURL* handle, curl_socket_t socket, int events, void* self, void*);
  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address);
  static int close_socket(void* self, curl_socket_t socket);

  // Empty once the execution context is gone.
  std::optional<strand> strand_;
  curl_environment environment_;
  std::optional<asio::steady_timer> timer_;
  // When libcurl must be called, and when the timer fires (perhaps earlier).
  std::optional<time_point> due_;
  std::optional<time_point> armed_for_;
  std::unordered_map<curl_socket_t, std::shared_ptr<watched_socket>> sockets_;
  // TLS sessions whose buffers may be of no use now, without those that were closed since. Outlives
  // the sessions.
  std::vector<SSL*> shaken_;
  // Of long polls that need connections of their own; null until one is used.
  std::vector<curl_share> poll_shares_;
  curl_multi multi_;
  std::unordered_set<std::shared_ptr<operation>> running_;
  // Those in line, by number.
  std::unordered_map<exchange_line::ticket, std::shared_ptr<operation>> waiting_;
  std::vector<std::unique_ptr<curl_exchange>> idle_;
  // Operations with progress to report.
  std::vector<std::weak_ptr<operation>> progressed_;
  // Operations whose send buffer is to be freed once the request is sent.
  std::vector<std::weak_ptr<operation>> idling_;
  std::size_t cached_connections_;
  exchange_line line_;
  // Whether libcurl is running. It must not be called then: a source or a sink may start an
  // exchange.
  bool inside_curl_ = false;
  bool some_unwatched_ = false;
  bool closed_ = false;
  // Where the engine waits for the destruction of its execution context.
  std::shared_ptr<vkxx::detail::parked_handlers::list> home_;
  vkxx::detail::process_mark process_;
  // Set in a child process to the engine itself: closing the connections would write to them in the
  // middle of the parent's data. They end with the process.
  std::shared_ptr<curl_engine> kept_;
  // Whether the execution context is gone. Nothing may be posted then.
  std::atomic<bool> abandoned_ = false;
};

}  // namespace vkxx::http::detail

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

namespace vkxx::http::detail {

class watched_socket;

/// Runs exchanges. Everything that touches libcurl happens in the strand.
///
/// Life: operations, timers and posted functions keep the engine alive only until `shut_down`,
/// which ends them all; sockets that wait for nothing have no pending operation, so an idle engine
/// does not keep `io_context::run` from returning. A coroutine under way often owns the engine,
/// which holds the coroutine's handler: when the execution context dies, `abandon` breaks that
/// ring.
///
/// Thread safety: `start` and `shut_down` are safe to call from any thread.
class curl_engine final : public vkxx::detail::parked_handlers::node,
                          public std::enable_shared_from_this<curl_engine> {
 public:
  using completion = asio::any_completion_handler<void(result<response>)>;

  /// Throws `usage_exception` if the CA file cannot be read.
  curl_engine(asio::any_io_executor executor, transport_options options);
  ~curl_engine() override;

  /// Lets the execution context tell when it dies. Once, before the first `start`.
  void join_context();
  /// Does one exchange and posts `handler` with the outcome to `where`.
  void start(request message, const asio::any_io_executor& where, completion handler);
  /// Cancels all that is under way and closes all connections, soon.
  void shut_down() noexcept;
  /// The execution context dies: drops all handlers without calling them. Nothing else runs then.
  void abandon() noexcept override;

 private:
  friend class watched_socket;
  using strand = asio::strand<asio::any_io_executor>;
  struct operation;

  // The following run in the strand.
  void begin(const std::shared_ptr<operation>& started);
  // Restarts what the server has certainly not processed; false: it may not be retried.
  bool restart(const std::shared_ptr<operation>& refused);
  void cancel(const std::shared_ptr<operation>& cancelled);
  // Makes libcurl's cache hold at least as many connections as are in use: of a smaller one it
  // closes some whenever an exchange ends.
  void widen_cache();
  // Looks at `moment` whether the exchange has been silent for too long.
  void watch_silence(const std::shared_ptr<operation>& watched, time_point moment);
  void check_silence(const std::shared_ptr<operation>& watched);
  void finish(const std::shared_ptr<operation>& finished, result<response> outcome);
  void end_all() noexcept;
  [[nodiscard]] std::unique_ptr<curl_exchange> take_exchange();
  void give_back(std::unique_ptr<curl_exchange> exchange) noexcept;

  void drive(curl_socket_t socket, int events);
  void let_curl_work(curl_socket_t socket, int events);
  // Calls the handlers of those that got on.
  void report_progress();
  void run_due_timers();
  void collect_finished();
  // Throws `std::exception` if the socket cannot be watched.
  void watch(curl_socket_t socket, int events, bool connected);
  // Ends the exchanges whose sockets could not be watched.
  void end_unwatched();
  // Whether the socket is watched as itself now.
  bool take_over_if_connected(std::shared_ptr<watched_socket>& watched, curl_socket_t socket,
                              bool connected);
  void arm_timer();

  static void on_progress(void* self, curl_exchange& exchange) noexcept;
  static int on_timer(CURLM*, long milliseconds, void* self);
  static int on_socket(CURL* handle, curl_socket_t socket, int events, void* self, void*);
  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address);
  static int close_socket(void* self, curl_socket_t socket);

  // None once the execution context is gone.
  std::optional<strand> strand_;
  curl_environment environment_;
  std::optional<asio::steady_timer> timer_;
  // When libcurl wants to be called, and when the timer will ring (perhaps earlier).
  std::optional<time_point> due_;
  std::optional<time_point> armed_for_;
  std::unordered_map<curl_socket_t, std::shared_ptr<watched_socket>> sockets_;
  curl_multi multi_;
  std::unordered_set<std::shared_ptr<operation>> running_;
  std::vector<std::unique_ptr<curl_exchange>> idle_;
  // Whose progress is to be reported.
  std::vector<std::weak_ptr<operation>> progressed_;
  std::size_t cached_connections_;
  // Whether libcurl runs, which must not be called then: a source, a sink may start an exchange.
  bool inside_curl_ = false;
  bool some_unwatched_ = false;
  bool closed_ = false;
  // Where the engine waits for the end of its execution context.
  std::shared_ptr<vkxx::detail::parked_handlers::list> home_;
  vkxx::detail::process_mark process_;
  // Itself, in a child process: to close the connections would be to speak on them, in the midst of
  // what the parent says. They end with the process.
  std::shared_ptr<curl_engine> kept_;
  // Whether the execution context is gone; nothing may be posted then.
  std::atomic<bool> abandoned_ = false;
};

}  // namespace vkxx::http::detail

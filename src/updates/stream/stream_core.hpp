// The driver of stream_machine, and the updates that wait for the program.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <vkxx/client/client.hpp>
#include <vkxx/updates/stream_reader.hpp>
#include "core/async/stop_signal.hpp"
#include "updates/stream/held_updates.hpp"
#include "updates/stream/stream_machine.hpp"
#include "updates/stream/stream_server.hpp"
#include "updates/stream/stream_socket.hpp"
#include "updates/values/commit_ledger.hpp"
#include "updates/values/source_counters.hpp"

namespace vkxx::detail {

// Thread safety: safe to share. `machine_`, `server_`, `tls_` and `socket_` belong to the
// reading coroutine.
class stream_core : public std::enable_shared_from_this<stream_core> {
 public:
  stream_core(client vk, stream_options options);

  [[nodiscard]] asio::awaitable<result<update_batch>> next();
  void commit(const update_cursor& cursor) { ledger_.commit(cursor); }
  void stop() noexcept;
  [[nodiscard]] std::string name() const;
  [[nodiscard]] update_cursor cursor() const { return ledger_.cursor(); }
  [[nodiscard]] update_source_metrics metrics() const;

 private:
  using self_pointer = std::shared_ptr<stream_core>;

  static asio::awaitable<result<update_batch>> limited_next(self_pointer self);
  static asio::awaitable<result<update_batch>> run_next(self_pointer self);
  // Reads until `stop`, or until the stream cannot be opened.
  static asio::awaitable<void> read_until_stopped(self_pointer self);
  static asio::awaitable<bool> read_all(self_pointer self);
  // False: the source cannot go on.
  static asio::awaitable<bool> ask_url(self_pointer self);
  static asio::awaitable<void> connect(self_pointer self);
  static asio::awaitable<void> read(self_pointer self);
  void take_frame(std::string text);
  void hold(update content);
  [[nodiscard]] std::optional<update_batch> take_batch();
  // Begins to read if nobody does. The failure that ended the reading comes first.
  [[nodiscard]] std::optional<error> keep_reading(const asio::any_io_executor& executor);
  void fail(error failure);
  void report(const std::string& outcome) const;
  [[nodiscard]] time_point now() const { return environment_.time->now(); }

  client vk_;
  token_environment environment_;
  const stream_options options_;
  stream_machine machine_;
  stream_server server_;
  std::shared_ptr<asio::ssl::context> tls_;
  std::shared_ptr<stream_socket> socket_;
  bool opened_before_ = false;
  std::atomic<bool> running_ = false;
  mutable std::mutex mutex_;
  bool reading_ = false;
  std::optional<error> failure_;
  std::optional<time_point> not_before_;  // after a failure
  held_updates held_;
  commit_ledger ledger_{update_cursor{}};
  mutable source_counters counters_;
  std::shared_ptr<stop_signal> arrived_ = std::make_shared<stop_signal>();
  std::shared_ptr<stop_signal> stop_ = std::make_shared<stop_signal>();
};

}  // namespace vkxx::detail

// Updates of the program itself, on their way to the inbox.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <vkxx/core/result.hpp>
#include <vkxx/updates/update_source.hpp>
#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

// Thread safety: safe to share.
class own_updates final : public update_source, public std::enable_shared_from_this<own_updates> {
 public:
  // Completes when the update is in the inbox. Errors: `errc::cancelled` after `stop`, or if the
  // operation was cancelled; `errc::state_failed` if the inbox refused it.
  [[nodiscard]] static asio::awaitable<result<void>> put(std::shared_ptr<own_updates> self,
                                                         update sent);

  [[nodiscard]] asio::awaitable<result<update_batch>> next() override;
  void commit(const update_cursor& cursor) override;
  void refuse(const update_cursor& cursor) override;
  void stop() noexcept override;
  [[nodiscard]] std::string name() const override { return "vkxx:own"; }
  [[nodiscard]] update_cursor cursor() const override { return {}; }
  [[nodiscard]] update_source_metrics metrics() const override;

 private:
  enum class outcome { committed, refused, stopped, cancelled, wake };
  struct waiting_update {
    std::uint64_t number;
    update value;
    std::optional<parked_handler<outcome>> sender;
  };

  template <class Handler>
  void start_put(const asio::any_io_executor& executor, update sent, Handler handler);
  template <class Handler>
  void start_next(const asio::any_io_executor& executor, Handler handler);
  void cancel_put(std::uint64_t number) noexcept;
  void wake_reader(outcome reason) noexcept;
  void end(const update_cursor& cursor, outcome result) noexcept;

  mutable std::mutex mutex_;
  bool stopped_ = false;
  std::uint64_t last_ = 0;
  std::uint64_t delivered_ = 0;
  std::deque<waiting_update> waiting_;
  std::optional<parked_handler<outcome>> reader_;
};

}  // namespace vkxx::detail

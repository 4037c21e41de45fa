// How many uploads of one token run at a time. The others wait in their order.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

class upload_slots;

// The right to run; given back by the destructor.
class upload_slot {
 public:
  upload_slot(std::shared_ptr<upload_slots> home, std::string token) noexcept
      : home_{std::move(home)}, token_{std::move(token)} {}
  upload_slot(const upload_slot&) = delete;
  upload_slot& operator=(const upload_slot&) = delete;
  ~upload_slot();

 private:
  std::shared_ptr<upload_slots> home_;
  std::string token_;
};

// Thread safety: safe to share.
class upload_slots : public std::enable_shared_from_this<upload_slots> {
 public:
  using given = std::shared_ptr<upload_slot>;

  // `at_once`: at least 1.
  explicit upload_slots(std::size_t at_once) noexcept : at_once_{at_once} {}

  // Waits for a slot of this token. Null: cancelled; all types of cancellation.
  [[nodiscard]] static asio::awaitable<given> acquire(std::shared_ptr<upload_slots> slots,
                                                      std::string token);
  // Of all tokens.
  [[nodiscard]] std::size_t waiting() const;

 private:
  friend class upload_slot;

  struct lane {
    std::size_t taken = 0;
    std::list<std::pair<std::uint64_t, parked_handler<given>>> waiting;
  };

  template <class Handler>
  void start(const asio::any_io_executor& executor, const std::string& token, Handler handler);
  void cancel(const std::string& token, std::uint64_t waiter) noexcept;
  void release(const std::string& token) noexcept;

  std::size_t at_once_;
  mutable std::mutex mutex_;
  std::map<std::string, lane> lanes_;
  std::uint64_t last_waiter_ = 0;
  // Tokens whose slots came back, and whether somebody passes them on.
  std::vector<std::string> released_;
  bool passing_on_ = false;
};

}  // namespace vkxx::detail

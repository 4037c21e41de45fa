#include "uploads/run/upload_slots.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

namespace vkxx::detail {

upload_slot::~upload_slot() {
  home_->release(token_);
}

template <class Handler>
void upload_slots::start(const asio::any_io_executor& executor, const std::string& token,
                         Handler handler) {
  auto cancellation = asio::get_associated_cancellation_slot(handler);
  parked_handler<given> parked{executor, std::move(handler)};
  // Released with the lock open: a completion that comes too late gives its slot back.
  given slot;
  {
    const std::lock_guard lock{mutex_};
    auto& own = lanes_[token];
    if (own.taken >= at_once_) {
      const auto waiter = ++last_waiter_;
      own.waiting.emplace_back(waiter, std::move(parked));
      if (cancellation.is_connected()) {
        cancellation.assign([weak = weak_from_this(), token, waiter](asio::cancellation_type) {
          if (const auto home = weak.lock()) home->cancel(token, waiter);
        });
      }
      return;
    }
    slot = std::make_shared<upload_slot>(shared_from_this(), token);
    ++own.taken;
  }
  parked.complete(std::move(slot));
}

asio::awaitable<upload_slots::given> upload_slots::acquire(std::shared_ptr<upload_slots> slots,
                                                           std::string token) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&slots, &token, &executor](auto handler) {
    slots->start(executor, token, std::move(handler));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(given)>(
      initiation, asio::use_awaitable);
}

void upload_slots::cancel(const std::string& token, std::uint64_t waiter) noexcept {
  std::optional<parked_handler<given>> parked;
  {
    const std::lock_guard lock{mutex_};
    const auto found = lanes_.find(token);
    if (found == lanes_.end()) return;
    auto& waiting = found->second.waiting;
    const auto place =
        std::ranges::find(waiting, waiter, &decltype(lane::waiting)::value_type::first);
    if (place == waiting.end()) return;
    parked.emplace(std::move(place->second));
    waiting.erase(place);
  }
  parked->complete(nullptr);
}

// A completion may give its slot back at once, when the context of the one that waited has died. So
// there is one loop over all slots that come back, not a recursion.
void upload_slots::release(const std::string& token) noexcept {
  // Alive: the slot that comes back holds it.
  const auto self = shared_from_this();
  std::unique_lock lock{mutex_};
  released_.push_back(token);
  if (passing_on_) return;
  passing_on_ = true;
  while (!released_.empty()) {
    const auto free = std::move(released_.back());
    released_.pop_back();
    const auto found = lanes_.find(free);
    if (found == lanes_.end()) continue;
    auto& own = found->second;
    --own.taken;
    if (own.waiting.empty()) {
      if (own.taken == 0) lanes_.erase(found);
      continue;
    }
    auto slot = std::make_shared<upload_slot>(self, free);
    ++own.taken;
    auto next = std::move(own.waiting.front().second);
    own.waiting.pop_front();
    lock.unlock();
    next.complete(std::move(slot));
    lock.lock();
  }
  passing_on_ = false;
}

std::size_t upload_slots::waiting() const {
  const std::lock_guard lock{mutex_};
  std::size_t count = 0;
  for (const auto& [token, own] : lanes_) count += own.waiting.size();
  return count;
}

}  // namespace vkxx::detail

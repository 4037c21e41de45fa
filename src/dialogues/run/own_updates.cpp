#include "dialogues/run/own_updates.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

namespace vkxx::detail {
namespace {

error put_error(errc code, const std::string& reason) {
  return error{code, request_effect::not_sent,
               "an update of the program was not put into the inbox: " + reason};
}

}  // namespace

asio::awaitable<result<void>> own_updates::put(std::shared_ptr<own_updates> self, update sent) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&self, &executor, &sent](auto handler) {
    self->start_put(executor, std::move(sent), std::move(handler));
  };
  const auto ended = co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(outcome)>(
      initiation, asio::use_awaitable);
  if (ended == outcome::committed) co_return result<void>{};
  if (ended == outcome::refused) {
    co_return put_error(errc::state_failed, "it could not be written");
  }
  co_return put_error(errc::cancelled, ended == outcome::stopped ? "the dispatcher has stopped"
                                                                 : "it was cancelled");
}

template <class Handler>
void own_updates::start_put(const asio::any_io_executor& executor, update sent, Handler handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  parked_handler<outcome> parked{executor, std::move(handler)};
  std::uint64_t number = 0;
  {
    const std::lock_guard lock{mutex_};
    if (!stopped_) {
      number = ++last_;
      waiting_.push_back({number, std::move(sent), parked});
      if (slot.is_connected()) {
        slot.assign([weak = weak_from_this(), number](asio::cancellation_type) {
          if (const auto self = weak.lock()) self->cancel_put(number);
        });
      }
    }
  }
  if (number == 0) {
    parked.complete(outcome::stopped);
  } else {
    wake_reader(outcome::wake);
  }
}

// The update may be in the inbox already, or soon: only nobody waits for it.
void own_updates::cancel_put(std::uint64_t number) noexcept {
  std::optional<parked_handler<outcome>> parked;
  {
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find(waiting_, number, &waiting_update::number);
    if (found == waiting_.end()) return;
    parked = std::exchange(found->sender, std::nullopt);
  }
  if (parked) parked->complete(outcome::cancelled);
}

asio::awaitable<result<update_batch>> own_updates::next() {
  const auto self = shared_from_this();
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&self, &executor](auto handler) {
    self->start_next(executor, std::move(handler));
  };
  const auto woken = co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(outcome)>(
      initiation, asio::use_awaitable);
  const std::lock_guard lock{self->mutex_};
  if (woken != outcome::wake || self->waiting_.empty()) {
    co_return error{errc::cancelled, request_effect::not_sent,
                    "the source of the program's own updates has stopped"};
  }
  std::vector<update> updates;
  for (const auto& some : self->waiting_) updates.push_back(some.value);
  update_cursor cursor{std::to_string(self->waiting_.back().number)};
  co_return update_batch{std::move(updates), {}, std::move(cursor)};
}

template <class Handler>
void own_updates::start_next(const asio::any_io_executor& executor, Handler handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  parked_handler<outcome> parked{executor, std::move(handler)};
  std::optional<outcome> ready;
  {
    const std::lock_guard lock{mutex_};
    if (stopped_) {
      ready = outcome::stopped;
    } else if (!waiting_.empty()) {
      ready = outcome::wake;
    } else {
      reader_ = parked;
      if (slot.is_connected()) {
        slot.assign([weak = weak_from_this()](asio::cancellation_type) {
          if (const auto self = weak.lock()) self->wake_reader(outcome::cancelled);
        });
      }
    }
  }
  if (ready) parked.complete(*ready);
}

void own_updates::wake_reader(outcome reason) noexcept {
  std::optional<parked_handler<outcome>> parked;
  {
    const std::lock_guard lock{mutex_};
    parked = std::exchange(reader_, std::nullopt);
  }
  if (parked) parked->complete(reason);
}

void own_updates::commit(const update_cursor& cursor) {
  end(cursor, outcome::committed);
}
void own_updates::refuse(const update_cursor& cursor) {
  end(cursor, outcome::refused);
}

void own_updates::end(const update_cursor& cursor, outcome result) noexcept {
  std::deque<waiting_update> ended;
  {
    const std::lock_guard lock{mutex_};
    const auto last = std::ranges::find_if(waiting_, [&](const waiting_update& some) {
      return std::to_string(some.number) == cursor.text();
    });
    if (last == waiting_.end()) return;
    for (auto left = last - waiting_.begin(); left >= 0; --left) {
      ended.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    if (result == outcome::committed) delivered_ += ended.size();
  }
  for (auto& some : ended) {
    if (some.sender) some.sender->complete(result);
  }
}

void own_updates::stop() noexcept {
  std::deque<waiting_update> ended;
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    ended.swap(waiting_);
  }
  for (auto& some : ended) {
    if (some.sender) some.sender->complete(outcome::stopped);
  }
  wake_reader(outcome::stopped);
}

update_source_metrics own_updates::metrics() const {
  const std::lock_guard lock{mutex_};
  update_source_metrics counters;
  counters.updates = delivered_;
  return counters;
}

}  // namespace vkxx::detail

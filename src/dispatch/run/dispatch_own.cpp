// Updates of the program's own.
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <utility>

#include "core/async/time_sum.hpp"
#include "core/async/with_deadline.hpp"
#include "dispatch/rows/update_rows.hpp"
#include "dispatch/run/dispatch_core.hpp"

namespace vkxx::detail {
namespace {

constexpr std::string_view own_prefix = "vkxx:";
constexpr std::string_view own_source = "vkxx:own";
constexpr duration longest_put = std::chrono::seconds{10};
constexpr std::size_t forgotten_with_own = 4;

bool is_json(std::string_view text) {
  boost::system::error_code failure;
  static_cast<void>(
      boost::json::parse(boost::json::string_view{text.data(), text.size()}, failure));
  return !failure;
}

error put_error(errc code, request_effect effect, const std::string& reason) {
  return error{code, effect, "an update of the program was not put into the inbox: " + reason};
}

}  // namespace

asio::awaitable<result<void>> dispatch_core::put_own(std::shared_ptr<dispatch_core> self,
                                                     update own) {
  if (!own.type().starts_with(own_prefix)) {
    co_return put_error(errc::invalid_argument, request_effect::not_sent,
                        "its type must begin with vkxx:");
  }
  if (!is_json(own.raw())) {
    co_return put_error(errc::invalid_argument, request_effect::not_sent, "its object is not JSON");
  }
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [self, executor, own](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    put_handler done{executor, std::move(handler)};
    if (slot.is_connected()) {
      slot.assign([done](asio::cancellation_type) mutable {
        done.complete(put_error(errc::cancelled, request_effect::unknown, "it was cancelled"));
      });
    }
    asio::post(self->strand_, [self, own, done] { self->go(store_own(self, own, done)); });
  };
  auto putting = asio::async_initiate<const asio::use_awaitable_t<>&, void(result<void>)>(
      initiation, asio::use_awaitable);
  auto limited =
      with_deadline(self->time_, later_by(self->time_->now(), longest_put), std::move(putting));
  auto ended = co_await std::move(limited);
  if (ended) co_return *std::move(ended);
  co_return put_error(errc::state_failed, request_effect::unknown, "it took longer than 10 s");
}

asio::awaitable<void> dispatch_core::store_own(std::shared_ptr<dispatch_core> self, update own,
                                               put_handler done) {
  auto storing = stored_own(std::move(self), std::move(own));
  auto stored = co_await std::move(storing);
  done.complete(std::move(stored));
}

asio::awaitable<result<void>> dispatch_core::stored_own(std::shared_ptr<dispatch_core> self,
                                                        update own) {
  const auto stopped =
      put_error(errc::cancelled, request_effect::not_sent, "the dispatcher does not run");
  if (!self->started_ || self->stopping_ || self->finished_) co_return stopped;
  auto checking = check_owner(self);
  if (!co_await std::move(checking)) co_return stopped;
  auto row = self->row_in_lane(own, std::string{own_source}, {}, 0);
  const auto share = row.share;
  state_unit unit;
  unit.put_row(std::move(row)).forget_keys(self->wall(), forgotten_with_own);
  auto committing = self->store_->commit(std::move(unit));
  const auto receipt = co_await std::move(committing);
  if (!receipt) {
    if (!self->finished_) self->note_store_failure(receipt.error());
    co_return receipt.error();
  }
  const bool known = receipt->rows.empty() || receipt->rows.front() == 0;
  if (self->finished_) co_return result<void>{};
  {
    const std::lock_guard lock{self->mutex_};
    ++(known ? self->numbers_.duplicates : self->numbers_.received);
  }
  if (known) co_return result<void>{};
  self->feed_intake(intake_event::inserted{1});
  if (self->handler_) self->on_arrived(share);
  co_return result<void>{};
}

}  // namespace vkxx::detail

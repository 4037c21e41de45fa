#include <vkxx/uploads/uploads.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include <vkxx/uploads/blocking_uploads.hpp>

#include "uploads/run/upload_run.hpp"

namespace vkxx {
namespace {

std::shared_ptr<const detail::upload_hub> make_hub(client vk, std::size_t at_once) {
  if (at_once == 0) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent,
                      "at_once: at least one upload has to run at a time"});
  }
  auto environment = vk.environment();
  return std::make_shared<const detail::upload_hub>(detail::upload_hub{
      std::move(vk), std::move(environment), std::make_shared<detail::upload_slots>(at_once)});
}

asio::awaitable<uploaded> value_or_throw(asio::awaitable<result<uploaded>> upload) {
  auto outcome = co_await std::move(upload);
  co_return std::move(outcome).value();
}

// `outcome` outlives the event loop's run.
asio::awaitable<void> settle(asio::awaitable<result<uploaded>> upload,
                             std::optional<result<uploaded>>& outcome) {
  outcome.emplace(co_await std::move(upload));
}

// An upload waits for the client's thread: it must not be that thread, nor may there be none.
std::optional<error> refusal_of(const blocking_client& vk) {
  if (vk.is_own_thread()) {
    return error{errc::invalid_argument, request_effect::not_sent,
                 "an upload that blocks was begun on the thread of its client, by a hook or a "
                 "middleware: await vkxx::uploads there, or use another client"};
  }
  try {
    static_cast<void>(vk.asynchronous());
  } catch (const usage_exception& refused) {
    return refused.error();
  }
  return std::nullopt;
}

}  // namespace

uploads::uploads(client vk, std::size_t at_once) : hub_{make_hub(std::move(vk), at_once)} {}

asio::awaitable<uploaded> uploads::run(upload_kind kind, std::vector<upload_source> files,
                                       upload_options options) const {
  return value_or_throw(try_run(kind, std::move(files), std::move(options)));
}

asio::awaitable<result<uploaded>> uploads::try_run(upload_kind kind,
                                                   std::vector<upload_source> files,
                                                   upload_options options) const {
  return detail::run_upload(hub_, kind, std::move(files), std::move(options), false);
}

blocking_uploads::blocking_uploads(blocking_client& vk, std::size_t at_once)
    : client_{&vk}, hub_{make_hub(vk.asynchronous(), at_once)} {}

uploaded blocking_uploads::run(upload_kind kind, std::vector<upload_source> files,
                               upload_options options) const {
  return try_run(kind, std::move(files), std::move(options)).value();
}

// The coroutine runs on the calling thread; sockets and calls are in the client's loop.
result<uploaded> blocking_uploads::try_run(upload_kind kind, std::vector<upload_source> files,
                                           upload_options options) const {
  if (auto refusal = refusal_of(*client_)) return *std::move(refusal);
  asio::io_context loop{1};
  asio::cancellation_signal cancel;
  std::optional<result<uploaded>> outcome;
  std::exception_ptr failure;
  const auto stop = options.stop_token();
  auto upload = detail::run_upload(hub_, kind, std::move(files), std::move(options), true);
  asio::co_spawn(loop, settle(std::move(upload), outcome),
                 asio::bind_cancellation_slot(
                     cancel.slot(), [&failure](std::exception_ptr thrown) { failure = thrown; }));
  const std::stop_callback stopping{
      stop, [&loop, &cancel] {
        asio::post(loop, [&cancel] { cancel.emit(asio::cancellation_type::terminal); });
      }};
  loop.run();
  if (failure) std::rethrow_exception(failure);
  if (!outcome) {
    return error{errc::cancelled, request_effect::unknown,
                 "the client was destroyed during the upload"};
  }
  return *std::move(outcome);
}

}  // namespace vkxx

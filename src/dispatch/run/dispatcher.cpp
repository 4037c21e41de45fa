#include <vkxx/dispatch/dispatcher.hpp>

#include <algorithm>
#include <boost/asio/thread_pool.hpp>
#include <string_view>
#include <utility>

#include <vkxx/core/exception.hpp>
#include "dispatch/run/dispatch_core.hpp"

namespace vkxx {

struct dispatcher::parts {
  std::unique_ptr<asio::thread_pool> threads;  // null: handlers run on the executor
  std::shared_ptr<detail::blocking_pool> blocking;
  std::shared_ptr<detail::dispatch_core> core;
};

namespace {

void require_option(bool holds, std::string_view name, std::string_view range) {
  if (holds) return;
  throw usage_exception{
      error{errc::invalid_argument, request_effect::not_sent,
            "dispatcher_options::" + std::string{name} + " must be " + std::string{range}}};
}

void check_options(const dispatcher_options& options) {
  constexpr std::size_t most_threads = 256;
  const auto& pauses = options.retry_after();
  require_option(options.handlers() >= 1, "handlers", "at least 1");
  require_option(options.handler_time() >= std::chrono::milliseconds{1}, "handler_time",
                 "at least 1 ms");
  require_option(std::all_of(pauses.begin(), pauses.end(),
                             [](duration pause) { return pause >= duration::zero(); }),
                 "retry_after", "pauses that are not negative");
  require_option(options.max_interruptions() >= 1, "max_interruptions", "at least 1");
  require_option(options.threads() <= most_threads, "threads", "at most 256");
  require_option(options.blocking() >= 1 && options.blocking() <= most_threads, "blocking",
                 "1 to 256");
  require_option(options.inbox_limit() >= 1, "inbox_limit", "at least 1");
  require_option(options.lane_window() >= 1, "lane_window", "at least 1");
  require_option(options.max_in_memory() >= 1, "max_in_memory", "at least 1");
  require_option(options.duplicate_time() >= std::chrono::seconds{1}, "duplicate_time",
                 "at least 1 s");
}

}  // namespace

dispatcher::dispatcher(const asio::any_io_executor& executor, std::shared_ptr<state_store> store,
                       const dispatcher_options& options)
    : parts_{std::make_unique<parts>()} {
  check_options(options);
  if (!store || !executor) {
    throw usage_exception{error{
        errc::invalid_argument, request_effect::not_sent,
        std::string{"dispatcher: "} + (store ? "the executor is empty" : "the store is null")}};
  }
  auto handlers = executor;
  if (options.threads() > 0) {
    parts_->threads = std::make_unique<asio::thread_pool>(options.threads());
    handlers = parts_->threads->get_executor();
  }
  parts_->blocking = std::make_shared<detail::blocking_pool>(options.blocking());
  parts_->core = std::make_shared<detail::dispatch_core>(
      executor, std::move(handlers), std::move(store), parts_->blocking, options);
}

dispatcher::~dispatcher() {
  parts_->core->stop(duration::zero());
  parts_->core->close_handlers();
  parts_->blocking->close();
  if (!parts_->threads) return;
  parts_->threads->stop();
  parts_->threads->join();
}

void dispatcher::add(std::string name, source_factory create) {
  parts_->core->add(std::move(name), std::move(create));
}
void dispatcher::add(std::shared_ptr<update_source> source) {
  parts_->core->add(std::move(source));
}
void dispatcher::remove(std::string name) {
  parts_->core->remove(std::move(name));
}
void dispatcher::open_share(std::string share) {
  parts_->core->open_share(std::move(share));
}
void dispatcher::close_share(std::string share, std::function<void()> then) {
  parts_->core->close_share(std::move(share), std::move(then));
}
void dispatcher::on_update(update_handler handler) {
  parts_->core->on_update(std::move(handler));
}
asio::awaitable<result<drain_report>> dispatcher::run() {
  return detail::dispatch_core::run(parts_->core);
}
asio::awaitable<result<void>> dispatcher::put(update own) {
  return detail::dispatch_core::put_own(parts_->core, std::move(own));
}
void dispatcher::stop(duration grace) noexcept {
  parts_->core->stop(grace);
}
dispatcher_metrics dispatcher::metrics() const {
  return parts_->core->metrics();
}

}  // namespace vkxx

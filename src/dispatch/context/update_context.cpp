#include <vkxx/dispatch/update_context.hpp>

#include <utility>

#include <vkxx/dispatch/update_handler.hpp>
#include "dispatch/context/handler_run.hpp"

namespace vkxx {

update_context::update_context(std::shared_ptr<detail::handler_run> run) : run_{std::move(run)} {}

const vkxx::update& update_context::update() const noexcept {
  return run_->received().value;
}
const std::string& update_context::event_key() const noexcept {
  return run_->received().event_key;
}
const std::string& update_context::lane() const noexcept {
  return run_->row().lane;
}
int update_context::attempt() const noexcept {
  return 1 + run_->row().failures + run_->row().interruptions;
}
void update_context::fail(std::exception_ptr reason) const noexcept {
  run_->fail(std::move(reason));
}
std::exception_ptr update_context::failure() const noexcept {
  return run_->failure();
}
bool update_context::may_repeat() const noexcept {
  return run_->may_repeat();
}

wall_time update_context::now() const {
  const auto& clock = run_->environment().wall_clock;
  return clock ? clock() : std::chrono::system_clock::now();
}

update_client update_context::vk() const {
  const auto& plain = run_->vk();
  if (!plain) {
    throw usage_exception{
        error{errc::invalid_argument, request_effect::not_sent,
              "the dispatcher has no client for the update: set dispatcher_options::client"}};
  }
  return update_client{*plain, run_->numbers(), run_};
}

asio::awaitable<result<std::optional<std::string>>> update_context::read(std::string key) const {
  return detail::handler_run::read(run_, std::move(key));
}
void update_context::write(std::string key, std::string bytes) const {
  run_->write(std::move(key), std::move(bytes));
}
void update_context::replace(std::string key, const std::optional<std::string>& read,
                             std::string bytes) const {
  if (!run_->replace(key, read, std::move(bytes))) {
    throw usage_exception{error{
        errc::invalid_argument, request_effect::not_sent,
        "the value " + key +
            " was changed twice from the same state, and one change would be lost: let one "
            "part of the handler keep the session open, or save() it before another opens it"}};
  }
}
void update_context::erase(std::string key) const {
  run_->write(std::move(key), std::nullopt);
}
asio::awaitable<result<std::string>> update_context::change(
    std::string key, std::function<std::string(std::optional<std::string>)> make) const {
  return detail::handler_run::change(run_, std::move(key), std::move(make));
}
void update_context::schedule(std::string key, wall_time due, std::string value) const {
  run_->schedule(std::move(key), due, std::move(value));
}
void update_context::cancel_timer(std::string key) const {
  run_->cancel_timer(std::move(key));
}
asio::awaitable<result<std::string>> update_context::once_with(
    std::string key, std::function<asio::awaitable<std::string>()> effect) const {
  return detail::handler_run::once(run_, std::move(key), std::move(effect));
}
asio::awaitable<void> update_context::run_blocking(std::function<void()> work) const {
  return detail::blocking_pool::run(run_->environment().blocking, std::move(work));
}

handler_outcome handler_outcome::pass() {
  handler_outcome outcome;
  outcome.passed_ = true;
  return outcome;
}
handler_outcome handler_outcome::failed(error reason) {
  handler_outcome outcome;
  outcome.failure_ = std::move(reason);
  return outcome;
}

namespace {

asio::awaitable<handler_outcome> done_after(asio::awaitable<void> running) {
  co_await std::move(running);
  co_return handler_outcome::done();
}

}  // namespace

asio::awaitable<handler_outcome> update_handler::start(update_context context) const {
  if (with_outcome_) return with_outcome_(std::move(context));
  return done_after(plain_(std::move(context)));
}

}  // namespace vkxx

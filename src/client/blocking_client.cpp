#include <vkxx/client/blocking_client.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <thread>
#include <utility>

#include "client/execute/script_call.hpp"
#include "client/pipeline/run_call.hpp"
#include "core/async/process_mark.hpp"

namespace vkxx {
namespace {

// Ends the wait of the calling thread, at the latest when the coroutine that holds it is destroyed:
// also one that has not begun.
class end_of_call {
 public:
  explicit end_of_call(std::shared_ptr<detail::caller_thread> caller) noexcept
      : caller_{std::move(caller)} {}
  end_of_call(end_of_call&&) noexcept = default;
  end_of_call& operator=(end_of_call&&) = delete;
  ~end_of_call() {
    if (!caller_) return;
    caller_->finish(begun_ ? error{errc::cancelled, request_effect::unknown,
                                   "the client was destroyed during the call"}
                           : error{errc::cancelled, request_effect::not_sent,
                                   "the client was destroyed before the call began"});
  }
  void begin() noexcept { begun_ = true; }
  void settle(result<reply> outcome) {
    const auto caller = std::exchange(caller_, nullptr);
    caller->finish(std::move(outcome));
  }
  void fail(std::exception_ptr failure) {
    const auto caller = std::exchange(caller_, nullptr);
    if (caller) caller->fail(std::move(failure));
  }

 private:
  std::shared_ptr<detail::caller_thread> caller_;
  bool begun_ = false;
};

asio::awaitable<void> carry_out(std::shared_ptr<detail::call_state> state, request request,
                                call_options options, std::shared_ptr<detail::caller_thread> caller,
                                end_of_call ending) {
  // asio lets only the terminal type of cancellation through unless told otherwise; that is ours.
  ending.begin();
  try {
    auto work = detail::run_call(std::move(state), std::move(request), std::move(options), caller);
    ending.settle(co_await std::move(work));
  } catch (...) {
    ending.fail(std::current_exception());
  }
}

}  // namespace

class blocking_client::implementation {
 public:
  explicit implementation(const config& settings)
      : work_{asio::make_work_guard(loop_)},
        client_{loop_.get_executor(), settings},
        thread_{[this] { run_loop(); }} {}
  implementation(const implementation&) = delete;
  implementation& operator=(const implementation&) = delete;
  ~implementation() {
    work_.reset();
    loop_.stop();
  }

  result<reply> call(request request, call_options options) {
    // In a child process there is nobody who would run the coroutine.
    if (!process_.is_here()) {
      auto refusal = detail::made_before_fork();
      return refusal.set_method(request.method());
    }
    // The call would wait for the thread that waits for it.
    if (is_own_thread()) {
      return refuse(called_from_itself(request.method()));
    }
    auto caller = std::make_shared<detail::caller_thread>();
    const auto stop = options.stop_token();
    auto cancel = std::make_shared<asio::cancellation_signal>();
    auto coroutine = carry_out(client_.state_, std::move(request), std::move(options), caller,
                               end_of_call{caller});
    if (!stop.stop_possible()) {
      asio::co_spawn(loop_, std::move(coroutine), ended);
      return caller->wait();
    }
    // The outcome wakes the caller before the coroutine is over, which uses the signal to its end.
    asio::co_spawn(loop_, std::move(coroutine),
                   asio::bind_cancellation_slot(cancel->slot(), [cancel](std::exception_ptr) {}));
    // The signal is emitted on the loop's thread, where the coroutine runs.
    const std::stop_callback stopping{
        stop, [this, cancel] {
          asio::post(loop_, [cancel] { cancel->emit(asio::cancellation_type::terminal); });
        }};
    return caller->wait();
  }

  std::vector<result<reply>> run(const detail::script_call& script, call_options options) {
    auto script_call = script.code_request();
    if (!script_call) return script.outcomes(script_call.error());
    return script.outcomes(call(std::move(*script_call), std::move(options)));
  }

  [[nodiscard]] error refuse(error refusal) const {
    return detail::counted_refusal(client_.state_.get(), std::move(refusal));
  }

  [[nodiscard]] bool is_in_its_process() const noexcept { return process_.is_here(); }
  [[nodiscard]] bool is_own_thread() const noexcept {
    return std::this_thread::get_id() == thread_.get_id();
  }
  [[nodiscard]] const client& shared() const noexcept { return client_; }

 private:
  // What escapes is a lack of memory in a handler: the other calls go on.
  void run_loop() noexcept {
    for (;;) {
      try {
        loop_.run();
        return;
      } catch (...) {  // NOLINT(bugprone-empty-catch)
      }
    }
  }

  static error called_from_itself(const std::string& method) {
    error failure{errc::invalid_argument, request_effect::not_sent,
                  "a blocking client was called on its own thread, by a coroutine hook or a "
                  "middleware: make it an ordinary function, or call another client"};
    return failure.set_method(method);
  }

  // The outcome went to the caller already; an exception can only be a lack of memory.
  static void ended(std::exception_ptr) noexcept {}

  detail::process_mark process_;
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  client client_;
  // Last: it starts when all else is there, and is joined first.
  std::jthread thread_;
};

blocking_client::blocking_client(const config& settings)
    : implementation_{std::make_unique<implementation>(settings)} {}

blocking_client::~blocking_client() {
  if (implementation_->is_in_its_process()) return;
  // There is no thread to wait for, and what it left in its midst must not be touched.
  static_cast<void>(
      implementation_.release());  // NOLINT(bugprone-unused-return-value): never freed
}

reply blocking_client::call(request request) {
  return call(std::move(request), call_options{});
}

reply blocking_client::call(request request, call_options options) {
  return try_call(std::move(request), std::move(options)).value();
}

result<reply> blocking_client::try_call(request request) {
  return try_call(std::move(request), call_options{});
}

result<reply> blocking_client::try_call(request request, call_options options) {
  return implementation_->call(std::move(request), std::move(options));
}

metrics blocking_client::metrics() const {
  return implementation_->shared().metrics();
}

token_environment blocking_client::environment() const {
  return implementation_->shared().environment();
}

client blocking_client::asynchronous() const {
  if (!implementation_->is_in_its_process()) throw_error(detail::made_before_fork());
  return implementation_->shared();
}

bool blocking_client::is_own_thread() const noexcept {
  return implementation_->is_own_thread();
}

std::vector<result<reply>> blocking_client::execute(std::vector<request> calls) {
  return execute(std::move(calls), call_options{});
}

std::vector<result<reply>> blocking_client::execute(std::vector<request> calls,
                                                    call_options options) {
  return implementation_->run(detail::script_call{std::move(calls)}, std::move(options));
}

detail::local_checks blocking_client::checks(const call_options& options) const {
  return implementation_->shared().checks(options);
}

result<reply> blocking_client::send(result<request> call, call_options options) {
  if (!call) return implementation_->refuse(call.error());
  return try_call(*std::move(call), std::move(options));
}

std::vector<result<reply>> blocking_client::send_all(std::vector<result<request>> calls,
                                                     call_options options) {
  return implementation_->run(detail::script_call{std::move(calls)}, std::move(options));
}

void blocking_client::on_error(api_errc code, error_handler handler) {
  implementation_->shared().on_error(code, std::move(handler));
}

void blocking_client::on_any_error(error_handler handler) {
  implementation_->shared().on_any_error(std::move(handler));
}

void blocking_client::token_kind(vkxx::token_kind kind) {
  implementation_->shared().token_kind(kind);
}

void blocking_client::on_captcha(challenge_hook solver) {
  implementation_->shared().on_captcha(std::move(solver));
}

void blocking_client::on_validation(challenge_hook solver) {
  implementation_->shared().on_validation(std::move(solver));
}

void blocking_client::on_confirmation(challenge_hook solver) {
  implementation_->shared().on_confirmation(std::move(solver));
}

}  // namespace vkxx

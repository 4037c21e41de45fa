#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <utility>
#include <vkxx/auth/flow.hpp>

#include "core/with_deadline.hpp"

namespace vkxx::auth {

bool flow::refreshable(const access_token&) const { return false; }

asio::awaitable<result<access_token>> flow::refresh(access_token, token_environment) const {
  co_return error{errc::authorization_failed, request_effect::not_sent,
                  "this token cannot be refreshed: log in again"};
}

asio::awaitable<result<access_token>> log_in(std::shared_ptr<const flow> how, client way) {
  auto with = way.environment();
  auto working = how->log_in(std::move(with));
  co_return co_await std::move(working);
}

namespace {

asio::awaitable<void> within_limit(std::shared_ptr<const flow> how, client way, duration limit,
                                   result<access_token>& outcome) {
  const auto time = way.environment().time;
  const auto deadline = time->now() + limit;
  auto working = log_in(std::move(how), std::move(way));
  auto timed = with_deadline(time, deadline, std::move(working));
  auto got = co_await std::move(timed);
  if (got) {
    outcome = std::move(*got);
  } else {
    outcome = error{errc::deadline_exceeded, request_effect::unknown,
                    "the time for the login was used up (`config::total_timeout`)"};
  }
}

}  // namespace

result<access_token> log_in(std::shared_ptr<const flow> how, const config& settings) {
  asio::io_context loop{1};
  result<access_token> outcome{
      error{errc::cancelled, request_effect::not_sent, "the login did not begin"}};
  std::exception_ptr thrown;
  {
    client way{loop.get_executor(), settings};
    auto working = within_limit(std::move(how), std::move(way), settings.values().total_timeout,
                                outcome);
    asio::co_spawn(loop, std::move(working), [&](std::exception_ptr failure) {
      thrown = failure;
      loop.stop();
    });
  }
  loop.run();
  if (!thrown) return outcome;
  try {
    std::rethrow_exception(thrown);
  } catch (const exception& failure) {
    return failure.error();
  } catch (const std::exception& failure) {
    return error{errc::handler_failed, request_effect::unknown,
                 std::string{"a hook of the login threw an exception: "} + failure.what()};
  }
}

}  // namespace vkxx::auth

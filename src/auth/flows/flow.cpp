#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <utility>
#include <vkxx/auth/flow.hpp>
#include <vkxx/core/exception.hpp>

#include "core/async/with_deadline.hpp"
#include "core/errors/thrown_text.hpp"

namespace vkxx::auth {

using vkxx::detail::with_deadline;

bool flow::refreshable(const access_token&) const {
  return false;
}

asio::awaitable<result<access_token>> flow::refresh(access_token, token_environment) const {
  co_return error{errc::authorization_failed, request_effect::not_sent,
                  "this token cannot be refreshed: log in again"};
}

asio::awaitable<result<access_token>> log_in(std::shared_ptr<const flow> flow, client client) {
  if (!flow) {
    co_return error{errc::invalid_argument, request_effect::not_sent, "log_in: the flow is null"};
  }
  auto environment = client.environment();
  auto working = flow->log_in(std::move(environment));
  co_return co_await std::move(working);
}

asio::awaitable<result<std::shared_ptr<token_source>>> make_logged_in_source(
    std::shared_ptr<const flow> flow, source_options options, client client) {
  auto source = make_token_source(std::move(flow), std::move(options));
  request nothing{"login"};
  if (!source->ready(nothing)) {
    auto environment = client.environment();
    auto getting = source->get(std::move(nothing), std::move(environment));
    const auto token = co_await std::move(getting);
    if (!token) co_return token.error();
  }
  co_return std::move(source);
}

namespace {

template <class T>
using work_with = std::function<asio::awaitable<result<T>>(client)>;

template <class T>
asio::awaitable<void> within_limit(work_with<T> work, client client, duration limit,
                                   result<T>& outcome) {
  const auto time = client.environment().time;
  const auto deadline = time->now() + limit;
  auto working = work(std::move(client));
  auto timed = with_deadline(time, deadline, std::move(working));
  auto got = co_await std::move(timed);
  if (got) {
    outcome = std::move(*got);
  } else {
    outcome = error{errc::deadline_exceeded, request_effect::unknown,
                    "the time for the login was used up (`config::total_timeout`)"};
  }
}

// Runs the coroutine to its end on this thread.
template <class T>
result<T> run(work_with<T> work, const config& settings) {
  asio::io_context loop{1};
  result<T> outcome{error{errc::cancelled, request_effect::not_sent, "the login did not begin"}};
  std::exception_ptr thrown;
  {
    client client{loop.get_executor(), settings};
    auto working =
        within_limit<T>(std::move(work), std::move(client), settings.total_timeout(), outcome);
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
  } catch (...) {
    return error{errc::handler_failed, request_effect::unknown,
                 "a hook of the login threw an exception: " + vkxx::detail::thrown_text()};
  }
}

}  // namespace

result<access_token> log_in(std::shared_ptr<const flow> flow, const config& settings) {
  work_with<access_token> work = [flow = std::move(flow)](client client) {
    return log_in(flow, std::move(client));
  };
  return run(std::move(work), settings);
}

std::shared_ptr<token_source> make_logged_in_source(std::shared_ptr<const flow> flow,
                                                    source_options options,
                                                    const config& settings) {
  work_with<std::shared_ptr<token_source>> work = [flow = std::move(flow),
                                                   options = std::move(options)](client client) {
    return make_logged_in_source(flow, options, std::move(client));
  };
  return run(std::move(work), settings).value();
}

}  // namespace vkxx::auth

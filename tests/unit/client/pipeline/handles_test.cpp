// A client that is used as it cannot be: moved from, in a child process, with a stop token.
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/detached.hpp>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/blocking_client.hpp>
#include "core/async/run_permit.hpp"
#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

result<reply> outcome_of(const client& face, call_options options = {}) {
  asio::io_context io;
  std::optional<result<reply>> outcome;
  auto coroutine = [](client shared, call_options chosen,
                      std::optional<result<reply>>& into) -> asio::awaitable<void> {
    auto work = shared.try_call(request{"users.get"}, std::move(chosen));
    into.emplace(co_await std::move(work));
  };
  asio::co_spawn(io, coroutine(face, std::move(options), outcome), asio::detached);
  io.run();
  return outcome.value();
}

TEST(Handles, AClientThatWasMovedFromSaysSo) {
  asio::io_context io;
  client face{io.get_executor(), config{}};
  const client taken{std::move(face)};
  // NOLINTBEGIN(bugprone-use-after-move): that is the subject
  const auto failure = outcome_of(face).error();
  EXPECT_EQ(failure, errc::invalid_argument);
  EXPECT_EQ(failure.effect(), request_effect::not_sent);
  EXPECT_EQ(failure.method(), "users.get");
  EXPECT_THAT(failure.message(), HasSubstr("moved from"));
  EXPECT_THROW(static_cast<void>(face.metrics()), usage_exception);
  EXPECT_THROW(static_cast<void>(face.environment()), usage_exception);
  EXPECT_THROW(face.on_error(api_errc::flood, {}), usage_exception);
  EXPECT_THROW(face.on_any_error({}), usage_exception);
  EXPECT_THROW(face.on_captcha({}), usage_exception);
  // NOLINTEND(bugprone-use-after-move)
  EXPECT_NO_THROW(static_cast<void>(taken.metrics()));
}

TEST(Handles, AStopTokenIsNotIgnoredByACoroutine) {
  asio::io_context io;
  const client face{io.get_executor(), config{}.emulator("http://127.0.0.1:1")};
  const std::stop_source source;
  const auto failure = outcome_of(face, call_options{}.stop_token(source.get_token())).error();
  EXPECT_EQ(failure, errc::invalid_argument);
  EXPECT_THAT(failure.message(), HasSubstr("stop_token"));
}

// As the run of a handler does, whose environment has the client.
class owning_permit final : public detail::run_permit {
 public:
  explicit owning_permit(client vk) : vk_{std::move(vk)} {}
  [[nodiscard]] std::optional<error> obstacle() const override { return std::nullopt; }

 private:
  client vk_;
};

TEST(Handles, ACallThatWaitsForItsBatchDiesWithItsContext) {
  std::weak_ptr<owning_permit> owned;
  {
    asio::io_context io;
    config settings;
    settings.emulator("http://127.0.0.1:1").batching(batching{}.linger(60s));
    const client face{io.get_executor(), settings.access_token("t")};
    auto permit = std::make_shared<owning_permit>(face);
    owned = permit;
    call_options options;
    detail::permit_access::set(options, std::move(permit));
    face.async_call(request{"users.get"}, std::move(options), asio::detached);
    io.poll();
    EXPECT_FALSE(owned.expired());
  }
  EXPECT_TRUE(owned.expired());
}

// What `work` gives in a child process: 0 if all is well there.
template <class Work>
int in_child(Work work) {
  const auto child = ::fork();
  if (child == 0) {
    ::alarm(20);
    ::_exit(work());
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(Handles, ABlockingClientIsNotUsedInAChildProcess) {
  auto face = std::make_unique<blocking_client>(config{}.emulator("http://127.0.0.1:1"));
  const auto child = in_child([&face] {
    const auto outcome = face->try_call(request{"users.get"});
    if (outcome || outcome.error() != errc::invalid_argument) return 1;
    if (outcome.error().message().find("fork()") == std::string::npos) return 2;
    if (face->execute(std::vector<request>{request{"users.get"}}).front().error() !=
        errc::invalid_argument)
      return 3;
    face.reset();
#ifdef __SANITIZE_THREAD__
    // The thread sanitizer takes a thread of the child for the parent's one with the same id.
    return 0;
#else
    // Its own one works: nobody listens at port 1.
    blocking_client own{
        config{}.emulator("http://127.0.0.1:1").retries(retries{}.off()).access_token("t")};
    const auto refused = own.try_call(request{"users.get"});
    return !refused && refused.error() == errc::connection_refused ? 0 : 4;
#endif
  });
  EXPECT_EQ(child, 0);
}

TEST(Handles, AClientIsNotUsedInAChildProcess) {
  asio::io_context io;
  std::optional<client> face;
  face.emplace(io.get_executor(), config{}.emulator("http://127.0.0.1:1"));
  const auto transport = http::make_curl_transport(io.get_executor(), {});
  const auto child = in_child([&] {
    const auto outcome = outcome_of(*face);
    if (outcome || outcome.error() != errc::invalid_argument) return 1;
    face.reset();
    return 0;
  });
  EXPECT_EQ(child, 0);
}

}  // namespace
}  // namespace vkxx::test

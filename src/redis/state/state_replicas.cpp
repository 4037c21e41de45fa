// Commits that count as done when replicas have them.
#include <hiredis/hiredis.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "redis/state/state_engine.hpp"

namespace vkxx::redis::detail {

state_engine::handler<commit_receipt> state_engine::after_replicas(
    const handler<commit_receipt>& done) {
  return [this, done](result<commit_receipt> receipt) {
    if (!receipt) return done(std::move(receipt));
    next_awaited_.push_back(
        [done, receipt = std::move(receipt)](const std::optional<error>& failure) {
          done(failure ? result<commit_receipt>{*failure} : receipt);
        });
    if (!waits_) wait_for_replicas();
  };
}

// One WAIT at a time, for all that was committed before it: the server does nothing else for this
// connection meanwhile.
void state_engine::wait_for_replicas() {
  waits_ = true;
  awaited_ = std::exchange(next_awaited_, {});
  if (!ready_) return end_wait(nullptr, false);
  const auto marked = std::make_shared<bool>(false);
  run(mark_, {}, [marked](const redisReply* answer) {
    *marked = answer != nullptr && answer->type != REDIS_REPLY_ERROR;
  });
  const auto most = std::max<duration>(timeout_ / 2, std::chrono::milliseconds{1});
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(most).count();
  ask({"WAIT", std::to_string(replicas_), std::to_string(time)},
      [this, marked](const redisReply* answer) { end_wait(answer, *marked); });
}

void state_engine::end_wait(const redisReply* answer, bool marked) {
  auto failure = fault_of_wait(answer, marked);
  if (failure) failure->set_effect(request_effect::unknown);
  auto ended = std::exchange(awaited_, {});
  // What was committed over a lost connection cannot be waited for over another one.
  if (answer == nullptr) {
    auto others = std::exchange(next_awaited_, {});
    ended.insert(ended.end(), std::make_move_iterator(others.begin()),
                 std::make_move_iterator(others.end()));
  }
  for (const auto& each : ended) each(failure);
  waits_ = false;
  if (!next_awaited_.empty()) wait_for_replicas();
}

std::optional<error> state_engine::fault_of_wait(const redisReply* answer, bool marked) const {
  if (answer == nullptr) return gone();
  if (answer->type == REDIS_REPLY_ERROR)
    return store_failure("Redis: WAIT was " + kind_of_error(*answer));
  if (!marked) return store_failure("Redis: what a WAIT waits for could not be written");
  const auto received = number_of(*answer);
  if (received >= replicas_) return std::nullopt;
  return store_failure("the commit is in Redis, but " + std::to_string(received) + " of " +
                       std::to_string(replicas_) +
                       " replicas had it in time: see redis::options::wait_for_replicas");
}

}  // namespace vkxx::redis::detail

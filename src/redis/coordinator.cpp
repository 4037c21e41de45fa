#include "redis/coordinator.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "redis/window_script.hpp"

namespace vkxx::redis::detail {
namespace {

using namespace std::chrono_literals;

// A process without a heartbeat for this long counts as gone.
constexpr duration heartbeat_interval = 3s;
constexpr duration gone = 10s;
// A bucket that was not used for this long gets no more heartbeats.
constexpr duration forgotten = 10min;
// After a return all processes keep to their own shares until all have noticed: they probe at least
// once per second, and their earlier sends have left every bucket by then.
constexpr duration settle_beside_window = 1500ms;
// Waiting processes ask again at least this often, since an answered call frees its place earlier
// than announced. They may be late by the second value before others take their turn. That covers
// the delay of a thread on a busy machine, since a lost turn costs the wait for a whole bucket.
constexpr duration poll = 250ms;
constexpr duration grace = 200ms;
// More than the script returns: a larger answer does not come from it.
constexpr std::int64_t most_places = 100'000;
constexpr std::int64_t longest_span = 60'000'000;

std::string microseconds(duration span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(span).count());
}

}  // namespace

// The braces keep the keys of a token on one node of a cluster.
bucket_state::bucket_state(const std::string& name)
    : keys{name + ":places", name + ":line", name + ":processes", name + ":settling"} {}

coordinator::coordinator(endpoint redis, std::string prefix, duration timeout)
    : prefix_{std::move(prefix)},
      me_{vkxx::detail::to_hex(vkxx::detail::random_bytes(8))},
      script_name_{vkxx::detail::to_hex(vkxx::detail::sha1(window_script))},
      work_{io_.get_executor()},
      heartbeat_{io_},
      connection_{io_, std::move(redis), timeout,
                  connection_events{[this] { send_heartbeats(); }, {}, {}}} {
  boost::asio::post(io_, [this] { connection_.open(); });
  schedule_heartbeats();
}

void coordinator::run() {
  io_.run();
  connection_.close();
}

std::shared_ptr<bucket_state> coordinator::bucket(const secret& token, std::string_view methods) {
  const auto name = prefix_ + ":{" + vkxx::detail::to_hex(vkxx::detail::sha256(token.expose())) +
                    "}:" + std::string{methods};
  const std::lock_guard lock{mutex_};
  auto& found = buckets_[name];
  if (!found) found = std::make_shared<bucket_state>(name);
  return found;
}

void coordinator::acquire(std::shared_ptr<bucket_state> bucket, const permit_request& request,
                          shared_bucket::handler handler) {
  boost::asio::post(
      io_, [this, bucket = std::move(bucket), request, handler = std::move(handler)]() mutable {
        ask(bucket, request, std::move(handler));
      });
}

void coordinator::release(std::shared_ptr<bucket_state> bucket, const shared_permit& permit,
                          duration lease) {
  boost::asio::post(io_, [this, bucket = std::move(bucket), permit, lease] {
    const auto name = me_ + ":" + std::to_string(permit.id);
    const auto& permits = bucket->keys.front();
    const auto ignore = [](const redisReply*) {};
    if (lease <= duration::zero()) return connection_.send({"ZREM", permits, name}, ignore);
    const auto until =
        permit.granted_at + std::chrono::duration_cast<std::chrono::microseconds>(lease).count();
    connection_.send({"ZADD", permits, "XX", std::to_string(until), name}, ignore);
  });
}

void coordinator::ask(const std::shared_ptr<bucket_state>& bucket, const permit_request& request,
                      shared_bucket::handler handler) {
  const auto first = last_number_ + 1;
  last_number_ += request.count;
  if (request.count != 0) bucket->used = std::chrono::steady_clock::now();
  const std::vector<std::string> arguments{me_,
                                           std::to_string(request.count),
                                           std::to_string(request.capacity),
                                           microseconds(request.lease),
                                           request.rejoining ? "1" : "0",
                                           std::to_string(first),
                                           microseconds(request.lease + settle_beside_window),
                                           microseconds(gone),
                                           microseconds(poll),
                                           microseconds(grace)};
  const auto heard = [this, bucket, first, handler = std::move(handler)](const redisReply* answer) {
    handler(read(answer, first, *bucket));
  };
  evaluate("EVALSHA", script_name_, bucket, arguments,
           [this, bucket, arguments, heard](const redisReply* answer) {
             const bool unknown = answer != nullptr && answer->type == REDIS_REPLY_ERROR &&
                                  kind_of_error(*answer) == "refused with NOSCRIPT";
             if (!unknown) return heard(answer);
             evaluate("EVAL", std::string{window_script}, bucket, arguments, heard);
           });
}

void coordinator::evaluate(const char* command, const std::string& script,
                           const std::shared_ptr<bucket_state>& bucket,
                           const std::vector<std::string>& arguments, connection::handler handler) {
  std::vector<std::string> words{command, script, std::to_string(bucket->keys.size())};
  words.insert(words.end(), bucket->keys.begin(), bucket->keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  connection_.send(words, std::move(handler));
}

result<permit_grant> coordinator::read(const redisReply* answer, std::uint64_t first,
                                       bucket_state& bucket) const {
  const auto failure = [](const std::string& text) {
    return error{errc::connection_failed, request_effect::not_sent, text};
  };
  if (answer == nullptr) return failure(connection_.fault());
  if (answer->type == REDIS_REPLY_ERROR) return failure("Redis: " + kind_of_error(*answer));
  std::array<std::int64_t, 5> numbers{};
  bool whole = answer->type == REDIS_REPLY_ARRAY && answer->elements == numbers.size();
  for (std::size_t i = 0; whole && i < numbers.size(); ++i) {
    whole = answer->element[i]->type == REDIS_REPLY_INTEGER && answer->element[i]->integer >= 0;
    if (whole) numbers[i] = answer->element[i]->integer;
  }
  if (!whole || numbers[0] > most_places)
    return failure("Redis: an answer of another shape than the script's");
  const auto [count, now, next, processes, settling] = numbers;
  permit_grant grant;
  for (std::int64_t i = 0; i < count; ++i) {
    grant.permits.push_back({first + static_cast<std::uint64_t>(i), now});
  }
  grant.retry_in = std::chrono::microseconds{std::min(next, longest_span)};
  grant.processes = static_cast<std::size_t>(processes);
  grant.settling = std::chrono::microseconds{std::min(settling, longest_span)};
  bucket.processes = grant.processes;
  return grant;
}

void coordinator::send_heartbeats() {
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::shared_ptr<bucket_state>> used;
  {
    const std::lock_guard lock{mutex_};
    std::erase_if(buckets_, [&](const auto& bucket) {
      return bucket.second.use_count() == 1 && now - bucket.second->used > forgotten;
    });
    for (const auto& [name, bucket] : buckets_) {
      if (now - bucket->used <= forgotten) used.push_back(bucket);
    }
  }
  permit_request heartbeat;
  heartbeat.lease = 1s;
  for (const auto& bucket : used) ask(bucket, heartbeat, [](const result<permit_grant>&) {});
}

void coordinator::schedule_heartbeats() {
  heartbeat_.expires_after(heartbeat_interval);
  heartbeat_.async_wait([this](boost::system::error_code failure) {
    if (failure) return;
    connection_.confirm();
    send_heartbeats();
    schedule_heartbeats();
  });
}

}  // namespace vkxx::redis::detail

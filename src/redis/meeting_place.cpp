#include "redis/meeting_place.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "redis/digest.hpp"
#include "redis/window_script.hpp"

namespace vkxx::redis {
namespace {

using namespace std::chrono_literals;

// A process shows up this often, and counts as gone when it did not for so long.
constexpr duration pulse = 3s;
constexpr duration gone = 10s;
// A window that was not used for so long is no longer spoken of.
constexpr duration forgotten = 10min;
// After a return everybody goes by its own share yet, until all have noticed: they try once a
// second at least, and what they sent before has then left every window.
constexpr duration settle_beside_window = 1500ms;
// Those who wait ask again at least so often, since places become free sooner than was said when a
// call is answered; and may be late by so much before others take their turn: as much as a busy
// machine delays a thread, since whoever loses a turn waits for a whole window more.
constexpr duration poll = 250ms;
constexpr duration grace = 200ms;
// More than the script gives: what says more is no Redis that runs it.
constexpr std::int64_t most_places = 100'000;
constexpr std::int64_t longest_span = 60'000'000;

std::string microseconds(duration span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(span).count());
}

}  // namespace

// The braces keep the keys of a token on one machine of a cluster.
window_state::window_state(const std::string& name)
    : keys{name + ":places", name + ":line", name + ":processes", name + ":settling"} {}

meeting_place::meeting_place(address where, std::string prefix, duration timeout)
    : prefix_{std::move(prefix)},
      me_{random_name()},
      script_name_{sha1_hex(window_script)},
      work_{io_.get_executor()},
      pulse_{io_},
      connection_{io_, std::move(where), timeout, [this] { show_up(); }} {
  boost::asio::post(io_, [this] { connection_.open(); });
  keep_showing_up();
}

void meeting_place::run() {
  io_.run();
  connection_.close();
}

std::shared_ptr<window_state> meeting_place::window(const secret& token, std::string_view methods) {
  const auto name = prefix_ + ":{" + sha256_hex(token.expose()) + "}:" + std::string{methods};
  const std::lock_guard lock{mutex_};
  auto& found = windows_[name];
  if (!found) found = std::make_shared<window_state>(name);
  return found;
}

void meeting_place::take(std::shared_ptr<window_state> window, const places_wanted& wanted,
                         shared_window::told handler) {
  boost::asio::post(
      io_, [this, window = std::move(window), wanted, told = std::move(handler)]() mutable {
        ask(window, wanted, std::move(told));
      });
}

void meeting_place::settle(std::shared_ptr<window_state> window, const shared_place& place,
                           duration held) {
  boost::asio::post(io_, [this, window = std::move(window), place, held] {
    const auto name = me_ + ":" + std::to_string(place.number);
    const auto& places = window->keys.front();
    const auto nobody_asks = [](const redisReply*) {};
    if (held <= duration::zero()) return connection_.send({"ZREM", places, name}, nobody_asks);
    const auto until =
        place.since + std::chrono::duration_cast<std::chrono::microseconds>(held).count();
    connection_.send({"ZADD", places, "XX", std::to_string(until), name}, nobody_asks);
  });
}

void meeting_place::ask(const std::shared_ptr<window_state>& window, const places_wanted& wanted,
                        shared_window::told handler) {
  const auto first = last_number_ + 1;
  last_number_ += wanted.count;
  if (wanted.count != 0) window->used = std::chrono::steady_clock::now();
  const std::vector<std::string> arguments{me_,
                                           std::to_string(wanted.count),
                                           std::to_string(wanted.most),
                                           microseconds(wanted.held),
                                           wanted.returning ? "1" : "0",
                                           std::to_string(first),
                                           microseconds(wanted.held + settle_beside_window),
                                           microseconds(gone),
                                           microseconds(poll),
                                           microseconds(grace)};
  const auto heard = [this, window, first, told = std::move(handler)](const redisReply* answer) {
    told(read(answer, first, *window));
  };
  evaluate("EVALSHA", script_name_, window, arguments,
           [this, window, arguments, heard](const redisReply* answer) {
             const bool unknown = answer != nullptr && answer->type == REDIS_REPLY_ERROR &&
                                  kind_of_error(*answer) == "refused with NOSCRIPT";
             if (!unknown) return heard(answer);
             evaluate("EVAL", std::string{window_script}, window, arguments, heard);
           });
}

void meeting_place::evaluate(const char* how, const std::string& what,
                             const std::shared_ptr<window_state>& window,
                             const std::vector<std::string>& rest, connection::handler told) {
  std::vector<std::string> command{how, what, std::to_string(window->keys.size())};
  command.insert(command.end(), window->keys.begin(), window->keys.end());
  command.insert(command.end(), rest.begin(), rest.end());
  connection_.send(command, std::move(told));
}

result<places_given> meeting_place::read(const redisReply* answer, std::uint64_t first,
                                         window_state& window) const {
  const auto failure = [](const std::string& what) {
    return error{errc::connection_failed, request_effect::not_sent, what};
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
  places_given given;
  for (std::int64_t i = 0; i < count; ++i) {
    given.places.push_back({first + static_cast<std::uint64_t>(i), now});
  }
  given.next = std::chrono::microseconds{std::min(next, longest_span)};
  given.processes = static_cast<std::size_t>(processes);
  given.settling = std::chrono::microseconds{std::min(settling, longest_span)};
  window.processes = given.processes;
  return given;
}

// Asks for nothing: only says that this process is there.
void meeting_place::show_up() {
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::shared_ptr<window_state>> used;
  {
    const std::lock_guard lock{mutex_};
    std::erase_if(windows_, [&](const auto& one) {
      return one.second.use_count() == 1 && now - one.second->used > forgotten;
    });
    for (const auto& [name, window] : windows_) {
      if (now - window->used <= forgotten) used.push_back(window);
    }
  }
  places_wanted nothing;
  nothing.held = 1s;
  for (const auto& window : used) ask(window, nothing, [](const result<places_given>&) {});
}

void meeting_place::keep_showing_up() {
  pulse_.expires_after(pulse);
  pulse_.async_wait([this](boost::system::error_code failure) {
    if (failure) return;
    show_up();
    keep_showing_up();
  });
}

}  // namespace vkxx::redis

#include "updates/poll/poll_machine.hpp"

#include <algorithm>
#include <ostream>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include "core/async/time_sum.hpp"
#include "updates/values/checked_json.hpp"

namespace vkxx::detail {
namespace {

// A pause grows to this many times the first one.
constexpr int longest_pause = 30;
// A server may ask for more, but it must not silence a source for days.
constexpr std::chrono::hours longest_retry_after{1};
// After so many failed polls in a row another server is asked for.
constexpr unsigned polls_per_server = 3;
constexpr unsigned most_refused_keys = 3;
constexpr unsigned most_broken_answers = 2;
// A poll that took this long has waited for updates.
constexpr std::chrono::seconds real_wait{1};
// Pages of the history that are read without a pause.
constexpr unsigned most_history_pages = 100;
constexpr std::size_t longest_cursor = 400;

constexpr int plain_version = 3;
constexpr int newest_version = 19;

}  // namespace

std::string to_cursor(const poll_position& position) {
  if (position.ts.empty()) return {};
  std::string text = "{\"ts\":" + json_text(position.ts);
  if (position.pts) text += ",\"pts\":" + std::to_string(*position.pts);
  if (position.gap) text += ",\"gap\":true";
  return text + "}";
}

std::optional<poll_position> read_cursor(std::string_view text) {
  if (text.size() > longest_cursor) return std::nullopt;
  const auto json = checked_json(std::string{text});
  if (!json) return std::nullopt;
  poll_position position;
  const auto ts = short_text(json_part(*json, "ts"));
  if (!ts) return std::nullopt;
  position.ts = *ts;
  position.pts = integer_text(json_part(*json, "pts"));
  position.gap = position.pts && json_part(*json, "gap") == "true";
  return position;
}

std::ostream& operator<<(std::ostream& out, poll_action action) {
  constexpr const char* names[] = {"ask_server", "poll", "ask_history", "deliver", "wait", "end"};
  return out << names[static_cast<std::size_t>(action)];
}

poll_machine::poll_machine(poll_rules rules, poll_position start)
    : rules_{rules}, position_{std::move(start)}, random_{rules.seed} {
  fresh_ts_ = position_.ts.empty();
}

poll_action poll_machine::resume(any_poll_event event, time_point now) {
  action_ = std::visit([&](auto& happened) { return on(happened, now); }, event);
  return action_;
}

bool poll_machine::is_calm(time_point now) noexcept {
  if (last_step_ && now < later_by(*last_step_, calm)) return false;
  last_step_ = now;
  return true;
}

void poll_machine::steady() noexcept {
  trouble_ = unreachable_ = broken_ = refused_keys_ = 0;
}

poll_action poll_machine::go(poll_action next, time_point now) {
  if (next == poll_action::poll) poll_began_ = now;
  return next;
}

poll_action poll_machine::soon(poll_action next, time_point now) {
  return is_calm(now) ? go(next, now) : pause(next, now);
}

poll_action poll_machine::pause(poll_action next, time_point now, duration least) {
  next_ = next;
  const auto longest = rules_.first_pause * longest_pause;
  auto length = rules_.first_pause;
  for (unsigned i = 0; i < trouble_ && length < longest; ++i) length *= 2;
  length = std::min(length, longest);
  ++trouble_;
  // A quarter at most, from the upper bits of a linear congruential generator: the sources of a
  // thousand communities that failed together must not come back together.
  random_ = random_ * 6364136223846793005U + 1442695040888963407U;
  length -= duration{static_cast<duration::rep>(
      static_cast<double>(length.count()) * 0.25 *
      (static_cast<double>(random_ >> 33U) / static_cast<double>(std::uint64_t{1} << 31U)))};
  length = std::max(length, std::min<duration>(least, longest_retry_after));
  due_ = later_by(now, length);
  return poll_action::wait;
}

poll_action poll_machine::hand_over(poll_action next, pace speed) {
  next_ = next;
  pace_ = speed;
  return poll_action::deliver;
}

void poll_machine::lose(loss_reason reason, std::string from, std::string to) {
  batch_.losses.push_back({reason, std::move(from), std::move(to), std::nullopt});
}

// Goes on at the `ts` of a new server.
poll_action poll_machine::restart(loss_reason reason, bool at_once, time_point now) {
  fresh_ts_ = true;
  loss_ = reason;
  return at_once ? soon(poll_action::ask_server, now) : pause(poll_action::ask_server, now);
}

poll_action poll_machine::on(poll_event::begun&, time_point now) {
  if (begun_) return action_;
  begun_ = true;
  return go(poll_action::ask_server, now);
}

poll_action poll_machine::on(poll_event::server_given& event, time_point now) {
  if (action_ != poll_action::ask_server) return action_;
  if (event.ts.empty()) return pause(poll_action::ask_server, now);
  if (!fresh_ts_) return go(position_.gap ? poll_action::ask_history : poll_action::poll, now);
  fresh_ts_ = false;
  const auto before = std::exchange(position_.ts, std::move(event.ts));
  if (loss_ && rules_.mailbox && position_.pts && *loss_ != loss_reason::history_refused) {
    loss_.reset();
    position_.gap = true;
    history_pages_ = 0;
    return go(poll_action::ask_history, now);
  }
  if (loss_) lose(*std::exchange(loss_, std::nullopt), before, position_.ts);
  position_.pts = event.pts;
  position_.gap = false;
  // Without this a program that is killed before the first update would begin at another moment.
  return hand_over(poll_action::poll, pace::at_once);
}

poll_action poll_machine::on(poll_event::server_refused& event, time_point now) {
  if (action_ != poll_action::ask_server) return action_;
  return pause(poll_action::ask_server, now, event.retry_after);
}

poll_action poll_machine::on(poll_event::answered& event, time_point now) {
  if (action_ != poll_action::poll) return action_;
  switch (event.answer.content) {
    case poll_content::updates:
      return on_updates(event.answer, now);
    case poll_content::broken:
      return on_broken(event.answer, now);
    case poll_content::failed:
      return on_failed(event.answer, now);
    case poll_content::unreadable:
      break;
  }
  poll_event::unreachable page;
  return on(page, now);
}

poll_action poll_machine::on_updates(poll_answer& answer, time_point now) {
  const bool moved = *answer.ts != position_.ts;
  position_.ts = *std::move(answer.ts);
  if (answer.pts) position_.pts = answer.pts;
  unreachable_ = broken_ = refused_keys_ = 0;
  for (auto& update : answer.updates) batch_.items.push_back({std::move(update), {}});
  const bool empty = batch_.items.empty();
  const bool progress = now - poll_began_ >= real_wait || (moved && !empty);
  if (progress) steady();
  // A new position is handed over without updates, too: an old one would be outdated some day.
  if (moved || !empty)
    return hand_over(poll_action::poll, progress ? pace::at_once : pace::when_calm);
  return progress ? go(poll_action::poll, now) : soon(poll_action::poll, now);
}

poll_action poll_machine::on_broken(poll_answer& answer, time_point now) {
  const bool give_up = ++broken_ >= most_broken_answers;
  if (give_up) {
    broken_ = 0;
    fresh_ts_ = true;
    loss_ = loss_reason::malformed_answer;
  }
  const auto next = give_up ? poll_action::ask_server : poll_action::poll;
  for (auto& update : answer.updates) batch_.items.push_back({std::move(update), {}});
  if (!batch_.items.empty()) return hand_over(next, pace::after_pause);
  return pause(next, now);
}

poll_action poll_machine::on_failed(poll_answer& answer, time_point now) {
  unreachable_ = broken_ = 0;
  if (answer.failed == 1 && answer.ts) return on_outdated(*std::move(answer.ts), now);
  if (answer.failed == 2) return on_key_refused(now);
  if (answer.failed == 4 && rules_.mailbox && answer.min_version && answer.max_version)
    return on_version_refused(answer, now);
  return restart(loss_reason::information_lost, answer.failed == 3, now);
}

poll_action poll_machine::on_outdated(std::string ts, time_point now) {
  const auto before = std::exchange(position_.ts, std::move(ts));
  if (rules_.mailbox && position_.pts) {
    position_.gap = true;
    history_pages_ = 0;
    return soon(poll_action::ask_history, now);
  }
  lose(loss_reason::history_outdated, before, position_.ts);
  return hand_over(poll_action::poll, pace::when_calm);
}

poll_action poll_machine::on_key_refused(time_point now) {
  if (++refused_keys_ < most_refused_keys) return soon(poll_action::ask_server, now);
  refused_keys_ = 0;
  return restart(loss_reason::key_refused, false, now);
}

poll_action poll_machine::on_version_refused(const poll_answer& answer, time_point now) {
  const auto supported = [&](int version) {
    return version >= *answer.min_version && version <= *answer.max_version;
  };
  if (supported(rules_.version)) return restart(loss_reason::information_lost, false, now);
  const int other = rules_.version == plain_version ? newest_version : plain_version;
  if (!supported(other)) return poll_action::end;
  rules_.version = other;
  return soon(poll_action::ask_server, now);
}

poll_action poll_machine::on(poll_event::unreachable& event, time_point now) {
  if (action_ != poll_action::poll) return action_;
  const bool other_server = ++unreachable_ % polls_per_server == 0;
  return pause(other_server ? poll_action::ask_server : poll_action::poll, now, event.retry_after);
}

poll_action poll_machine::on(poll_event::forbidden&, time_point now) {
  if (action_ != poll_action::poll) return action_;
  return on_key_refused(now);
}

poll_action poll_machine::on(poll_event::history_given& event, time_point) {
  if (action_ != poll_action::ask_history) return action_;
  auto& history = event.history;
  broken_ = 0;
  const auto before = position_.pts.value_or(0);
  // Without a position after it, the page is the last that can be read.
  const bool moved = history.new_pts && *history.new_pts > before;
  batch_.items = std::move(history.items);
  if (history.new_pts) position_.pts = history.new_pts;
  position_.gap = history.more && moved;
  if (history.more && !moved)
    lose(loss_reason::history_refused, "pts " + std::to_string(before), position_.ts);
  if (!position_.gap) return hand_over(poll_action::poll, pace::when_calm);
  const bool many = ++history_pages_ >= most_history_pages;
  return hand_over(poll_action::ask_history, many ? pace::when_calm : pace::at_once);
}

poll_action poll_machine::on(poll_event::history_refused& event, time_point now) {
  if (action_ != poll_action::ask_history) return action_;
  const bool unreadable = event.end == poll_event::history_end::unreadable;
  // Not for ever: what VK has for this position would never become readable, and nothing is polled
  // meanwhile.
  const bool again = unreadable && ++broken_ < most_broken_answers;
  if (again || event.end == poll_event::history_end::transient)
    return pause(poll_action::ask_history, now, event.retry_after);
  const auto before = "pts " + std::to_string(position_.pts.value_or(0));
  position_.gap = false;
  broken_ = 0;
  if (event.end != poll_event::history_end::outdated) {
    const auto reason = unreadable ? loss_reason::malformed_answer : loss_reason::history_refused;
    lose(reason, before, position_.ts);
    return hand_over(poll_action::poll, pace::when_calm);
  }
  // `ts` and `pts` are void.
  position_.pts.reset();
  return restart(loss_reason::history_refused, true, now);
}

poll_action poll_machine::on(poll_event::waited&, time_point now) {
  if (action_ != poll_action::wait) return action_;
  return go(next_, now);
}

poll_action poll_machine::on(poll_event::committed&, time_point now) {
  if (action_ != poll_action::deliver) return action_;
  switch (pace_) {
    case pace::at_once:
      return go(next_, now);
    case pace::when_calm:
      return soon(next_, now);
    case pace::after_pause:
      break;
  }
  return pause(next_, now);
}

}  // namespace vkxx::detail

#include "client/limit/call_limiter.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <cmath>
#include <functional>

#include "client/request/recipient.hpp"

namespace vkxx::detail {
namespace {

std::string in_seconds(duration span) {
  const std::chrono::duration<double> seconds = span;
  const auto tenths = std::llround(seconds.count() * 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::chrono::milliseconds rounded_up(duration span) {
  return std::chrono::ceil<std::chrono::milliseconds>(span);
}

limiter_rules rules_for(method_class call_class, token_kind kind, const limits& settings) {
  limiter_rules rules;
  rules.per_second = rate_of(call_class, kind, settings);
  rules.most_allowance = settings.jitter();
  rules.most_waiting = settings.max_queued();
  rules.wait_when_full = settings.when_full() == when_full::wait;
  return rules;
}

limiter_call as_call(const limiter_question& question, std::uint64_t ticket) {
  limiter_call call;
  call.ticket = ticket;
  call.priority = question.priority;
  call.caller = question.caller;
  call.deadline = question.deadline;
  call.again = question.again;
  return call;
}

}  // namespace

// The single wait for the clock. Its handler also keeps it alive.
struct call_limiter::alarm {
  asio::cancellation_signal stop;
  std::optional<time_point> until;
};

limiter_turn& limiter_turn::operator=(limiter_turn&& other) noexcept {
  settle(leaving_ ? limiter_answer::lost : limiter_answer::unsent);
  home_ = std::move(other.home_);
  lane_ = other.lane_;
  ticket_ = other.ticket_;
  sent_ = other.sent_;
  leaving_ = other.leaving_;
  return *this;
}

void limiter_turn::settle(limiter_answer answer) noexcept {
  if (home_) settle(answer, home_->time_->now());
}

void limiter_turn::settle(limiter_answer answer, time_point now) noexcept {
  if (!home_) return;
  std::exchange(home_, nullptr)->settle(lane_, ticket_, sent_, answer, now);
}

call_limiter::call_limiter(const asio::any_io_executor& executor, std::shared_ptr<clock> time,
                           const limits& settings, logger log)
    : time_{std::move(time)},
      settings_{settings},
      log_{std::move(log)},
      strand_{asio::make_strand(executor)},
      alarm_{std::make_shared<alarm>()},
      gate_{settings.share() ? answer_gates::open(executor) : nullptr} {}

// The token itself is not stored. Two tokens with the same number would be paced together, which is
// harmless.
std::size_t call_limiter::key_of(const secret& token, method_class call_class) noexcept {
  constexpr std::size_t spread = 0x9E3779B97F4A7C15ULL;
  return std::hash<std::string>{}(token.expose()) + spread * static_cast<std::size_t>(call_class);
}

call_limiter::lane& call_limiter::lane_of(std::size_t key, const secret& token,
                                          method_class call_class, token_kind kind) {
  const auto known = lanes_.find(key);
  if (known != lanes_.end()) {
    auto& in = known->second;
    // The kind has become known. A shared limit stays as agreed.
    if (in.kind != kind && !in.shared) {
      in.kind = kind;
      in.machine.set_rate(rate_of(call_class, kind, settings_));
    }
    return in;
  }
  drop_idle_lanes(time_->now());
  quota_rules quotas;
  quotas.flood = settings_.flood_block();
  quotas.quota = settings_.quota_block();
  lane created{limiter_machine{rules_for(call_class, kind, settings_)},
               quota_machine{quotas},
               kind,
               0,
               {},
               {}};
  if (settings_.share()) {
    created.shared = std::make_unique<shared_lane>(
        settings_.share()->bucket_of(token, name_of(call_class)), settings_.processes());
  }
  return lanes_.emplace(key, std::move(created)).first->second;
}

void call_limiter::drop_idle_lanes(time_point now) {
  if (lanes_.size() < lanes_before_sweep_) return;
  std::erase_if(lanes_, [now](const auto& candidate) {
    const auto& in = candidate.second;
    const bool asking = in.shared && in.shared->state().asking();
    return in.in_flight == 0 && !asking && in.machine.idle(now) && in.quotas.idle(now);
  });
  lanes_before_sweep_ = 2 * lanes_.size() + 64;
}

std::optional<error> call_limiter::refusal(lane& in, const limiter_question& question,
                                           time_point now) {
  if (in.quotas.empty()) return std::nullopt;
  const auto recipient = question.values != nullptr ? recipient_of(*question.values) : 0;
  const auto block = in.quotas.blocked(question.method, recipient, now);
  if (!block) return std::nullopt;
  const auto left = block->until - now;
  const std::string of_method =
      "VK has refused this method with error 29: its quota is used up for this token. It is not "
      "called with it for another ";
  const std::string of_recipient =
      "VK has refused this method for this recipient with error 9: too much of the same. It is not "
      "called for that recipient for another ";
  error failure{
      errc::method_blocked, request_effect::not_sent,
      (block->code == api_errc::rate_limit ? of_method : of_recipient) + in_seconds(left)};
  failure.set_retry_after(rounded_up(left));
  return failure;
}

error call_limiter::full() const {
  return error{
      errc::queue_full, request_effect::not_sent,
      std::to_string(settings_.max_queued()) + " calls wait for the limit of this token already"};
}

error call_limiter::too_late(const limiter_machine& machine, const limiter_call& call,
                             time_point now) const {
  if (now >= call.deadline) {
    return error{errc::deadline_exceeded, request_effect::not_sent,
                 "the deadline of the call passed while it waited for the limit of its token"};
  }
  const auto first = machine.earliest(call, now);
  error failure{errc::deadline_exceeded, request_effect::not_sent,
                "the call would wait " + in_seconds(first - now) +
                    " for the limit of its token, longer than its deadline lets it"};
  failure.set_retry_after(rounded_up(first - now));
  return failure;
}

std::optional<result<limiter_turn>> call_limiter::enter(const secret& token,
                                                        const limiter_question& question,
                                                        time_point now) {
  const auto call_class = class_of(question.method);
  const auto key = key_of(token, call_class);
  const std::lock_guard lock{mutex_};
  auto& in = lane_of(key, token, call_class, question.kind);
  if (auto refused = refusal(in, question, now)) return *refused;
  if (in.shared) {
    in.shared->prepare(in.machine, now);
    ask_others(key, in, now);
  }
  if (in.machine.waiting() != 0 || !in.machine.open(now)) return std::nullopt;
  const auto ticket = ++last_ticket_;
  static_cast<void>(in.machine.arrive(as_call(question, ticket), now));
  ++in.in_flight;
  return limiter_turn{shared_from_this(), key, ticket, now};
}

void call_limiter::park(const secret& token, const limiter_question& question, told_handler handler,
                        asio::cancellation_slot slot) {
  const auto call_class = class_of(question.method);
  const auto key = key_of(token, call_class);
  const auto now = time_->now();
  const std::lock_guard lock{mutex_};
  const auto ticket = ++last_ticket_;
  auto& in = lane_of(key, token, call_class, question.kind);
  const auto verdict = in.machine.arrive(as_call(question, ticket), now);
  if (verdict != limiter_verdict::wait) {
    if (verdict == limiter_verdict::go) ++in.in_flight;
    handler.complete(told{verdict, ticket, now});
    return;
  }
  // Runs first: `release` may let this very call proceed, and its slot then belongs to another
  // thread.
  if (slot.is_connected()) {
    slot.assign([limiter = weak_from_this(), ticket](asio::cancellation_type) {
      if (const auto alive = limiter.lock()) alive->cancel(ticket);
    });
  }
  parked_.emplace(ticket, parked_call{key, std::move(handler)});
  release(key, in, now);
  set_alarm();
}

void call_limiter::cancel(std::uint64_t ticket) noexcept {
  const std::lock_guard lock{mutex_};
  auto parked = parked_.extract(ticket);
  if (parked.empty()) return;
  const auto key = parked.mapped().lane;
  auto& in = lanes_.at(key);
  in.machine.give_up(ticket);
  parked.mapped().handler.complete(std::nullopt);
  schedule(key, in, time_->now());
  set_alarm();
}

void call_limiter::settle(std::size_t key, std::uint64_t ticket, time_point sent,
                          limiter_answer answer, time_point now) noexcept {
  const std::lock_guard lock{mutex_};
  const auto known = lanes_.find(key);
  if (known == lanes_.end()) return;
  auto& in = known->second;
  --in.in_flight;
  in.machine.settle(ticket, sent, answer, now);
  if (in.shared) in.shared->settle(in.machine, ticket, sent, answer, now);
  if (in.machine.waiting() == 0) return;
  release(key, in, now);
  set_alarm();
}

std::optional<error> call_limiter::blocked(const secret& token, const limiter_question& question) {
  const auto now = time_->now();
  const std::lock_guard lock{mutex_};
  const auto known = lanes_.find(key_of(token, class_of(question.method)));
  return known != lanes_.end() ? refusal(known->second, question, now) : std::nullopt;
}

void call_limiter::note(const secret& token, const limiter_question& question, api_errc code) {
  if (code != api_errc::flood && code != api_errc::rate_limit) return;
  std::optional<std::uint64_t> recipient;
  if (question.values != nullptr) recipient = recipient_of(*question.values);
  const auto call_class = class_of(question.method);
  const auto now = time_->now();
  const std::lock_guard lock{mutex_};
  auto& in = lane_of(key_of(token, call_class), token, call_class, question.kind);
  in.quotas.on_error(question.method, recipient, code, now);
}

void call_limiter::release(std::size_t key, lane& in, time_point now) {
  if (in.shared) in.shared->prepare(in.machine, now);
  for (const auto& notice : in.machine.release(now)) {
    auto parked = parked_.extract(notice.ticket);
    if (notice.verdict == limiter_verdict::go) {
      ++in.in_flight;
      if (in.shared) in.shared->went(in.machine, notice.ticket, now);
    }
    if (!parked.empty()) parked.mapped().handler.complete(told{notice.verdict, notice.ticket, now});
  }
  if (in.shared) {
    in.shared->give_back(in.machine);
    ask_others(key, in, now);
  }
  schedule(key, in, now);
}

void call_limiter::ask_others(std::size_t key, lane& in, time_point now) {
  const auto request = in.shared->question(in.machine, now);
  if (!request) return;
  in.shared->bucket().acquire(*request, [limiter = weak_from_this(), gate = gate_,
                                         key](const result<permit_grant>& answer) {
    gate->pass([&] {
      if (const auto alive = limiter.lock()) alive->heard(key, answer);
    });
  });
}

void call_limiter::heard(std::size_t key, const result<permit_grant>& answer) {
  const auto now = time_->now();
  std::optional<log_line> line;
  {
    const std::lock_guard lock{mutex_};
    const auto known = lanes_.find(key);
    if (known == lanes_.end()) return;
    auto& in = known->second;
    if (answer) {
      in.shared->given(*answer, now);
    } else {
      in.shared->failed(in.machine, now);
    }
    line = sharing_line(in, answer);
    release(key, in, now);
    set_alarm();
  }
  // The program's log sink may destroy the client, and this object with it.
  const auto log = log_;
  if (line) log.write(line->level, std::move(line->text));
}

// One line when sharing fails and one when it works again, however many tokens there are.
std::optional<log_line> call_limiter::sharing_line(const lane& in,
                                                   const result<permit_grant>& answer) {
  if (alone_logged_ == in.shared->state().alone()) return std::nullopt;
  alone_logged_ = in.shared->state().alone();
  log_line line{log_level::info, "limits are shared with other processes again"};
  if (alone_logged_) {
    line.level = log_level::warning;
    line.text = "limits cannot be shared with other processes (" + answer.error().message() +
                "): until they can, this one keeps to its own share, one of " +
                std::to_string(in.shared->state().processes());
  }
  return line;
}

void call_limiter::schedule(std::size_t key, lane& in, time_point now) {
  const auto next = in.shared ? in.shared->next(in.machine, now) : in.machine.next_release();
  if (next == in.scheduled) return;
  if (in.scheduled) due_.erase({*in.scheduled, key});
  in.scheduled = next;
  if (next) due_.emplace(*next, key);
}

void call_limiter::set_alarm() {
  const auto wanted = due_.empty() ? std::nullopt : std::optional{due_.begin()->first};
  if (wanted == alarm_at_) return;
  alarm_at_ = wanted;
  if (!strand_) return;
  asio::post(*strand_, [self = shared_from_this()] {
    std::optional<time_point> when;
    {
      const std::lock_guard lock{self->mutex_};
      when = self->alarm_at_;
    }
    arm(self, when);
  });
}

void call_limiter::arm(const std::shared_ptr<call_limiter>& self, std::optional<time_point> when) {
  auto& set = *self->alarm_;
  if (set.until == when) return;
  if (set.until) {
    set.until.reset();
    set.stop.emit(asio::cancellation_type::terminal);
    // Only one alarm exists at a time. Its handler runs before anything posted from now on.
    self->alarm_ = std::make_shared<alarm>();
  }
  if (!when) return;
  self->alarm_->until = when;
  auto rings = [limiter = self->weak_from_this(),
                kept = self->alarm_](boost::system::error_code failure) {
    kept->until.reset();
    const auto alive = limiter.lock();
    if (!failure && alive) alive->ring();
  };
  self->time_->async_wait_until(
      *self->strand_, *when,
      asio::bind_cancellation_slot(self->alarm_->stop.slot(),
                                   asio::bind_executor(*self->strand_, std::move(rings))));
}

void call_limiter::ring() {
  const auto now = time_->now();
  const std::lock_guard lock{mutex_};
  alarm_at_.reset();
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto key = due_.begin()->second;
    auto& in = lanes_.at(key);
    due_.erase(due_.begin());
    in.scheduled.reset();
    release(key, in, now);
  }
  set_alarm();
}

result<limiter_turn> call_limiter::after(const told& news, const secret& token,
                                         const limiter_question& question) {
  const auto kind = class_of(question.method);
  const auto key = key_of(token, kind);
  if (news.verdict == limiter_verdict::go) {
    limiter_turn turn{shared_from_this(), key, news.ticket, news.at};
    // VK may have refused similar calls during the wait. The place then becomes free.
    if (auto refused = blocked(token, question)) return *std::move(refused);
    return turn;
  }
  if (news.verdict == limiter_verdict::full) return full();
  const std::lock_guard lock{mutex_};
  const auto& machine = lane_of(key, token, kind, question.kind).machine;
  return too_late(machine, as_call(question, news.ticket), time_->now());
}

call_limiter::state call_limiter::now() const {
  const std::lock_guard lock{mutex_};
  return {lanes_.size(), parked_.size()};
}

}  // namespace vkxx::detail

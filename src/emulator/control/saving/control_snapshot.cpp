// The part of the service that saves the world, and begins with a saved one.
#include <algorithm>
#include <chrono>

#include "emulator/control/control_reply.hpp"
#include "emulator/saving/changes/change_sink.hpp"
#include "emulator/saving/files/forked_text.hpp"
#include "emulator/saving/snapshot.hpp"
#include "emulator/saving/written_world.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {

namespace json = boost::json;

namespace {

// A copy of the process costs about as much as writing so many messages and events.
constexpr std::size_t small_world = 2000;

template <class Function>
snapshot_facts facts_of(std::uint64_t log, const std::string& base_url,
                        const adjustable_clock& time, const token_desk& tokens,
                        const Function& unix_ms_of) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  snapshot_facts facts;
  facts.base_url = base_url;
  facts.log = log;
  if (time.frozen())
    facts.frozen_at_ms = unix_ms_of(time.now());
  else
    facts.offset_ms = duration_cast<milliseconds>(time.offset()).count();
  for (const auto& token : tokens.ending())
    facts.ending_tokens.emplace_back(token.text, unix_ms_of(token.ends));
  return facts;
}

// The clock of a snapshot that was made before the lock.
bool is_clock_of(const snapshot_facts& facts, const snapshot_facts& now) noexcept {
  return facts.offset_ms == now.offset_ms && facts.frozen_at_ms == now.frozen_at_ms;
}

}  // namespace

std::string service::snapshot() {
  return snapshot([] { return std::uint64_t{0}; });
}

// Of a large world, a copy of the process makes it: requests wait only until that has begun.
std::string service::snapshot(const std::function<std::uint64_t()>& log_of) {
  std::unique_lock lock{mutex_};
  const auto events = stage_->state.events().last_number() - stage_->state.events().dropped();
  if (stage_->state.messages().messages() + events < small_world) return snapshot_locked(log_of());
  // The copy takes no lock: not that of the clock either.
  const auto facts = facts_of(log_of(), base_url_, *time_, stage_->logins.tokens(),
                              [this](time_point when) { return unix_ms(when); });
  const auto copy = forked_text::begin(
      [&] { return write_snapshot(facts, stage_->state, stage_->hub, stage_->files); });
  if (copy != nullptr) {
    lock.unlock();
    if (auto text = copy->result()) return std::move(*text);
    lock.lock();
  }
  return snapshot_locked(log_of());
}

std::string service::snapshot_locked(std::uint64_t log) {
  const auto facts = facts_of(log, base_url_, *time_, stage_->logins.tokens(),
                              [this](time_point when) { return unix_ms(when); });
  return write_snapshot(facts, stage_->state, stage_->hub, stage_->files);
}

std::shared_ptr<service::stage> service::stage_of(const json::value* document) {
  if (document == nullptr) return std::make_shared<stage>(options_, settings_of(options_));
  if (!is_whole_snapshot(*document)) {
    auto other = std::make_shared<stage>(options_, settings_of(options_));
    add_written_world(*document, other->state, control_context());
    return other;
  }
  auto other = std::make_shared<stage>(options_, settings_without_growth(options_));
  const auto facts = read_snapshot(*document, base_url_, other->state, other->hub, other->files);
  other->saved_base_url = facts.base_url;
  other->log = facts.log;
  other->accounts.keep_users(other->state);
  // Events name the requests that caused them: those to come get other numbers.
  for (const auto& event : other->state.events().since(0))
    if (event.cause.kind == cause_kind::request)
      other->last_number = std::max(other->last_number, event.cause.number);
  for (const auto& [text, end] : facts.ending_tokens)
    other->logins.tokens().add_ending({text, moment_of(end)});
  const auto* last = other->state.events().find(other->state.events().last_number());
  move_clock(facts, last == nullptr ? 0 : last->time_ms);
  return other;
}

// The clock never goes back: nothing in the world is in the future.
void service::move_clock(const snapshot_facts& facts, std::int64_t last_event_ms) {
  constexpr std::int64_t furthest = 100LL * 365 * 24 * 3600 * 1000;
  const std::chrono::milliseconds wanted{facts.offset_ms};
  if (!time_->frozen() && wanted > time_->offset()) time_->advance(wanted - time_->offset());
  const auto now = unix_ms(time_->now());
  const auto reached = std::max(last_event_ms, facts.frozen_at_ms.value_or(0));
  if (reached > now) time_->advance_to(moment_of(std::min(reached, now + furthest)));
  if (facts.frozen_at_ms)
    time_->freeze();
  else
    time_->run();
}

void service::stage::keep_from(const stage& last) {
  for (const auto& entry : last.procedures.all()) procedures.add(entry);
  for (const auto& entry : last.accounts.all())
    if (state.find_person(entry.user()) != nullptr) accounts.add(entry);
  faults = last.faults;
  record = last.record;
  exchanges = last.exchanges;
  last_number = std::max(last_number, last.last_number);
  highest_recorded = last.highest_recorded;
}

// Under one lock: what another thread adds meanwhile is in the old world and kept, or in the new
// one. The previous world is destroyed after the lock.
void service::enter(std::shared_ptr<stage> other, bool keeps) {
  other->state.set_address(base_url_);
  watch_events(other->state);
  watch_transports(*other);
  // Nobody else has the new world yet, so that it is written without the lock.
  const auto facts_now = [&](std::uint64_t log) {
    return facts_of(log, base_url_, *time_, other->logins.tokens(),
                    [this](time_point when) { return unix_ms(when); });
  };
  auto* const changes = changes_in_use();
  snapshot_facts written;
  std::unique_ptr<change_sink::successor> successor;
  if (changes != nullptr)
    successor = changes->prepare([&](std::uint64_t log) {
      written = facts_now(log);
      return write_snapshot(written, other->state, other->hub, other->files);
    });
  std::unique_lock lock{mutex_};
  const bool is_now = is_clock_of(written, facts_now(0));
  if (keeps) other->keep_from(*stage_);
  stage_->hub.streams().end_all();
  stage_.swap(other);
  ++resets_;
  const bool took_over =
      successor != nullptr && changes_ == changes && is_now && successor->take_over();
  if (!took_over) report_whole();
  lock.unlock();
  successor.reset();
  suspensions_.end_all();
  real_suspensions_.end_all();
  const std::lock_guard callbacks{callbacks_mutex_};
  if (on_callbacks_) on_callbacks_();
}

change_sink* service::changes_in_use() const {
  const std::lock_guard lock{mutex_};
  return changes_;
}

void service::restore(std::string_view text) {
  const auto document = parse_snapshot(text);
  enter(stage_of(&document), true);
}

answer service::control_snapshot(const http_message& message) {
  try {
    if (message.method == "PUT") {
      restore(message.body);
      return done();
    }
    if (message.method != "GET" && message.method != "HEAD")
      return complaint(405, "GET gives the world, PUT replaces it");
    answer result;
    result.body = snapshot();
    return result;
  } catch (const std::invalid_argument& failure) {
    return complaint(400, failure.what());
  }
}

}  // namespace vkxx::emulation::detail

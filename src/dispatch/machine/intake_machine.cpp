#include "dispatch/machine/intake_machine.hpp"

#include <algorithm>
#include <utility>

namespace vkxx::detail {

std::vector<intake_action> intake_machine::resume(const any_intake_event& event) {
  std::visit([this](const auto& some) { handle(some); }, event);
  return std::exchange(actions_, {});
}

std::size_t intake_machine::sources() const noexcept {
  return static_cast<std::size_t>(std::count_if(sources_.begin(), sources_.end(),
                                                [](phase some) { return some != phase::ended; }));
}

void intake_machine::ask(std::size_t source) {
  if (full_ || stopping_) {
    sources_[source] = phase::paused;
    return;
  }
  sources_[source] = phase::asked;
  actions_.push_back({intake_step::ask, source});
}

void intake_machine::measure() {
  if (rows_ >= limit_) full_ = true;
  if (!full_ || rows_ > limit_ - (limit_ + 4) / 5) return;
  full_ = false;
  for (std::size_t source = 0; source < sources_.size(); ++source) {
    if (sources_[source] == phase::paused) ask(source);
  }
}

void intake_machine::handle(const intake_event::added& event) {
  if (event.source >= sources_.size()) sources_.resize(event.source + 1, phase::ended);
  ask(event.source);
}

void intake_machine::handle(const intake_event::delivered& event) {
  if (sources_.at(event.source) != phase::asked) return;
  sources_[event.source] = phase::committing;
  actions_.push_back({intake_step::commit, event.source});
}

void intake_machine::handle(const intake_event::committed& event) {
  rows_ += event.rows;
  measure();
  if (sources_.at(event.source) != phase::committing) return;
  actions_.push_back({intake_step::accept, event.source});
  ask(event.source);
}

void intake_machine::handle(const intake_event::commit_failed& event) {
  if (sources_.at(event.source) != phase::committing) return;
  actions_.push_back({intake_step::refuse, event.source});
  // The source repeats the batch after a pause of its own.
  ask(event.source);
}

void intake_machine::handle(const intake_event::ended& event) {
  // Of one that could not be opened nothing is known.
  if (event.source < sources_.size()) sources_[event.source] = phase::ended;
}

void intake_machine::handle(const intake_event::removed& event) {
  rows_ -= std::min(rows_, event.rows);
  measure();
}

void intake_machine::handle(const intake_event::inserted& event) {
  rows_ += event.rows;
  measure();
}

void intake_machine::handle(const intake_event::counted& event) {
  rows_ = event.rows;
  measure();
}

void intake_machine::handle(const intake_event::stop& /*event*/) {
  stopping_ = true;
}

}  // namespace vkxx::detail

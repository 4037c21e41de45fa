#include <vkxx/state/memory_state.hpp>

#include <utility>

#include "state/memory/memory_engine.hpp"

namespace vkxx {

memory_state_options& memory_state_options::max_keys(std::size_t count) {
  max_keys_ = count;
  return *this;
}
memory_state_options& memory_state_options::max_dead(std::size_t count) {
  max_dead_ = count;
  return *this;
}

memory_state::memory_state() : memory_state{memory_state_options{}} {}
memory_state::memory_state(const memory_state_options& options)
    : engine_{std::make_shared<detail::memory_engine>(options)} {}
memory_state::~memory_state() = default;

// The work is done when the function is called: so operations happen in the order of the calls.
namespace {

template <class T>
asio::awaitable<result<T>> memory_outcome(result<T> outcome) {
  co_return outcome;
}

}  // namespace

asio::awaitable<result<commit_receipt>> memory_state::commit(state_unit unit) {
  return memory_outcome(engine_->commit(std::move(unit)));
}
result<commit_receipt> memory_state::commit_at_once(state_unit unit) {
  return engine_->commit(std::move(unit));
}
asio::awaitable<result<inbox_summary>> memory_state::recover() {
  return memory_outcome(result<inbox_summary>{engine_->recover()});
}
asio::awaitable<result<inbox_page>> memory_state::take(inbox_query query) {
  return memory_outcome(result<inbox_page>{engine_->take(query)});
}
asio::awaitable<result<std::map<std::string, std::string>>> memory_state::row_values(
    std::uint64_t seq) {
  return memory_outcome(result<std::map<std::string, std::string>>{engine_->row_values(seq)});
}
asio::awaitable<result<std::vector<bool>>> memory_state::seen(std::vector<std::string> keys) {
  return memory_outcome(result<std::vector<bool>>{engine_->seen(keys)});
}
asio::awaitable<result<std::string>> memory_state::cursor(std::string source) {
  return memory_outcome(result<std::string>{engine_->cursor(source)});
}
asio::awaitable<result<std::optional<state_value>>> memory_state::read(std::string key) {
  return memory_outcome(result<std::optional<state_value>>{engine_->read(key)});
}
asio::awaitable<result<due_timers>> memory_state::timers(wall_time now, std::size_t limit) {
  return memory_outcome(result<due_timers>{engine_->timers(now, limit)});
}
asio::awaitable<result<inbox_summary>> memory_state::summary() {
  return memory_outcome(result<inbox_summary>{engine_->summary()});
}

}  // namespace vkxx

#include <vkxx/state/sqlite_state.hpp>

#include <utility>

#include "state/sqlite/sqlite_worker.hpp"

namespace vkxx {

sqlite_options& sqlite_options::durability(sqlite_durability level) {
  durability_ = level;
  return *this;
}
sqlite_options& sqlite_options::group_time(duration limit) {
  group_time_ = limit;
  return *this;
}

sqlite_options& sqlite_options::lock_time(duration limit) {
  lock_time_ = limit;
  return *this;
}
sqlite_options& sqlite_options::max_dead(std::size_t count) {
  max_dead_ = count;
  return *this;
}

namespace {

error out_of_range(const char* text) {
  return {errc::invalid_argument, request_effect::not_sent, text};
}

}  // namespace

sqlite_state::sqlite_state(std::shared_ptr<detail::sqlite_worker> worker)
    : worker_{std::move(worker)} {}
sqlite_state::~sqlite_state() = default;

result<std::shared_ptr<sqlite_state>> sqlite_state::open(const std::string& path) {
  return open(path, sqlite_options{});
}

result<std::shared_ptr<sqlite_state>> sqlite_state::open(const std::string& path,
                                                         const sqlite_options& options) {
  if (options.group_time() < duration::zero() || options.group_time() > std::chrono::seconds{1}) {
    return out_of_range("sqlite_options::group_time must be 0 to 1 s");
  }
  if (options.lock_time() < duration::zero() || options.lock_time() > std::chrono::minutes{10}) {
    return out_of_range("sqlite_options::lock_time must be 0 to 10 min");
  }
  if (options.max_dead() < 1) return out_of_range("sqlite_options::max_dead must be at least 1");
  auto engine = detail::open_engine(path, options);
  if (!engine) return engine.error();
  auto worker = std::make_shared<detail::sqlite_worker>(*std::move(engine), options.group_time());
  return std::make_shared<sqlite_state>(std::move(worker));
}

asio::awaitable<result<commit_receipt>> sqlite_state::commit(state_unit unit) {
  return detail::sqlite_worker::commit(worker_, std::move(unit));
}
asio::awaitable<result<inbox_summary>> sqlite_state::recover() {
  return detail::sqlite_worker::run<inbox_summary>(worker_,
                                                   [](auto& engine) { return engine.recover(); });
}
asio::awaitable<result<inbox_page>> sqlite_state::take(inbox_query query) {
  return detail::sqlite_worker::run<inbox_page>(
      worker_, [query = std::move(query)](auto& engine) { return engine.take(query); });
}
asio::awaitable<result<std::map<std::string, std::string>>> sqlite_state::row_values(
    std::uint64_t seq) {
  return detail::sqlite_worker::run<std::map<std::string, std::string>>(
      worker_, [seq](auto& engine) { return engine.row_values(seq); });
}
asio::awaitable<result<std::vector<bool>>> sqlite_state::seen(std::vector<std::string> keys) {
  return detail::sqlite_worker::run<std::vector<bool>>(
      worker_, [keys = std::move(keys)](auto& engine) { return engine.seen(keys); });
}
asio::awaitable<result<std::string>> sqlite_state::cursor(std::string source) {
  return detail::sqlite_worker::run<std::string>(
      worker_, [source = std::move(source)](auto& engine) { return engine.cursor(source); });
}
asio::awaitable<result<std::optional<state_value>>> sqlite_state::read(std::string key) {
  return detail::sqlite_worker::run<std::optional<state_value>>(
      worker_, [key = std::move(key)](auto& engine) { return engine.read(key); });
}
asio::awaitable<result<due_timers>> sqlite_state::timers(wall_time now, std::size_t limit) {
  return detail::sqlite_worker::run<due_timers>(
      worker_, [now, limit](auto& engine) { return engine.timers(now, limit); });
}
asio::awaitable<result<inbox_summary>> sqlite_state::summary() {
  return detail::sqlite_worker::run<inbox_summary>(worker_,
                                                   [](auto& engine) { return engine.summary(); });
}
asio::awaitable<result<void>> sqlite_state::check_integrity() {
  return detail::sqlite_worker::run<void>(worker_, [](auto& engine) { engine.check(); });
}

}  // namespace vkxx

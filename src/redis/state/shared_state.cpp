#include <vkxx/redis/shared_state.hpp>

#include <utility>

#include "redis/state/state_host.hpp"
#include "redis/tls_context.hpp"

namespace vkxx::redis {

using namespace std::chrono_literals;
using detail::state_engine;
using detail::state_host;

shared_state_options& shared_state_options::parts(std::uint32_t count) {
  parts_ = count;
  return *this;
}
shared_state_options& shared_state_options::lease_time(duration time) {
  lease_time_ = time;
  return *this;
}
shared_state_options& shared_state_options::max_dead(std::size_t count) {
  max_dead_ = count;
  return *this;
}
shared_state_options& shared_state_options::existing(bool required) {
  existing_ = required;
  return *this;
}
shared_state_options& shared_state_options::allow_volatile(bool allowed) {
  allow_volatile_ = allowed;
  return *this;
}

namespace {

error out_of_range(const char* text) {
  return {errc::invalid_argument, request_effect::not_sent, text};
}

// What `state_host::run` starts: a function of the engine with its arguments.
template <class T>
using done_handler = state_engine::handler<T>;

}  // namespace

result<std::shared_ptr<shared_state>> shared_state::open(const options& server) {
  return open(server, shared_state_options{});
}

result<std::shared_ptr<shared_state>> shared_state::open(const options& server,
                                                         const shared_state_options& options) {
  constexpr std::uint32_t most_parts = 256;
  constexpr std::size_t most_replicas = 100;
  if (server.timeout() < 1ms || server.timeout() > 900ms) {
    return out_of_range("redis::options::timeout: expected 1 to 900 ms");
  }
  if (server.wait_for_replicas() > most_replicas) {
    return out_of_range("redis::options::wait_for_replicas: expected 0 to 100");
  }
  if (options.parts() < 1 || options.parts() > most_parts) {
    return out_of_range("shared_state_options::parts: expected 1 to 256");
  }
  if (options.lease_time() < 1s || options.lease_time() > 10min) {
    return out_of_range("shared_state_options::lease_time: expected 1 s to 10 min");
  }
  if (options.max_dead() < 1) {
    return out_of_range("shared_state_options::max_dead: expected at least 1");
  }
  auto where = detail::read_endpoint(server);
  if (!where) return where.error();
  auto host = state_host::open(*std::move(where), server, options);
  if (!host) return host.error();
  return std::make_shared<shared_state>(*std::move(host));
}

shared_state::shared_state(std::shared_ptr<state_host> host) : host_{std::move(host)} {}
shared_state::~shared_state() = default;

asio::awaitable<result<commit_receipt>> shared_state::commit(state_unit unit) {
  auto start = [unit = std::move(unit)](state_engine& engine,
                                        done_handler<commit_receipt> done) mutable {
    engine.commit(std::move(unit), done);
  };
  return state_host::run<commit_receipt>(host_, std::move(start));
}
asio::awaitable<result<inbox_summary>> shared_state::recover() {
  auto start = [](state_engine& engine, const done_handler<inbox_summary>& done) {
    engine.summary([done](result<inbox_summary> summary) {
      if (summary) summary->shares.clear();
      done(std::move(summary));
    });
  };
  return state_host::run<inbox_summary>(host_, std::move(start));
}
asio::awaitable<result<inbox_page>> shared_state::take(inbox_query query) {
  auto start = [query = std::move(query)](state_engine& engine,
                                          const done_handler<inbox_page>& done) {
    engine.take(query, done);
  };
  return state_host::run<inbox_page>(host_, std::move(start));
}
asio::awaitable<result<std::map<std::string, std::string>>> shared_state::row_values(
    std::uint64_t seq) {
  using values = std::map<std::string, std::string>;
  auto start = [seq](state_engine& engine, const done_handler<values>& done) {
    engine.row_values(seq, done);
  };
  return state_host::run<values>(host_, std::move(start));
}
asio::awaitable<result<std::vector<bool>>> shared_state::seen(std::vector<std::string> keys) {
  auto start = [keys = std::move(keys)](state_engine& engine,
                                        const done_handler<std::vector<bool>>& done) {
    engine.seen(keys, done);
  };
  return state_host::run<std::vector<bool>>(host_, std::move(start));
}
asio::awaitable<result<std::string>> shared_state::cursor(std::string source) {
  auto start = [source = std::move(source)](state_engine& engine,
                                            const done_handler<std::string>& done) {
    engine.cursor(source, done);
  };
  return state_host::run<std::string>(host_, std::move(start));
}
asio::awaitable<result<std::optional<state_value>>> shared_state::read(std::string key) {
  auto start = [key = std::move(key)](state_engine& engine,
                                      const done_handler<std::optional<state_value>>& done) {
    engine.read(key, done);
  };
  return state_host::run<std::optional<state_value>>(host_, std::move(start));
}
asio::awaitable<result<due_timers>> shared_state::timers(wall_time now, std::size_t limit) {
  auto start = [now, limit](state_engine& engine, const done_handler<due_timers>& done) {
    engine.timers(now, limit, done);
  };
  return state_host::run<due_timers>(host_, std::move(start));
}
asio::awaitable<result<inbox_summary>> shared_state::summary() {
  auto start = [](state_engine& engine, const done_handler<inbox_summary>& done) {
    engine.summary(done);
  };
  return state_host::run<inbox_summary>(host_, std::move(start));
}

void shared_state::join(std::vector<std::string> sources) {
  host_->post([sources = std::move(sources)](state_engine& engine) { engine.join(sources); });
}
void shared_state::change_sources(std::vector<std::string> sources) {
  host_->post(
      [sources = std::move(sources)](state_engine& engine) { engine.change_sources(sources); });
}
asio::awaitable<result<std::vector<inbox_change>>> shared_state::next_changes() {
  auto start = [](state_engine& engine, done_handler<std::vector<inbox_change>> done) {
    engine.next_changes(std::move(done));
  };
  return state_host::run<std::vector<inbox_change>>(
      host_, std::move(start), [](state_engine& engine) { engine.leave([](const auto&) {}); });
}
void shared_state::hand_over_part(std::uint32_t part) noexcept {
  host_->post([part](state_engine& engine) { engine.hand_over("p:" + std::to_string(part)); });
}
void shared_state::hand_over_source(const std::string& source) noexcept {
  host_->post([source](state_engine& engine) { engine.hand_over("s:" + source); });
}
asio::awaitable<result<void>> shared_state::leave() {
  auto start = [](state_engine& engine, done_handler<void> done) { engine.leave(std::move(done)); };
  return state_host::run<void>(host_, std::move(start));
}
void shared_state::resign() noexcept {
  host_->post([](state_engine& engine) { engine.leave([](const result<void>&) {}); });
}
std::uint64_t shared_state::lease_of(std::uint32_t part) const noexcept {
  return host_->lease_of(part);
}

}  // namespace vkxx::redis

#include <vkxx/bot_testing/bot_fixture.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/state/memory_state.hpp>
#include "bot_testing/bot_life.hpp"
#include "bot_testing/control_link.hpp"
#include "bot_testing/step_clock.hpp"
#include "core/text/number.hpp"

namespace vkxx::bot_testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds longest_real_wait{60};
constexpr milliseconds look_again{5};
// How often nothing happens before the clock is moved for what waits for it.
constexpr int patient_turns = 4;
// As few polls as possible while the clock is moved.
constexpr seconds poll_time{90};
constexpr std::int64_t first_community = 1;

std::int64_t number_in(std::string_view json, std::string_view name) {
  const auto member = json_member(json, name).value_or("0");
  return vkxx::detail::parse_number<std::int64_t>(member).value_or(0);
}

}  // namespace

struct bot_fixture::parts {
  std::function<void(vkxx::bot&)> set_up;
  std::shared_ptr<detail::step_clock> clock = std::make_shared<detail::step_clock>();
  vkxx::emulator emulator{emulator_options{}.time(clock)};
  detail::control_link link{emulator.url()};
  std::shared_ptr<state_store> store = std::make_shared<memory_state>();
  std::shared_ptr<std::vector<std::string>> log = std::make_shared<std::vector<std::string>>();
  std::unique_ptr<detail::bot_life> life;
  bool replay_always = false;

  void make_bot(const config& settings);
  // Unless it runs.
  void start();
  [[nodiscard]] bool is_busy() const;
  [[nodiscard]] bool is_quiet();
  [[nodiscard]] std::string state_in_words();
  void check_alive() const;
};

void bot_fixture::parts::make_bot(const config& settings) {
  life.reset();
  auto all = settings;
  all.log([kept = log](const log_line& line) { kept->push_back(line.text); }, log_level::debug);
  life = std::make_unique<detail::bot_life>(std::move(all));
  life->bot()
      .keep_in(store)
      .long_poll(long_poll_options{}.wait(poll_time))
      .time_of_day([time = clock] { return time->time_of_day(); });
  if (set_up) set_up(life->bot());
}

void bot_fixture::parts::start() {
  if (life->started()) return;
  if (replay_always) life->bot().replay_always(true);
  life->start();
}

// Something happens without the clock.
bool bot_fixture::parts::is_busy() const {
  return life->transport().calls() != 0 || life->bot().metrics().blocking != 0;
}

// The bot waits for events, and there are none.
bool bot_fixture::parts::is_quiet() {
  const auto polls = life->transport().polls();
  if (polls == 0 || life->bot().dispatch_metrics().running != 0) return false;
  if (!emulator.wait_until_quiet(0, milliseconds{0}, milliseconds{0})) return false;
  const auto suspended = number_in(link.ask("GET", "suspended", {}), "suspended");
  return suspended >= static_cast<std::int64_t>(polls);
}

std::string bot_fixture::parts::state_in_words() {
  const auto numbers = life->bot().dispatch_metrics();
  return "handlers: " + std::to_string(numbers.running) +
         ", calls: " + std::to_string(life->transport().calls()) +
         ", polls: " + std::to_string(life->transport().polls()) +
         ", functions of off_loop: " + std::to_string(life->bot().metrics().blocking) +
         ", rows in the inbox: " + std::to_string(numbers.rows);
}

void bot_fixture::parts::check_alive() const {
  if (!life) throw std::runtime_error{"the bot was killed or stopped: call restart()"};
  if (const auto& report = life->report()) {
    throw std::runtime_error{"the bot has ended: " +
                             (*report ? std::string{"stopped"} : report->error().to_string())};
  }
}

bot_fixture::bot_fixture() : bot_fixture{std::function<void(vkxx::bot&)>{}} {}

bot_fixture::bot_fixture(std::function<void(vkxx::bot&)> set_up)
    : parts_{std::make_unique<parts>()} {
  parts_->set_up = std::move(set_up);
  parts_->make_bot(settings());
}

bot_fixture::~bot_fixture() = default;

bot& bot_fixture::bot() {
  if (!parts_->life) throw std::runtime_error{"the bot was killed or stopped: call restart()"};
  return parts_->life->bot();
}
group_id bot_fixture::community() const noexcept {
  return group_id{first_community};
}
emulator& bot_fixture::emulator() noexcept {
  return parts_->emulator;
}
const std::vector<std::string>& bot_fixture::log() const noexcept {
  return *parts_->log;
}

config bot_fixture::settings() const {
  return config{}
      .emulator(parts_->emulator.url())
      .access_token(parts_->emulator.tokens().community)
      .time_source(parts_->clock);
}

person bot_fixture::person(std::string_view first_name) {
  const auto body = "{\"first_name\":" + json_text(first_name) + ",\"last_name\":\"T\"}";
  const auto id = number_in(control("POST", "people", body), "id");
  return bot_testing::person{*this, user_id{id}, peer_id{community()}};
}

peer_id bot_fixture::chat(std::string_view title, const std::vector<bot_testing::person>& members) {
  settle();
  if (members.empty()) throw std::runtime_error{"a chat needs a user"};
  std::string list;
  for (std::size_t index = 1; index < members.size(); ++index)
    list += std::to_string(members[index].id().value()) + ",";
  list += std::to_string(peer_id{community()}.value());
  const auto answer =
      control("POST", "chats",
              "{\"owner\":" + std::to_string(members.front().id().value()) +
                  ",\"title\":" + json_text(title) + ",\"members\":[" + list + "]}");
  settle();
  return peer_id{number_in(answer, "peer")};
}

void bot_fixture::happens(std::string_view type, std::string_view object) {
  settle();
  control("POST", "events",
          "{\"group\":1,\"type\":" + json_text(type) + ",\"object\":" + std::string{object} + "}");
  settle();
}

void bot_fixture::replay_always(bool on) {
  parts_->replay_always = on;
}

void bot_fixture::settle() {
  if (!parts_->life) return;
  parts_->check_alive();
  auto& life = *parts_->life;
  parts_->start();
  const auto end = std::chrono::steady_clock::now() + longest_real_wait;
  int idle = 0;
  while (true) {
    if (life.turn(milliseconds{0}) != 0) {
      idle = 0;
    } else if (!parts_->is_busy() && parts_->is_quiet() && life.turn(milliseconds{0}) == 0) {
      return;
    } else if (life.turn(look_again) != 0 || parts_->is_busy()) {
      idle = 0;
    } else if (++idle >= patient_turns) {
      // A handler, or a source after a failure, waits for the clock.
      parts_->clock->step(parts_->clock->now() + seconds{1});
      idle = 0;
    }
    parts_->check_alive();
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error{"the world does not become quiet: " + parts_->state_in_words()};
  }
}

void bot_fixture::run_until(const std::function<bool()>& enough) {
  parts_->check_alive();
  auto& life = *parts_->life;
  parts_->start();
  const auto end = std::chrono::steady_clock::now() + longest_real_wait;
  while (!enough()) {
    life.turn(look_again);
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error{"run_until: it did not happen: " + parts_->state_in_words()};
  }
}

void bot_fixture::pass(duration time) {
  settle();
  const auto end = parts_->clock->now() + time;
  while (!parts_->life && parts_->clock->now() < end) parts_->clock->step(end);
  while (parts_->clock->now() < end) {
    parts_->clock->step(end);
    settle();
  }
}

void bot_fixture::kill() {
  parts_->life.reset();
}

drain_report bot_fixture::stop() {
  parts_->check_alive();
  settle();
  auto& life = *parts_->life;
  life.bot().stop();
  const auto end = std::chrono::steady_clock::now() + longest_real_wait;
  while (!life.report()) {
    life.turn(look_again);
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error{"the bot does not stop: " + parts_->state_in_words()};
  }
  const auto report = *life.report();
  parts_->life.reset();
  return report.value();
}

void bot_fixture::restart() {
  parts_->make_bot(settings());
}

void bot_fixture::faults(std::string_view text) {
  parts_->emulator.add_fault(emulation::parse_fault(text));
}

std::string bot_fixture::control(std::string_view method, std::string_view path,
                                 const std::string& body) {
  return parts_->link.ask(method, path, body);
}

}  // namespace vkxx::bot_testing

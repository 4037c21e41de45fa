#include <vkxx/emulator/emulator.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "emulator/faults/fault_syntax.hpp"
#include "emulator/http/server.hpp"
#include "emulator/saving/files/world_file.hpp"
#include "emulator/saving/files/world_keeper.hpp"
#include "emulator/service.hpp"
#include "emulator/transcript/replay.hpp"

namespace vkxx {
namespace {

// Returns its argument, so that the constructor checks the options before its first member uses
// them.
const emulator_options& checked(const emulator_options& options) {
  const auto& text = options.captcha_text();
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (text.size() > 5 || !std::ranges::all_of(text, is_digit))
    throw std::invalid_argument{"The emulator's captcha text must be at most five digits."};
  if (options.time() == nullptr) throw std::invalid_argument{"The emulator's clock is missing."};
  for (const auto& fault : options.faults()) emulation::detail::check_fault(fault);
  return options;  // NOLINT(bugprone-return-const-ref-from-parameter)
}

std::string url_of(const emulator_options& options, std::uint16_t port) {
  auto host = options.address();
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return (options.tls() ? "https://" : "http://") + host + ":" + std::to_string(port);
}

// Held before the file is read: what another emulator writes afterwards would be lost.
std::unique_ptr<emulation::detail::world_lock> locked(const std::string& path) {
  try {
    return std::make_unique<emulation::detail::world_lock>(path);
  } catch (const emulation::detail::world_file_failure& failure) {
    throw std::invalid_argument{failure.what()};
  }
}

}  // namespace

class emulator::impl {
 public:
  explicit impl(const emulator_options& options)
      : kept_file{locked(checked(options).keep())},
        answers{options},
        sockets{options, answers, [&](std::uint16_t port) { begin(options, port); }} {}

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;
  ~impl() { stop(); }

  // The last changes are kept, too; then another emulator may have the file.
  void stop() {
    const std::lock_guard lock{stopping};
    sockets.stop();
    keeper->stop();
    kept_file.reset();
  }

  // Before the first request: what it changes is kept.
  void begin(const emulator_options& options, std::uint16_t port) {
    url = url_of(options, port);
    answers.set_base_url(url);
    keeper.emplace(answers, options.keep());
  }

  std::unique_ptr<emulation::detail::world_lock> kept_file;
  emulation::detail::service answers;
  std::string url;
  std::optional<emulation::detail::world_keeper> keeper;
  emulation::detail::server sockets;
  std::atomic<bool> stopped = false;
  std::mutex stopping;
};

emulator::emulator(const emulator_options& options) : impl_{std::make_unique<impl>(options)} {}

emulator::~emulator() = default;

void emulator::stop() {
  impl_->stopped = true;
  impl_->stop();
}

std::string emulator::url() const {
  return impl_->url;
}

std::uint16_t emulator::port() const noexcept {
  return impl_->sockets.port();
}

std::string emulator::ca_certificate_pem() const {
  return impl_->sockets.ca_certificate_pem();
}

emulation::world_tokens emulator::tokens() const {
  return impl_->answers.tokens();
}

emulation::fault_id emulator::add_fault(const emulation::fault& value) {
  return impl_->answers.add_fault(value);
}

bool emulator::remove_fault(emulation::fault_id id) {
  return impl_->answers.remove_fault(id);
}

void emulator::clear_faults() {
  impl_->answers.clear_faults();
}

std::vector<emulation::recorded_request> emulator::requests() const {
  return impl_->answers.requests();
}

void emulator::clear_requests() {
  impl_->answers.clear_requests();
}

void emulator::add_account(emulation::account value) {
  impl_->answers.add_account(std::move(value));
}

std::vector<emulation::account> emulator::accounts() const {
  return impl_->answers.accounts();
}

void emulator::add_procedure(emulation::procedure value) {
  impl_->answers.add_procedure(std::move(value));
}

std::vector<emulation::procedure> emulator::procedures() const {
  return impl_->answers.procedures();
}

std::vector<emulation::executed_write> emulator::journal() const {
  return impl_->answers.journal();
}

std::string emulator::captcha_answer(std::string_view sid) const {
  return impl_->answers.captcha_answer(sid);
}

std::string emulator::pass_captcha_page(std::string_view redirect_uri) {
  return impl_->answers.pass_captcha_page(redirect_uri);
}

bool emulator::wait_until_quiet(std::int64_t community, std::chrono::milliseconds silence,
                                std::chrono::milliseconds limit) const {
  constexpr std::chrono::milliseconds look_again{5};
  const auto end = std::chrono::steady_clock::now() + limit;
  while (impl_->answers.unquiet(community, silence)) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(look_again);
  }
  return true;
}

std::string emulator::transcript(std::uint64_t since) const {
  return impl_->answers.transcript_lines(since);
}

emulation::replay_outcome emulator::replay(std::string_view lines,
                                           std::chrono::milliseconds silence,
                                           std::chrono::milliseconds limit) {
  constexpr std::chrono::milliseconds look_again{5};
  emulation::detail::replay_run run{lines};
  const auto end = std::chrono::steady_clock::now() + limit;
  const auto over = [&] { return impl_->stopped || std::chrono::steady_clock::now() >= end; };
  while (!impl_->answers.advance_replay(run, silence, over()))
    std::this_thread::sleep_for(look_again);
  return run.outcome();
}

std::string emulator::snapshot() const {
  return impl_->answers.snapshot();
}

void emulator::snapshot(std::string_view json) {
  impl_->answers.restore(json);
}

void emulator::reset() {
  impl_->answers.reset();
}

}  // namespace vkxx

#include "uploads/run/upload_run.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/printable.hpp>
#include <vkxx/http/transport.hpp>
#include <vkxx/uploads/attachment_store.hpp>

#include "core/async/in_strand.hpp"
#include "core/async/time_sum.hpp"
#include "core/async/with_deadline.hpp"
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "core/errors/thrown_text.hpp"
#include "uploads/machine/upload_answer.hpp"
#include "uploads/machine/upload_machine.hpp"
#include "uploads/machine/uploaded_builder.hpp"
#include "uploads/run/prepared_files.hpp"
#include "uploads/run/upload_checks.hpp"

namespace vkxx::detail {
namespace {

constexpr std::size_t largest_answer = std::size_t{1} << 20U;
constexpr int saves_with_retries = 4;

upload_rules rules_of(const upload_facts& facts, const upload_options& options) {
  upload_rules rules;
  rules.has_save = !facts.save_method.empty();
  rules.address_creates = facts.result == upload_result::video;
  rules.max_saves = options.each_call().retry() ? saves_with_retries : 1;
  return rules;
}

bool is_http_address(std::string_view text) noexcept {
  return text.starts_with("https://") || text.starts_with("http://");
}

// Whether another call may have another outcome, although there was no answer of VK.
bool is_lost(const error& failure) {
  if (failure == errc::endpoint_unavailable || failure == errc::deadline_exceeded ||
      failure == errc::certificate_rejected || failure == errc::tls_failure)
    return false;
  return failure.origin() == error_origin::network || failure.is_transient();
}

save_failure judged(const error& failure) {
  const auto code = failure.api_code();
  if (!code) return is_lost(failure) ? save_failure::transient : save_failure::final;
  const auto number = static_cast<int>(*code);
  if (number == 1 || number == 6 || number == 10) return save_failure::transient;
  return needs_another_upload(number) ? save_failure::upload_again : save_failure::final;
}

// The uploads of one token run in turns; the token itself is not stored.
std::string lane_of(const upload_options& options) {
  return options.access_token() ? to_hex(sha256(options.access_token()->expose())) : std::string{};
}

// One upload. Lives in the frame of `run_upload`, with everything that its coroutines use.
class upload_run {
 public:
  upload_run(std::shared_ptr<const upload_hub> hub, upload_kind kind,
             std::vector<upload_source> sources, upload_options options)
      : hub_{std::move(hub)},
        facts_{facts_of(kind)},
        sources_{std::move(sources)},
        options_{std::move(options)},
        time_{hub_->environment.time},
        machine_{rules_of(facts_, options_)} {}

  [[nodiscard]] asio::awaitable<result<uploaded>> all() {
    // A cancellation throws where the coroutine waits, and so may a source or a store.
    try {
      auto working = work();
      co_return co_await std::move(working);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const boost::system::system_error& thrown) {
      failure_ = thrown.code() == asio::error::operation_aborted
                     ? error{errc::cancelled, under_way_, prefix() + "it was cancelled"}
                     : failed_part(thrown.what());
    } catch (...) {
      failure_ = failed_part(thrown_text());
    }
    static_cast<void>(machine_.resume(upload_event::interrupted{}));
    co_return final_error();
  }

 private:
  [[nodiscard]] std::string prefix() const {
    return "upload of " + std::string{facts_.name} + ": ";
  }

  [[nodiscard]] error failed_part(std::string_view text) const {
    return {errc::handler_failed, under_way_,
            prefix() + "a source or a store threw an exception: " + std::string{text}};
  }

  [[nodiscard]] asio::awaitable<result<uploaded>> work() {
    auto acquiring = upload_slots::acquire(hub_->slots, lane_of(options_));
    auto limited = with_deadline(time_, options_.deadline(), std::move(acquiring));
    auto slot = co_await std::move(limited);
    if (!slot) co_return deadline_error("it waited for other uploads of the token");
    if (!*slot) {
      co_return error{errc::cancelled, request_effect::not_sent, prefix() + "it was cancelled"};
    }
    auto opening = open_files();
    if (auto failure = co_await std::move(opening)) co_return *std::move(failure);
    auto looking = look_into_store();
    auto known = co_await std::move(looking);
    if (!known || *known) {
      if (!known) co_return known.error();
      co_return **std::move(known);
    }
    auto running = run_machine();
    co_return co_await std::move(running);
  }

  [[nodiscard]] asio::awaitable<std::optional<error>> open_files() {
    files_.reserve(sources_.size());
    for (const auto& source : sources_) {
      const source_environment environment{hub_->environment, options_.deadline()};
      auto preparing = prepare(source, facts_, options_.local_checks(), environment);
      auto limited = with_deadline(time_, options_.deadline(), std::move(preparing));
      auto file = co_await std::move(limited);
      if (!file) co_return deadline_error("the file was not available yet");
      if (!*file) co_return file->error();
      files_.push_back(**std::move(file));
    }
    sources_.clear();
    co_return std::nullopt;
  }

  // The result that the store knows; null: none.
  [[nodiscard]] asio::awaitable<result<std::optional<uploaded>>> look_into_store() {
    std::optional<uploaded> known;
    if (!options_.store() || facts_.result == upload_result::value ||
        facts_.result == upload_result::video)
      co_return known;
    auto computing = digest_of(files_);
    auto limited = with_deadline(time_, options_.deadline(), std::move(computing));
    auto digest = co_await std::move(limited);
    if (!digest) co_return deadline_error("its files were being read");
    if (!*digest) co_return digest->error();
    key_ = key_of(**digest);
    if (const auto attachment = options_.store()->find(key_))
      known = uploaded_builder::restored(facts_.kind, *attachment);
    co_return known;
  }

  [[nodiscard]] std::string key_of(const std::string& digest) const {
    auto key = std::string{facts_.name} + ':' + digest;
    if (options_.community()) key += ":community" + std::to_string(options_.community()->value());
    // What another account uploaded is not this one's.
    if (!options_.community() && options_.access_token()) key += ":token" + lane_of(options_);
    // Other parameters make another object.
    if (const auto form = options_.parameters().form(); !form.empty())
      key += ':' + to_hex(sha256(form)).substr(0, 16);
    return key;
  }

  [[nodiscard]] asio::awaitable<result<uploaded>> run_machine() {
    auto action = upload_machine::first();
    while (action != upload_action::succeed && action != upload_action::fail) {
      if (time_->now() >= options_.deadline()) {
        failure_ = deadline_error("it was not done");
        action = machine_.resume(upload_event::interrupted{});
        continue;
      }
      auto stepping = step(action);
      const auto event = co_await std::move(stepping);
      action = machine_.resume(event);
    }
    if (action == upload_action::fail) co_return final_error();
    co_return finished();
  }

  [[nodiscard]] asio::awaitable<upload_event_variant> step(upload_action action) {
    switch (action) {
      case upload_action::get_address:
        return get_address();
      case upload_action::post:
        return post(url_);
      case upload_action::post_fallback:
        return post(fallback_url_);
      case upload_action::save:
        return save();
      default:
        return pause();
    }
  }

  [[nodiscard]] call_options options_of_call() const {
    auto options = options_.each_call();
    if (options_.deadline() != no_deadline)
      options.deadline(std::min(options.deadline().value_or(no_deadline), options_.deadline()));
    return options;
  }

  [[nodiscard]] asio::awaitable<upload_event_variant> get_address() {
    // Of a video it creates the object.
    if (facts_.result == upload_result::video) under_way_ = request_effect::unknown;
    auto calling = hub_->vk.try_call(server_call(facts_, options_), options_of_call());
    const auto answer = co_await std::move(calling);
    under_way_ = request_effect::not_sent;
    if (!answer) {
      failure_ = answer.error();
      // To be asked for an address leaves nothing behind, whether VK has answered or not.
      if (facts_.result != upload_result::video) failure_->set_effect(request_effect::not_sent);
      co_return upload_event::address_failed{};
    }
    server_ = std::string{answer->text()};
    const auto address = facts_.address.empty() ? std::optional<std::string_view>{server_}
                                                : json_member(server_, facts_.address);
    url_ = address && address->starts_with('"') ? json_string_value(*address) : std::string{};
    const auto fallback = json_member(server_, "fallback_upload_url");
    fallback_url_ =
        fallback && fallback->starts_with('"') ? json_string_value(*fallback) : std::string{};
    if (!is_http_address(url_)) {
      error failure{errc::malformed_answer, request_effect::executed,
                    prefix() + std::string{facts_.server_method} +
                        " returned no address of an upload server"};
      failure_ = failure.set_method(std::string{facts_.server_method});
      co_return upload_event::address_failed{};
    }
    const bool has_fallback = is_http_address(fallback_url_) && fallback_url_ != url_;
    co_return upload_event::address_given{has_fallback};
  }

  [[nodiscard]] http::request message_to(const std::string& url) {
    auto message = upload_request(facts_, url, files_, options_.parameters());
    message.timeout(options_.timeout().value_or(time_for(message.body_size())));
    message.deadline(options_.deadline(), time_);
    message.silence_limit(options_.silence_limit());
    message.max_answer_size(largest_answer);
    if (options_.on_progress()) {
      // What is received is of no interest.
      message.on_progress(
          [handler = options_.on_progress(), attempt = machine_.posts() + 1,
           last = std::optional<std::uint64_t>{}](const http::transfer_progress& now) mutable {
            if (last == now.sent) return;
            last = now.sent;
            handler(upload_progress{now.sent, now.to_send, attempt});
          });
    }
    return message;
  }

  [[nodiscard]] asio::awaitable<upload_event_variant> post(const std::string& url) {
    auto message = message_to(url);
    exchange_options exchange{"upload"};
    under_way_ = effect_of_post();
    auto sending = hub_->environment.send(std::move(message), std::move(exchange));
    const auto answer = co_await std::move(sending);
    under_way_ = request_effect::not_sent;
    if (!answer) co_return take_failed_post(answer.error());
    answer_text_ = answer->body;
    const auto hidden = secrets_of_address(url);
    answer_ = read_upload_answer(facts_, answer->status, answer_text_, hidden);
    // What it has is not the file.
    if (answer_.verdict == answer_verdict::accepted && !answer->whole_request_sent) {
      answer_ = {};
      answer_.reason = "it answered before it had the whole file";
    }
    if (answer_.verdict == answer_verdict::accepted) co_return upload_event::accepted{};
    const bool refused = answer_.verdict == answer_verdict::refused;
    error failure{refused ? errc::upload_refused : unusable_answer(answer->status),
                  effect_of_post(),
                  prefix() +
                      (refused ? "the upload server refuses " + names() + ": "
                               : "the upload server gave no usable answer: ") +
                      answer_.reason};
    failure.set_http_status(answer->status);
    failure_ = failure.set_attempts(machine_.posts() + 1);
    if (refused) co_return upload_event::refused{};
    co_return upload_event::unreachable{failure_->effect() == request_effect::unknown};
  }

  [[nodiscard]] upload_event_variant take_failed_post(const error& failure) {
    auto code = failure.code().value_or(errc::connection_failed);
    const bool not_sent = failure.effect() == request_effect::not_sent;
    error known{code, not_sent ? request_effect::not_sent : effect_of_post(),
                prefix() + failure.message()};
    failure_ = known.set_attempts(machine_.posts() + 1);
    if (code == errc::cancelled || code == errc::deadline_exceeded)
      return upload_event::interrupted{};
    // What the program supplied failed, or cannot be sent: no other address helps.
    if (code == errc::body_failed || code == errc::handler_failed || code == errc::invalid_argument)
      return upload_event::refused{};
    return upload_event::unreachable{failure_->effect() == request_effect::unknown};
  }

  [[nodiscard]] static errc unusable_answer(int status) noexcept {
    return status >= 200 && status <= 299 ? errc::malformed_answer : errc::http_status;
  }

  // Before the save method is called, nothing exists at VK; kinds without one are done by the
  // upload server.
  [[nodiscard]] request_effect effect_of_post() const noexcept {
    const bool refused = answer_.verdict == answer_verdict::refused;
    return facts_.save_method.empty() && !refused ? request_effect::unknown
                                                  : request_effect::rejected;
  }

  [[nodiscard]] std::string names() const {
    if (files_.empty()) return "the link";
    auto text = printable(files_.front().filename);
    if (files_.size() > 1) text += " and " + std::to_string(files_.size() - 1) + " more";
    return text;
  }

  [[nodiscard]] asio::awaitable<upload_event_variant> save() {
    auto call = save_call(facts_, options_);
    for (const auto& [name, value] : answer_.values) call.set(name, value);
    under_way_ = request_effect::unknown;
    auto calling = hub_->vk.try_call(std::move(call), options_of_call());
    const auto answer = co_await std::move(calling);
    under_way_ = request_effect::not_sent;
    if (answer) {
      saved_ = std::string{answer->text()};
      co_return upload_event::saved{};
    }
    failure_ = answer.error();
    save_attempts_ += failure_->attempts();
    failure_->set_attempts(save_attempts_);
    upload_event::save_failed failed;
    failed.failure = judged(*failure_);
    failed.unknown = failure_->effect() == request_effect::unknown;
    co_return failed;
  }

  [[nodiscard]] asio::awaitable<upload_event_variant> pause() {
    const auto end = std::min(later_by(time_->now(), machine_.pause()), options_.deadline());
    auto waiting = wait_until(*time_, end);
    if (co_await std::move(waiting)) {
      failure_ = error{errc::cancelled, request_effect::rejected, prefix() + "it was cancelled"};
      co_return upload_event::interrupted{};
    }
    co_return upload_event::paused{};
  }

  [[nodiscard]] result<uploaded> finished() {
    const uploaded_parts parts{server_, answer_text_, saved_, files_.size()};
    auto value = uploaded_builder::build(facts_, parts, answer_);
    if (!value) return value;
    uploaded_builder::set_doubled(*value, machine_.maybe_doubled());
    if (!key_.empty() && value->missing() == 0) remember(*value);
    return value;
  }

  void remember(const uploaded& value) {
    const auto kept = options_.store()->put(key_, value.to_string());
    if (!kept) {
      hub_->environment.log.write(log_level::warning,
                                  "attachment store: " + kept.error().message());
    }
  }

  [[nodiscard]] error deadline_error(std::string_view state) const {
    return {errc::deadline_exceeded, request_effect::not_sent,
            prefix() + "the deadline passed; " + std::string{state}};
  }

  // The last failure, with the outcome of the whole upload.
  [[nodiscard]] error final_error() {
    auto failure = *std::move(failure_);
    if (machine_.maybe_saved() && failure.effect() < request_effect::unknown)
      failure.set_effect(request_effect::unknown);
    return failure.set_write(true);
  }

  std::shared_ptr<const upload_hub> hub_;
  const upload_facts& facts_;
  std::vector<upload_source> sources_;
  upload_options options_;
  std::shared_ptr<clock> time_;
  upload_machine machine_;
  std::vector<prepared_file> files_;
  std::string key_;
  std::string server_;
  std::string url_;
  std::string fallback_url_;
  std::string answer_text_;
  upload_answer answer_;
  std::string saved_;
  // Of all calls of the save method that failed.
  int save_attempts_ = 0;
  std::optional<error> failure_;
  // What VK has done with what waits for its answer now, if an exception ends the upload.
  request_effect under_way_ = request_effect::not_sent;
};

asio::awaitable<result<uploaded>> refused_upload(error failure) {
  co_return failure;
}

// Owns the run while it lasts.
asio::awaitable<result<uploaded>> run_owned(std::unique_ptr<upload_run> run) {
  auto running = run->all();
  co_return co_await std::move(running);
}

}  // namespace

asio::awaitable<result<uploaded>> run_upload(std::shared_ptr<const upload_hub> hub,
                                             upload_kind kind, std::vector<upload_source> sources,
                                             upload_options options, bool thread_waits) {
  const auto checked = check_upload(facts_of(kind), sources.size(), options, thread_waits);
  if (!checked) return refused_upload(checked.error());
  auto run =
      std::make_unique<upload_run>(std::move(hub), kind, std::move(sources), std::move(options));
  auto owned = run_owned(std::move(run));
  return in_strand(std::move(owned));
}

}  // namespace vkxx::detail

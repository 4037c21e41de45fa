#include "emulator/service.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include <vkxx/core/redaction.hpp>
#include <vkxx/core/secret.hpp>

#include "core/text/ascii.hpp"
#include "emulator/console/console_files.hpp"
#include "emulator/encoding/message_pack.hpp"
#include "emulator/encoding/script_callback.hpp"
#include "emulator/encoding/shown_value.hpp"
#include "emulator/encoding/utf8_repair.hpp"
#include "emulator/http/transport_faults.hpp"
#include "emulator/saving/files/first_world.hpp"
#include "emulator/saving/parts/saved_world.hpp"
#include "emulator/schema/sample_pages.hpp"
#include "emulator/transports/polling.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::lower_case;
namespace {

// Forms of pages and of the token endpoints are small.
constexpr std::size_t largest_form = std::size_t{64} << 10U;
// Small enough for the thread of the sockets.
constexpr std::size_t largest_quick_body = std::size_t{32} << 10U;
constexpr std::size_t largest_record = std::size_t{256} << 20U;
constexpr std::size_t most_exchanges = 2000;
constexpr std::size_t largest_exchanges = std::size_t{64} << 20U;
constexpr std::string_view control_prefix = "/_emulator/";
constexpr std::string_view files_prefix = "/_files/";

// Never shown, whatever they contain.
bool is_secret_header(std::string_view name) {
  const auto small = lower_case(name);
  return small == "authorization" || small == "cookie" || small == "proxy-authorization" ||
         small == "x-challenge-solution";
}

std::string shown_header(const name_value& header) {
  if (!is_secret_header(header.first)) return redacted_text(header.second);
  const auto space = header.second.find(' ');
  if (lower_case(header.first) == "cookie" || space == std::string::npos)
    return redacted(header.second);
  return header.second.substr(0, space + 1) + redacted(header.second.substr(space + 1));
}

bool is_host_text(std::string_view host) {
  const auto fits = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == ':' ||
           letter == '[' || letter == ']';
  };
  return !host.empty() && host.size() < 256 && std::ranges::all_of(host, fits);
}

answer options_answer() {
  answer result;
  result.status = 204;
  // VK answers no preflight: a page whose request needs one (for a token in a header, a body of
  // JSON) would work here and fail there.
  result.headers = {{"Allow", "GET, HEAD, POST, OPTIONS"}};
  return result;
}

// Pages of any origin may read what VK's API and VK ID answer.
void allow_every_origin(const http_message& message, answer& reply) {
  constexpr std::string_view name = "Access-Control-Allow-Origin";
  const auto path = path_of(message.target);
  // VK ID's web SDK asks these two with cookies, which `*` does not allow.
  const bool of_sdk = path == "/stat_events_vkid_sdk" || path == "/vkid_sdk_get_config";
  if (!of_sdk && !path.starts_with("/method/") && !path.starts_with("/oauth2/")) return;
  if (message.method == "OPTIONS") return;
  if (const auto origin = message.header("Origin"); of_sdk && origin) {
    reply.headers.emplace_back(name, *origin);
    reply.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  }
  const auto same = [&](const name_value& header) { return header.first == name; };
  if (std::ranges::none_of(reply.headers, same)) reply.headers.emplace_back(name, "*");
}

std::size_t size_of(const recorded_request& record) {
  auto bytes = sizeof record + record.target.size() + record.fault.size() + record.token.size();
  for (const auto* pairs : {&record.headers, &record.parameters})
    for (const auto& [name, text] : *pairs) bytes += 2 * sizeof name + name.size() + text.size();
  return bytes;
}

}  // namespace

upload_style style_of(const emulator_options& options) {
  upload_style style;
  style.strict = options.strict_uploads();
  return style;
}

service::stage::stage(const emulator_options& options, const world_settings& settings)
    : state{settings, options.seed()},
      faults{options.seed()},
      open{options.seed() + 1, options.captcha_text()},
      files{options.seed(), style_of(options)},
      hub{state, options.seed()},
      methods{state, files, hub, procedures, faults, open, options},
      logins{state, accounts, open, faults, options},
      latencies{options.seed() + 3},
      record{options.record_limit(), largest_record},
      exchanges{most_exchanges, largest_exchanges} {}

void service::stage::add_options(const emulator_options& options) {
  for (const auto& entry : options.accounts()) add_account(entry);
  for (const auto& entry : options.procedures()) procedures.add(entry);
  for (const auto& entry : options.faults()) faults.add(entry);
}

void service::stage::add_account(account value) {
  if (state.find_person(value.user()) == nullptr) {
    throw std::invalid_argument{"account: there is no user " + std::to_string(value.user())};
  }
  accounts.add(std::move(value));
}

std::chrono::milliseconds service::stage::drawn_latency(const emulator_options& options) {
  const auto least = options.latency().first;
  const auto span = static_cast<std::uint64_t>((options.latency().second - least).count());
  if (span == 0) return least;
  return least + std::chrono::milliseconds{latencies.below(span + 1)};
}

service::service(const emulator_options& options)
    : time_{std::make_shared<adjustable_clock>(options.time())},
      options_{options},
      log_{options.log()},
      scheme_{options.tls() ? "https://" : "http://"},
      start_{options.time()->now()},
      unix_start_{std::chrono::duration_cast<std::chrono::seconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()},
      own_methods_{standard_methods()} {
  options_.time(time_);
  first_document_ = first_document_of(options_);
  // What was kept is where the last run ended: a reset does not go back to it.
  const auto kept = kept_document_of(options_);
  try {
    stage_ = stage_of(kept ? &*kept : first_document_ ? &*first_document_ : nullptr);
  } catch (const snapshot_failure& failure) {
    throw std::invalid_argument{"world file `" + (kept ? options_.keep() : options_.world()) +
                                "`: " + failure.what()};
  }
  if (kept && stage_->log != 0) make_changes_again();
  stage_->add_options(options_);
  watch_events(stage_->state);
  watch_transports(*stage_);
}

// The readers of the feed wake with each world event.
void service::watch_events(world& state) {
  state.observe([this](const world_event&) { suspensions_.wake(feed_channel); });
}

void service::set_base_url(std::string url) {
  const std::lock_guard lock{mutex_};
  base_url_ = std::move(url);
  stage_->state.set_address(base_url_);
  move_addresses(stage_->state, stage_->saved_base_url, base_url_);
}

moment service::now_for(const http_message& message) const {
  moment when;
  when.now = present();
  when.unix_ms = unix_start_ * 1000 +
                 std::chrono::duration_cast<std::chrono::milliseconds>(when.now - start_).count();
  when.unix_time = when.unix_ms / 1000;
  const auto host = message.header("Host").value_or("");
  when.base_url = is_host_text(host) ? scheme_ + std::string{host} : base_url_;
  return when;
}

answer service::handle(const http_message& message) {
  auto given = accept(message);
  if (auto* waiting = std::get_if<std::unique_ptr<suspended_request>>(&given)) {
    (*waiting)->pending.pause = {};
    given = resume(std::move(*waiting), wake_cause::time);
  }
  auto result = std::move(std::get<answer>(given));
  pack(message, result);
  return result;
}

bool service::is_quick(const http_message& message) const {
  constexpr std::string_view prefix = "/method/";
  const auto path = path_of(message.target);
  const bool polls = read_poll_address(path).has_value() && message.body.size() < largest_form;
  if (options_.samples() || message.body.size() > largest_quick_body) return false;
  bool calls = false;
  if (path.starts_with(prefix)) {
    const auto own = own_methods_.find(path.substr(prefix.size()));
    calls = own != own_methods_.end() && !own->second.slow;
  }
  if (!polls && !calls) return false;
  // A fault may add megabytes of padding.
  const std::lock_guard lock{mutex_};
  return stage_->faults.all().empty();
}

recorded_request service::recorded_head(const http_message& message) const {
  recorded_request record;
  record.time = options_.time()->now();
  // Shown as JSON: one request with other bytes must not make the list of all unreadable.
  record.http_method = repaired_utf8(message.method);
  record.target = redacted_text(repaired_utf8(message.target));
  for (const auto& header : message.headers)
    record.headers.emplace_back(repaired_utf8(header.first), repaired_utf8(shown_header(header)));
  return record;
}

request_outcome service::accept(const http_message& message) {
  std::uint64_t number = 0;
  return accept(message, number);
}

request_outcome service::accept(const http_message& message, std::uint64_t& number) {
  if (auto upload = begin_upload(message, message.body.size())) {
    upload->session.feed(message.body);
    return end_upload(std::move(upload));
  }
  auto record = recorded_head(message);
  auto result = route(message, record);
  if (auto* pending = std::get_if<pending_answer>(&result)) {
    auto request = std::make_unique<suspended_request>();
    request->message.method = message.method;
    request->message.target = message.target;
    request->message.headers = message.headers;
    request->record = std::move(record);
    request->pending = std::move(*pending);
    return attempted(std::move(request));
  }
  auto& reply = std::get<answer>(result);
  record.status = reply.status;
  number = finish(message, std::move(record), &reply);
  return std::move(reply);
}

void service::pack(const http_message& message, answer& reply) {
  allow_every_origin(message, reply);
  if (reply.packed) return;
  if (wants_message_pack(message)) pack_message(reply);
  if (const auto function = wanted_callback(message)) pass_to_callback(reply, *function);
  compress(reply, message.header("Accept-Encoding").value_or(""));
}

// The log and the record.
std::uint64_t service::finish(const http_message& message, recorded_request record,
                              const answer* reply) {
  const auto path = path_of(message.target);
  // Pictures and sounds that a page shows are no requests of a program.
  const bool shown = message.header("Sec-Fetch-Dest").has_value() &&
                     (path.starts_with(sample_prefix) || path.starts_with(files_prefix));
  const bool own_call = path.starts_with(control_prefix) || is_console_request(message) || shown;
  std::string line;
  if (log_.wants(log_level::info)) {
    line = message.method + " " + std::string{path_of(record.target)} +
           " status=" + std::to_string(record.status);
    if (record.error_code != 0) line += " error=" + std::to_string(record.error_code);
    if (!record.fault.empty()) line += " fault=" + record.fault;
  }
  const auto bytes = size_of(record);
  std::unique_lock lock{mutex_};
  if (!line.empty()) log_.write(log_level::info, std::move(line));
  if (own_call) return 0;
  // A request that began in the world before a reset has a number that is still to come in this
  // one: who asks for the requests after it would miss the others.
  if (record.number == 0 || record.number > stage_->last_number)
    record.number = ++stage_->last_number;
  stage_->highest_recorded = std::max(stage_->highest_recorded, record.number);
  const auto number = record.number;
  const auto kept = std::make_shared<const recorded_request>(std::move(record));
  stage_->record.add(kept, bytes);
  if (reply != nullptr && is_kept_exchange(path)) {
    auto whole = std::make_shared<const exchange>(exchange_of(kept, message, *reply));
    const auto size = size_of(*whole);
    stage_->exchanges.add(std::move(whole), size);
  }
  lock.unlock();
  suspensions_.wake(recorded_channel);
  suspensions_.wake(feed_channel);
  return number;
}

routed service::route(const http_message& message, recorded_request& record) {
  const auto path = path_of(message.target);
  if (path.starts_with(control_prefix)) return control(message);
  if (message.method == "OPTIONS") return options_answer();
  if (is_console_request(message)) return console_answer(message);
  if (path.starts_with(sample_prefix)) return sample_page(path);
  const bool page = path == "/method/auth.validatePhone" || !path.starts_with("/method/");
  if (!page) return call_method(message, record);
  if (knows_upload(path)) {
    auto refused = refusal(405, "Send the file by POST, as multipart/form-data.");
    refused.headers.emplace_back("Allow", "POST, OPTIONS");
    return refused;
  }
  if (path.starts_with(files_prefix)) return serve_file(path.substr(files_prefix.size()));
  if (message.body.size() > largest_form)
    return refusal(413, "Forms of pages and token endpoints are at most 64 KiB here.");
  if (read_poll_address(path)) return poll(message, record);
  if (is_rules_path(path)) return stream_rules(message, record);
  return show_page(message, record);
}

// Everything except the API methods: login and OAuth endpoints, pages, pictures.
answer service::show_page(const http_message& message, recorded_request& record) {
  const auto arguments = read_arguments(message);
  for (const auto& [key, value] : arguments.all())
    record.parameters.emplace_back(key, redacted_parameter(key, front_of(value)));
  std::optional<active_fault> played;
  answer reply;
  {
    const std::lock_guard lock{mutex_};
    stage_->logins.let_time_pass(options_.time()->now());
    played = stage_->faults.take(transport_question(page_name(message), {}, message));
    if (played) {
      record.fault = to_string(played->rule);
      if (play_before(played->rule, message, reply)) return reply;
    }
    auto login = stage_->logins.answer_to(message, now_for(message));
    note_tokens(*stage_);
    reply = login ? std::move(*login) : challenge_page(message);
  }
  if (played) play_after(played->rule, reply);
  return reply;
}

void service::note_call(stage& current, std::int64_t community, std::chrono::milliseconds delay) {
  const auto answered = std::chrono::steady_clock::now() + delay;
  for (const auto key : {std::int64_t{0}, community})
    current.last_calls[key] = std::max(current.last_calls[key], answered);
}

answer service::call_method(const http_message& message, recorded_request& record) {
  const auto request = read_api_request(message);
  if (!request) return refusal(404, "No such path.");
  record.api_method = request->method;
  record.bearer = request->bearer;
  record.token = request->token.redacted();
  for (const auto& [name, value] : request->arguments.all())
    record.parameters.emplace_back(name,
                                   redacted_parameter(request->method, name, front_of(value)));
  const bool known =
      message.method == "GET" || message.method == "POST" || message.method == "HEAD";
  if (!known) {
    const api_failure failure{api_errc::http_method_not_supported};
    record.error_code = static_cast<int>(failure.code);
    answer result;
    result.body = boost::json::serialize(error_envelope(failure, *request));
    return result;
  }
  std::unique_lock lock{mutex_};
  const auto current = stage_;
  auto when = now_for(message);
  // World events name the request that caused them.
  record.number = ++current->last_number;
  when.request = record.number;
  current->logins.let_time_pass(when.now);
  const auto latency = current->drawn_latency(options_);
  const auto* caller = current->state.token(request->token.expose());
  const auto community =
      caller != nullptr && caller->kind == token_kind::community ? caller->owner : 0;
  note_call(*current, community, latency);
  if (community != 0)
    current->causes.add(record.number,
                        cause_of_call(current->state, *request, community, when.unix_ms));
  auto outcome = current->methods.call(*request, message, when, lock);
  record.error_code = outcome.error_code;
  record.executed = outcome.executed;
  record.fault = std::move(outcome.fault);
  outcome.reply.delay += latency;
  if (outcome.reply.delay > latency) {
    if (!lock.owns_lock()) lock.lock();
    note_call(*current, community, outcome.reply.delay);
  }
  return std::move(outcome.reply);
}

fault_id service::add_fault(const fault& value) {
  std::unique_lock lock{mutex_};
  const auto id = stage_->faults.add(value);
  lock.unlock();
  wake_by(value);
  return id;
}

bool service::remove_fault(fault_id id) {
  const std::lock_guard lock{mutex_};
  return stage_->faults.remove(id);
}

void service::clear_faults() {
  const std::lock_guard lock{mutex_};
  stage_->faults.clear();
}

std::vector<active_fault> service::faults() const {
  const std::lock_guard lock{mutex_};
  return stage_->faults.all();
}

std::vector<recorded_request> service::requests() const {
  bounded_log<recorded_request>::entries found;
  {
    const std::lock_guard lock{mutex_};
    found = stage_->record.all();
  }
  std::vector<recorded_request> result;
  result.reserve(found.size());
  for (const auto& entry : found) result.push_back(*entry);
  return result;
}

void service::clear_requests() {
  const std::lock_guard lock{mutex_};
  stage_->record.clear();
  stage_->exchanges.clear();
}

std::vector<executed_write> service::journal() const {
  bounded_log<executed_write>::entries found;
  {
    const std::lock_guard lock{mutex_};
    found = stage_->methods.journal();
  }
  std::vector<executed_write> result;
  result.reserve(found.size());
  for (const auto& entry : found) result.push_back(*entry);
  return result;
}

std::string service::captcha_answer(std::string_view sid) const {
  const std::lock_guard lock{mutex_};
  const auto* found = stage_->open.find_sid(sid);
  return found == nullptr ? std::string{} : found->answer;
}

std::string service::pass_captcha_page(std::string_view redirect_uri) {
  const std::lock_guard lock{mutex_};
  http_message message;
  message.target = redirect_uri;
  const auto arguments = read_arguments(message);
  return stage_->open.pass_page(arguments.find("session_token").value_or(""),
                                options_.time()->now());
}

void service::add_account(account value) {
  const std::lock_guard lock{mutex_};
  stage_->add_account(std::move(value));
}

std::vector<account> service::accounts() const {
  const std::lock_guard lock{mutex_};
  return {stage_->accounts.all().begin(), stage_->accounts.all().end()};
}

void service::add_procedure(procedure value) {
  const std::lock_guard lock{mutex_};
  stage_->procedures.add(std::move(value));
}

std::vector<procedure> service::procedures() const {
  const std::lock_guard lock{mutex_};
  return stage_->procedures.all();
}

world_tokens service::tokens() const {
  const std::lock_guard lock{mutex_};
  return stage_->state.tokens();
}

void service::reset() {
  auto other = stage_of(first_document_ ? &*first_document_ : nullptr);
  other->add_options(options_);
  enter(std::move(other), false);
}

}  // namespace vkxx::emulation::detail

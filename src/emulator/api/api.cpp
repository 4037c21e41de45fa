#include "emulator/api/api.hpp"

#include <boost/json/serialize.hpp>

#include <vkxx/core/redaction.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>

#include "emulator/api/api_attempt.hpp"
#include "emulator/encoding/shown_value.hpp"
#include "emulator/http/transport_faults.hpp"
#include "emulator/methods/version_forms.hpp"
#include "emulator/schema/schema_methods.hpp"
#include "emulator/unlocked.hpp"

namespace vkxx::emulation::detail {

namespace json = boost::json;

namespace {

// 5.81 is the oldest version that VK has accepted since 2021.
constexpr int oldest_minor = 81;
constexpr std::size_t longest_journal = 100'000;
constexpr std::size_t largest_journal = std::size_t{128} << 20U;

// `5.199` as 5 and 199; versions are compared by these, not as fractions.
std::optional<std::pair<int, int>> version_of(std::string_view text) {
  const auto point = text.find('.');
  const auto major = whole_number(text.substr(0, point));
  const auto minor = point == std::string_view::npos ? std::optional<std::int64_t>{0}
                                                     : whole_number(text.substr(point + 1));
  if (!major || !minor || *major < 0 || *minor < 0 || *major > 99 || *minor > 9999)
    return std::nullopt;
  return std::pair{static_cast<int>(*major), static_cast<int>(*minor)};
}

void check_version(const api_request& request) {
  const auto text = request.arguments.find("v").value_or("");
  if (text.empty()) throw api_failure{api_errc::bad_request, "Invalid request: v is required"};
  const auto version = version_of(text);
  if (!version) throw api_failure{api_errc::bad_request, "Invalid request: v is invalid"};
  if (*version < std::pair{5, oldest_minor})
    throw api_failure{api_errc::bad_request,
                      "Invalid request: versions below 5.81 are deprecated. Version param should "
                      "be passed as \"v\"."};
}

const method_entry& execute_entry() {
  static constexpr method_entry entry{{.user = true, .community = true, .service = true}, nullptr};
  return entry;
}

// From VK's documentation of captchas: it may be called without a token.
const method_entry& captcha_force_entry() {
  static constexpr method_entry entry{
      {.user = true, .community = true, .service = true, .nobody = true}, nullptr};
  return entry;
}

api_failure token_failure(const token_record& dead) {
  api_failure failure{api_errc::authorization_failed, "User authorization failed: " + dead.trouble};
  if (dead.banned)
    failure.extra["ban_info"] = json::object{
        {"member_name", "Lev Filinov"}, {"message", "The page is blocked."}, {"access_token", ""}};
  return failure;
}

// The journal entry of a write without its number; null if the method only reads.
std::shared_ptr<executed_write> described(const api::attempt& call, const std::string& method,
                                          const argument_list& arguments, bool in_execute) {
  const auto known = schema_tables::find_method(method);
  if (!known || !known->writes()) return nullptr;
  auto written = std::make_shared<executed_write>();
  written->time = call.when.now;
  written->method = method;
  for (const auto& [name, text] : arguments.all())
    written->parameters.emplace_back(name, redacted_text(redacted_parameter(name, front_of(text))));
  written->token = call.request.token.redacted();
  written->in_execute = in_execute;
  return written;
}

// Calls the function at the end, whatever it is.
template <class Function>
class change_note {
 public:
  explicit change_note(Function note) : note_{std::move(note)} {}
  change_note(const change_note&) = delete;
  change_note& operator=(const change_note&) = delete;
  ~change_note() { note_(); }

 private:
  Function note_;
};

std::size_t size_of(const executed_write& written) {
  auto bytes = sizeof written + written.method.size() + written.token.size();
  for (const auto& [name, text] : written.parameters)
    bytes += 2 * sizeof name + name.size() + text.size();
  return bytes;
}

}  // namespace

void check_kind(const token_record& caller, const allowed& who) {
  if (caller.kind == token_kind::community && !who.community)
    throw api_failure{api_errc::group_authorization_failed,
                      "Group authorization failed: method is unavailable with group auth."};
  if (caller.kind == token_kind::service && !who.service)
    throw api_failure{
        api_errc::application_authorization_failed,
        "Application authorization failed: method is unavailable with service token."};
  if (caller.kind == token_kind::user && !who.user)
    throw api_failure{api_errc::access_denied, "Access denied: no access to call this method"};
}

json::array request_params(std::string_view method, const argument_list& arguments) {
  json::array result;
  const auto add = [&result](std::string_view key, std::string_view value) {
    result.push_back(json::object{{"key", key}, {"value", value}});
  };
  add("method", method);
  add("oauth", "1");
  if (const auto version = arguments.find("v")) add("v", *version);
  for (const auto& [name, value] : arguments.all())
    if (name != "v" && name != "access_token") add(name, front_of(value));
  return result;
}

json::value error_envelope(const api_failure& failure, const api_request& request) {
  json::object error;
  error["error_code"] = static_cast<int>(failure.code);
  if (failure.subcode) error["error_subcode"] = *failure.subcode;
  error["error_msg"] = failure.message;
  if (!failure.text.empty()) error["error_text"] = failure.text;
  for (const auto& [name, value] : failure.extra) error[name] = value;
  error["request_params"] = request_params(request.method, request.arguments);
  json::object envelope;
  envelope["error"] = std::move(error);
  return envelope;
}

api::api(world& state, file_registry& files, transport_hub& hub, const procedure_book& procedures,
         fault_engine& faults, challenges& open, const emulator_options& options)
    : state_{state},
      files_{files},
      hub_{hub},
      procedures_{procedures},
      faults_{faults},
      open_{open},
      strict_limits_{options.strict_limits()},
      samples_{options.samples()},
      seed_{options.seed()},
      methods_{standard_methods()},
      journal_{longest_journal, largest_journal} {}

api_outcome api::call(const api_request& request, const http_message& message, const moment& when,
                      std::unique_lock<std::mutex>& lock) {
  attempt call{.request = request, .message = message, .when = when, .lock = lock};
  const auto transport_fault =
      faults_.take(transport_question(request.method, request.token.expose(), message));
  if (transport_fault) {
    call.outcome.fault = to_string(transport_fault->rule);
    if (play_before(transport_fault->rule, message, call.outcome.reply)) {
      lock.unlock();
      return std::move(call.outcome);
    }
  }
  json::value envelope;
  try {
    envelope = answer_of(call);
  } catch (const api_failure& failure) {
    call.outcome.error_code = static_cast<int>(failure.code);
    envelope = error_envelope(failure, request);
    if (!failure.cookie.empty())
      call.outcome.reply.headers.emplace_back("Set-Cookie", failure.cookie);
  }
  if (transport_fault && transport_fault->rule.kind() == fault_kind::twice) repeat(call);
  lock.unlock();
  call.outcome.reply.body = json::serialize(envelope);
  if (transport_fault) play_after(transport_fault->rule, call.outcome.reply);
  return std::move(call.outcome);
}

// The caller gets the answer of the first execution.
void api::repeat(const attempt& call) {
  attempt second{
      .request = call.request, .message = call.message, .when = call.when, .lock = call.lock};
  try {
    static_cast<void>(answer_of(second));
  } catch (const api_failure&) {
    return;
  }
}

json::object api::answer_of(attempt& call) {
  json::object envelope;
  envelope["response"] = execute_call(call);
  if (call.execute_errors.empty()) return envelope;
  envelope["execute_errors"] = std::move(call.execute_errors);
  return envelope;
}

json::value api::execute_call(attempt& call) {
  const auto& method = call.request.method;
  check_version(call.request);
  if (method == "captcha.force") {
    call.caller = admitted(call, captcha_force_entry());
    return force_captcha(call);
  }
  if (method == "execute" && !samples_) {
    call.caller = admitted(call, execute_entry());
    challenge(call);
    return run_execute(call);
  }
  if (method.starts_with(procedure_prefix)) {
    const auto& stored = asked_procedure(call.request);
    call.caller = admitted(call, execute_entry());
    challenge(call);
    return run_procedure(call, stored);
  }
  call.caller = admitted(call, entry_of(method));
  challenge(call);
  auto value = run(call, method, call.request.arguments, false);
  call.outcome.executed = true;
  return value;
}

method_entry api::entry_of(const std::string& method) const {
  const auto own = methods_.find(method);
  if (own != methods_.end() && !samples_) return own->second;
  if (const auto entry = schema_entry(method)) return *entry;
  if (own != methods_.end()) return own->second;
  throw api_failure{api_errc::unknown_method};
}

const token_record* api::admitted(attempt& call, const method_entry& entry) {
  const auto& token = call.request.token;
  if (token.empty()) {
    if (entry.who.nobody) return nullptr;
    throw api_failure{api_errc::authorization_failed,
                      "User authorization failed: no access_token passed."};
  }
  const auto* caller = state_.token(token.expose());
  if (caller == nullptr) throw api_failure{api_errc::authorization_failed};
  if (!caller->trouble.empty()) throw token_failure(*caller);
  if (strict_limits_ && !limits_.admit(caller->text, calls_per_second(caller->kind), call.when.now))
    throw api_failure{api_errc::too_many_requests_per_second};
  check_kind(*caller, entry.who);
  return caller;
}

void api::challenge(attempt& call) {
  const captcha* judged = nullptr;
  call.verdict = open_.judge(call.request, call.when.now, &judged);
  if (call.verdict == captcha_verdict::wrong) {
    const auto kind = judged != nullptr ? judged->kind : fault_kind::captcha_page;
    const bool checks = judged != nullptr && judged->check_remixstlid;
    fail_with_captcha(call, kind, checks, judged != nullptr ? judged->attempt + 1 : 1);
  }
  fault_engine::question query;
  query.method = call.request.method;
  query.token = call.request.token.expose();
  query.wanted = [](const fault& rule) { return is_api_level(rule.kind()); };
  query.answered = [&call](const fault& rule) {
    if (rule.kind() == fault_kind::confirmation)
      return call.request.arguments.find("confirm") == std::string_view{"1"};
    const bool is_captcha =
        rule.kind() != fault_kind::error && rule.kind() != fault_kind::validation;
    return is_captcha && call.verdict == captcha_verdict::right;
  };
  const auto played = faults_.take(query);
  if (!played) return;
  call.outcome.fault += (call.outcome.fault.empty() ? "" : "; ") + to_string(played->rule);
  fail_with(call, *played);
}

void api::fail_with_captcha(attempt& call, fault_kind kind, bool check_remixstlid, int number) {
  const auto& fresh = open_.open_captcha(kind, check_remixstlid, number, call.when.now);
  api_failure failure{api_errc::captcha_needed};
  failure.extra =
      captcha_members(fresh, call.request.method, call.when.base_url, call.when.unix_time);
  if (failure.extra.contains("remixstlid"))
    failure.cookie = "remixstlid=" + fresh.cookie + "; path=/; HttpOnly";
  throw failure;
}

void api::fail_with(attempt& call, const active_fault& played) {
  const auto& rule = played.rule;
  if (rule.kind() == fault_kind::error) {
    api_failure failure{static_cast<api_errc>(rule.value().value_or(1))};
    if (!rule.message().empty()) failure.message = rule.message();
    failure.text = rule.text();
    failure.subcode = rule.subcode();
    throw failure;
  }
  if (rule.kind() == fault_kind::confirmation) {
    api_failure failure{api_errc::confirmation_required};
    failure.extra["confirmation_text"] =
        rule.text().empty() ? "Do you really want this?" : rule.text();
    throw failure;
  }
  if (rule.kind() == fault_kind::validation) {
    const auto* record = state_.token(call.request.token.expose());
    api_failure failure{api_errc::validation_required};
    failure.extra["redirect_uri"] =
        open_.open_validation(played, record == nullptr ? token_kind::user : record->kind,
                              record == nullptr ? 0 : record->owner, call.when.base_url);
    throw failure;
  }
  fail_with_captcha(call, rule.kind(), rule.check_remixstlid(), 1);
}

json::value api::force_captcha(attempt& call) {
  const captcha* judged = nullptr;
  call.verdict = open_.judge(call.request, call.when.now, &judged);
  if (call.verdict == captcha_verdict::right) {
    call.outcome.executed = true;
    return 1;
  }
  const auto asked_kind = call.request.arguments.find("kind").value_or("");
  auto kind = judged != nullptr ? judged->kind : fault_kind::captcha;
  if (asked_kind == "page") kind = fault_kind::captcha_page;
  if (asked_kind == "both") kind = fault_kind::captcha_both;
  fail_with_captcha(call, kind, false, judged != nullptr ? judged->attempt + 1 : 1);
}

json::value api::run(attempt& call, const std::string& method, const argument_list& sent,
                     bool in_execute) {
  const auto entry = entry_of(method);
  const auto cleaned = without_blanks(method, sent);
  const auto& arguments = cleaned ? *cleaned : sent;
  json::value value;
  std::shared_ptr<executed_write> written;
  {
    const unlocked outside{call.lock};
    written = described(call, method, sent, in_execute);
    if (entry.checks_arguments) check_arguments(method, arguments);
    if (entry.run == nullptr)
      value = schema_answer(method, arguments, {seed_, call.when.base_url, call.when.unix_time});
  }
  if (entry.run != nullptr) {
    const auto last_event = state_.events().last_number();
    const command_context context{call.when.unix_ms, {cause_kind::request, call.when.request}};
    const command_context by_clock{call.when.unix_ms, {cause_kind::clock, 0}};
    message_commands{state_, by_clock}.expire();
    community_commands{state_, by_clock}.expire_bans();
    const method_call request{state_, arguments, call.caller,       context,
                              files_, hub_,      call.when.base_url};
    // Also when it fails: it may have changed something before.
    const change_note noted{[&] {
      if (on_change_ && (request.changed() || state_.events().last_number() != last_event))
        on_change_(call, method, arguments);
    }};
    value = in_version(method, request, entry.run(request));
    if (request.known_again) return value;
  }
  if (written == nullptr) return value;
  written->number = ++writes_;
  const auto bytes = size_of(*written);
  journal_.add(std::move(written), bytes);
  return value;
}

}  // namespace vkxx::emulation::detail

// The control API, with which a test in any language configures and inspects the emulator.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "emulator/api/api_attempt.hpp"
#include "emulator/control/control_guard.hpp"
#include "emulator/control/control_json.hpp"
#include "emulator/control/control_reply.hpp"
#include "emulator/control/people/body_reader.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/schema/schema_methods.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_captcha_form = std::size_t{64} << 10U;

constexpr std::int64_t longest_wait = 3600;

// A request is numbered when it begins and recorded when it ends, so that others overtake it.
constexpr std::size_t most_overtaken = 256;

// More than any test needs: searches are linear.
constexpr std::size_t most_of_a_kind = 10'000;

json::array sources_json(const std::vector<method_source>& sources) {
  json::array items;
  for (const auto& entry : sources)
    items.push_back(json::object{{"method", entry.method}, {"answer", to_string(entry.source)}});
  return items;
}

answer too_many(std::string_view kind) {
  return complaint(400, "there would be more than 10,000 " + std::string{kind});
}

}  // namespace

routed service::control(const http_message& message) {
  if (const auto reason = refusal_of_control(message, options_)) return complaint(403, *reason);
  const auto name = path_of(message.target).substr(std::string_view{"/_emulator/"}.size());
  const bool reads = message.method == "GET" || message.method == "HEAD";
  if (name == "snapshot") return control_snapshot(message);
  if (!reads && message.method != "POST" && message.method != "DELETE")
    return complaint(405, "the control API takes GET, POST and DELETE");
  if (auto live = control_live(message, name)) return std::move(*live);
  if (name == "faults" || name.starts_with("faults/")) return control_faults(message);
  if (name == "requests") return control_requests(message);
  if (name == "suspended" && reads)
    return control_reply(
        json::object{{"suspended", suspensions_.size() + real_suspensions_.size()},
                     {"refused", suspensions_.refused() + real_suspensions_.refused()}});
  if (name == "transcript" && reads) return control_transcript(message);
  if (name == "replay") return control_replay(message);
  if (name == "quiet" && reads) return control_quiet(message);
  if (name == "journal" && reads) {
    std::unique_lock lock{mutex_};
    const auto journal = stage_->methods.journal();
    lock.unlock();
    json::array items;
    for (const auto& entry : journal) items.push_back(to_json(*entry, start_));
    return control_reply(items);
  }
  if (name == "captcha") return control_captcha(message);
  if (name == "accounts") return control_accounts(message);
  if (name == "procedures") return control_procedures(message);
  if (name == "world" && reads) {
    const std::lock_guard lock{mutex_};
    return control_reply(to_json(stage_->state));
  }
  if (name == "methods" && reads) return control_reply(sources_json(method_sources(own_methods_)));
  if (name == "reset" && message.method == "POST") {
    try {
      const auto body = read_body(message);
      body_reader{body}.only({});
    } catch (const std::invalid_argument& failure) {
      return complaint(400, failure.what());
    }
    reset();
    return done();
  }
  return complaint(
      404,
      "the control API has GET, POST, DELETE faults; GET, DELETE requests; "
      "GET suspended; GET callbacks; POST callbacks; GET journal; GET feed; GET, POST clock; GET "
      "lint; GET, POST transports; "
      "POST streams; POST events; GET, POST people; POST communities; POST chats; "
      "GET, POST captcha; GET, POST accounts; GET, POST procedures; GET methods; GET world; POST "
      "reset; GET, PUT snapshot; GET quiet; GET transcript; POST "
      "replay");
}

routed service::control_requests(const http_message& message) {
  if (message.method == "DELETE") {
    clear_requests();
    return done();
  }
  if (message.method != "GET" && message.method != "HEAD")
    return complaint(405, "GET reads the requests, DELETE forgets them");
  const argument_list query{read_urlencoded(query_of(message.target))};
  const auto since_text = query.find("since");
  const auto wait_text = query.find("wait");
  const auto since = whole_number(since_text.value_or("0"));
  const auto wait = whole_number(wait_text.value_or("0"));
  if (!since || *since < 0 || !wait || *wait < 0 || *wait > longest_wait)
    return complaint(400, "since is the number of a request, wait is 0 to 3600 seconds");
  const auto first = static_cast<std::uint64_t>(*since) + 1;
  if (*wait == 0) return requests_from(first);
  pending_answer pending;
  pending.channel = recorded_channel;
  pending.until = options_.time()->now() + std::chrono::seconds{*wait};
  pending.attempt = [this, first](bool last) -> std::optional<answer> {
    if (!last && highest_recorded() < first) return std::nullopt;
    auto found = requests_from(first);
    // The highest number may be that of a request of the world before a reset.
    if (!last && found.body == "[]\n") return std::nullopt;
    return found;
  };
  return pending;
}

std::uint64_t service::highest_recorded() const {
  const std::lock_guard lock{mutex_};
  return stage_->highest_recorded;
}

answer service::requests_from(std::uint64_t first) const {
  std::unique_lock lock{mutex_};
  const auto record = stage_->record.newest(
      [first](const recorded_request& request) { return request.number >= first; }, most_overtaken);
  lock.unlock();
  json::array items;
  for (const auto& entry : record) items.push_back(to_json(*entry, start_));
  return control_reply(items);
}

answer service::control_faults(const http_message& message) {
  const auto path = path_of(message.target);
  constexpr std::string_view one_fault = "/_emulator/faults/";
  if (path.starts_with(one_fault)) {
    const auto id = whole_number(path.substr(one_fault.size()));
    if (message.method != "DELETE") return complaint(405, "a single fault can only be deleted");
    if (!id || !remove_fault(static_cast<fault_id>(*id))) return complaint(404, "no such fault");
    return done();
  }
  if (message.method == "DELETE") {
    clear_faults();
    return done();
  }
  if (message.method == "POST") {
    try {
      auto added = read_faults(message.body);
      json::array ids;
      std::unique_lock lock{mutex_};
      if (stage_->faults.all().size() + added.size() > most_of_a_kind) return too_many("faults");
      for (const auto& fault : added)
        ids.push_back(static_cast<std::uint64_t>(stage_->faults.add(fault)));
      lock.unlock();
      for (const auto& fault : added) wake_by(fault);
      json::object body;
      body["ids"] = std::move(ids);
      return control_reply(body);
    } catch (const fault_syntax_error& failure) {
      return complaint(400, failure.what());
    }
  }
  json::array items;
  for (const auto& active : faults()) items.push_back(to_json(active));
  return control_reply(items);
}

answer service::control_accounts(const http_message& message) {
  if (message.method == "POST") {
    try {
      auto added = read_accounts(message.body);
      const std::lock_guard lock{mutex_};
      if (stage_->accounts.all().size() + added.size() > most_of_a_kind)
        return too_many("accounts");
      for (auto& account : added) stage_->add_account(std::move(account));
      return done();
    } catch (const std::invalid_argument& failure) {
      return complaint(400, failure.what());
    }
  }
  json::array items;
  for (const auto& account : accounts()) items.push_back(to_json(account));
  return control_reply(items);
}

answer service::control_procedures(const http_message& message) {
  if (message.method == "POST") {
    try {
      auto added = read_procedures(message.body);
      const std::lock_guard lock{mutex_};
      if (stage_->procedures.size() + added.size() > most_of_a_kind) return too_many("procedures");
      for (auto& procedure : added) stage_->procedures.add(std::move(procedure));
      return done();
    } catch (const std::invalid_argument& failure) {
      return complaint(400, failure.what());
    }
  }
  json::array items;
  for (const auto& procedure : procedures()) items.push_back(to_json(procedure));
  return control_reply(items);
}

// GET ?sid= returns the correct answer; POST ?session_token= passes the page as a person would.
answer service::control_captcha(const http_message& message) {
  if (message.body.size() > longest_captcha_form) return complaint(413, "the form is too long");
  const auto arguments = read_arguments(message);
  json::object body;
  if (const auto sid = arguments.find("sid")) {
    const auto answer_of_it = captcha_answer(*sid);
    if (answer_of_it.empty()) return complaint(404, "there is no captcha with this sid");
    body["answer"] = answer_of_it;
    return control_reply(body);
  }
  const auto session = arguments.find("session_token");
  if (!session || message.method != "POST")
    return complaint(400,
                     "GET with sid gives the answer, POST with session_token the success_token");
  const std::lock_guard lock{mutex_};
  const auto token = stage_->open.pass_page(*session, options_.time()->now());
  if (token.empty()) return complaint(404, "there is no open captcha with this session_token");
  body["success_token"] = token;
  return control_reply(body);
}

}  // namespace vkxx::emulation::detail

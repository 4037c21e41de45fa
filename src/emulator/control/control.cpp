// The control API, with which a test in any language configures and inspects the emulator.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "emulator/api/api_attempt.hpp"
#include "emulator/control/control_guard.hpp"
#include "emulator/control/control_json.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

answer reply(const json::value& body, unsigned status = 200) {
  answer result;
  result.status = status;
  result.body = json::serialize(body) + "\n";
  return result;
}

answer complaint(unsigned status, std::string_view why) {
  json::object body;
  body["error"] = why;
  return reply(body, status);
}

answer done() {
  return reply(json::object{{"ok", true}});
}

constexpr std::size_t longest_captcha_form = std::size_t{64} << 10U;

// More than any test needs: searches are linear.
constexpr std::size_t most_of_a_kind = 10'000;

answer too_many(std::string_view kind) {
  return complaint(400, "there would be more than 10,000 " + std::string{kind});
}

}  // namespace

answer service::control(const http_message& message) {
  if (const auto reason = refusal_of_control(message, options_)) return complaint(403, *reason);
  const auto name = path_of(message.target).substr(std::string_view{"/_emulator/"}.size());
  const bool reads = message.method == "GET" || message.method == "HEAD";
  if (!reads && message.method != "POST" && message.method != "DELETE")
    return complaint(405, "the control API takes GET, POST and DELETE");
  if (name == "faults" || name.starts_with("faults/")) return control_faults(message);
  if (name == "requests") return control_requests(message);
  if (name == "journal" && reads) {
    std::unique_lock lock{mutex_};
    const auto journal = stage_->methods.journal();
    lock.unlock();
    json::array items;
    for (const auto& entry : journal) items.push_back(to_json(*entry, start_));
    return reply(items);
  }
  if (name == "captcha") return control_captcha(message);
  if (name == "accounts") return control_accounts(message);
  if (name == "procedures") return control_procedures(message);
  if (name == "world" && reads) {
    const std::lock_guard lock{mutex_};
    return reply(to_json(stage_->state));
  }
  if (name == "reset" && message.method == "POST") {
    reset();
    return done();
  }
  return complaint(
      404,
      "the control API has GET, POST, DELETE faults; GET, DELETE requests; GET journal; "
      "GET, POST captcha; GET, POST accounts; GET, POST procedures; GET world; POST reset");
}

answer service::control_requests(const http_message& message) {
  if (message.method == "DELETE") {
    clear_requests();
    return done();
  }
  if (message.method != "GET" && message.method != "HEAD")
    return complaint(405, "GET reads the requests, DELETE forgets them");
  std::unique_lock lock{mutex_};
  const auto record = stage_->record.all();
  lock.unlock();
  json::array items;
  for (const auto& entry : record) items.push_back(to_json(*entry, start_));
  return reply(items);
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
      const std::lock_guard lock{mutex_};
      if (stage_->faults.all().size() + added.size() > most_of_a_kind) return too_many("faults");
      for (auto& fault : added)
        ids.push_back(static_cast<std::uint64_t>(stage_->faults.add(std::move(fault))));
      json::object body;
      body["ids"] = std::move(ids);
      return reply(body);
    } catch (const fault_syntax_error& failure) {
      return complaint(400, failure.what());
    }
  }
  json::array items;
  for (const auto& active : faults()) items.push_back(to_json(active));
  return reply(items);
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
  return reply(items);
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
  return reply(items);
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
    return reply(body);
  }
  const auto session = arguments.find("session_token");
  if (!session || message.method != "POST")
    return complaint(400,
                     "GET with sid gives the answer, POST with session_token the success_token");
  const std::lock_guard lock{mutex_};
  const auto token = stage_->open.pass_page(*session, options_.time()->now());
  if (token.empty()) return complaint(404, "there is no open captcha with this session_token");
  body["success_token"] = token;
  return reply(body);
}

}  // namespace vkxx::emulation::detail

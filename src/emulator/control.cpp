// The control API: what a test in any language uses to set the emulator up and to look at it.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "emulator/api_attempt.hpp"
#include "emulator/control_json.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation {
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

}  // namespace

answer service::control(const http_message& message) {
  const auto name = path_of(message.target).substr(std::string_view{"/_emulator/"}.size());
  const bool reads = message.method == "GET" || message.method == "HEAD";
  if (name == "faults" || name.starts_with("faults/")) return control_faults(message);
  if (name == "requests") {
    if (message.method == "DELETE") {
      stage_->record.clear();
      return done();
    }
    if (!reads) return complaint(405, "GET reads the requests, DELETE forgets them");
    json::array items;
    for (const auto& one : stage_->record) items.push_back(to_json(one, start_));
    return reply(items);
  }
  if (name == "journal" && reads) {
    json::array items;
    for (const auto& one : stage_->methods.journal()) items.push_back(to_json(one, start_));
    return reply(items);
  }
  if (name == "captcha") return control_captcha(message);
  if (name == "accounts") return control_accounts(message);
  if (name == "procedures") return control_procedures(message);
  if (name == "world" && reads) return reply(to_json(stage_->state));
  if (name == "reset" && message.method == "POST") {
    start_over();
    return done();
  }
  return complaint(
      404,
      "the control API has GET, POST, DELETE faults; GET, DELETE requests; GET journal; "
      "GET, POST captcha; GET, POST accounts; GET, POST procedures; GET world; POST reset");
}

answer service::control_faults(const http_message& message) {
  auto& faults = stage_->faults;
  const auto path = path_of(message.target);
  constexpr std::string_view one_fault = "/_emulator/faults/";
  if (path.starts_with(one_fault)) {
    const auto id = whole_number(path.substr(one_fault.size()));
    if (message.method != "DELETE") return complaint(405, "a single fault can only be deleted");
    if (!id || !faults.remove(static_cast<fault_id>(*id))) return complaint(404, "no such fault");
    return done();
  }
  if (message.method == "DELETE") {
    faults.clear();
    return done();
  }
  if (message.method == "POST") {
    try {
      json::array ids;
      for (auto& one : read_faults(message.body))
        ids.push_back(static_cast<std::uint64_t>(faults.add(std::move(one))));
      json::object body;
      body["ids"] = std::move(ids);
      return reply(body);
    } catch (const fault_syntax_error& failure) {
      return complaint(400, failure.what());
    }
  }
  json::array items;
  for (const auto& one : faults.all()) items.push_back(to_json(one));
  return reply(items);
}

answer service::control_accounts(const http_message& message) {
  if (message.method == "POST") {
    try {
      for (auto& one : read_accounts(message.body)) {
        stage_->add_account(std::move(one));
      }
      return done();
    } catch (const std::invalid_argument& failure) {
      return complaint(400, failure.what());
    }
  }
  json::array items;
  for (const auto& one : stage_->accounts.all()) items.push_back(to_json(one));
  return reply(items);
}

answer service::control_procedures(const http_message& message) {
  if (message.method == "POST") {
    try {
      for (auto& one : read_procedures(message.body)) stage_->procedures.add(std::move(one));
      return done();
    } catch (const std::invalid_argument& failure) {
      return complaint(400, failure.what());
    }
  }
  json::array items;
  for (const auto& one : stage_->procedures.all()) items.push_back(to_json(one));
  return reply(items);
}

// GET ?sid= gives the right answer; POST ?session_token= passes the page as a person would.
answer service::control_captcha(const http_message& message) {
  const auto arguments = read_arguments(message);
  json::object body;
  if (const auto sid = arguments.find("sid")) {
    const auto* found = stage_->open.find_sid(*sid);
    if (found == nullptr) return complaint(404, "there is no captcha with this sid");
    body["answer"] = found->answer;
    return reply(body);
  }
  const auto session = arguments.find("session_token");
  if (!session || message.method != "POST")
    return complaint(400,
                     "GET with sid gives the answer, POST with session_token the success_token");
  const auto token = stage_->open.pass_page(*session, options_.time()->now());
  if (token.empty()) return complaint(404, "there is no open captcha with this session_token");
  body["success_token"] = token;
  return reply(body);
}

}  // namespace vkxx::emulation

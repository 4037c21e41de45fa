#include "emulator/control/control_json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_from.hpp>
#include <limits>

#include "emulator/control/people/person_actions.hpp"
#include "emulator/faults/fault_syntax.hpp"
#include "emulator/oauth/accounts.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_at_once = 1000;
// Procedures are compiled when they are added.
constexpr std::size_t most_code = std::size_t{1} << 20U;

void set_member(account& target, std::string_view name, const json::value& value) {
  if (name == "user" && value.is_int64()) {
    target.user(value.get_int64());
    return;
  }
  const auto* text = value.if_string();
  if (text == nullptr) {
    throw std::invalid_argument{"account: \"" + std::string{name} + "\" has a wrong type"};
  }
  const std::string_view view{text->data(), text->size()};
  if (name == "password") {
    target.password(std::string{view});
  } else if (name == "phone") {
    target.phone(std::string{view});
  } else if (name == "branch") {
    const auto branch = find_login_branch(view);
    if (!branch) throw std::invalid_argument{"account: unknown branch"};
    target.branch(*branch);
  } else {
    throw std::invalid_argument{"account: unknown member \"" + std::string{name} + '"'};
  }
}

account account_of(const json::value& value) {
  const auto* members = value.if_object();
  const auto* login = members == nullptr ? nullptr : members->if_contains("login");
  if (login == nullptr || !login->is_string() || login->get_string().empty()) {
    throw std::invalid_argument{"account: expected an object with a \"login\""};
  }
  account result{std::string{login->get_string()}};
  for (const auto& [name, member] : *members) {
    if (name != "login") set_member(result, {name.data(), name.size()}, member);
  }
  return result;
}

procedure procedure_of(const json::value& value) {
  std::string name;
  std::string code;
  std::int64_t version = 1;
  const auto* members = value.if_object();
  if (members == nullptr) throw std::invalid_argument{"procedure: expected an object"};
  for (const auto& [key, member] : *members) {
    if (key == "name" && member.is_string()) {
      name = member.get_string();
    } else if (key == "code" && member.is_string()) {
      code = member.get_string();
    } else if (key == "version" && member.is_int64()) {
      version = member.get_int64();
    } else {
      throw std::invalid_argument{"procedure: \"" + std::string{key} +
                                  "\" is unknown or has a wrong type"};
    }
  }
  if (!members->contains("code")) throw std::invalid_argument{"procedure: \"code\" is missing"};
  procedure result{std::move(name), std::move(code)};
  result.version(
      static_cast<int>(std::clamp<std::int64_t>(version, 0, std::numeric_limits<int>::max())));
  return result;
}

fault fault_of(const json::value& value) {
  if (const auto* text = value.if_string()) return parse_fault({text->data(), text->size()});
  if (const auto* members = value.if_object()) return fault_from_json(*members);
  throw fault_syntax_error{"a fault must be a JSON object or a text such as \"captcha:users.get\""};
}

// One object called `name`, or an array of them.
template <typename Reader>
auto read_some(const std::string& name, std::string_view body, const Reader& read_one) {
  boost::system::error_code failure;
  const auto value = json::parse({body.data(), body.size()}, failure);
  if (failure) throw std::invalid_argument{name + ": the body is not JSON: " + failure.message()};
  std::vector<decltype(read_one(value))> result;
  if (const auto* items = value.if_array()) {
    if (items->size() > most_at_once) throw std::invalid_argument{"more than 1000 " + name + "s"};
    for (const auto& item : *items) result.push_back(read_one(item));
  } else {
    result.push_back(read_one(value));
  }
  return result;
}

std::string full_name(const person& who, std::string spelling::*letters) {
  return who.first_name.*letters + " " + who.last_name.*letters;
}

json::array pairs(const std::vector<std::pair<std::string, std::string>>& values) {
  json::array result;
  for (const auto& [name, value] : values) result.push_back(json::array{name, value});
  return result;
}

}  // namespace

std::vector<fault> read_faults(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) throw fault_syntax_error{"the body names no fault"};
  body = body.substr(first, body.find_last_not_of(" \t\r\n") - first + 1);
  if (body.front() != '{' && body.front() != '[' && body.front() != '"') return {parse_fault(body)};
  boost::system::error_code failure;
  const auto value = json::parse({body.data(), body.size()}, failure);
  if (failure) throw fault_syntax_error{"the body is not JSON: " + failure.message()};
  std::vector<fault> result;
  if (const auto* items = value.if_array()) {
    if (items->size() > most_at_once) throw fault_syntax_error{"more than 1000 faults"};
    for (const auto& item : *items) result.push_back(fault_of(item));
  } else {
    result.push_back(fault_of(value));
  }
  return result;
}

std::vector<account> read_accounts(std::string_view body) {
  return read_some("account", body, account_of);
}

std::vector<procedure> read_procedures(std::string_view body) {
  if (body.size() > most_code)
    throw std::invalid_argument{"procedure: the body is longer than 1 MiB"};
  return read_some("procedure", body, procedure_of);
}

json::value to_json(const account& value) {
  json::object result;
  result["login"] = value.login();
  result["password"] = value.password();
  result["branch"] = to_string(value.branch());
  result["about"] = about(value.branch());
  result["user"] = value.user();
  result["phone"] = value.phone();
  result["phone_digits"] = value.phone_digits();
  result["code_of_app"] = code_of_app;
  result["code_of_sms"] = code_of_sms;
  return result;
}

json::value to_json(const procedure& value) {
  json::object result;
  result["name"] = value.name();
  result["version"] = value.version();
  result["code"] = value.code();
  return result;
}

json::value to_json(const active_fault& value) {
  json::object result;
  result["id"] = static_cast<std::uint64_t>(value.id);
  result["fault"] = to_string(value.rule);
  result["kind"] = to_string(value.rule.kind());
  result["method"] = value.rule.method();
  result["played"] = value.played;
  return result;
}

json::value to_json(const recorded_request& value, time_point start) {
  using milliseconds = std::chrono::duration<double, std::milli>;
  json::object result;
  result["number"] = value.number;
  result["time_ms"] = milliseconds{value.time - start}.count();
  result["http_method"] = value.http_method;
  result["target"] = value.target;
  result["headers"] = pairs(value.headers);
  result["method"] = value.api_method;
  result["parameters"] = pairs(value.parameters);
  result["token"] = value.token;
  result["bearer"] = value.bearer;
  result["status"] = value.status;
  result["error_code"] = value.error_code;
  result["executed"] = value.executed;
  result["fault"] = value.fault;
  return result;
}

json::value to_json(const executed_write& value, time_point start) {
  using milliseconds = std::chrono::duration<double, std::milli>;
  json::object result;
  result["number"] = value.number;
  result["time_ms"] = milliseconds{value.time - start}.count();
  result["method"] = value.method;
  result["parameters"] = pairs(value.parameters);
  result["token"] = value.token;
  result["in_execute"] = value.in_execute;
  return result;
}

json::value to_json(const world& value) {
  const auto first = value.tokens();
  json::object tokens{{"user", first.user},           {"other_user", first.other_user},
                      {"community", first.community}, {"service", first.service},
                      {"expired", first.expired},     {"revoked", first.revoked},
                      {"other_ip", first.other_ip},   {"blocked", first.blocked}};
  json::array users;
  for (const auto& who : value.accounts().people())
    users.push_back(json::object{{"id", who.id},
                                 {"first_name", who.first_name.latin},
                                 {"last_name", who.last_name.latin},
                                 {"screen_name", who.screen_name},
                                 {"names", json::object{{"ru", full_name(who, &spelling::cyrillic)},
                                                        {"en", full_name(who, &spelling::latin)}}},
                                 {"client", to_string(who.client)},
                                 {"deactivated", who.deactivated}});
  json::array groups;
  for (const auto& group : value.accounts().communities())
    groups.push_back(json::object{{"id", group.id},
                                  {"name", group.name},
                                  {"screen_name", group.screen_name},
                                  {"type", group.type},
                                  {"administrators", json::value_from(group.administrators)}});
  json::object result;
  result["tokens"] = std::move(tokens);
  result["users"] = std::move(users);
  result["groups"] = std::move(groups);
  return result;
}

}  // namespace vkxx::emulation::detail

// `execute` and stored procedures: scripts and the calls inside them.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <limits>

#include "emulator/api/api.hpp"
#include "emulator/api/api_attempt.hpp"
#include "emulator/execute/procedures.hpp"
#include "emulator/execute/script.hpp"
#include "emulator/execute/values.hpp"
#include "emulator/unlocked.hpp"

namespace vkxx::emulation::detail {

namespace json = boost::json;

namespace {

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string{value.get_string()};
  if (value.is_bool()) return value.get_bool() ? "1" : "0";
  if (value.is_null()) return {};
  if (value.is_double()) return script::printed(value.get_double());
  return json::serialize(value);
}

// The parameters of a call inside a script: a list of scalars is joined by commas.
argument_list to_arguments(const json::object& parameters) {
  argument_list result;
  for (const auto& [name, value] : parameters) {
    std::string text;
    if (value.is_array()) {
      for (const auto& item : value.get_array()) text += (text.empty() ? "" : ",") + text_of(item);
    } else {
      text = text_of(value);
    }
    result.set(std::string{name}, std::move(text));
  }
  return result;
}

// The parameters of a call as a script sees them: without those that select the script.
argument_list script_arguments(const argument_list& all, std::string_view choice) {
  auto result = all;
  result.erase(choice);
  result.erase("v");
  return result;
}

}  // namespace

json::value api::run_execute(attempt& call) {
  const std::string code{call.request.arguments.find("code").value_or("")};
  if (code.empty()) throw bad_parameter("code is undefined");
  return run_code(call, code, script_arguments(call.request.arguments, "code"));
}

// An unknown procedure is an unknown method.
const procedure& api::asked_procedure(const api_request& request) const {
  const auto text = request.arguments.find("func_v");
  const auto version = text ? whole_number(*text) : std::optional<std::int64_t>{1};
  if (!version || *version < 1) throw bad_parameter("func_v should be a positive integer");
  const auto name = std::string_view{request.method}.substr(procedure_prefix.size());
  const auto* found = *version > std::numeric_limits<int>::max()
                          ? nullptr
                          : procedures_.find(name, static_cast<int>(*version));
  if (found == nullptr) throw api_failure{api_errc::unknown_method};
  return *found;
}

json::value api::run_procedure(attempt& call, const procedure& stored) {
  // A copy: it may be replaced while it runs.
  const auto code = stored.code();
  return run_code(call, code, script_arguments(call.request.arguments, "func_v"));
}

json::value api::run_code(attempt& call, std::string_view code, const argument_list& arguments) {
  const auto caller = [this, &call](const std::string& method, const json::object& parameters) {
    auto given = to_arguments(parameters);
    const locked_again inside{call.lock};
    return inner_call(call, method, std::move(given));
  };
  try {
    auto value = [&] {
      const unlocked outside{call.lock};
      return run_script(code, arguments, caller);
    }();
    call.outcome.executed = true;
    return value;
  } catch (const script_compile_error& failure) {
    throw api_failure{api_errc::execute_compile_error,
                      "Unable to compile code: " + std::string{failure.what()}};
  } catch (const script_runtime_error& failure) {
    throw api_failure{
        api_errc::execute_runtime_error,
        "Runtime error occurred during code invocation: " + std::string{failure.what()}};
  }
}

json::value api::inner_call(attempt& call, const std::string& method, argument_list arguments) {
  call.outcome.executed = true;
  for (const std::string_view common : {"v", "lang"})
    if (const auto outer = call.request.arguments.find(common); outer && !arguments.find(common))
      arguments.set(std::string{common}, std::string{*outer});
  fault_engine::question query;
  query.method = method;
  query.token = call.request.token.expose();
  query.wanted = [](const fault& rule) {
    return rule.kind() == fault_kind::error && rule.method() != "*";
  };
  query.answered = [](const fault&) { return false; };
  try {
    // A script inside a script would have limits of its own, so nesting would have no limit.
    if (method == "execute" || method.starts_with(procedure_prefix))
      throw api_failure{api_errc::unknown_method};
    check_kind(*call.caller, entry_of(method).who);
    if (const auto played = faults_.take(query)) fail_with(call, *played);
    return run(call, method, arguments, true);
  } catch (const api_failure& failure) {
    json::object error;
    error["method"] = method;
    error["error_code"] = static_cast<int>(failure.code);
    error["error_msg"] = failure.message;
    error["request_params"] = request_params(method, arguments);
    call.execute_errors.push_back(std::move(error));
    return false;
  }
}

}  // namespace vkxx::emulation::detail

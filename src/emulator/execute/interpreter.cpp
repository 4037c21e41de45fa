// A script of API calls and a return of them. Not yet the whole of VKScript: no arithmetic, no
// conditions, no loops, no built-in methods.
#include <boost/json/array.hpp>
#include <map>

#include "emulator/execute/script.hpp"
#include "emulator/execute/syntax.hpp"
#include "emulator/methods/method.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;
using script::expression;
using script::expression_kind;

// A script whose values have more parts than this is too big.
constexpr std::size_t most_parts = 1'000'000;

std::size_t parts_of(const json::value& value) {
  std::size_t parts = 1;
  if (const auto* items = value.if_array())
    for (const auto& item : *items) parts += parts_of(item);
  if (const auto* members = value.if_object())
    for (const auto& member : *members) parts += parts_of(member.value());
  if (const auto* text = value.if_string()) parts += text->size() / 16;
  return parts;
}

class interpreter {
 public:
  interpreter(const argument_list& arguments, const script_caller& caller) : caller_{caller} {
    for (const auto& [name, value] : arguments.all())
      if (name != "code" && name != "v") arguments_.get_object()[name] = value;
  }

  json::value run(const std::vector<script::statement>& statements) {
    for (const auto& one : statements) {
      if (one.kind == script::statement_kind::result) return value_of(one.what);
      variables_[one.name] = value_of(one.what);
    }
    return nullptr;
  }

 private:
  json::value value_of(const expression& what) {
    switch (what.kind) {
      case expression_kind::literal:
        return what.value;
      case expression_kind::arguments:
        return copied(arguments_);
      case expression_kind::array:
        return array_of(what);
      case expression_kind::object:
        return object_of(what);
      case expression_kind::member:
        return member_of(value_of(what.operands[0]), what.name);
      case expression_kind::element:
        return element_of(what);
      case expression_kind::api_call:
        return call(what);
      case expression_kind::variable:
        break;
    }
    const auto found = variables_.find(what.name);
    return found == variables_.end() ? json::value(nullptr) : copied(found->second);
  }

  // Doubling a value a few dozen times would fill the memory.
  json::value copied(const json::value& value) {
    parts_ += parts_of(value);
    if (parts_ > most_parts) throw script_runtime_error{"the response is too big"};
    return value;
  }

  json::value array_of(const expression& what) {
    json::array result;
    for (const auto& item : what.operands) result.push_back(value_of(item));
    return result;
  }

  json::value object_of(const expression& what) {
    json::object result;
    for (std::size_t i = 0; i < what.names.size(); ++i)
      result[what.names[i]] = value_of(what.operands[i]);
    return result;
  }

  static json::value member_of(const json::value& of, const std::string& name) {
    if (const auto* members = of.if_object())
      if (const auto* found = members->if_contains(name)) return *found;
    if (name == "length" && of.is_array()) return of.get_array().size();
    if (name == "length" && of.is_string()) return of.get_string().size();
    return nullptr;
  }

  json::value element_of(const expression& what) {
    const auto of = value_of(what.operands[0]);
    const auto index = value_of(what.operands[1]);
    if (index.is_string()) return member_of(of, std::string{index.get_string()});
    const auto* items = of.if_array();
    const auto* number = index.if_int64();
    if (items == nullptr || number == nullptr || *number < 0) return nullptr;
    const auto at = static_cast<std::size_t>(*number);
    return at < items->size() ? (*items)[at] : json::value(nullptr);
  }

  json::value call(const expression& what) {
    const auto parameters =
        what.operands.empty() ? json::value(json::object{}) : value_of(what.operands[0]);
    const auto* members = parameters.if_object();
    const bool nothing = parameters.is_null() || parameters.is_array();
    if (members == nullptr && !nothing)
      throw script_runtime_error{"the parameters of API." + what.name + " must be an object"};
    if (++calls_ > most_script_calls) throw script_runtime_error{"too many API calls"};
    return caller_(what.name, members != nullptr ? *members : json::object{});
  }

  json::value arguments_ = json::object{};
  const script_caller& caller_;
  std::map<std::string, json::value> variables_;
  int calls_ = 0;
  std::size_t parts_ = 0;
};

}  // namespace

json::value run_script(std::string_view code, const argument_list& arguments,
                       const script_caller& caller) {
  const auto statements = script::parse(code);
  return interpreter{arguments, caller}.run(statements);
}

}  // namespace vkxx::emulation

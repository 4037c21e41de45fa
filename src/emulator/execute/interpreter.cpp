// Runs a script. Values are copied when they are assigned: a variable never changes by another
// name.
#include <boost/json/array.hpp>
#include <deque>
#include <map>

#include "emulator/execute/script.hpp"
#include "emulator/execute/syntax.hpp"
#include "emulator/execute/values.hpp"
#include "emulator/methods/method.hpp"

namespace vkxx::emulation {
namespace {

namespace json = boost::json;
using script::expression;
using script::expression_kind;
using script::statement;
using script::statement_kind;

// A script whose values have more parts than this is too big.
constexpr std::size_t most_parts = 1'000'000;
constexpr int deepest_value = 500;
constexpr std::size_t longest_array = 100'000;

std::size_t parts_of(const json::value& value, int depth = 0) {
  if (depth > deepest_value) throw script_runtime_error{"a value is nested too deeply"};
  std::size_t parts = 1;
  if (const auto* items = value.if_array())
    for (const auto& item : *items) parts += parts_of(item, depth + 1);
  if (const auto* members = value.if_object())
    for (const auto& member : *members) parts += parts_of(member.value(), depth + 1);
  if (const auto* text = value.if_string()) parts += text->size() / 16;
  return parts;
}

class interpreter {
 public:
  interpreter(const argument_list& arguments, const script_caller& caller) : caller_{caller} {
    for (const auto& [name, value] : arguments.all()) arguments_.get_object()[name] = value;
  }

  json::value run(const std::vector<statement>& statements) {
    json::value result;
    run_all(statements, result);
    return result;
  }

 private:
  // Where values live that have no name, while one expression looks at them.
  using scratch = std::deque<json::value>;

  // Whether a `return` was met.
  bool run_all(const std::vector<statement>& statements, json::value& result) {
    for (const auto& one : statements)
      if (run_one(one, result)) return true;
    return false;
  }

  bool run_one(const statement& one, json::value& result) {
    count();
    switch (one.kind) {
      case statement_kind::result:
        result = value_of(one.what);
        return true;
      case statement_kind::declare:
        variables_[one.name] = value_of(one.what);
        return false;
      case statement_kind::assign: {
        auto value = value_of(one.what);
        place_of(one.target) = std::move(value);
        return false;
      }
      case statement_kind::evaluate:
        value_of(one.what);
        return false;
      case statement_kind::branch:
        return run_all(script::is_true(value_of(one.what)) ? one.body : one.otherwise, result);
      case statement_kind::loop:
        while (script::is_true(value_of(one.what)))
          if (count(); run_all(one.body, result)) return true;
        return false;
      case statement_kind::block:
        return run_all(one.body, result);
      case statement_kind::erase:
        erase(one.target);
        return false;
    }
    return false;
  }

  json::value value_of(const expression& what) {
    count();
    switch (what.kind) {
      case expression_kind::literal:
        return copied(what.value);
      case expression_kind::array:
        return array_of(what);
      case expression_kind::object:
        return object_of(what);
      case expression_kind::projection:
        return projection_of(what);
      case expression_kind::unary: {
        const auto value = value_of(what.operands[0]);
        return what.name == "!" ? json::value(!script::is_true(value)) : script::negated(value);
      }
      case expression_kind::binary:
        return combined(what);
      case expression_kind::function:
        return script::parsed(what.name, value_of(what.operands[0]));
      case expression_kind::method:
        return method_of(what);
      case expression_kind::api_call:
        return call(what);
      default:
        break;
    }
    scratch kept;
    const auto* value = seen(what, kept);
    return value == nullptr ? json::value(nullptr) : copied(*value);
  }

  // The value where it lives, so that `a[i].b` copies nothing but `b`; null: there is none.
  const json::value* seen(const expression& what, scratch& kept) {
    switch (what.kind) {
      case expression_kind::variable: {
        const auto found = variables_.find(what.name);
        return found == variables_.end() ? nullptr : &found->second;
      }
      case expression_kind::arguments:
        return &arguments_;
      case expression_kind::member: {
        const auto* of = seen(what.operands[0], kept);
        if (of == nullptr) return nullptr;
        const auto* found = script::find(*of, what.name);
        if (found != nullptr || what.name != "length") return found;
        return &kept.emplace_back(script::length_of(*of));
      }
      case expression_kind::element: {
        // The index first: it may call what changes the variable.
        const auto index = value_of(what.operands[1]);
        const auto* of = seen(what.operands[0], kept);
        return of == nullptr ? nullptr : script::find(*of, index);
      }
      default:
        return &kept.emplace_back(value_of(what));
    }
  }

  // The place that is assigned to; made if it is not there.
  json::value& place_of(const expression& what) {
    count();
    if (what.kind == expression_kind::variable) return variables_[what.name];
    const auto index =
        what.kind == expression_kind::element ? value_of(what.operands[1]) : json::value(what.name);
    auto& of = place_of(what.operands[0]);
    if (of.is_array()) return element_place(of.get_array(), index);
    if (!of.is_object()) of = json::object{};
    return of.get_object()[script::text_of(index)];
  }

  json::value& element_place(json::array& items, const json::value& index) {
    const auto* number = index.if_int64();
    if (number == nullptr || *number < 0 ||
        *number > static_cast<std::int64_t>(items.size() + longest_array))
      throw script_runtime_error{"an array has no such element"};
    const auto at = static_cast<std::size_t>(*number);
    if (at > longest_array) throw script_runtime_error{"the array is too long"};
    if (at >= items.size()) {
      count_parts(at + 1 - items.size());
      items.resize(at + 1);
    }
    return items[at];
  }

  void erase(const expression& what) {
    const auto index =
        what.kind == expression_kind::element ? value_of(what.operands[1]) : json::value(what.name);
    auto& of = place_of(what.operands[0]);
    if (of.is_object()) of.get_object().erase(script::text_of(index));
    const auto* number = index.if_int64();
    if (!of.is_array() || number == nullptr || *number < 0) return;
    auto& items = of.get_array();
    if (static_cast<std::size_t>(*number) < items.size()) items.erase(items.begin() + *number);
  }

  json::value combined(const expression& what) {
    auto left = value_of(what.operands[0]);
    if (what.name == "&&") return script::is_true(left) ? value_of(what.operands[1]) : left;
    if (what.name == "||") return script::is_true(left) ? left : value_of(what.operands[1]);
    return counted(script::combined(what.name, left, value_of(what.operands[1])));
  }

  json::value projection_of(const expression& what) {
    scratch kept;
    const auto* of = seen(what.operands[0], kept);
    const auto* items = of == nullptr ? nullptr : of->if_array();
    if (items == nullptr) return nullptr;
    json::array result;
    for (const auto& item : *items) {
      const auto* found = script::find(item, what.name);
      result.push_back(found == nullptr ? json::value(nullptr) : copied(*found));
    }
    return result;
  }

  json::value method_of(const expression& what) {
    std::vector<json::value> arguments;
    for (std::size_t i = 1; i < what.operands.size(); ++i)
      arguments.push_back(value_of(what.operands[i]));
    const auto& owner = what.operands[0];
    const bool named = owner.kind == expression_kind::variable ||
                       owner.kind == expression_kind::member ||
                       owner.kind == expression_kind::element;
    if (named && rooted(owner))
      return counted(script::call_method(place_of(owner), what.name, arguments));
    auto value = value_of(owner);
    return counted(script::call_method(value, what.name, arguments));
  }

  static bool rooted(const expression& what) {
    if (what.kind == expression_kind::variable) return true;
    const bool inner =
        what.kind == expression_kind::member || what.kind == expression_kind::element;
    return inner && rooted(what.operands[0]);
  }

  json::value array_of(const expression& what) {
    json::array result;
    for (const auto& item : what.operands) result.push_back(value_of(item));
    return result;
  }

  json::value object_of(const expression& what) {
    json::object result;
    for (std::size_t i = 0; i < what.names.size(); ++i) {
      count_parts(what.names[i].size() / 16);
      result[what.names[i]] = value_of(what.operands[i]);
    }
    return result;
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

  void count() {
    if (++operations_ > most_script_operations) throw script_runtime_error{"too many operations"};
  }

  // Doubling a value a few dozen times would fill the memory.
  void count_parts(std::size_t parts) {
    parts_ += parts;
    if (parts_ > most_parts) throw script_runtime_error{"response size is too big"};
  }
  json::value copied(const json::value& value) {
    count_parts(parts_of(value));
    return value;
  }
  json::value counted(json::value value) {
    count_parts(parts_of(value));
    return value;
  }

  json::value arguments_ = json::object{};
  const script_caller& caller_;
  std::map<std::string, json::value> variables_;
  int calls_ = 0;
  int operations_ = 0;
  std::size_t parts_ = 0;
};

}  // namespace

json::value run_script(std::string_view code, const argument_list& arguments,
                       const script_caller& caller) {
  const auto statements = script::parse(code);
  auto result = interpreter{arguments, caller}.run(statements);
  parts_of(result);
  return result;
}

}  // namespace vkxx::emulation

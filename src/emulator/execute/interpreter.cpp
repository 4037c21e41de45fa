// Runs a script. Values are copied when they are assigned, so variables never alias.
#include <boost/json/array.hpp>
#include <deque>
#include <map>

#include "emulator/execute/script.hpp"
#include "emulator/execute/syntax.hpp"
#include "emulator/execute/values.hpp"
#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;
using script::expression;
using script::expression_kind;
using script::statement;
using script::statement_kind;

constexpr std::size_t longest_array = 100'000;

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
  // Owns temporary values while an expression reads them.
  using scratch = std::deque<json::value>;

  // Whether a `return` was executed.
  bool run_all(const std::vector<statement>& statements, json::value& result) {
    for (const auto& step : statements)
      if (run_one(step, result)) return true;
    return false;
  }

  bool run_one(const statement& current, json::value& result) {
    work_.step();
    switch (current.kind) {
      case statement_kind::result:
        result = value_of(current.value);
        return true;
      case statement_kind::declare:
        variables_[current.name] = value_of(current.value);
        return false;
      case statement_kind::evaluate:
        if (current.value.kind == expression_kind::assign)
          assign(current.value);
        else
          value_of(current.value);
        return false;
      case statement_kind::branch:
        return run_all(is_true(current.value) ? current.body : current.otherwise, result);
      case statement_kind::loop:
        while (is_true(current.value))
          if (work_.step(); run_all(current.body, result)) return true;
        return false;
      case statement_kind::block:
        return run_all(current.body, result);
      case statement_kind::erase:
        erase(current.target);
        return false;
    }
    return false;
  }

  json::value value_of(const expression& node) {
    work_.step();
    switch (node.kind) {
      case expression_kind::literal:
        return copied(node.value);
      case expression_kind::array:
        return array_of(node);
      case expression_kind::object:
        return object_of(node);
      case expression_kind::projection:
        return projection_of(node);
      case expression_kind::unary: {
        const auto value = value_of(node.operands[0]);
        return node.name == "!" ? json::value(!script::is_true(value, work_))
                                : script::negated(value, work_);
      }
      case expression_kind::binary:
        return combined(node);
      case expression_kind::conditional:
        return value_of(node.operands[is_true(node.operands[0]) ? 1 : 2]);
      case expression_kind::assign:
        return copied(assign(node));
      case expression_kind::function:
        return script::parsed(node.name, value_of(node.operands[0]), work_);
      case expression_kind::method:
        return method_of(node);
      case expression_kind::api_call:
        return call(node);
      default:
        break;
    }
    scratch kept;
    const auto* value = seen(node, kept);
    return value == nullptr ? json::value(nullptr) : copied(*value);
  }

  // The value in place, so that `a[i].b` copies only `b`; null: there is none.
  const json::value* seen(const expression& node, scratch& kept) {
    switch (node.kind) {
      case expression_kind::variable: {
        const auto found = variables_.find(node.name);
        return found == variables_.end() ? nullptr : &found->second;
      }
      case expression_kind::arguments:
        return &arguments_;
      case expression_kind::member: {
        const auto* of = seen(node.operands[0], kept);
        if (of == nullptr) return nullptr;
        const auto* found = script::find(*of, node.name, work_);
        if (found != nullptr || node.name != "length") return found;
        return &kept.emplace_back(script::length_of(*of, work_));
      }
      case expression_kind::element: {
        // The index first: it may call code that changes the variable.
        const auto index = value_of(node.operands[1]);
        const auto* of = seen(node.operands[0], kept);
        return of == nullptr ? nullptr : script::find(*of, index, work_);
      }
      default:
        return &kept.emplace_back(value_of(node));
    }
  }

  // The target of an assignment; created if missing.
  json::value& place_of(const expression& node) {
    work_.step();
    if (node.kind == expression_kind::variable) return variables_[node.name];
    const auto index =
        node.kind == expression_kind::element ? value_of(node.operands[1]) : json::value(node.name);
    auto& of = place_of(node.operands[0]);
    if (of.is_array()) return element_place(of.get_array(), index);
    if (!of.is_object()) of = json::object{};
    auto name = script::text_of(index, work_);
    work_.parts(1);
    return of.get_object()[std::move(name)];
  }

  json::value& element_place(json::array& items, const json::value& index) {
    const auto* number = index.if_int64();
    if (number == nullptr || *number < 0 ||
        *number > static_cast<std::int64_t>(items.size() + longest_array))
      throw script_runtime_error{"an array has no such element"};
    const auto at = static_cast<std::size_t>(*number);
    if (at > longest_array) throw script_runtime_error{"the array is too long"};
    if (at >= items.size()) {
      work_.parts(at + 1 - items.size());
      items.resize(at + 1);
    }
    return items[at];
  }

  void erase(const expression& node) {
    const auto index =
        node.kind == expression_kind::element ? value_of(node.operands[1]) : json::value(node.name);
    auto& of = place_of(node.operands[0]);
    if (of.is_object()) of.get_object().erase(script::text_of(index, work_));
    const auto* number = index.if_int64();
    if (!of.is_array() || number == nullptr || *number < 0) return;
    auto& items = of.get_array();
    work_.parts(items.size());
    if (static_cast<std::size_t>(*number) < items.size()) items.erase(items.begin() + *number);
  }

  bool is_true(const expression& node) { return script::is_true(value_of(node), work_); }

  // Returns the target, which has its new value.
  const json::value& assign(const expression& node) {
    if (node.appends) return append(node);
    auto value = value_of(node.operands[1]);
    return place_of(node.operands[0]) = std::move(value);
  }

  const json::value& append(const expression& node) {
    work_.step();
    const auto tail = value_of(node.operands[1].operands[1]);
    auto& place = variables_[node.operands[0].name];
    auto former = std::move(place);
    return place = script::combined("+", std::move(former), tail, work_);
  }

  json::value combined(const expression& node) {
    auto left = value_of(node.operands[0]);
    if (node.name == "&&")
      return script::is_true(left, work_) ? value_of(node.operands[1]) : std::move(left);
    if (node.name == "||")
      return script::is_true(left, work_) ? std::move(left) : value_of(node.operands[1]);
    const auto right = value_of(node.operands[1]);
    return script::combined(node.name, std::move(left), right, work_);
  }

  json::value projection_of(const expression& node) {
    scratch kept;
    const auto* of = seen(node.operands[0], kept);
    const auto* items = of == nullptr ? nullptr : of->if_array();
    if (items == nullptr) return nullptr;
    json::array result;
    for (const auto& item : *items) {
      work_.parts(1);
      const auto* found = script::find(item, node.name, work_);
      result.push_back(found == nullptr ? json::value(nullptr) : copied(*found));
    }
    return result;
  }

  json::value method_of(const expression& node) {
    std::vector<json::value> arguments;
    for (std::size_t i = 1; i < node.operands.size(); ++i)
      arguments.push_back(value_of(node.operands[i]));
    const auto& owner = node.operands[0];
    const bool named = owner.kind == expression_kind::variable ||
                       owner.kind == expression_kind::member ||
                       owner.kind == expression_kind::element;
    if (named && rooted(owner))
      return script::call_method(place_of(owner), node.name, arguments, work_);
    auto value = value_of(owner);
    return script::call_method(value, node.name, arguments, work_);
  }

  static bool rooted(const expression& node) {
    if (node.kind == expression_kind::variable) return true;
    const bool inner =
        node.kind == expression_kind::member || node.kind == expression_kind::element;
    return inner && rooted(node.operands[0]);
  }

  json::value array_of(const expression& node) {
    json::array result;
    for (const auto& item : node.operands) result.push_back(value_of(item));
    return result;
  }

  json::value object_of(const expression& node) {
    json::object result;
    for (std::size_t i = 0; i < node.names.size(); ++i) {
      work_.text(node.names[i].size());
      result[node.names[i]] = value_of(node.operands[i]);
    }
    return result;
  }

  json::value call(const expression& node) {
    const auto parameters =
        node.operands.empty() ? json::value(json::object{}) : value_of(node.operands[0]);
    const auto* members = parameters.if_object();
    const bool nothing = parameters.is_null() || parameters.is_array();
    if (members == nullptr && !nothing)
      throw script_runtime_error{"the parameters of API." + node.name + " must be an object"};
    if (++calls_ > most_script_calls) throw script_runtime_error{"too many API calls"};
    return caller_(node.name, members != nullptr ? *members : json::object{});
  }

  json::value copied(const json::value& value) {
    work_.value(value);
    return value;
  }

  json::value arguments_ = json::object{};
  const script_caller& caller_;
  std::map<std::string, json::value> variables_;
  int calls_ = 0;
  script::meter work_{most_script_operations};
};

}  // namespace

json::value run_script(std::string_view code, const argument_list& arguments,
                       const script_caller& caller) {
  const auto statements = script::parse(code);
  return interpreter{arguments, caller}.run(statements);
}

}  // namespace vkxx::emulation::detail

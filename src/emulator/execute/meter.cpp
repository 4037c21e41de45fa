#include "emulator/execute/meter.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include "emulator/execute/script.hpp"

namespace vkxx::emulation::detail::script {
namespace {

constexpr int deepest_value = 500;

}  // namespace

void meter::charge(std::uint64_t count, std::uint64_t units) {
  if (count > left_ / units) {
    left_ = 0;
    throw script_runtime_error{"too many operations"};
  }
  left_ -= count * units;
}

void meter::walk(const boost::json::value& value, int depth) {
  if (depth > deepest_value) throw script_runtime_error{"a value is nested too deeply"};
  parts(1);
  if (const auto* characters = value.if_string()) text(characters->size());
  if (const auto* items = value.if_array())
    for (const auto& item : *items) walk(item, depth + 1);
  if (const auto* members = value.if_object()) {
    for (const auto& [name, member] : *members) {
      text(name.size());
      walk(member, depth + 1);
    }
  }
}

}  // namespace vkxx::emulation::detail::script

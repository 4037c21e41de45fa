// What is read off VK's schema, without a call: `vkxx methods` and `vkxx describe`.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <utility>
#include <vkxx/core/redaction.hpp>

#include "command_line/spelling.hpp"
#include "command_line/usage_failure.hpp"
#include "commands/commands.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "schema/method_description.hpp"
#include "schema/method_names.hpp"

namespace vkxx::cli {
namespace {

namespace tables = schema_tables;

// What follows the complaint about a name.
std::string suggestion(const std::vector<std::string_view>& names) {
  return names.empty() ? std::string{} : "; " + did_you_mean(names);
}

// It may be a misplaced token.
std::string shown(const std::string& name) {
  return fmt::format("\"{}\"", redacted_text(name));
}

std::vector<tables::method> methods_of(const std::string& section) {
  std::vector<tables::method> found;
  for (const auto method : tables::methods()) {
    if (section.empty() || method.section() == section) found.push_back(method);
  }
  if (!found.empty()) return found;
  throw usage_failure{fmt::format("VK's schema {} has no section {}{}", tables::api_version(),
                                  shown(section), suggestion(nearest(section, section_names()))),
                      "vkxx methods"};
}

tables::method method_of(const std::string& name) {
  if (const auto found = tables::find_method(name)) return *found;
  throw usage_failure{fmt::format("VK's schema {} has no method {}{}", tables::api_version(),
                                  shown(name), suggestion(similar_methods(name))),
                      "vkxx methods"};
}

}  // namespace

exit_status run(const methods_command& what) {
  const auto methods = methods_of(what.section);
  if (what.json) {
    boost::json::array all;
    for (const auto method : methods) all.push_back(summarized_json(method));
    write_output(printed_value(std::move(all), json_layout::pretty));
    return exit_status::done;
  }
  std::string text;
  for (const auto method : methods) text += summarized(method) + '\n';
  write_output(text);
  return exit_status::done;
}

exit_status run(const describe_command& what) {
  const auto method = method_of(what.method);
  write_output(what.json ? printed_value(described_json(method), json_layout::pretty)
                         : described(method));
  return exit_status::done;
}

}  // namespace vkxx::cli

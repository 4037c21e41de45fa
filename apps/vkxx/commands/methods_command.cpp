// `vkxx methods`: the methods in VK's schema.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "command_line/spelling.hpp"
#include "command_line/usage_failure.hpp"
#include "options/shared_options.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "schema/method_description.hpp"
#include "schema/method_names.hpp"

namespace vkxx::cli {
namespace {

struct methods_command {
  std::string section;  // empty: all of them
  bool json = false;
};

std::vector<schema_tables::method> methods_of(const std::string& section) {
  std::vector<schema_tables::method> found;
  for (const auto method : schema_tables::methods()) {
    if (section.empty() || method.section() == section) found.push_back(method);
  }
  if (!found.empty()) return found;
  throw usage_failure{unknown_name_message("section", section, nearest(section, section_names())),
                      "vkxx methods"};
}

exit_status run_methods(const methods_command& options) {
  const auto methods = methods_of(options.section);
  if (options.json) {
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

}  // namespace

command_description methods_description() {
  const auto options = std::make_shared<methods_command>();
  command_description command{"methods", "List the methods of the VK API"};
  command.text("SECTION", options->section, {}, "Only those of this section, such as wall")
      .set_kind(value_kind::section);
  add_json_option(command, options->json, "Print a JSON array");
  command.examples({
      "vkxx methods",
      "vkxx methods wall",
      "vkxx methods --json | jq -r '.[] | select(.writes | not).name'",
  });
  command.notes(
      R"(Each line has the name, read or write (whether a call may change something), and the kinds of
token that the method accepts.)");
  command.on_run([options] { return run_methods(*options); });
  return command;
}

}  // namespace vkxx::cli

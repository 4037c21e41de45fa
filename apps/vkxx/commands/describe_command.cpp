// `vkxx describe`: a method by VK's schema.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>

#include "command_line/usage_failure.hpp"
#include "options/shared_options.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "schema/method_description.hpp"
#include "schema/method_names.hpp"

namespace vkxx::cli {
namespace {

struct describe_command {
  std::string method;
  bool json = false;
};

schema_tables::method method_of(const std::string& name) {
  if (const auto found = schema_tables::find_method(name)) return *found;
  throw usage_failure{unknown_name_message("method", name, similar_methods(name)), "vkxx methods"};
}

exit_status run_describe(const describe_command& options) {
  const auto method = method_of(options.method);
  write_output(options.json ? printed_value(described_json(method), json_layout::pretty)
                            : described(method));
  return exit_status::done;
}

}  // namespace

command_description describe_description() {
  const auto options = std::make_shared<describe_command>();
  command_description command{"describe", "Describe a method: parameters, response, errors"};
  command.text("METHOD", options->method, {}, "Such as wall.get")
      .set_required()
      .set_kind(value_kind::method);
  add_json_option(command, options->json, "Print a JSON object");
  command.examples({
      "vkxx describe wall.get",
      "vkxx describe wall.get --json | jq '.parameters[].name'",
  });
  command.notes(
      R"(The description is that of VK's schema. Methods and parameters that are newer than the schema can
be called, too.)");
  command.details(
      R"(Prints what VK's schema has on a method: its page, its parameters with types, limits and values,
the forms of the response, and its own errors.)");
  command.on_run([options] { return run_describe(*options); });
  return command;
}

}  // namespace vkxx::cli

// `vkxx profiles`: the contents of the token file.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <utility>

#include "options/shared_options.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "session/profile.hpp"
#include "terminal/interruption.hpp"
#include "terminal/terminal.hpp"

namespace vkxx::cli {
namespace {

struct profiles_command : profile_options {
  bool json = false;
};

exit_status run_profiles(const profiles_command& options) {
  const interruption stop;
  terminal person{stop};
  if (!has_profiles(options)) {
    if (options.json) write_output("[]\n");
    return exit_status::done;
  }
  const auto store = open_profiles(options, person);
  const auto names = store->profiles().value();
  std::size_t width = 0;
  for (const auto& name : names) width = std::max(width, name.size());
  std::string text;
  boost::json::array all;
  for (const auto& name : names) {
    const auto token = store->load(name).value();
    if (token) all.push_back(profile_json(name, *token));
    if (token) text += fmt::format("{:<{}}  {}\n", name, width, description_of(*token));
  }
  write_output(options.json ? printed_value(std::move(all), json_layout::pretty) : text);
  return exit_status::done;
}

}  // namespace

command_description profiles_description() {
  const auto options = std::make_shared<profiles_command>();
  command_description command{"profiles", "List the stored profiles"};
  add_json_option(command, options->json, "Print a JSON array");
  add_profile_options(command, *options);
  command.examples({
      "vkxx profiles",
      "vkxx profiles --tokens work.tokens",
      "vkxx profiles --json | jq -r '.[].profile'",
  });
  command.details("Lists the profiles, with the owner, scope and expiration of their tokens.");
  command.on_run([options] { return run_profiles(*options); });
  return command;
}

}  // namespace vkxx::cli

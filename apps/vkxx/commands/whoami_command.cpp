// `vkxx whoami`: the owner of a profile's token, according to VK.
#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <csignal>
#include <memory>
#include <string_view>
#include <vkxx/blocking_client.hpp>
#include <vkxx/core/json_parts.hpp>

#include "options/shared_options.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/connection.hpp"
#include "session/profile.hpp"
#include "terminal/interruption.hpp"
#include "terminal/terminal.hpp"

namespace vkxx::cli {
namespace {

struct whoami_command : connection_options, profile_options {};

bool is_empty_list(std::string_view json) {
  return json.starts_with('[') && json_elements(json).empty();
}

// A token that was stored as it is may be a community's: VK has no user for it then.
result<reply> ask_for_owner(blocking_client& vk, bool of_community, const interruption& stop) {
  const auto options = call_options{}.stop_token(stop.token());
  if (of_community) return vk.try_call(request{"groups.getById"}, options);
  auto user = vk.try_call(request{"users.get"}, options);
  if (!user || !is_empty_list(user->text())) return user;
  auto community = vk.try_call(request{"groups.getById"}, options);
  // Other tokens have no owner, and VK refuses the call.
  const bool refused = !community && community.error().details() != nullptr;
  return refused ? user : community;
}

exit_status run_whoami(const whoami_command& options) {
  const interruption stop;
  terminal person{stop};
  const auto store = present_profiles(options, person);
  const auto token = token_of(options, *store);
  auto settings = connection_config(options);
  settings.tokens(profile_source(options, store));
  blocking_client vk{settings};
  const auto owner = ask_for_owner(vk, !token.communities.empty(), stop);
  if (stop.signal() != 0) {
    return report_failure("interrupted", "interrupted; nothing was changed",
                          status_of_signal(stop.signal()), format_of(options.json));
  }
  if (!owner) {
    return report_failure(owner.error(), token_presence::given, format_of(options.json));
  }
  if (options.json) {
    auto known = printed_value(profile_json(profile_name(options), token), json_layout::compact);
    known.resize(known.rfind('}'));
    write_output(printed_json(fmt::format("{},\"response\":{}}}", known, owner->text()),
                              json_layout::pretty));
    return exit_status::done;
  }
  write_output(printed_json(owner->text(), json_layout::pretty));
  write_message(
      fmt::format("vkxx: profile {}: {}", printable(profile_name(options)), description_of(token)));
  return exit_status::done;
}

}  // namespace

command_description whoami_description() {
  const auto options = std::make_shared<whoami_command>();
  command_description command{"whoami", "Show the owner of a profile's token"};
  add_json_option(command, options->json, "Print a JSON object");
  add_verbose_option(command, *options);
  add_profile_options(command, *options);
  add_connection_options(command, *options);
  command.examples({
      "vkxx whoami",
      "vkxx whoami --profile work",
      "vkxx whoami --json | jq .expires_at",
  });
  command.details(
      "Asks VK for the owner of the profile's token. With --json all that is known of "
      "the profile is one object.");
  command.on_run([options] { return run_whoami(*options); });
  return command;
}

}  // namespace vkxx::cli

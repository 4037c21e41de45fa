// `vkxx logout`: ends the session at VK and removes the profile.
#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vkxx/auth/vk_id.hpp>
#include <vkxx/client.hpp>

#include "options/shared_options.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/connection.hpp"
#include "session/profile.hpp"
#include "terminal/interruption.hpp"
#include "terminal/terminal.hpp"

namespace vkxx::cli {
namespace {

struct logout_command : connection_options, profile_options {
  bool local = false;  // VK is not called
};

// Only VK ID has sessions that can be ended.
result<void> end_session(const connection_options& options, const auth::access_token& token,
                         const interruption& stop) {
  asio::io_context loop{1};
  result<void> outcome{error{errc::cancelled, request_effect::not_sent, "not started"}};
  std::exception_ptr thrown;
  const client vk{loop.get_executor(), connection_config(options)};
  const auth::vk_id app{token.client_id, {}};
  asio::cancellation_signal cancel;
  asio::co_spawn(loop, app.log_out(token, vk.environment()),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr failure,
                                                                 std::optional<result<void>> got) {
                   thrown = failure;
                   if (got) outcome = std::move(*got);
                   loop.stop();
                 }));
  const std::stop_callback on_stop{
      stop.token(),
      [&] { asio::post(loop, [&] { cancel.emit(asio::cancellation_type::terminal); }); }};
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
  return outcome;
}

exit_status run_logout(const logout_command& options) {
  const interruption stop;
  terminal person{stop};
  const auto store = present_profiles(options, person);
  const auto token = token_of(options, *store);
  const bool has_session = !token.refresh_token.empty() && !options.local;
  if (has_session) {
    const auto ended = end_session(options, token, stop);
    if (!ended && stop.signal() != 0) {
      write_message(
          "vkxx: interrupted; it is not known whether VK ended the session, and the profile stays: "
          "try again");
      return status_of_signal(stop.signal());
    }
    if (!ended) {
      write_message(
          "vkxx: VK did not end the session, and the profile stays: try again, or remove it "
          "without VK by vkxx logout --local");
      return report_failure(ended.error(), token_presence::given, format_of(options.json));
    }
  }
  if (const auto removed = store->remove(profile_name(options)); !removed) {
    return report_failure(removed.error(), token_presence::given, format_of(options.json));
  }
  write_output(fmt::format("profile {} is removed{}\n", printable(profile_name(options)),
                           has_session ? ""
                                       : "; VK still accepts its token until it expires or is "
                                         "revoked in the account's settings"));
  return exit_status::done;
}

}  // namespace

command_description logout_description() {
  const auto options = std::make_shared<logout_command>();
  command_description command{"logout", "Remove a profile and end its session at VK"};
  command.flag("--local", options->local,
               "Only remove the profile; VK is not called, and the session there goes on");
  add_json_option(command, options->json);
  add_verbose_option(command, *options);
  add_profile_options(command, *options);
  add_connection_options(command, *options);
  command.examples({
      "vkxx logout",
      "vkxx logout --profile work",
  });
  command.notes("A session at VK (vkid) is ended first; if that fails, the profile stays.");
  command.on_run([options] { return run_logout(*options); });
  return command;
}

}  // namespace vkxx::cli

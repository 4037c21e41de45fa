// `vkxx profiles`, `vkxx whoami`, `vkxx logout`.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <csignal>
#include <utility>
#include <vkxx/auth/vk_id.hpp>
#include <vkxx/blocking_client.hpp>
#include <vkxx/client.hpp>

#include "command_line/usage_failure.hpp"
#include "commands/commands.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/profile.hpp"
#include "session/way.hpp"
#include "terminal/interruption.hpp"
#include "terminal/terminal.hpp"

namespace vkxx::cli {
namespace {

exit_status failed(const error& failure, bool json) {
  return report_failure(failure, token_presence::given, format_of(json));
}

// VK ID is the only way in with a way out.
result<void> end_session(const way_options& way, const auth::access_token& token,
                         const interruption& stop) {
  asio::io_context loop{1};
  result<void> outcome{error{errc::cancelled, request_effect::not_sent, "not begun"}};
  std::exception_ptr thrown;
  const client vk{loop.get_executor(), way_settings(way)};
  const auth::vk_id app{token.client_id, {}};
  asio::cancellation_signal end;
  asio::co_spawn(loop, app.log_out(token, vk.environment()),
                 asio::bind_cancellation_slot(
                     end.slot(), [&](std::exception_ptr failure, std::optional<result<void>> got) {
                       thrown = failure;
                       if (got) outcome = std::move(*got);
                       loop.stop();
                     }));
  const std::stop_callback when_stopped{
      stop.token(),
      [&] { asio::post(loop, [&] { end.emit(asio::cancellation_type::terminal); }); }};
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
  return outcome;
}

}  // namespace

exit_status run(const profiles_command& what) {
  const interruption stop;
  terminal person{stop};
  if (!has_profiles(what)) {
    if (what.json) write_output("[]\n");
    return exit_status::done;
  }
  const auto store = open_profiles(what, person);
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
  write_output(what.json ? printed_value(std::move(all), json_layout::pretty) : text);
  return exit_status::done;
}

exit_status run(const whoami_command& what) {
  const interruption stop;
  terminal person{stop};
  const auto store = present_profiles(what, person);
  const auto token = token_of(what, *store);
  auto settings = way_settings(what);
  settings.tokens(profile_source(what, store));
  blocking_client vk{settings};
  const bool is_user = token.communities.empty();
  const auto who = vk.try_call(request{is_user ? "users.get" : "groups.getById"},
                               call_options{}.stop_token(stop.token()));
  if (stop.signal() != 0) {
    return report_failure(
        "interrupted", "interrupted; nothing was changed",
        stop.signal() == SIGTERM ? exit_status::terminated : exit_status::interrupted,
        format_of(what.json));
  }
  if (!who) return failed(who.error(), what.json);
  if (what.json) {
    auto known = printed_value(profile_json(profile_name(what), token), json_layout::compact);
    known.resize(known.rfind('}'));
    write_output(
        printed_json(fmt::format("{},\"response\":{}}}", known, who->text()), json_layout::pretty));
    return exit_status::done;
  }
  write_output(printed_json(who->text(), json_layout::pretty));
  write_message(
      fmt::format("vkxx: profile {}: {}", printable(profile_name(what)), description_of(token)));
  return exit_status::done;
}

exit_status run(const logout_command& what) {
  const interruption stop;
  terminal person{stop};
  const auto store = present_profiles(what, person);
  const auto token = token_of(what, *store);
  const bool has_session = !token.refresh_token.empty() && !what.local;
  if (has_session) {
    const auto ended = end_session(what, token, stop);
    if (!ended && stop.signal() != 0) {
      write_message(
          "vkxx: interrupted; it is not known whether VK ended the session, and the profile stays: "
          "try again");
      return stop.signal() == SIGTERM ? exit_status::terminated : exit_status::interrupted;
    }
    if (!ended) {
      write_message(
          "vkxx: VK did not end the session, and the profile stays: try again, or forget it "
          "without VK by vkxx logout --local");
      return failed(ended.error(), what.json);
    }
  }
  if (const auto removed = store->remove(profile_name(what)); !removed) {
    return failed(removed.error(), what.json);
  }
  write_output(fmt::format("profile {} is forgotten{}\n", printable(profile_name(what)),
                           has_session ? ""
                                       : "; VK still honours its token until it ends or is "
                                         "revoked in the account's settings"));
  return exit_status::done;
}

}  // namespace vkxx::cli

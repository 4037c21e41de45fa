#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <csignal>
#include <utility>

#include "arguments.hpp"
#include "caller.hpp"
#include "commands.hpp"
#include "file.hpp"
#include "interruption.hpp"
#include "json_printer.hpp"
#include "output.hpp"

namespace vkxx::cli {
namespace {

std::string printed(const reply& answer, const call_command& what) {
  const auto layout = what.compact ? json_layout::compact : json_layout::pretty;
  if (!what.raw) return printed_json(answer.json(), layout);
  return printed_json(boost::json::parse(answer.body()), layout);
}

exit_status interrupted_by(int signal) {
  write_message("vkxx: interrupted; it is not known whether VK executed the request");
  return signal == SIGTERM ? exit_status::terminated : exit_status::interrupted;
}

}  // namespace

exit_status run(const call_command& what) {
  const interruption stop;
  auto call = make_request(what.method, what.arguments, read_file);
  caller vk{what, call, stop};
  const auto outcome = vk.call(std::move(call));
  if (what.stats) write_message("vkxx: " + to_log_line(vk.seen()));
  if (stop.signal() != 0) return interrupted_by(stop.signal());
  auto status = exit_status::done;
  if (outcome) {
    write_output(printed(*outcome, what));
  } else {
    status = vk.report(outcome.error());
  }
  show_hints(what, outcome ? std::nullopt : outcome.error().api_code());
  return status;
}

}  // namespace vkxx::cli

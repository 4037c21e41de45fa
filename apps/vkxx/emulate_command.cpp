#include <fmt/format.h>

#include <boost/system/system_error.hpp>
#include <stdexcept>
#include <vkxx/emulator.hpp>

#include "commands.hpp"
#include "file.hpp"
#include "interruption.hpp"
#include "output.hpp"
#include "usage_failure.hpp"

namespace vkxx::cli {
namespace {

constexpr auto help = "vkxx emulate --help";

emulator_options options_of(const emulate_command& what) {
  emulator_options options;
  options.address(what.address).port(what.port).seed(what.seed);
  options.tls(what.tls).strict_limits(what.strict_limits);
  for (const auto& text : what.faults) {
    try {
      options.add_fault(emulation::parse_fault(text));
    } catch (const emulation::fault_syntax_error& failure) {
      throw usage_failure{fmt::format("--fault {}: {}", text, failure.what()), help};
    }
  }
  if (what.verbose) {
    options.log(
        [](const log_line& line) {
          write_message(fmt::format("{}: {}", to_string(line.level), printable(line.text)));
        },
        log_level::debug);
  }
  return options;
}

// One piece, so that a reader who takes the first line and goes does not cut it.
std::string greeting(const emulator& vk) {
  const auto tokens = vk.tokens();
  return fmt::format(
      "{}\n"
      "token of user 1:      {}\n"
      "token of user 2:      {}\n"
      "token of community 1: {}\n"
      "token of the service: {}\n",
      vk.url(), tokens.user, tokens.other_user, tokens.community, tokens.service);
}

exit_status serve(const emulate_command& what, const interruption& stop) {
  emulator vk{options_of(what)};
  if (what.ca_out) write_file(*what.ca_out, vk.ca_certificate_pem());
  write_output(greeting(vk));
  stop.wait();
  vk.stop();
  return exit_status::done;
}

}  // namespace

exit_status run(const emulate_command& what) {
  const interruption stop;
  try {
    return serve(what, stop);
  } catch (const std::invalid_argument& failure) {
    throw usage_failure{failure.what(), help};
  } catch (const boost::system::system_error& failure) {
    if (failure.code() == boost::system::errc::invalid_argument) {
      throw usage_failure{fmt::format("--address: {}", failure.what()), help};
    }
    write_message(fmt::format("vkxx: the emulator cannot start: {}", printable(failure.what())));
    return exit_status::network;
  }
}

}  // namespace vkxx::cli

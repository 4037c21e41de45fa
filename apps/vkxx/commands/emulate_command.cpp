#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <vkxx/emulator.hpp>

#include "command_line/usage_failure.hpp"
#include "commands/commands.hpp"
#include "output/file.hpp"
#include "output/output.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

constexpr auto help = "vkxx emulate --help";

// `NAME[:VERSION]=FILE`
emulation::procedure procedure_of(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size()) {
    throw std::invalid_argument{"expected NAME=FILE or NAME:VERSION=FILE"};
  }
  const auto colon = std::min(text.find(':'), equals);
  int version = 1;
  if (colon != equals) {
    const char* end = text.data() + equals;
    const auto [stop, failure] = std::from_chars(text.data() + colon + 1, end, version);
    if (failure != std::errc{} || stop != end) {
      throw std::invalid_argument{"the version is not a number"};
    }
  }
  emulation::procedure result{text.substr(0, colon), read_file(text.substr(equals + 1))};
  result.version(version);
  return result;
}

emulator_options options_of(const emulate_command& what) {
  emulator_options options;
  options.address(what.address).port(what.port).seed(what.seed);
  options.tls(what.tls).strict_limits(what.strict_limits);
  options.page_seed(what.page_seed).auto_consent(what.auto_consent);
  if (what.token_lifetime) options.token_lifetime(std::chrono::seconds{*what.token_lifetime});
  for (const auto& text : what.faults) {
    try {
      options.add_fault(emulation::parse_fault(text));
    } catch (const emulation::fault_syntax_error& failure) {
      throw usage_failure{
          fmt::format(
              "--fault {}: {} (it is KIND[=VALUE][:METHOD][*COUNT][,NAME=VALUE]..., such as "
              "lost:wall.post*2, or lost*0 for every call)",
              text, failure.what()),
          help};
    }
  }
  for (const auto& text : what.procedures) {
    try {
      options.add_procedure(procedure_of(text));
    } catch (const std::invalid_argument& failure) {
      throw usage_failure{fmt::format("--procedure {}: {}", text, failure.what()), help};
    }
  }
  for (const auto& name : what.control_hosts) {
    try {
      options.add_control_host(name);
    } catch (const std::invalid_argument&) {
      throw usage_failure{
          fmt::format("--control-host {}: expected a host name without a port, such as emulator",
                      name),
          help};
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

// Nothing here needs an escape between single quotes.
std::string credentials(const emulator& vk) {
  const auto tokens = vk.tokens();
  const auto accounts = vk.accounts();
  const auto plain = std::ranges::find_if(accounts, [](const emulation::account& one) {
    return one.branch() == emulation::login_branch::plain;
  });
  return fmt::format(
      "export VK_EMULATOR_URL='{}'\n"
      "export VK_EMULATOR_PID='{}'\n"
      "export VK_USER_LOGIN='{}'\n"
      "export VK_USER_PASSWORD='{}'\n"
      "export VK_ACCESS_TOKEN='{}'\n"
      "export VK_GROUP_IDS='1,2'\n"
      "export VK_GROUP_ACCESS_TOKEN='{}'\n"
      "export VK_SERVICE_TOKEN='{}'\n",
      vk.url(), ::getpid(), plain->login(), plain->password(), tokens.user, tokens.community,
      tokens.service);
}

// The names that clients of VK have in them. Hosts files know no `*.vk.ru`.
std::string hosts_lines(const std::string& address) {
  std::string lines;
  for (const auto* domain : {"vk.ru", "vk.com"}) {
    lines += fmt::format("{0} {1} api.{1} oauth.{1} login.{1} m.{1} id.{1} im.{1} static.{1}\n",
                         address, domain);
  }
  return lines;
}

// `$(vkxx emulate … &)` waits for the end of the output, not of the program.
void close_output() {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0 || ::dup2(nowhere, STDOUT_FILENO) < 0) {
    throw output_failure{"standard output cannot be closed"};
  }
  ::close(nowhere);
}

exit_status serve(const emulate_command& what, const interruption& stop) {
  if (what.hosts) {
    write_output(hosts_lines(what.address));
    return exit_status::done;
  }
  emulator vk{options_of(what)};
  if (what.ca_out) write_file(*what.ca_out, vk.ca_certificate_pem());
  if (what.print_credentials) {
    write_output(credentials(vk));
    close_output();
  } else {
    write_output(greeting(vk));
  }
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
      throw usage_failure{fmt::format("--address: expected an IP address such as 127.0.0.1 or ::1, "
                                      "not \"{}\"",
                                      what.address),
                          help};
    }
    throw listen_failure{fmt::format(
        "the emulator cannot listen on port {} of {}: {}; choose another --port or --address, or "
        "leave --port out for a free one",
        what.port, what.address, failure.code().message())};
  }
}

}  // namespace vkxx::cli

// The command line program. docs/command-line.md describes it.
#include <algorithm>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vkxx/core/exception.hpp>

#include "command_line/command_line.hpp"
#include "command_line/usage_failure.hpp"
#include "commands/command_list.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "terminal/argv_secrets.hpp"
#include "terminal/interruption.hpp"

namespace {

using vkxx::cli::exit_status;

// Needed before the command line is parsed, for its own errors.
vkxx::cli::error_format error_format_of(int argc, char** argv) {
  const auto last = std::find(argv, argv + argc, std::string_view{"--"});
  const bool json = std::find(argv, last, std::string_view{"--json"}) != last;
  return vkxx::cli::format_of(json);
}

exit_status run_program(int argc, char** argv) {
  using namespace vkxx::cli;
  const auto format = error_format_of(argc, argv);
  try {
    const auto commands = all_commands();
    const auto parsed = read_command_line(commands, argc, argv);
    hide_secrets(argc, argv);
    if (parsed.command != nullptr) return parsed.command->run();
    write_output(parsed.text);
    return exit_status::done;
  } catch (const usage_failure& failure) {
    const bool hint = format == error_format::text && !failure.help().empty();
    return report_failure("usage",
                          failure.what() + (hint ? " (" + failure.help() + ")" : std::string{}),
                          exit_status::usage, format);
  } catch (const vkxx::exception& failure) {
    return report_failure(failure.error(), token_presence::given, format);
  } catch (const listen_failure& failure) {
    return report_failure("listen", failure.what(), exit_status::network, format);
  } catch (const interrupted_question& question) {
    return report_failure("interrupted", "interrupted", status_of_signal(question.signal()),
                          format);
  } catch (const output_closed&) {
    return exit_status::unread;
  } catch (const output_failure& failure) {
    return report_failure("output", failure.what(), exit_status::failed, format);
  } catch (const boost::system::system_error& failure) {
    // Its own text names a location in the source of Boost.
    return report_failure("system", failure.code().message(), exit_status::failed, format);
  } catch (const std::bad_alloc&) {
    return report_failure("memory", "out of memory", exit_status::failed, format);
  } catch (const std::exception& failure) {
    return report_failure("failed", failure.what(), exit_status::failed, format);
  }
}

}  // namespace

int main(int argc, char** argv) {
  vkxx::cli::prepare_standard_streams();
  return static_cast<int>(run_program(argc, argv));
}

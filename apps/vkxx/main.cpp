// The command line program. docs/command-line.md tells what it does.
#include <exception>
#include <new>
#include <string>
#include <variant>
#include <vkxx/core/exception.hpp>

#include "argv_secrets.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "report.hpp"
#include "usage_failure.hpp"

namespace {

using vkxx::cli::exit_status;

exit_status run_program(int argc, char** argv) {
  using namespace vkxx::cli;
  try {
    const auto chosen = read_command_line(argc, argv);
    hide_secrets(argc, argv);
    return std::visit([](const auto& what) { return run(what); }, chosen);
  } catch (const usage_failure& failure) {
    const auto hint = failure.help().empty() ? std::string{} : " (" + failure.help() + ")";
    write_message("vkxx: " + vkxx::printable(failure.what()) + hint);
    return exit_status::usage;
  } catch (const vkxx::exception& failure) {
    write_message("vkxx: " + description_of(failure.error(), token_presence::given));
    return status_of(failure.error());
  } catch (const std::exception& failure) {
    write_message("vkxx: " + vkxx::printable(failure.what()));
    return exit_status::failed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  vkxx::cli::prepare_standard_streams();
  return static_cast<int>(run_program(argc, argv));
}

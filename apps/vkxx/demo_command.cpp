#include "commands.hpp"
namespace vkxx::cli {
exit_status run(const demo_command&) { return exit_status::failed; }
}  // namespace vkxx::cli

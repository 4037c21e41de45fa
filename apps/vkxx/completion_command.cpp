#include "commands.hpp"
#include "completion_scripts.hpp"
#include "output.hpp"

namespace vkxx::cli {

exit_status run(const completion_command& what) {
  if (what.shell == "bash") write_output(bash_completion());
  if (what.shell == "zsh") write_output(zsh_completion());
  if (what.shell == "fish") write_output(fish_completion());
  return exit_status::done;
}

}  // namespace vkxx::cli

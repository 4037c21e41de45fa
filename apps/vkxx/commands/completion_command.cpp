// `vkxx completion`: the completion script of a shell.
#include <memory>
#include <string>

#include "command_line/command_description.hpp"
#include "commands/command_list.hpp"
#include "completion/completion_scripts.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

struct completion_command {
  std::string shell;
};

exit_status run_completion(const completion_command& options) {
  const auto commands = all_commands();
  if (options.shell == "bash") write_output(bash_completion(commands));
  if (options.shell == "zsh") write_output(zsh_completion(commands));
  if (options.shell == "fish") write_output(fish_completion(commands));
  return exit_status::done;
}

}  // namespace

command_description completion_description() {
  const auto options = std::make_shared<completion_command>();
  command_description command{"completion", "Print the completion script of a shell"};
  command.word("SHELL", options->shell, {{"bash"}, {"zsh"}, {"fish"}}, {}, "bash, zsh or fish")
      .set_required();
  command.examples({
      "vkxx completion bash > ~/.local/share/bash-completion/completions/vkxx",
      R"(vkxx completion zsh > "${fpath[1]}/_vkxx")",
      "vkxx completion fish > ~/.config/fish/completions/vkxx.fish",
  });
  command.on_run([options] { return run_completion(*options); });
  return command;
}

}  // namespace vkxx::cli

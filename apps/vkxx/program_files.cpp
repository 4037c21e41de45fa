// Writes the files that are installed with the program, the manual page and the completion scripts,
// to a folder. Part of the build, not installed.
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include "commands/command_list.hpp"
#include "completion/completion_scripts.hpp"
#include "manual/manual_page.hpp"

namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << text << std::flush;
  if (!file) throw std::runtime_error{path + " cannot be written"};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: vkxx_program_files FOLDER\n";
    return 2;
  }
  try {
    const std::string folder{argv[1]};
    const auto commands = vkxx::cli::all_commands();
    write(folder + "/vkxx.1", vkxx::cli::manual_page(commands));
    write(folder + "/vkxx.bash", vkxx::cli::bash_completion(commands));
    write(folder + "/vkxx.zsh", vkxx::cli::zsh_completion(commands));
    write(folder + "/vkxx.fish", vkxx::cli::fish_completion(commands));
    return 0;
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}

// `vkxx new`: a project to begin with.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "command_line/command_description.hpp"
#include "command_line/usage_failure.hpp"
#include "output/file.hpp"
#include "output/output.hpp"
#include "project/project_files.hpp"

namespace vkxx::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto new_help = "vkxx new --help";

struct new_command {
  std::string kind;
  std::string name;
  std::optional<std::string> folder;
};

[[noreturn]] void refuse(const fs::path& path, const std::string& problem) {
  throw usage_failure{fmt::format("{} {}", printable(path.string()), problem), new_help};
}

// Nothing that is there is written over.
void check_folder(const fs::path& folder) {
  std::error_code failure;
  const auto found = fs::symlink_status(folder, failure);
  if (found.type() == fs::file_type::not_found) return;
  if (!fs::is_directory(folder, failure)) refuse(folder, "is there already, and no folder");
  const bool empty = fs::is_empty(folder, failure);
  if (failure) refuse(folder, "cannot be read: " + failure.message());
  if (!empty) refuse(folder, "is not empty: name another folder with --into");
}

// What was written of a project. A part of one is none: it goes again, unless all was written.
class unfinished_project {
 public:
  unfinished_project() = default;
  unfinished_project(const unfinished_project&) = delete;
  unfinished_project& operator=(const unfinished_project&) = delete;
  ~unfinished_project() {
    std::error_code ignored;
    for (; !written_.empty(); written_.pop_back()) fs::remove(written_.back(), ignored);
  }

  void create_folder(const fs::path& folder) {
    std::error_code failure;
    if (folder.empty() || fs::is_directory(folder, failure)) return;
    create_folder(folder.parent_path());
    written_.push_back(folder);
    fs::create_directory(folder, failure);
    if (failure) refuse(folder, "cannot be created: " + failure.message());
  }
  void write(const fs::path& path, const std::string& text) {
    create_folder(path.parent_path());
    written_.push_back(path);
    write_file(path.string(), text);
  }
  void finish() noexcept { written_.clear(); }

 private:
  std::vector<fs::path> written_;  // folders before what is in them
};

void write_project(const fs::path& folder, const std::vector<project_file>& files) {
  unfinished_project project;
  for (const auto& file : files) project.write(folder / file.path, file.text);
  project.finish();
}

// As one word of a shell.
std::string shell_word(const std::string& path) {
  constexpr std::string_view plain =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_./-+,:@";
  if (path.find_first_not_of(plain) == std::string::npos) return path;
  std::string word{"'"};
  for (const char letter : path)
    word += letter == '\'' ? std::string{"'\\''"} : std::string{letter};
  return word + '\'';
}

exit_status run_new(const new_command& command) {
  if (!is_project_name(command.name)) {
    throw usage_failure{
        fmt::format(
            "{} cannot name a project: expected a lower-case letter, then up to 39 lower-case "
            "letters, digits, - and _, but neither a target of CMake nor one of vkxx",
            printable(command.name)),
        new_help};
  }
  const fs::path folder = command.folder.value_or(command.name);
  check_folder(folder);
  const auto files = bot_project(command.name);
  write_project(folder, files);
  std::string text;
  for (const auto& file : files) text += (folder / file.path).string() + '\n';
  write_output(text);
  write_message(
      fmt::format("vkxx: next: cd {} && cmake -B build -G Ninja && cmake --build build && "
                  "ctest --test-dir build",
                  printable(shell_word(folder.string()))));
  return exit_status::done;
}

}  // namespace

command_description new_description() {
  const auto options = std::make_shared<new_command>();
  command_description command{"new", "Create a project for a bot"};
  command
      .word("KIND", options->kind, {{"bot", "a bot of a community, with its test"}}, "KIND",
            "What to create: bot")
      .set_required();
  command.text("NAME", options->name, "NAME", "The name of the project").set_required();
  command.text("--into", options->folder, "FOLDER", "The folder to write to [NAME]")
      .set_kind(value_kind::file);
  command.examples({
      "vkxx new bot teashop",
      "vkxx new bot teashop --into ~/bots/teashop",
  });
  command.details(
      "Writes a project that builds and passes its test: the program, its handlers, a test that "
      "talks "
      "to them through the emulator, and files for CMake, Docker, systemd and continuous "
      "integration. "
      "The folder must be empty or absent. The names of the files go to standard output.");
  command.on_run([options] { return run_new(*options); });
  return command;
}

}  // namespace vkxx::cli

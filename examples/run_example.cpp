// Runs an example against an emulator and compares what it prints with what is expected.
// Usage: run_example PROGRAM EXPECTED-FILE
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <vkxx/emulator.hpp>

namespace {

// Both outputs of the program; its exit status, if not 0, as a last line.
std::string output_of(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    return "cannot be started\n";
  }
  std::string text;
  std::array<char, 4096> chunk{};
  while (const auto count = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
    text.append(chunk.data(), count);
  }
  if (const int status = pclose(pipe); status != 0) {
    text += "exit status " + std::to_string(status) + "\n";
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: run_example PROGRAM EXPECTED-FILE\n";
    return 2;
  }
  std::ifstream file{argv[2]};
  const std::string expected{std::istreambuf_iterator<char>{file},
                             std::istreambuf_iterator<char>{}};

  // The answer to every captcha, piped to the program.
  vkxx::emulator emulator{vkxx::emulator_options{}.captcha_text("12345")};
  setenv("VK_ACCESS_TOKEN", emulator.tokens().user.c_str(), 1);
  const auto printed = output_of("echo 12345 | \"" + std::string{argv[1]} + "\" " + emulator.url());
  if (printed != expected) {
    std::cout << "expected:\n" << expected << "\nprinted:\n" << printed;
    return 1;
  }
  return 0;
}

// A child process that is killed, and what it left behind.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "integration/dispatch/state_support.hpp"

namespace vkxx::testing {

// Runs `PROGRAM FOLDER POINT COUNT` in a folder of its own.
class killed_process {
 public:
  explicit killed_process(std::string program) : program_{std::move(program)} {}

  // Starts the program, and waits for its end. Whether it ended by itself.
  bool run(const std::string& point, int count, std::chrono::microseconds kill_after = {}) {
    const auto folder = folder_.file("");
    const auto times = std::to_string(count);
    const auto child = ::fork();
    if (child == 0) {
      ::alarm(longest_run);
      ::execl(program_.c_str(), program_.c_str(), folder.c_str(), point.c_str(), times.c_str(),
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
    if (kill_after.count() > 0) {
      // The only wait: when the kill comes is what this test is about.
      std::this_thread::sleep_for(kill_after);
      ::kill(child, SIGKILL);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
      EXPECT_EQ(WTERMSIG(status), SIGKILL);
      return false;
    }
    EXPECT_EQ(WEXITSTATUS(status), 0) << point;
    return true;
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
  // Of a file that the program wrote.
  [[nodiscard]] std::vector<std::string> lines(const std::string& name) const {
    std::vector<std::string> all;
    std::ifstream written{folder_.file(name)};
    for (std::string line; std::getline(written, line);) all.push_back(line);
    return all;
  }
  // A parameter of a request, with its name.
  static std::string part(const std::string& body, const std::string& name) {
    const auto begin = body.find(name);
    if (begin == std::string::npos) return {};
    return body.substr(begin, body.find('&', begin) - begin);
  }

 private:
  static constexpr unsigned longest_run = 120;  // seconds: a program that hangs fails

  std::string program_;
  temporary_folder folder_;
};

}  // namespace vkxx::testing

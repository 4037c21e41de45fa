#include <algorithm>
#include <array>

#include "project/project_files.hpp"

namespace vkxx::cli {
namespace {

// `@NAME@` stands for the name of the project.

constexpr std::string_view cmake_lists = R"cmake(cmake_minimum_required(VERSION 3.25)
project(@NAME@ LANGUAGES CXX)

# The sources of vkxx in the folder vkxx, if they are there; else the vkxx that is installed.
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/vkxx/CMakeLists.txt)
  add_subdirectory(vkxx EXCLUDE_FROM_ALL)
else()
  find_package(vkxx REQUIRED)
endif()

add_library(@NAME@_handlers STATIC src/handlers.cpp)
target_include_directories(@NAME@_handlers PUBLIC src)
target_link_libraries(@NAME@_handlers PUBLIC vkxx::bot)

add_executable(@NAME@ src/main.cpp)
target_link_libraries(@NAME@ PRIVATE @NAME@_handlers vkxx::state_sqlite)

enable_testing()
find_package(GTest REQUIRED)
include(GoogleTest)
add_executable(@NAME@_test tests/handlers_test.cpp)
target_link_libraries(@NAME@_test PRIVATE @NAME@_handlers vkxx::bot_testing GTest::gtest_main)
gtest_discover_tests(@NAME@_test)
)cmake";

constexpr std::string_view handlers_header = R"cpp(// What the bot answers.
#pragma once

#include <vkxx/bot.hpp>

// Adds the handlers. The program and the tests call it.
void set_up(vkxx::bot& bot);
)cpp";

constexpr std::string_view handlers_source = R"cpp(#include "handlers.hpp"

#include <string>

void set_up(vkxx::bot& bot) {
  bot.on_command("start", [] { return "Hello! Write me something."; });
  // A handler that only answers returns the answer. One that does more is a coroutine:
  //   [](vkxx::message_context m) -> asio::awaitable<void> { co_await m.answer("…"); }
  bot.on_text([](const vkxx::incoming_message& m) { return "You said: " + m.text(); });
}
)cpp";

constexpr std::string_view main_source = R"cpp(// The bot @NAME@.
//
//   VK_ACCESS_TOKEN=… @NAME@ [EMULATOR-ADDRESS]
#include <cstdlib>
#include <iostream>

#include <vkxx/bot.hpp>
#include <vkxx/state/sqlite_state.hpp>

#include "handlers.hpp"

int main(int argc, char** argv) try {
  const char* token = std::getenv("VK_ACCESS_TOKEN");
  if (token == nullptr || *token == '\0') {
    std::cerr << "@NAME@: set VK_ACCESS_TOKEN to an access token of the community\n";
    return 2;
  }
  vkxx::config settings;
  settings.access_token(token);
  if (argc > 1) settings.emulator(argv[1]);

  // Updates, sessions and timers survive a crash in this file.
  const char* folder = std::getenv("STATE_DIRECTORY");
  auto store = vkxx::sqlite_state::open(std::string{folder ? folder : "."} + "/@NAME@.db");
  if (!store) {
    std::cerr << "@NAME@: " << store.error() << '\n';
    return 1;
  }

  vkxx::bot bot{settings};
  bot.keep_in(*store);
  set_up(bot);
  return bot.run();
} catch (const std::exception& failure) {
  std::cerr << "@NAME@: " << failure.what() << '\n';
  return 1;
}
)cpp";

constexpr std::string_view test_source = R"cpp(// The bot against the emulator: no network, no token, no waiting.
#include <gtest/gtest.h>

#include <vkxx/bot_testing.hpp>

#include "handlers.hpp"

TEST(handlers, answer) {
  vkxx::bot_testing::bot_fixture world{set_up};
  auto anna = world.person("Anna");
  anna.says("/start");
  EXPECT_EQ(anna.last().text(), "Hello! Write me something.");
  anna.says("Good morning");
  EXPECT_EQ(anna.last().text(), "You said: Good morning");
}
)cpp";

constexpr std::string_view readme = R"md(# @NAME@

A bot for a community of VK, written with vkxx.

    cmake -B build -G Ninja && cmake --build build
    ctest --test-dir build --output-on-failure

To try it without VK, run the emulator in one terminal and the bot in another:

    vkxx emulate --port 5080
    VK_ACCESS_TOKEN=group_token build/@NAME@ http://127.0.0.1:5080

`vkxx emulate` prints its tokens and the address of its console, where you can write to the bot.

With VK: create an access token for the community (Manage → API usage → Access tokens, with the right
"community messages"), then

    VK_ACCESS_TOKEN=… build/@NAME@

The bot switches on long poll and the events that it needs if the token may; otherwise it says what to
switch on. `@NAME@.db` holds what was received and not yet handled: keep it with its `-wal` file.

- `src/handlers.cpp`: what the bot answers
- `tests/handlers_test.cpp`: conversations with it
- `deploy/@NAME@.service`: a unit for systemd; `Dockerfile`: a container
)md";

constexpr std::string_view docker_file = R"docker(# The sources of vkxx belong into the folder vkxx (for example as a git submodule).
FROM debian:12 AS build
WORKDIR /source
COPY . .
RUN vkxx/scripts/dependencies.sh demo && apt-get install -y --no-install-recommends libgtest-dev
RUN cmake -B /build -G Ninja -D CMAKE_BUILD_TYPE=Release && cmake --build /build \
    && ctest --test-dir /build --output-on-failure

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libboost-json1.81.0 \
       libboost-url1.81.0 libcurl4 libsimdjson14 libsqlite3-0 libzstd1 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/@NAME@ bot
COPY --from=build /build/@NAME@ /usr/local/bin/@NAME@
USER bot
VOLUME /var/lib/@NAME@
ENV STATE_DIRECTORY=/var/lib/@NAME@
# VK_ACCESS_TOKEN is given when the container is started.
ENTRYPOINT ["/usr/local/bin/@NAME@"]
)docker";

constexpr std::string_view service_unit = R"ini([Unit]
Description=@NAME@, a bot for VK
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/local/bin/@NAME@
# One line: VK_ACCESS_TOKEN=…  Owner root, mode 0600.
EnvironmentFile=/etc/@NAME@.env
DynamicUser=yes
StateDirectory=@NAME@
# Handlers that run may end; updates that are left are handled after the start.
KillSignal=SIGTERM
TimeoutStopSec=20
Restart=on-failure
RestartSec=2
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
)ini";

constexpr std::string_view ci_file = R"yaml(name: test
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    container: debian:12
    steps:
      - run: apt-get update && apt-get install -y --no-install-recommends ca-certificates git
      - uses: actions/checkout@v4
        with:
          submodules: true
      - run: vkxx/scripts/dependencies.sh demo && apt-get install -y --no-install-recommends libgtest-dev
      - run: cmake -B build -G Ninja && cmake --build build
      - run: ctest --test-dir build --output-on-failure
)yaml";

constexpr std::string_view ignored = "/build/\n*.db\n*.db-wal\n*.db-shm\n.env\n";

std::string filled(std::string_view text, std::string_view name) {
  constexpr std::string_view mark = "@NAME@";
  std::string whole;
  while (true) {
    const auto at = text.find(mark);
    whole.append(text.substr(0, at));
    if (at == std::string_view::npos) return whole;
    whole.append(name);
    text.remove_prefix(at + mark.size());
  }
}

}  // namespace

std::vector<project_file> bot_project(std::string_view name) {
  std::vector<project_file> files;
  const auto add = [&](std::string_view path, std::string_view text) {
    files.push_back({filled(path, name), filled(text, name)});
  };
  add("CMakeLists.txt", cmake_lists);
  add("README.md", readme);
  add("src/main.cpp", main_source);
  add("src/handlers.hpp", handlers_header);
  add("src/handlers.cpp", handlers_source);
  add("tests/handlers_test.cpp", test_source);
  add("Dockerfile", docker_file);
  add("deploy/@NAME@.service", service_unit);
  add(".github/workflows/test.yml", ci_file);
  add(".gitignore", ignored);
  add(".dockerignore", "/build/\n*.db\n.git\n");
  return files;
}

bool is_project_name(std::string_view name) noexcept {
  constexpr std::size_t longest = 40;
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_allowed = [&](char c) {
    return is_lower(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  // Targets that CMake or vkxx has already. Those of the libraries of vkxx begin with `vkxx_`, and
  // are there once its sources are in the folder of the project.
  constexpr std::array<std::string_view, 9> taken{"all",     "clean", "edit_cache",    "help", "install",
                                                  "package", "test",  "rebuild_cache", "vkxx"};
  return !name.empty() && name.size() <= longest && is_lower(name.front()) &&
         std::all_of(name.begin(), name.end(), is_allowed) &&
         std::find(taken.begin(), taken.end(), name) == taken.end() && !name.starts_with("vkxx_");
}

}  // namespace vkxx::cli

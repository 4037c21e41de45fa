// A bot that may be killed: it counts messages per conversation and answers each.
//
//   kill_child FOLDER POINT COUNT
//
// Kills itself when it comes to the point for the COUNT-th time: `batch`, `before_put`,
// `after_put`, `accept`, `handler`, `sent`, `before_commit`, `after_commit`, `writing`, `never`;
// or when SQLite is about to write a page to its file (`page`) or a part of its log (`log`), to
// truncate a file (`truncate`), or to remove one (`remove`). At `refuse` its handler fails for good
// instead. Ends with 0 when everything is handled. `effects` in the folder gets a line for each
// message that arrives at VK, `runs` one for each run of the handler.
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <string>
#include <thread>

#include <vkxx/dispatch.hpp>
#include <vkxx/state/sqlite_state.hpp>
#include "integration/dispatch/dispatch_support.hpp"
#include "integration/dispatch/kill_points.hpp"

namespace {

namespace asio = boost::asio;
using vkxx::update_context;
using vkxx::testing::message;

vkxx::testing::kill_plan plan;

asio::awaitable<void> handle(update_context context) {
  const auto& id = context.update().event_id();
  plan.append("runs", id);
  plan.pass("handler");
  if (plan.point == "refuse") {
    throw vkxx::usage_exception{
        vkxx::error{vkxx::errc::invalid_argument, vkxx::request_effect::not_sent, "never mind"}};
  }
  const auto key = "count/" + context.lane();
  auto reading = context.read(key);
  const auto before = (co_await std::move(reading)).value().value_or("0");
  const auto count = std::to_string(std::stoi(before) + 1);
  for (const auto* kind : {"first", "second", "second"}) {
    auto sending = vkxx::request{"messages.send"}
                       .set("peer_id", 1)
                       .set("message", std::string{kind} + " of " + id + " as " + count);
    auto call = context.vk().call(std::move(sending));
    co_await std::move(call);
  }
  context.write(key, count);
}

std::vector<std::vector<vkxx::update>> updates() {
  std::vector<std::vector<vkxx::update>> all;
  for (int number = 1; number <= 4; ++number) {
    for (int half = 0; half < 2; ++half) {
      all.emplace_back();
      for (int peer = 1; peer <= 4; ++peer) {
        if ((peer % 2 == 0) == (half == 0)) all.back().push_back(message(5, peer, number));
      }
    }
  }
  return all;
}

// SQLite's own way to stand between it and the system:
// https://sqlite.org/c3ref/vfs.html#sqlite3vfsxsetsystemcall.
ssize_t write_or_die(int descriptor, const void* data, std::size_t size, off64_t at) {
  constexpr std::size_t page_size = 4096;
  const bool page = size == page_size && at % static_cast<off64_t>(page_size) == 0;
  plan.pass(page ? "page" : "log");
  return ::pwrite64(descriptor, data, size, at);
}
int truncate_or_die(int descriptor, off_t size) {
  plan.pass("truncate");
  return ::ftruncate(descriptor, size);
}
int unlink_or_die(const char* path) {
  plan.pass("remove");
  return ::unlink(path);
}

void replace_system_calls() {
  auto* vfs = ::sqlite3_vfs_find(nullptr);
  const auto replace = [vfs](const char* name, auto* function) {
    const auto call = reinterpret_cast<sqlite3_syscall_ptr>(function);
    if (vfs->xSetSystemCall(vfs, name, call) != SQLITE_OK) std::abort();
  };
  replace("pwrite64", write_or_die);
  replace("ftruncate", truncate_or_die);
  replace("unlink", unlink_or_die);
}

// Kills the process while the log of the file grows: in the middle of a transaction.
void watch_log() {
  const auto path = plan.folder + "/inbox.db-wal";
  off_t last = 0;
  for (;;) {
    struct ::stat found {};
    if (::stat(path.c_str(), &found) != 0) continue;
    if (found.st_size > last) plan.pass("writing");
    last = found.st_size;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  plan = {argv[1], argv[2], std::atoi(argv[3])};
  replace_system_calls();
  if (plan.point == "writing") std::thread{watch_log}.detach();

  asio::io_context io;
  auto file =
      vkxx::sqlite_state::open(plan.folder + "/inbox.db",
                               vkxx::sqlite_options{}.durability(vkxx::sqlite_durability::normal))
          .value();
  const auto store = std::make_shared<vkxx::testing::killing_state>(plan, file);
  const vkxx::client vk{io.get_executor(),
                        vkxx::config{}
                            .transport(std::make_shared<vkxx::testing::recording_transport>(plan))
                            .limits(vkxx::limits{}.off())};
  vkxx::dispatcher dispatcher{io.get_executor(), store,
                              vkxx::dispatcher_options{}.client(vk).handlers(2)};
  dispatcher.add("source", [](const vkxx::update_cursor& cursor) {
    return std::make_shared<vkxx::testing::killing_source>(
        plan, std::make_shared<vkxx::testing::pretend_source>("source", updates(), cursor));
  });
  dispatcher.on_update(handle);
  bool complete = false;
  asio::co_spawn(io, dispatcher.run(), [&](const std::exception_ptr&, const auto& report) {
    complete = report && report->left == 0;
  });
  io.run();
  return complete ? 0 : 1;
}

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
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include <vkxx/dispatch.hpp>
#include <vkxx/state/sqlite_state.hpp>
#include "integration/dispatch/dispatch_support.hpp"

namespace {

namespace asio = boost::asio;
using vkxx::update_context;
using vkxx::testing::message;

std::string folder;
std::string point;
int count_left = 0;

void pass(const std::string& name) {
  if (name == point && --count_left == 0) ::kill(::getpid(), SIGKILL);
}

// One write each: what was written stays when the process is killed.
void append(const std::string& file, const std::string& line) {
  const int descriptor = ::open((folder + "/" + file).c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600);
  const auto text = line + "\n";
  if (::write(descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    std::abort();
  }
  ::close(descriptor);
}

// VK, as far as messages go: the test counts different numbers, as VK does.
class recording_transport final : public vkxx::http::transport {
 public:
  asio::awaitable<vkxx::result<vkxx::http::response>> send(vkxx::http::request request) override {
    append("effects", request.body());
    pass("sent");
    vkxx::http::response answer;
    answer.status = 200;
    answer.body = "{\"response\":1}";
    co_return answer;
  }
};

class killing_state final : public vkxx::state_store {
 public:
  explicit killing_state(std::shared_ptr<vkxx::sqlite_state> base) : base_{std::move(base)} {}

  asio::awaitable<vkxx::result<vkxx::commit_receipt>> commit(vkxx::state_unit unit) override {
    bool puts = false;
    bool finishes = false;
    for (const auto& change : unit.changes()) {
      puts = puts || std::holds_alternative<vkxx::detail::put_row_change>(change);
      finishes = finishes || std::holds_alternative<vkxx::detail::finish_change>(change);
    }
    if (puts) pass("before_put");
    if (finishes) pass("before_commit");
    auto committing = base_->commit(std::move(unit));
    auto receipt = co_await std::move(committing);
    if (puts) pass("after_put");
    if (finishes) pass("after_commit");
    co_return receipt;
  }
  asio::awaitable<vkxx::result<vkxx::inbox_summary>> recover() override { return base_->recover(); }
  asio::awaitable<vkxx::result<vkxx::inbox_page>> take(vkxx::inbox_query query) override {
    return base_->take(std::move(query));
  }
  asio::awaitable<vkxx::result<std::map<std::string, std::string>>> row_values(
      std::uint64_t seq) override {
    return base_->row_values(seq);
  }
  asio::awaitable<vkxx::result<std::vector<bool>>> seen(std::vector<std::string> keys) override {
    return base_->seen(std::move(keys));
  }
  asio::awaitable<vkxx::result<std::string>> cursor(std::string source) override {
    return base_->cursor(std::move(source));
  }
  asio::awaitable<vkxx::result<std::optional<vkxx::state_value>>> read(std::string key) override {
    return base_->read(std::move(key));
  }
  asio::awaitable<vkxx::result<vkxx::due_timers>> timers(vkxx::wall_time now,
                                                         std::size_t limit) override {
    return base_->timers(now, limit);
  }
  asio::awaitable<vkxx::result<vkxx::inbox_summary>> summary() override { return base_->summary(); }

 private:
  std::shared_ptr<vkxx::sqlite_state> base_;
};

class killing_source final : public vkxx::update_source {
 public:
  explicit killing_source(std::shared_ptr<vkxx::update_source> base) : base_{std::move(base)} {}
  asio::awaitable<vkxx::result<vkxx::update_batch>> next() override {
    pass("batch");
    return base_->next();
  }
  void commit(const vkxx::update_cursor& cursor) override {
    pass("accept");
    base_->commit(cursor);
  }
  void stop() noexcept override { base_->stop(); }
  [[nodiscard]] std::string name() const override { return base_->name(); }
  [[nodiscard]] vkxx::update_cursor cursor() const override { return base_->cursor(); }
  [[nodiscard]] vkxx::update_source_metrics metrics() const override { return base_->metrics(); }

 private:
  std::shared_ptr<vkxx::update_source> base_;
};

asio::awaitable<void> handle(update_context context) {
  const auto& id = context.update().event_id();
  append("runs", id);
  pass("handler");
  if (point == "refuse") {
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
  pass(page ? "page" : "log");
  return ::pwrite64(descriptor, data, size, at);
}
int truncate_or_die(int descriptor, off_t size) {
  pass("truncate");
  return ::ftruncate(descriptor, size);
}
int unlink_or_die(const char* path) {
  pass("remove");
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
  const auto path = folder + "/inbox.db-wal";
  off_t last = 0;
  for (;;) {
    struct ::stat found {};
    if (::stat(path.c_str(), &found) != 0) continue;
    if (found.st_size > last) pass("writing");
    last = found.st_size;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  folder = argv[1];
  point = argv[2];
  count_left = std::atoi(argv[3]);
  replace_system_calls();
  if (point == "writing") std::thread{watch_log}.detach();

  asio::io_context io;
  auto file =
      vkxx::sqlite_state::open(folder + "/inbox.db",
                               vkxx::sqlite_options{}.durability(vkxx::sqlite_durability::normal))
          .value();
  const auto store = std::make_shared<killing_state>(file);
  const vkxx::client vk{io.get_executor(), vkxx::config{}
                                               .transport(std::make_shared<recording_transport>())
                                               .limits(vkxx::limits{}.off())};
  vkxx::dispatcher dispatcher{io.get_executor(), store,
                              vkxx::dispatcher_options{}.client(vk).handlers(2)};
  dispatcher.add("source", [](const vkxx::update_cursor& cursor) {
    return std::make_shared<killing_source>(
        std::make_shared<vkxx::testing::pretend_source>("source", updates(), cursor));
  });
  dispatcher.on_update(handle);
  bool complete = false;
  asio::co_spawn(io, dispatcher.run(), [&](const std::exception_ptr&, const auto& report) {
    complete = report && report->left == 0;
  });
  io.run();
  return complete ? 0 : 1;
}

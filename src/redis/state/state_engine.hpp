// The Redis side of a shared store, on the thread of its loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/redis/shared_state.hpp>
#include "redis/connection.hpp"
#include "redis/state/lease_machine.hpp"
#include "redis/state/lease_table.hpp"
#include "redis/state/state_answers.hpp"

namespace vkxx::redis::detail {

// A script, and the name under which Redis has it.
struct named_script {
  explicit named_script(std::string body);
  std::string text;
  std::string name;
};

// Which server it is, and whose data it has.
struct server_identity {
  server_identity() = default;
  explicit server_identity(const std::string& info);
  // Whether data may be older than what the former server had acknowledged. It may also be the same
  // process that was a replica meanwhile.
  [[nodiscard]] bool is_another_than(const server_identity& before) const;

  std::string run;  // empty: none seen yet
  std::string replication;
  bool was_promoted = false;
};

// Used on the thread of its io_context only. Handlers are called once each, in the order of the
// calls; they must not throw.
class state_engine {
 public:
  template <class T>
  using handler = std::function<void(result<T>)>;

  // `opened` is called once: when the store can be used, or why it cannot.
  state_engine(boost::asio::io_context& io, endpoint server, const options& options,
               const shared_state_options& sharing, handler<void> opened);
  state_engine(const state_engine&) = delete;
  state_engine& operator=(const state_engine&) = delete;

  void open() { connection_.open(); }
  void close();

  void commit(state_unit unit, const handler<commit_receipt>& done);
  void take(const inbox_query& query, const handler<inbox_page>& done);
  void row_values(std::uint64_t seq, const handler<std::map<std::string, std::string>>& done);
  void seen(const std::vector<std::string>& keys, const handler<std::vector<bool>>& done);
  void cursor(const std::string& source, const handler<std::string>& done);
  void read(const std::string& key, const handler<std::optional<state_value>>& done);
  void timers(wall_time now, std::size_t limit, const handler<due_timers>& done);
  void summary(const handler<inbox_summary>& done);

  void join(const std::vector<std::string>& sources);
  void change_sources(const std::vector<std::string>& sources);
  void next_changes(handler<std::vector<inbox_change>> done);
  void hand_over(const std::string& lease);
  // Calls `done` at once if nothing was joined.
  void leave(handler<void> done);
  // See `shared_inbox`; from any thread.
  [[nodiscard]] std::uint64_t lease_of(std::uint32_t part) const noexcept;

 private:
  using reader = std::function<void(const redisReply*)>;

  // state_engine.cpp: the connection
  void on_ready();
  void on_lost();
  void load_scripts();
  [[nodiscard]] std::string misfit(const redisReply& answer) const;
  void check_server(const redisReply* answer);
  void check_again();
  void check_store(const redisReply* answer);
  void refuse(std::string why);
  void ready_now();
  void run(const named_script& script, const std::vector<std::string>& arguments,
           const reader& done);
  void ask(const std::vector<std::string>& command, const reader& done);
  // `done` with the value that `find` reads, or with what is wrong.
  template <class T, class Find>
  [[nodiscard]] reader reading(const handler<T>& done, Find find);
  [[nodiscard]] error gone() const;
  [[nodiscard]] std::string key(std::string_view name) const { return prefix_ + std::string{name}; }

  // state_replicas.cpp
  // `done` when the replicas have the commit.
  [[nodiscard]] handler<commit_receipt> after_replicas(const handler<commit_receipt>& done);
  void wait_for_replicas();
  void end_wait(const redisReply* answer, bool marked);
  [[nodiscard]] std::optional<error> fault_of_wait(const redisReply* answer, bool marked) const;

  // state_leases.cpp: what this process holds
  void feed(const any_lease_event& event);
  [[nodiscard]] std::vector<std::string> leases_with(const std::vector<std::string>& sources) const;
  void perform(lease_action::send& action);
  void perform(lease_action::won& action);
  void perform(lease_action::leaving& action);
  void perform(lease_action::lost& action);
  void perform(lease_action::left& action);
  void on_heartbeat(const lease_request& request, const redisReply* answer);
  void note_failure(const redisReply* answer);
  void keep_table();
  void notice_rows(const lease_request& request, const heartbeat_answer& answer);
  void on_message(const redisReply& message);
  void report(inbox_change change);
  void deliver();
  void arm();
  [[nodiscard]] bool loop_hangs() const;
  // The leases and epochs that the unit needs; nothing: this process does not hold one of them.
  [[nodiscard]] std::optional<std::vector<std::string>> fences_of(
      const std::set<std::uint32_t>& parts, const std::vector<std::string>& cursors,
      std::string& missing) const;
  [[nodiscard]] std::vector<std::uint32_t> own_parts() const;

  boost::asio::io_context& io_;
  const std::string prefix_;
  const shared_state_options sharing_;
  std::uint32_t parts_;
  const std::string member_;
  const duration timeout_;
  const endpoint server_;
  handler<void> opened_;
  server_identity redis_;
  std::string refusal_;  // why the store cannot be used although Redis answers
  bool ready_ = false;
  const named_script commit_;
  const named_script freeing_commit_;
  const named_script leases_;
  const named_script open_;
  const named_script take_;
  const named_script timers_;
  const named_script summary_;
  const named_script mark_;

  // Commits that wait for replicas: those of the present WAIT, and those after it.
  using replicated = std::function<void(const std::optional<error>& failure)>;
  const std::size_t replicas_;
  bool waits_ = false;
  std::vector<replicated> awaited_;
  std::vector<replicated> next_awaited_;

  std::optional<lease_machine> machine_;
  lease_table table_;
  bool failing_ = false;  // since the last heartbeat that was answered
  std::string name_;      // of the member
  // That this process can read, or could: nothing is committed for one without its lease.
  std::set<std::string> sources_;
  // What is known of the rows of each part that is held.
  std::map<std::uint32_t, std::uint64_t> tops_;
  // Shares with new rows in parts of which it is not known yet that they were won.
  std::map<std::uint32_t, std::set<std::string>> early_;
  std::optional<heartbeat_answer> last_answer_;
  std::vector<std::string> last_taken_;
  std::vector<inbox_change> changes_;
  std::optional<time_point> changes_since_;
  handler<std::vector<inbox_change>> listener_;
  std::vector<handler<void>> leaving_;
  bool left_ = false;
  std::uint64_t alarm_number_ = 0;
  boost::asio::steady_timer alarm_;
  connection connection_;
  std::unique_ptr<connection> ears_;
};

}  // namespace vkxx::redis::detail

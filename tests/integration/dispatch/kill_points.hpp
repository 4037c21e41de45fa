// A process that kills itself at a named point, with what it writes down before.
#pragma once

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <boost/asio/awaitable.hpp>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <vkxx/dispatch.hpp>
#include <vkxx/http/transport.hpp>
#include <vkxx/state/sqlite_state.hpp>
#include "support/forwarding_state.hpp"

namespace vkxx::testing {

// Where the process dies: at the point for the count-th time.
struct kill_plan {
  std::string folder;
  std::string point;
  int count = 0;

  void pass(const std::string& name) {
    if (name == point && --count == 0) ::kill(::getpid(), SIGKILL);
  }
  // One write each: what was written stays when the process is killed.
  void append(const std::string& file, const std::string& line) const {
    const int descriptor =
        ::open((folder + "/" + file).c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600);
    const auto text = line + "\n";
    if (::write(descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      std::abort();
    }
    ::close(descriptor);
  }
};

// VK, as far as messages go: the test counts different numbers, as VK does. Passes `sent`.
class recording_transport final : public http::transport {
 public:
  explicit recording_transport(kill_plan& plan) : plan_{plan} {}
  asio::awaitable<result<http::response>> send(http::request request) override {
    plan_.append("effects", request.body());
    plan_.pass("sent");
    http::response answer;
    answer.status = 200;
    answer.body = "{\"response\":[{\"peer_id\":" + peer_of(request.body()) +
                  ",\"message_id\":1,\"conversation_message_id\":1}]}";
    co_return answer;
  }

 private:
  static std::string peer_of(const std::string& body) {
    const std::string name{"peer_ids="};
    const auto begin = body.find(name);
    if (begin == std::string::npos) return "1";
    const auto number = begin + name.size();
    return body.substr(number, body.find('&', number) - number);
  }

  kill_plan& plan_;
};

// Passes `before_put`, `after_put`, `before_commit`, `after_commit`.
class killing_state final : public forwarding_state {
 public:
  // `committed`: called after each commit that ends a row.
  killing_state(kill_plan& plan, std::shared_ptr<state_store> base,
                std::function<void()> committed = {})
      : forwarding_state{std::move(base)}, plan_{plan}, committed_{std::move(committed)} {}

  asio::awaitable<result<commit_receipt>> commit(state_unit unit) override {
    bool puts = false;
    bool finishes = false;
    for (const auto& change : unit.changes()) {
      puts = puts || std::holds_alternative<detail::put_row_change>(change);
      finishes = finishes || std::holds_alternative<detail::finish_change>(change);
    }
    if (puts) plan_.pass("before_put");
    if (finishes) plan_.pass("before_commit");
    auto committing = base().commit(std::move(unit));
    auto receipt = co_await std::move(committing);
    if (puts) plan_.pass("after_put");
    if (finishes) plan_.pass("after_commit");
    if (finishes && committed_) committed_();
    co_return receipt;
  }

 private:
  kill_plan& plan_;
  std::function<void()> committed_;
};

// Passes `batch` and `accept`.
class killing_source final : public update_source {
 public:
  killing_source(kill_plan& plan, std::shared_ptr<update_source> base)
      : plan_{plan}, base_{std::move(base)} {}
  asio::awaitable<result<update_batch>> next() override {
    plan_.pass("batch");
    return base_->next();
  }
  void commit(const update_cursor& cursor) override {
    plan_.pass("accept");
    base_->commit(cursor);
  }
  void stop() noexcept override { base_->stop(); }
  [[nodiscard]] std::string name() const override { return base_->name(); }
  [[nodiscard]] update_cursor cursor() const override { return base_->cursor(); }
  [[nodiscard]] update_source_metrics metrics() const override { return base_->metrics(); }

 private:
  kill_plan& plan_;
  std::shared_ptr<update_source> base_;
};

}  // namespace vkxx::testing

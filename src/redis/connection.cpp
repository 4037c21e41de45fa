#include "redis/connection.hpp"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include <algorithm>
#include <utility>

#include "redis/socket_watch.hpp"

namespace vkxx::redis::detail {
namespace {

constexpr duration first_pause = std::chrono::milliseconds{50};
constexpr duration longest_pause = std::chrono::seconds{1};

}  // namespace

// Callbacks of hiredis. They must not throw.
struct connection::hooks {
  static socket_watch& watch_of(void* data) noexcept {
    return *static_cast<connection*>(data)->watch_;
  }
  static void add_read(void* data) { watch_of(data).want_read(true); }
  static void del_read(void* data) { watch_of(data).want_read(false); }
  static void add_write(void* data) { watch_of(data).want_write(true); }
  static void del_write(void* data) { watch_of(data).want_write(false); }
  static void cleanup(void* data) { static_cast<connection*>(data)->lost(); }

  static void answered(redisAsyncContext* context, void* answer, void* data) {
    const std::unique_ptr<handler> told{static_cast<handler*>(data)};
    const auto* reply = static_cast<const redisReply*>(answer);
    static_cast<connection*>(context->data)->answered(reply);
    (*told)(reply);
  }
};

connection::connection(boost::asio::io_context& io, address where, duration timeout,
                       std::function<void()> ready)
    : io_{io},
      where_{std::move(where)},
      timeout_{timeout},
      ready_{std::move(ready)},
      deadline_timer_{io},
      again_{io},
      pause_{first_pause} {}

void connection::open() {
  if (closed_) return;
  context_ = where_.socket.empty() ? redisAsyncConnect(where_.host.c_str(), where_.port)
                                   : redisAsyncConnectUnix(where_.socket.c_str());
  if (context_ == nullptr) {
    fault_ = "Redis at " + where_.shown() + ": out of memory";
    return lost();
  }
  if (context_->err != 0) {
    fault_ = "Redis at " + where_.shown() + ": " + context_->errstr;
    redisAsyncFree(std::exchange(context_, nullptr));
    return lost();
  }
  bind();
  greet();
}

void connection::bind() {
  auto* const context = context_;
  watch_ = std::make_shared<socket_watch>(
      io_, context->c.fd, [context] { redisAsyncHandleRead(context); },
      [context] { redisAsyncHandleWrite(context); });
  context->data = this;
  context->ev.data = this;
  context->ev.addRead = &hooks::add_read;
  context->ev.delRead = &hooks::del_read;
  context->ev.addWrite = &hooks::add_write;
  context->ev.delWrite = &hooks::del_write;
  context->ev.cleanup = &hooks::cleanup;
}

// Sent before everything else; hiredis buffers it until the socket is connected.
void connection::greet() {
  const auto check = [this](const redisReply* answer) {
    if (answer != nullptr && answer->type == REDIS_REPLY_ERROR) drop(kind_of_error(*answer));
  };
  if (!where_.password.empty()) {
    std::vector<std::string> command{"AUTH"};
    if (!where_.user.empty()) command.push_back(where_.user);
    command.push_back(where_.password.expose());
    send(command, check);
  }
  if (!where_.database.empty()) send({"SELECT", where_.database}, check);
  send({"PING"}, [this](const redisReply* answer) { greeted(answer); });
}

void connection::greeted(const redisReply* answer) {
  if (answer == nullptr) return;
  if (answer->type == REDIS_REPLY_ERROR) return drop(kind_of_error(*answer));
  pause_ = first_pause;
  ready_();
}

void connection::send(const std::vector<std::string>& command, handler told) {
  if (context_ == nullptr) return told(nullptr);
  std::vector<const char*> words;
  std::vector<std::size_t> sizes;
  for (const auto& word : command) {
    words.push_back(word.data());
    sizes.push_back(word.size());
  }
  auto kept = std::make_unique<handler>(std::move(told));
  const auto count = static_cast<int>(words.size());
  if (redisAsyncCommandArgv(context_, &hooks::answered, kept.get(), count, words.data(),
                            sizes.data()) != REDIS_OK) {
    return (*kept)(nullptr);
  }
  static_cast<void>(kept.release());  // NOLINT(bugprone-unused-return-value): hiredis has it
  due_.push_back(std::chrono::steady_clock::now() + timeout_);
  watch_time();
}

void connection::answered(const redisReply* answer) {
  if (!due_.empty()) due_.pop_front();
  if (answer == nullptr) note_fault();
}

void connection::note_fault() {
  if (context_ == nullptr || context_->err == 0) return;
  fault_ = "Redis at " + where_.shown() + ": " + context_->errstr;
}

// One wait at a time, for the oldest command.
void connection::watch_time() {
  if (timing_ || due_.empty()) return;
  timing_ = true;
  deadline_timer_.expires_at(due_.front());
  deadline_timer_.async_wait([this](boost::system::error_code failure) {
    if (failure) return;
    timing_ = false;
    if (!due_.empty() && due_.front() <= std::chrono::steady_clock::now()) {
      drop("no answer in time");
    }
    watch_time();
  });
}

void connection::drop(std::string why) {
  if (context_ == nullptr) return;
  fault_ = "Redis at " + where_.shown() + ": " + std::move(why);
  redisAsyncFree(context_);
}

// hiredis is about to free the context, and has notified all waiting commands.
void connection::lost() noexcept {
  note_fault();
  context_ = nullptr;
  due_.clear();
  if (watch_) watch_->close();
  if (closed_) return;
  again_.expires_after(pause_);
  pause_ = std::min(2 * pause_, longest_pause);
  again_.async_wait([this](boost::system::error_code failure) {
    if (!failure) open();
  });
}

void connection::close() noexcept {
  closed_ = true;
  again_.cancel();
  deadline_timer_.cancel();
  if (context_ != nullptr) redisAsyncFree(context_);
}

std::string kind_of_error(const redisReply& answer) {
  const std::string_view text{answer.str, static_cast<std::size_t>(answer.len)};
  const auto kind = text.substr(0, text.find(' '));
  const bool plain = !kind.empty() && std::all_of(kind.begin(), kind.end(),
                                                  [](char c) { return c >= 'A' && c <= 'Z'; });
  return plain ? "refused with " + std::string{kind} : "refused";
}

}  // namespace vkxx::redis::detail

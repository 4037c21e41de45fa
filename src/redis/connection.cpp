#include "redis/connection.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace vkxx::redis::detail {
namespace {

constexpr duration first_pause = std::chrono::milliseconds{50};
constexpr duration longest_pause = std::chrono::seconds{1};

bool is_message(const redisReply& answer) {
  if (answer.type != REDIS_REPLY_ARRAY || answer.elements != 3) return false;
  const auto& kind = *answer.element[0];
  return kind.type == REDIS_REPLY_STRING &&
         std::string_view{kind.str, static_cast<std::size_t>(kind.len)} == "message";
}

}  // namespace

connection::connection(boost::asio::io_context& io, endpoint where, duration timeout,
                       connection_events events)
    : io_{io},
      where_{std::move(where)},
      timeout_{timeout},
      events_{std::move(events)},
      deadline_timer_{io},
      again_{io},
      pause_{first_pause} {}

void connection::open() {
  if (closed_) return;
  bind();
  greet();
  // `greet` has set a deadline, so that these end, too.
  if (where_.sentinels) return search();
  link_->open(where_);
}

void connection::search() {
  search_ =
      std::make_shared<primary_search>(io_, where_.sentinels,
                                       [this](const std::optional<known_primary>& primary,
                                              const std::string& why) { found(primary, why); });
  search_->start(timeout_ / 2);
}

void connection::found(const std::optional<known_primary>& primary, const std::string& why) {
  search_.reset();
  if (!primary) {
    where_.server.host = where_.sentinels->primary;
    where_.server.port = 0;
    return drop("no sentinel names the primary server (" + why + ")");
  }
  primary_ = *primary;
  where_.server.host = primary->host;
  where_.server.port = primary->port;
  link_->open(where_);
}

void connection::confirm() {
  if (!where_.sentinels || search_ || !link_) return;
  search_ = std::make_shared<primary_search>(
      io_, where_.sentinels,
      [this](const std::optional<known_primary>& primary, const std::string& /*why*/) {
        search_.reset();
        // Without an answer, or with an older one, this server is as good as any.
        const bool newer = primary && primary->epoch > primary_.epoch;
        if (newer && (primary->host != primary_.host || primary->port != primary_.port)) {
          drop("the sentinels name another server as the primary one");
        }
      });
  search_->start(timeout_ / 2);
}

void connection::bind() {
  link::events called;
  called.established = [] {};
  called.answered = [this](const redisReply& answer) { answered(answer); };
  called.lost = [this](const std::string& why) { lost(why); };
  link_ = std::make_shared<link>(io_, std::move(called));
}

// Sent before everything else.
void connection::greet() {
  const auto check = [this](const redisReply* answer) {
    if (answer != nullptr && answer->type == REDIS_REPLY_ERROR) drop(kind_of_error(*answer));
  };
  const auto& server = where_.server;
  if (!server.password.empty()) send(auth_command(server), check);
  // ROLE says the same, but is forbidden to users with few rights.
  if (where_.sentinels) {
    send({"HELLO"}, [this](const redisReply* answer) { check_role(answer); });
  }
  if (!server.database.empty()) send({"SELECT", server.database}, check);
  send({"PING"}, [this](const redisReply* answer) { greeted(answer); });
}

// Sentinels may name a server that is no primary one any more, or not yet.
void connection::check_role(const redisReply* answer) {
  if (answer == nullptr) return;
  if (answer->type == REDIS_REPLY_ERROR) return drop(kind_of_error(*answer));
  std::string_view role;
  for (std::size_t index = 0; index + 1 < answer->elements; index += 2) {
    if (text_in(*answer->element[index]) == "role") role = text_in(*answer->element[index + 1]);
  }
  if (role != "master") {
    drop("it is a replica, although the sentinels name it as the primary server");
  }
}

void connection::greeted(const redisReply* answer) {
  if (answer == nullptr) return;
  if (answer->type == REDIS_REPLY_ERROR) return drop(kind_of_error(*answer));
  pause_ = first_pause;
  events_.ready();
}

void connection::send(const std::vector<std::string>& command, handler told) {
  if (!link_) return told(nullptr);
  pending_.push_back({std::move(told), std::chrono::steady_clock::now() + timeout_});
  watch_time();
  link_->send(command);
}

void connection::answered(const redisReply& answer) {
  if (events_.message && is_message(answer)) return events_.message(answer);
  if (pending_.empty()) return drop("an answer to no command");
  const auto told = std::move(pending_.front().told);
  pending_.pop_front();
  told(&answer);
  if (where_.sentinels && answer.type == REDIS_REPLY_ERROR) check_error(answer);
}

// What a server answers that is no primary one any more, or that has lost its replicas, and with
// them maybe its place.
void connection::check_error(const redisReply& answer) {
  const auto kind = kind_of_error(answer);
  if (kind == "refused with READONLY" || kind == "refused with MASTERDOWN")
    return drop("it " + kind);
  if (kind == "refused with NOREPLICAS") confirm();
}

// One wait at a time, for the oldest command.
void connection::watch_time() {
  if (timing_ || pending_.empty()) return;
  timing_ = true;
  deadline_timer_.expires_at(pending_.front().due);
  deadline_timer_.async_wait([this](boost::system::error_code failure) {
    if (failure) return;
    timing_ = false;
    if (!pending_.empty() && pending_.front().due <= std::chrono::steady_clock::now()) {
      drop("no answer in time");
    }
    watch_time();
  });
}

void connection::drop(const std::string& why) {
  if (!link_) return;
  link_->close();
  lost(why);
}

void connection::refuse(const std::string& why) {
  pause_ = longest_pause;
  drop(why);
}

void connection::lost(const std::string& why) {
  fault_ = "Redis at " + where_.server.shown() + ": " + why;
  link_.reset();
  if (search_) search_->cancel();
  search_.reset();
  if (!closed_ && events_.lost) events_.lost();
  fail_all();
  if (closed_) return;
  again_.expires_after(pause_);
  pause_ = std::min(2 * pause_, longest_pause);
  again_.async_wait([this](boost::system::error_code failure) {
    if (!failure) open();
  });
}

// Those that a handler adds meanwhile find no connection.
void connection::fail_all() {
  for (auto& some : std::exchange(pending_, {})) some.told(nullptr);
}

void connection::close() noexcept {
  closed_ = true;
  again_.cancel();
  deadline_timer_.cancel();
  if (search_) search_->cancel();
  search_.reset();
  if (!link_) return;
  link_->close();
  link_.reset();
  fail_all();
}

std::string_view text_in(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_STRING && reply.type != REDIS_REPLY_STATUS) return {};
  return {reply.str, static_cast<std::size_t>(reply.len)};
}

std::vector<std::string> auth_command(const address& server) {
  std::vector<std::string> command{"AUTH"};
  if (!server.user.empty()) command.push_back(server.user);
  command.push_back(server.password.expose());
  return command;
}

std::string kind_of_error(const redisReply& answer) {
  const std::string_view text{answer.str, static_cast<std::size_t>(answer.len)};
  const auto kind = text.substr(0, text.find(' '));
  const bool plain = !kind.empty() && std::all_of(kind.begin(), kind.end(),
                                                  [](char c) { return c >= 'A' && c <= 'Z'; });
  return plain ? "refused with " + std::string{kind} : "refused";
}

}  // namespace vkxx::redis::detail

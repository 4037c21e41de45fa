#include "redis/state/state_engine.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "redis/state/commit_script.hpp"
#include "redis/state/read_script.hpp"
#include "redis/state/unit_words.hpp"

namespace vkxx::redis::detail {
namespace {

constexpr std::string_view our_format = "1";
constexpr int newest_format = 1;
constexpr int oldest_redis = 7;
constexpr int opening_timeouts = 10;
constexpr std::uint32_t most_parts = 256;

// Redis refuses a script with `#!lua` as a whole when it is short of memory, and not in its middle.
std::string script_text(std::string_view flags, std::string_view body) {
  std::string text = "#!lua";
  if (!flags.empty()) text += " flags=" + std::string{flags};
  text += script_start;
  text += body;
  return text;
}

// The value of a line `NAME:VALUE` of INFO.
std::string info_value(const std::string& info, const std::string& name) {
  const auto line = info.find("\n" + name + ":");
  if (line == std::string::npos) return {};
  const auto begin = line + name.size() + 2;
  return info.substr(begin, info.find_first_of("\r\n", begin) - begin);
}

// Why a server with this INFO cannot hold the store; empty: it can.
std::string unfit(const std::string& info, bool allow_volatile) {
  const auto version = info_value(info, "redis_version");
  if (std::atoi(version.c_str()) < oldest_redis) {
    return "Redis " + version + " is too old: the store needs Redis 7 or newer";
  }
  if (info_value(info, "cluster_enabled") == "1") {
    return "it belongs to a Redis Cluster, which is not supported: name a server without one";
  }
  if (info_value(info, "role") == "slave") return "it is a replica: name the primary server";
  if (info_value(info, "maxmemory") != "0" &&
      info_value(info, "maxmemory_policy") != "noeviction") {
    return "it may evict keys when it is short of memory, and so lose updates: set its "
           "maxmemory-policy to noeviction";
  }
  if (info_value(info, "aof_enabled") != "1" && !allow_volatile) {
    return "it would lose all updates when it ends: set its appendonly to yes, or allow this by "
           "shared_state_options::allow_volatile";
  }
  return {};
}

// Not the server that was checked, or not as it was: it must be checked again.
bool is_another_server(const std::string& kind) {
  constexpr std::array<std::string_view, 6> kinds{"NOSCRIPT", "READONLY",    "MASTERDOWN",
                                                  "NOAUTH",   "CLUSTERDOWN", "MOVED"};
  return std::any_of(kinds.begin(), kinds.end(), [&kind](std::string_view some) {
    return kind == "refused with " + std::string{some};
  });
}

}  // namespace

server_identity::server_identity(const std::string& info)
    : run{info_value(info, "run_id")}, replication{info_value(info, "master_replid")} {
  const auto former = info_value(info, "master_replid2");
  was_promoted = former.find_first_not_of('0') != std::string::npos;
}

// The first replica of a server also changes the identity of the replication, and no data.
bool server_identity::is_another_than(const server_identity& before) const {
  if (before.run.empty()) return false;
  return run != before.run || (replication != before.replication && was_promoted);
}

named_script::named_script(std::string body)
    : text{std::move(body)}, name{vkxx::detail::to_hex(vkxx::detail::sha1(text))} {}

state_engine::state_engine(boost::asio::io_context& io, endpoint server, const options& options,
                           const shared_state_options& sharing, handler<void> opened)
    : io_{io},
      prefix_{options.prefix() + ":state:"},
      sharing_{sharing},
      parts_{sharing.parts()},
      member_{vkxx::detail::to_hex(vkxx::detail::random_bytes(8))},
      timeout_{options.timeout()},
      server_{server},
      opened_{std::move(opened)},
      commit_{script_text("", commit_script)},
      freeing_commit_{script_text("allow-oom", commit_script)},
      leases_{script_text("allow-oom", lease_script)},
      open_{script_text("", open_script)},
      take_{script_text("no-writes", take_script)},
      timers_{script_text("no-writes", timers_script)},
      summary_{script_text("no-writes", summary_script)},
      mark_{script_text("allow-oom", mark_script)},
      replicas_{options.wait_for_replicas()},
      table_{most_parts},
      alarm_{io},
      connection_{io, std::move(server), timeout_,
                  connection_events{[this] { on_ready(); }, [this] { on_lost(); }, {}}} {
  alarm_.expires_after(opening_timeouts * timeout_);
  alarm_.async_wait([this](boost::system::error_code failure) {
    if (!failure && opened_) refuse(connection_.fault());
  });
}

void state_engine::close() {
  alarm_.cancel();
  if (ears_) ears_->close();
  connection_.close();
}

void state_engine::on_ready() {
  ask({"INFO"}, [this](const redisReply* answer) { check_server(answer); });
}

// Why a server with this answer to INFO cannot hold the store; empty: it can.
std::string state_engine::misfit(const redisReply& answer) const {
  if (answer.type == REDIS_REPLY_ERROR) {
    return "INFO was " + kind_of_error(answer) + ": the user needs the right to it";
  }
  return unfit(text_of(answer), sharing_.allow_volatile());
}

// Its settings may be changed while it is used. By the time that an update is missing it is too
// late.
void state_engine::check_again() {
  ask({"INFO"}, [this](const redisReply* answer) {
    if (answer == nullptr || !ready_) return;
    auto why = misfit(*answer);
    if (why.empty()) {
      // It was a replica since the last heartbeat.
      const bool another = server_identity{text_of(*answer)}.is_another_than(redis_);
      return another ? connection_.drop("it has other data") : void();
    }
    refuse(std::move(why));
    failing_ = true;
    inbox_change failed;
    failed.kind = inbox_change_kind::failed;
    failed.failure = refusal_;
    report(std::move(failed));
    deliver();
  });
}

void state_engine::check_server(const redisReply* answer) {
  if (answer == nullptr) return;
  if (auto why = misfit(*answer); !why.empty()) return refuse(std::move(why));
  // What this process holds, another Redis may have given away; and that may be older.
  const auto before = std::exchange(redis_, server_identity{text_of(*answer)});
  const bool another = redis_.is_another_than(before);
  if (another && machine_) feed(lease_event::forgotten{});
  // Its messages may still come from the former one.
  if (another && ears_) ears_->drop("another Redis");
  load_scripts();
}

void state_engine::load_scripts() {
  const auto loaded = [this](const redisReply* answer) {
    if (answer != nullptr && answer->type == REDIS_REPLY_ERROR) {
      refuse("SCRIPT LOAD was " + kind_of_error(*answer));
    }
  };
  for (const auto* script :
       {&commit_, &freeing_commit_, &leases_, &open_, &take_, &timers_, &summary_, &mark_}) {
    ask({"SCRIPT", "LOAD", script->text}, loaded);
  }
  if (replicas_ > 0) {
    ask({"WAIT", "0", "0"}, [this](const redisReply* answer) {
      if (answer != nullptr && answer->type == REDIS_REPLY_ERROR)
        refuse("WAIT was " + kind_of_error(*answer) + ": the user needs the right to it");
    });
  }
  const auto parts = sharing_.existing() ? std::string{"0"} : std::to_string(sharing_.parts());
  ask({"EVALSHA", open_.name, "1", prefix_, std::string{our_format}, parts},
      [this](const redisReply* answer) { check_store(answer); });
}

void state_engine::check_store(const redisReply* answer) {
  if (answer == nullptr) return;
  if (answer->type == REDIS_REPLY_ERROR) {
    return refuse("the first script was " + kind_of_error(*answer));
  }
  const auto cells = elements_of(*answer);
  if (cells.size() != 3) return refuse("an answer of another shape than the script's");
  if (const auto command = text_of(*cells[2]); !command.empty()) {
    return refuse("the user needs the right to " + command + " on the channels of the prefix");
  }
  const auto format = number_of(*cells[0]);
  const auto parts = number_of(*cells[1]);
  if (sharing_.existing() && format == 0) {
    return refuse("there is none with the prefix: no program has used it as an inbox");
  }
  if (format != newest_format) {
    return refuse("the store has version " + std::to_string(format) +
                  " of the format, and this program reads version " + std::string{our_format});
  }
  if (sharing_.existing() && parts >= 1 && parts <= most_parts) {
    parts_ = static_cast<std::uint32_t>(parts);
  } else if (parts != sharing_.parts()) {
    return refuse("the inbox has " + std::to_string(parts) + " parts, and this process expects " +
                  std::to_string(sharing_.parts()) +
                  ": use the same shared_state_options::parts in all processes");
  }
  ready_now();
}

void state_engine::refuse(std::string why) {
  refusal_ = "the store in Redis cannot be used: " + std::move(why);
  if (opened_) std::exchange(opened_, nullptr)(store_failure(refusal_));
  connection_.refuse(refusal_);
}

void state_engine::ready_now() {
  ready_ = true;
  refusal_.clear();
  if (opened_) {
    alarm_.cancel();
    std::exchange(opened_, nullptr)(result<void>{});
  }
  if (machine_) feed(lease_event::tick{true});
}

void state_engine::on_lost() {
  ready_ = false;
}

error state_engine::gone() const {
  return store_failure(refusal_.empty() ? connection_.fault() : refusal_);
}

void state_engine::ask(const std::vector<std::string>& command, const reader& done) {
  connection_.send(command, done);
}

// Nothing is sent before the server has been checked: it may be another one.
void state_engine::run(const named_script& script, const std::vector<std::string>& arguments,
                       const reader& done) {
  if (!ready_) return done(nullptr);
  std::vector<std::string> words{"EVALSHA", script.name, "1", prefix_};
  words.insert(words.end(), arguments.begin(), arguments.end());
  ask(words, [this, done](const redisReply* answer) {
    const auto kind = answer != nullptr && answer->type == REDIS_REPLY_ERROR
                          ? kind_of_error(*answer)
                          : std::string{};
    done(answer);
    // It is checked, and scripts are loaded, when the connection is opened again.
    if (is_another_server(kind)) connection_.drop("it " + kind);
  });
}

template <class T, class Find>
state_engine::reader state_engine::reading(const handler<T>& done, Find find) {
  return [this, done, find = std::move(find)](const redisReply* answer) {
    if (answer == nullptr) return done(gone());
    if (answer->type == REDIS_REPLY_ERROR)
      return done(store_failure("Redis: " + kind_of_error(*answer)));
    done(find(*answer));
  };
}

void state_engine::commit(state_unit unit, const handler<commit_receipt>& reported) {
  const auto done = replicas_ == 0 ? reported : after_replicas(reported);
  const bool joined = machine_ && !left_;
  auto words = words_of(std::move(unit), parts_);
  if (left_ && (!words.parts.empty() || !words.cursors.empty())) {
    return done(store_failure(
        "nothing was committed: this process has left the inbox, and others have its parts"));
  }
  std::string missing;
  auto fences = joined ? fences_of(words.parts, words.cursors, missing)
                       : std::optional<std::vector<std::string>>{std::in_place};
  if (!fences) {
    return done(store_failure("nothing was committed: the lease " + missing +
                              " of this process has ended"));
  }
  std::vector<std::string> arguments{name_, std::to_string(parts_),
                                     std::to_string(sharing_.max_dead()),
                                     std::to_string(fences->size() / 2)};
  arguments.insert(arguments.end(), fences->begin(), fences->end());
  arguments.insert(arguments.end(), std::make_move_iterator(words.words.begin()),
                   std::make_move_iterator(words.words.end()));
  const bool sent = ready_;
  auto read = reading<commit_receipt>(done, [this](const redisReply& answer) {
    auto committed = read_commit(answer);
    if (!committed.refused.empty()) feed(lease_event::refused{committed.refused});
    return std::move(committed.outcome);
  });
  run(words.takes_in ? commit_ : freeing_commit_, arguments,
      [this, sent, done, read = std::move(read)](const redisReply* answer) {
        if (answer != nullptr || !sent) return read(answer);
        done(gone().set_effect(request_effect::unknown));
      });
}

void state_engine::take(const inbox_query& query, const handler<inbox_page>& done) {
  std::vector<std::string> arguments{std::to_string(query.after), std::to_string(query.limit),
                                     std::to_string(query.max_bytes)};
  std::vector<std::uint32_t> parts;
  std::vector<std::string> sets;
  const bool joined = machine_ && !left_ && !query.dead;
  const bool narrow = !query.dead && (!query.share.empty() || !query.lane.empty());
  if (joined && narrow) {
    parts = own_parts();
  } else {
    for (std::uint32_t part = 0; part < parts_; ++part) parts.push_back(part);
  }
  if (!query.dead && !query.lane.empty()) {
    const auto part = part_of_lane(query.lane, parts_);
    if (std::find(parts.begin(), parts.end(), part) != parts.end()) {
      sets.push_back("lane:" + query.lane);
    }
  } else {
    for (const auto part : parts) {
      const auto number = std::to_string(part);
      sets.push_back(query.dead            ? "dead:" + number
                     : query.share.empty() ? "live:" + number
                                           : "share:" + number + ":" + query.share);
    }
  }
  arguments.push_back(query.share);
  arguments.push_back(query.lane);
  arguments.insert(arguments.end(), sets.begin(), sets.end());
  run(take_, arguments, reading<inbox_page>(done, [this](const redisReply& answer) {
        return read_page(answer, parts_);
      }));
}

void state_engine::row_values(std::uint64_t seq,
                              const handler<std::map<std::string, std::string>>& done) {
  if (!ready_) return done(gone());
  ask({"HGETALL", key("row:" + std::to_string(seq))},
      reading<std::map<std::string, std::string>>(done, read_row_values));
}

void state_engine::seen(const std::vector<std::string>& keys,
                        const handler<std::vector<bool>>& done) {
  if (!ready_) return done(gone());
  if (keys.empty()) return done(std::vector<bool>{});
  std::vector<std::string> command{"MGET"};
  for (const auto& some : keys) command.push_back(key("seen:" + some));
  ask(command, reading<std::vector<bool>>(done, [](const redisReply& answer) {
        std::vector<bool> known;
        for (const auto* some : elements_of(answer)) known.push_back(!text_of(*some).empty());
        return result<std::vector<bool>>{std::move(known)};
      }));
}

void state_engine::cursor(const std::string& source, const handler<std::string>& done) {
  if (!ready_) return done(gone());
  ask({"HGET", key("cursors"), source}, reading<std::string>(done, read_text));
}

void state_engine::read(const std::string& name, const handler<std::optional<state_value>>& done) {
  if (!ready_) return done(gone());
  ask({"HMGET", key("value:" + name), "v", "b"},
      reading<std::optional<state_value>>(done, read_value));
}

void state_engine::timers(wall_time now, std::size_t limit, const handler<due_timers>& done) {
  const auto time = vkxx::detail::to_milliseconds(now);
  std::vector<std::string> arguments{std::to_string(time), std::to_string(limit)};
  if (machine_ && !left_) {
    for (const auto part : own_parts()) arguments.push_back(std::to_string(part));
  } else {
    for (std::uint32_t part = 0; part < parts_; ++part) {
      arguments.push_back(std::to_string(part));
    }
  }
  run(timers_, arguments, reading<due_timers>(done, read_timers));
}

void state_engine::summary(const handler<inbox_summary>& done) {
  run(summary_, {std::to_string(parts_)}, reading<inbox_summary>(done, read_summary));
}

}  // namespace vkxx::redis::detail

#include "redis/sentinel/primary_search.hpp"

#include <hiredis/hiredis.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "core/text/number.hpp"
#include "redis/connection.hpp"

namespace vkxx::redis::detail {
std::optional<known_primary> read_primary(const redisReply& answer) {
  if (answer.type != REDIS_REPLY_ARRAY) return std::nullopt;
  known_primary read;
  for (std::size_t index = 0; index + 1 < answer.elements; index += 2) {
    const auto name = text_in(*answer.element[index]);
    const auto value = text_in(*answer.element[index + 1]);
    if (name == "ip") read.host = value;
    if (name == "port") read.port = vkxx::detail::parse_port(value).value_or(0);
    if (name == "config-epoch") {
      std::from_chars(value.data(), value.data() + value.size(), read.epoch);
    }
  }
  if (read.host.empty() || read.port == 0) return std::nullopt;
  return read;
}

primary_search::primary_search(boost::asio::io_context& io, std::shared_ptr<const sentinel_set> set,
                               handler found)
    : io_{io},
      set_{std::move(set)},
      found_{std::move(found)},
      vote_{set_->sentinels.size()},
      greetings_(set_->sentinels.size()),
      limit_{io} {}

void primary_search::start(duration limit) {
  const auto self = shared_from_this();
  limit_.expires_after(limit);
  limit_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
    const auto search = weak.lock();
    if (!failure && search) search->decide(true);
  });
  for (std::size_t sentinel = 0; sentinel < set_->sentinels.size() && !ended_; ++sentinel) {
    ask(sentinel);
  }
}

void primary_search::ask(std::size_t sentinel) {
  link::events called;
  called.established = [] {};
  called.answered = [this, sentinel](const redisReply& answer) { answered(sentinel, answer); };
  called.lost = [this, sentinel](const std::string& why) { failed(sentinel, why); };
  const auto asking = std::make_shared<link>(io_, std::move(called));
  links_.push_back(asking);
  const auto& where = set_->sentinels[sentinel];
  if (!where.server.password.empty()) {
    asking->send(auth_command(where.server));
    ++greetings_[sentinel];
  }
  asking->send({"SENTINEL", "MASTER", set_->primary});
  asking->open(where);
}

void primary_search::answered(std::size_t sentinel, const redisReply& answer) {
  const auto self = shared_from_this();
  if (answer.type == REDIS_REPLY_ERROR) {
    const auto kind = kind_of_error(answer);
    // Its only error without a kind of its own.
    const bool unknown = kind == "refused with ERR" && greetings_[sentinel] == 0;
    return failed(sentinel,
                  unknown ? "it knows no primary server \"" + set_->primary + "\"" : kind);
  }
  if (greetings_[sentinel] > 0) {
    --greetings_[sentinel];
    return;
  }
  auto primary = read_primary(answer);
  if (!primary) return failed(sentinel, "an answer that is not a sentinel's");
  vote_.answered(sentinel, *std::move(primary));
  decide(false);
}

void primary_search::failed(std::size_t sentinel, const std::string& why) {
  const auto self = shared_from_this();
  vote_.failed(sentinel, set_->sentinels[sentinel].server.shown() + ": " + why);
  decide(false);
}

void primary_search::decide(bool last) {
  if (ended_ || (!last && !vote_.is_decided())) return;
  const auto self = shared_from_this();
  const auto found = std::exchange(found_, nullptr);
  cancel();
  auto why = vote_.problems();
  if (why.empty()) why = "no answer in time";
  found(vote_.chosen(), why);
}

void primary_search::cancel() noexcept {
  if (std::exchange(ended_, true)) return;
  limit_.cancel();
  for (const auto& asking : links_) asking->close();
}

}  // namespace vkxx::redis::detail

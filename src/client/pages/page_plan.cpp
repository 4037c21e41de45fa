#include "client/pages/page_plan.hpp"

#include <utility>

#include "client/execute/execute_code.hpp"

namespace vkxx::detail {

page_plan::page_plan(std::vector<request> calls)
    : calls_{std::move(calls)}, pages_{calls_.size()} {}

page_plan::page_plan(request first, std::string from, std::size_t pages)
    : from_{std::move(from)}, pages_{pages} {
  calls_.push_back(std::move(first));
}

result<request> page_plan::to_request() const {
  if (pages_ == 1) return calls_.front();
  const auto code =
      from_.empty() ? execute_code(calls_) : following_code(calls_.front(), from_, pages_);
  if (!code) return code.error();
  return request{"execute"}.set("code", *code);
}

std::vector<result<reply>> page_plan::outcomes(const result<reply>& answer) const {
  if (pages_ == 1) return {answer};
  if (from_.empty()) return read_execute(calls_, answer);
  return read_following(calls_.front(), pages_, answer);
}

}  // namespace vkxx::detail

#include "client/execute/script_call.hpp"

#include <utility>

#include "client/execute/execute_code.hpp"

namespace vkxx::detail {

script_call::script_call(std::vector<request> calls)
    : sent_{std::move(calls)}, checked_(sent_.size()) {}

script_call::script_call(std::vector<result<request>> calls) {
  for (auto& call : calls) {
    if (call) {
      sent_.push_back(*std::move(call));
      checked_.emplace_back();
    } else {
      checked_.emplace_back(call.error());
    }
  }
}

result<request> script_call::code_request() const {
  auto code = execute_code(sent_);
  if (!code) return code.error();
  return request{"execute"}.set("code", *code);
}

std::vector<result<reply>> script_call::outcomes(const result<reply>& answer) const {
  auto read = read_execute(sent_, answer);
  std::vector<result<reply>> all;
  all.reserve(checked_.size());
  std::size_t next = 0;
  for (const auto& status : checked_) {
    if (status) {
      all.push_back(std::move(read[next++]));
    } else {
      all.emplace_back(status.error());
    }
  }
  return all;
}

}  // namespace vkxx::detail

#include "client/execute/script_call.hpp"

#include <utility>

#include "client/execute/execute_code.hpp"

namespace vkxx::detail {

script_call::script_call(std::vector<request> calls)
    : sent_{std::move(calls)}, faults_(sent_.size()), methods_(sent_.size()) {}

script_call::script_call(std::vector<checked_request> calls) {
  for (auto& call : calls) {
    methods_.push_back(call.request.method());
    faults_.push_back(std::move(call.fault));
    if (faults_.back().empty()) sent_.push_back(std::move(call.request));
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
  all.reserve(faults_.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    if (faults_[i].empty()) {
      all.push_back(std::move(read[next++]));
    } else {
      all.emplace_back(refusal({request{methods_[i]}, faults_[i]}));
    }
  }
  return all;
}

}  // namespace vkxx::detail

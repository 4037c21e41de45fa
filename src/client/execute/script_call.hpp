// Several calls as one call of `execute`: the common part of `client::execute` and its blocking
// counterpart.
#pragma once

#include <cstddef>
#include <vector>

#include <vkxx/client/typed_call.hpp>

namespace vkxx::detail {

// Owns the calls. A call that must not be sent fails by itself and does not affect the others.
class script_call {
 public:
  explicit script_call(std::vector<request> calls);
  explicit script_call(std::vector<result<request>> calls);

  // Returns the request of `execute`. Fails if the calls cannot be part of a script, or no call is
  // left.
  [[nodiscard]] result<request> code_request() const;
  // Returns one outcome per call, from the answer to that request or from its failure.
  [[nodiscard]] std::vector<result<reply>> outcomes(const result<reply>& answer) const;

 private:
  std::vector<request> sent_;
  std::vector<result<void>> checked_;  // one for each call; a success: the next of `sent_`
};

}  // namespace vkxx::detail

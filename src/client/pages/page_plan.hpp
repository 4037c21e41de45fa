// The next request of a walk through pages.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::detail {

class page_plan {
 public:
  // One page per call: a single call is sent as it is, several become one script.
  explicit page_plan(std::vector<request> calls);
  // Up to `pages` pages of a list whose pages name the next one, in one script. `from` is the
  // parameter that takes their `next_from`. For one page, sends `first` as it is.
  page_plan(request first, std::string from, std::size_t pages);

  // The maximum number of outcomes.
  [[nodiscard]] std::size_t pages() const noexcept { return pages_; }
  // Whether VK may answer with fewer.
  [[nodiscard]] bool may_end_early() const noexcept { return !from_.empty(); }
  // The calls that are known before VK answers: all of them, or the first of a chain.
  [[nodiscard]] const std::vector<request>& calls() const noexcept { return calls_; }
  // Fails if the calls cannot be part of a script.
  [[nodiscard]] result<request> to_request() const;
  // Splits the answer into one result per page, in order. Chained pages end with the first failure.
  // If the whole script failed, the first result is that failure.
  [[nodiscard]] std::vector<result<reply>> outcomes(const result<reply>& answer) const;

 private:
  std::vector<request> calls_;
  std::string from_;  // empty: the calls do not depend on each other
  std::size_t pages_;
};

}  // namespace vkxx::detail

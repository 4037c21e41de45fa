// What a walk through pages asks for next, as one request to VK.
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
  // A page for each call: one as it is, several in one script.
  explicit page_plan(std::vector<request> calls);
  // Up to `pages` of a list whose pages tell where the next one begins, in one script: `from` is
  // the parameter that takes their `next_from`. One page: `first` as it is.
  page_plan(request first, std::string from, std::size_t pages);

  // At most so many outcomes.
  [[nodiscard]] std::size_t pages() const noexcept { return pages_; }
  // The calls that are known before VK answers: all, or the first of those that follow each other.
  [[nodiscard]] const std::vector<request>& calls() const noexcept { return calls_; }
  // Fails if the calls cannot stand in a script.
  [[nodiscard]] result<request> to_request() const;
  // A result for each page, in order, out of the answer to that request. Pages that follow each
  // other end with the first that failed; a script that failed as a whole gives that for its first.
  [[nodiscard]] std::vector<result<reply>> outcomes(const result<reply>& answer) const;

 private:
  std::vector<request> calls_;
  std::string from_;  // empty: the calls do not depend on each other
  std::size_t pages_;
};

}  // namespace vkxx::detail

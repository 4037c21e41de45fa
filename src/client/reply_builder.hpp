// Makes replies out of parsed answers.
#pragma once

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include <vkxx/client/reply.hpp>

namespace vkxx {

struct reply::state {
  std::string method;
  std::string body;
  // Enough for a small answer, which saves one allocation, and so much that the whole is still of a
  // size that malloc keeps for the thread: replies of a blocking client are freed by another.
  std::array<unsigned char, 640> first_memory;
  // Before the value that lives in it.
  boost::json::monotonic_resource memory{first_memory.data(), first_memory.size()};
  boost::json::value envelope = boost::json::value(boost::json::storage_ptr{&memory});
  const boost::json::value* response = nullptr;
  std::vector<error> execute_errors;
};

class reply_builder {
 public:
  reply_builder() : state_{std::make_shared<reply::state>()} {}
  [[nodiscard]] reply::state& state() noexcept { return *state_; }
  [[nodiscard]] reply finish() && { return reply{std::move(state_)}; }

 private:
  std::shared_ptr<reply::state> state_;
};

}  // namespace vkxx

// Makes replies out of parsed answers.
#pragma once

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/reply.hpp>
#include <vkxx/core/json_parts.hpp>

namespace vkxx {

struct reply::state {
  state() = default;
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  virtual ~state() = default;
  [[nodiscard]] virtual const std::string& body() const = 0;
  // Of `response`, as it was received.
  [[nodiscard]] virtual std::string_view text_of_response() const = 0;

  std::string method;
  const boost::json::value* response = nullptr;
  std::vector<error> execute_errors;
};

class reply_builder {
 public:
  // An answer of its own.
  struct whole final : reply::state {
    [[nodiscard]] const std::string& body() const override { return text; }
    [[nodiscard]] std::string_view text_of_response() const override {
      return json_member(text, "response").value_or(std::string_view{});
    }

    std::string text;
    // Enough for a small answer, which saves one allocation, and so much that the whole is still of
    // a size that malloc keeps for the thread: replies of a blocking client are freed by another.
    std::array<unsigned char, 640> first_memory;
    // Before the value that lives in it.
    boost::json::monotonic_resource memory{first_memory.data(), first_memory.size()};
    boost::json::value envelope = boost::json::value(boost::json::storage_ptr{&memory});
  };

  reply_builder() : state_{std::make_shared<whole>()} {}
  [[nodiscard]] whole& state() noexcept { return *state_; }
  [[nodiscard]] reply finish() && { return reply{std::move(state_)}; }

  // The reply to a call inside an `execute`, whose `answer` is a list with more than `place`
  // elements: that element of it.
  [[nodiscard]] static reply part_of(const reply& answer, std::size_t place,
                                     const std::string& method);

 private:
  std::shared_ptr<whole> state_;
};

}  // namespace vkxx

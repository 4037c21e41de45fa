// The inside of a source: how its content becomes readable.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <utility>

#include <vkxx/client/token_source.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/uploads/upload_source.hpp>

namespace vkxx::detail {

// What an upload may use to open its sources.
struct source_environment {
  token_environment environment;
  time_point deadline = no_deadline;
};

class source_opener {
 public:
  source_opener() = default;
  source_opener(const source_opener&) = delete;
  source_opener& operator=(const source_opener&) = delete;
  virtual ~source_opener() = default;

  // Cancellation: all types.
  [[nodiscard]] virtual asio::awaitable<result<std::shared_ptr<const http::body_source>>> open(
      source_environment environment) const = 0;
};

struct source_access {
  [[nodiscard]] static const std::shared_ptr<const source_opener>& opener_of(
      const upload_source& source) noexcept {
    return source.opener_;
  }
};

// `path: activity: system message`.
[[nodiscard]] error source_error(std::string text);
[[nodiscard]] error source_error(const std::string& path, const char* activity, int number);

}  // namespace vkxx::detail

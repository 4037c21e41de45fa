// The certificate authorities of streams, loaded once for all of an execution context.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

// Thread safety: safe to share.
class stream_tls final : public asio::execution_context::service {
 public:
  // The files may change while a program runs for months.
  static constexpr duration longest_use = std::chrono::hours{24};

  static inline asio::execution_context::id id;

  explicit stream_tls(asio::execution_context& context) : service{context} {}

  [[nodiscard]] static stream_tls& of(const asio::any_io_executor& executor);
  // The system's authorities and those of `ca_file`, which may be empty. Throws
  // `boost::system::system_error` if the file cannot be read.
  [[nodiscard]] std::shared_ptr<asio::ssl::context> trusting(const std::string& ca_file,
                                                             time_point now);

 private:
  void shutdown() noexcept final {}

  struct loaded {
    std::weak_ptr<asio::ssl::context> context;
    time_point at;
  };

  std::mutex mutex_;
  std::map<std::string, loaded> loaded_;
};

}  // namespace vkxx::detail

/// @file
/// Addresses of hosts, without anybody who has to wait for a slow answer.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace vkxx::detail {

namespace asio = boost::asio;

/// What is known of a host; an empty list has a failure.
struct found_addresses {
  boost::system::error_code failure;
  std::vector<asio::ip::tcp::endpoint> endpoints;
};

/// Asks the system, which may take long: it waits for servers of names.
[[nodiscard]] found_addresses addresses_of(const std::string& host, const std::string& port);

/// The endpoint of a numeric address; `host_not_found` of any other. Does not wait.
[[nodiscard]] found_addresses numeric_address(const std::string& host, const std::string& port);

/// Looks names up on threads of its own. The system's lookup cannot be cancelled, and the resolver
/// of Asio lets the end of its context wait for it: here a lookup that is no longer wanted goes on
/// by itself, and its answer is dropped. A numeric address needs no thread.
///
/// Thread safety: safe to share.
class name_lookup {
 public:
  using function = std::function<found_addresses(const std::string& host, const std::string& port)>;

  static constexpr int most_at_once = 64;

  explicit name_lookup(function ask = addresses_of,
                       std::chrono::seconds limit = std::chrono::seconds{30})
      : ask_{std::move(ask)}, limit_{limit} {}

  /// Ends at once when it is cancelled, after the limit with `timed_out`, and with
  /// `try_again` while too many lookups are under way. The object must outlive the call.
  [[nodiscard]] asio::awaitable<found_addresses> look_up(std::string host, std::string port) const;

 private:
  function ask_;
  std::chrono::seconds limit_;
  std::shared_ptr<std::atomic<int>> under_way_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace vkxx::detail

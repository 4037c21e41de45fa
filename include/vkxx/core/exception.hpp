/// @file
/// The exceptions of calls: one base, and a type for each kind.
#pragma once

#include <boost/assert/source_location.hpp>
#include <stdexcept>

#include <vkxx/core/error.hpp>

namespace vkxx {

/// Base of everything that vkxx throws for a failed call. `what()` is `error().to_string()`.
class exception : public std::runtime_error {
 public:
  /// Thrown with this error; `failure` is kept whole.
  explicit exception(vkxx::error failure);
  /// The failure. Lives as long as the exception.
  [[nodiscard]] const vkxx::error& error() const noexcept { return error_; }

 private:
  vkxx::error error_;
};

/// VK's API refused the call.
class api_exception : public exception {
 public:
  using exception::exception;
};
/// The token is missing, dead or of the wrong kind, or a login failed.
class auth_exception : public exception {
 public:
  using exception::exception;
};
/// The connection to VK failed: names, sockets, TLS, proxies, timeouts, HTTP statuses.
class network_exception : public exception {
 public:
  using exception::exception;
};
/// The answer is malformed or unexpected.
class protocol_exception : public exception {
 public:
  using exception::exception;
};
/// The caller cancelled.
class cancelled_exception : public exception {
 public:
  using exception::exception;
};
/// The request cannot be sent as it is, or a handler of the program failed.
class usage_exception : public exception {
 public:
  using exception::exception;
};

/// Throws `failure` as the exception type of its kind.
[[noreturn]] void throw_error(const error& failure);

/// Makes `boost::system::result::value()` throw our exceptions.
[[noreturn]] void throw_exception_from_error(const error& failure, const boost::source_location&);

}  // namespace vkxx

#include <vkxx/core/exception.hpp>

#include <utility>

namespace vkxx {

exception::exception(vkxx::error failure)
    : std::runtime_error{failure.to_string()}, error_{std::move(failure)} {}

void throw_error(const error& failure) {
  const auto code = failure.code();
  if (failure.token_is_dead() || (code && is_authorization_failure(*code))) {
    throw auth_exception{failure};
  }
  if (failure == errc::cancelled) throw cancelled_exception{failure};
  switch (failure.origin()) {
    case error_origin::vk:
      throw api_exception{failure};
    case error_origin::network:
    case error_origin::http:
      throw network_exception{failure};
    case error_origin::decoder:
      throw protocol_exception{failure};
    case error_origin::client:
      break;
  }
  throw usage_exception{failure};
}

void throw_exception_from_error(const error& failure, const boost::source_location&) {
  throw_error(failure);
}

}  // namespace vkxx

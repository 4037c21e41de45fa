// The errors of streaming bodies.
#pragma once

#include <cerrno>
#include <exception>
#include <string>
#include <system_error>
#include <utility>

#include <vkxx/core/error.hpp>

namespace vkxx::http::detail {

/// The transport sets the effect: only it knows what was sent.
[[nodiscard]] inline error body_error(std::string text) {
  return {errc::body_failed, request_effect::not_sent, std::move(text)};
}

/// `path: activity: system message`.
[[nodiscard]] inline error file_error(const std::string& path, const char* activity, int number) {
  return body_error(path + ": " + activity + ": " + std::generic_category().message(number));
}

/// Returns the result of `call`. If it throws, returns an error with `part` and the exception's
/// text.
template <class Call>
[[nodiscard]] auto without_exceptions(const char* part, const Call& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    return body_error(std::string{part} + " threw an exception: " + thrown.what());
  } catch (...) {
    return body_error(std::string{part} + " threw something that is not a std::exception");
  }
}

}  // namespace vkxx::http::detail

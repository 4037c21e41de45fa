/// @file
/// A value or an error.
#pragma once

#include <boost/system/result.hpp>

#include <vkxx/core/error.hpp>
#include <vkxx/core/exception.hpp>

namespace vkxx {

/// A `T`, or the `error` in its place. Never empty.
///
/// `if (result)`, `*result`, `result.error()`; `result.value()` throws the error as its exception.
template <class T>
class [[nodiscard]] result : public boost::system::result<T, error> {
 public:
  using boost::system::result<T, error>::result;
};

}  // namespace vkxx

#include <exception>
#include <utility>

#include <vkxx/uploads/read_source.hpp>
#include "core/errors/thrown_text.hpp"
#include "uploads/sources/source_opener.hpp"

namespace vkxx {
namespace {

// Exceptions of the source become errors.
result<std::string> read_content(const http::body_source& content) {
  try {
    return http::read_all(content);
  } catch (...) {
    return detail::source_error("the source threw an exception: " + detail::thrown_text());
  }
}

}  // namespace

asio::awaitable<result<std::string>> read_source(client vk, upload_source source,
                                                 std::uint64_t largest) {
  detail::source_environment environment{vk.environment(), no_deadline};
  auto opening = detail::source_access::opener_of(source)->open(std::move(environment));
  const auto content = co_await std::move(opening);
  if (!content) co_return content.error();
  const auto size = (*content)->size();
  if (size > largest) {
    co_return detail::source_error(source.filename() + ": the file has " + std::to_string(size) +
                                   " bytes, expected at most " + std::to_string(largest));
  }
  co_return read_content(**content);
}

}  // namespace vkxx

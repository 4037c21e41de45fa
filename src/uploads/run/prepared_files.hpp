// The files of an upload, opened, examined and named.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/core/parameters.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/http/body.hpp>
#include <vkxx/http/message.hpp>
#include <vkxx/uploads/upload_kind.hpp>
#include <vkxx/uploads/upload_source.hpp>
#include "uploads/sources/source_opener.hpp"

namespace vkxx::detail {

struct prepared_file {
  std::string filename;
  std::string content_type;
  std::shared_ptr<const http::body_source> content;
};

// Opens the source. `checks`: whether what VK documents is checked.
[[nodiscard]] asio::awaitable<result<prepared_file>> prepare(upload_source source,
                                                             const upload_facts& facts, bool checks,
                                                             source_environment environment);
// The request to the upload server, without its limits.
[[nodiscard]] http::request upload_request(const upload_facts& facts, const std::string& url,
                                           const std::vector<prepared_file>& files,
                                           const parameters& values);
// SHA-256 of all files as hexadecimal digits. Lets other handlers run between blocks.
[[nodiscard]] asio::awaitable<result<std::string>> digest_of(std::vector<prepared_file> files);

}  // namespace vkxx::detail

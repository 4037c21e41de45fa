// The sources that need no waiting.
#include <algorithm>
#include <array>
#include <istream>
#include <utility>

#include <vkxx/uploads/upload_source.hpp>

#include "uploads/sources/file_content.hpp"
#include "uploads/sources/source_opener.hpp"

namespace vkxx {
namespace {

constexpr std::size_t block_size = std::size_t{64} << 10U;

using content = std::shared_ptr<const http::body_source>;

class ready_opener final : public detail::source_opener {
 public:
  explicit ready_opener(content known) : known_{std::move(known)} {}
  [[nodiscard]] asio::awaitable<result<content>> open(detail::source_environment) const override {
    co_return known_;
  }

 private:
  content known_;
};

class path_opener final : public detail::source_opener {
 public:
  explicit path_opener(std::string path) : path_{std::move(path)} {}
  [[nodiscard]] asio::awaitable<result<content>> open(detail::source_environment) const override {
    co_return detail::open_content(path_);
  }

 private:
  std::string path_;
};

content checked_content(content given) {
  if (!given) {
    throw_error(
        error{errc::invalid_argument, request_effect::not_sent, "content: the source is null"});
  }
  return given;
}

content spooled(std::istream& stream, std::uint64_t max_size) {
  auto file = detail::make_temporary_file();
  if (!file) throw_error(file.error());
  std::array<char, block_size> block{};
  std::uint64_t size = 0;
  while (stream) {
    stream.read(block.data(), static_cast<std::streamsize>(block.size()));
    const auto got = static_cast<std::size_t>(stream.gcount());
    size += got;
    if (size > max_size) {
      throw_error(detail::source_error("the stream has more than max_size bytes (" +
                                       std::to_string(max_size) + ')'));
    }
    if (const auto kept = detail::append(**file, {block.data(), got}); !kept)
      throw_error(kept.error());
  }
  if (stream.bad()) throw_error(detail::source_error("the stream cannot be read"));
  auto known = detail::content_of(*std::move(file), "temporary file");
  if (!known) throw_error(known.error());
  return *std::move(known);
}

}  // namespace

upload_source::upload_source(std::string filename, std::shared_ptr<const http::body_source> content)
    : upload_source{std::make_shared<const ready_opener>(checked_content(std::move(content))),
                    std::move(filename)} {}

upload_source::upload_source(std::shared_ptr<const detail::source_opener> opener,
                             std::string filename)
    : opener_{std::move(opener)} {
  this->filename(std::move(filename));
}

upload_source& upload_source::filename(std::string name) {
  if (const auto slash = name.find_last_of("/\\"); slash != std::string::npos)
    name.erase(0, slash + 1);
  filename_ = std::move(name);
  return *this;
}

upload_source& upload_source::content_type(std::string type) {
  const bool unfit = std::ranges::any_of(
      type, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (unfit) {
    throw_error(error{errc::invalid_argument, request_effect::not_sent,
                      "content_type: it holds a control character"});
  }
  content_type_ = std::move(type);
  return *this;
}

file_source::file_source(std::string path)
    : upload_source{std::make_shared<const path_opener>(path), path} {}

memory_source::memory_source(std::string filename, std::string bytes)
    : upload_source{std::move(filename), http::make_bytes_source(std::move(bytes))} {}

stream_source::stream_source(std::string filename, std::istream& stream, std::uint64_t max_size)
    : upload_source{std::move(filename), spooled(stream, max_size)} {}

}  // namespace vkxx

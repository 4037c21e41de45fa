#include "uploads/run/prepared_files.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <vkxx/core/printable.hpp>
#include <vkxx/http/multipart.hpp>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "core/errors/thrown_text.hpp"
#include "uploads/machine/name_list.hpp"
#include "uploads/sources/file_type.hpp"

namespace vkxx::detail {
namespace {

constexpr std::uint64_t longest_sides = 14'000;  // width and height together
constexpr std::uint64_t largest_ratio = 20;
constexpr std::size_t block_of_digest = std::size_t{64} << 10U;
// The answer is small, and an upload may last for hours.
constexpr std::size_t receive_buffer_of_answer = 1024;
constexpr std::size_t bytes_between_posts = std::size_t{4} << 20U;

error unfit(const upload_facts& facts, const std::string& filename, std::string_view reason) {
  return {errc::invalid_argument, request_effect::not_sent,
          "upload of " + std::string{facts.name} + ": " + printable(filename) + ": " +
              std::string{reason} + "; nothing was sent (local_checks(false) lets VK decide)"};
}

std::string_view noun_of(upload_media media) {
  switch (media) {
    case upload_media::picture:
      return "a picture";
    case upload_media::video:
      return "a video";
    case upload_media::sound:
      return "a sound";
    case upload_media::anything:
    case upload_media::nothing:
      break;
  }
  return "a file";
}

// The beginning of the content, as `type_of` needs it. Exceptions of the source become errors.
result<std::string> beginning_of(const http::body_source& content) {
  try {
    auto reader = content.open();
    if (!reader) return reader.error();
    std::string text(std::min<std::uint64_t>(type_bytes, content.size()), '\0');
    std::size_t at = 0;
    while (at < text.size()) {
      const auto got = (*reader)->read(std::span{text}.subspan(at));
      if (!got) return got.error();
      if (*got == 0) break;
      at += std::min(*got, text.size() - at);
    }
    text.resize(at);
    return text;
  } catch (...) {
    return source_error("the source threw an exception: " + thrown_text());
  }
}

std::optional<error> fault_of_picture(const upload_facts& facts, const std::string& filename,
                                      std::string_view beginning) {
  const auto size = size_of_picture(beginning);
  if (!size) return std::nullopt;
  const std::uint64_t width = size->width;
  const std::uint64_t height = size->height;
  const auto given = std::to_string(width) + "x" + std::to_string(height) + " pixels";
  if (width < facts.min_width || height < facts.min_height) {
    return unfit(facts, filename,
                 "it has " + given + ", and VK takes at least " + std::to_string(facts.min_width) +
                     "x" + std::to_string(facts.min_height));
  }
  if (width + height > longest_sides)
    return unfit(facts, filename, "it has " + given + ", more than 14000 in width and height");
  if (width > largest_ratio * height || height > largest_ratio * width)
    return unfit(facts, filename, "it has " + given + ": one side is over 20 times the other");
  return std::nullopt;
}

std::optional<error> fault_of(const upload_facts& facts, const std::string& filename,
                              std::uint64_t size, const file_type* type,
                              std::string_view beginning) {
  if (size == 0) return unfit(facts, filename, "it is empty");
  if (facts.max_size != 0 && size > facts.max_size) {
    return unfit(facts, filename,
                 "it has " + std::to_string(size) + " bytes, and VK takes at most " +
                     std::to_string(facts.max_size));
  }
  // A container such as MP4 may hold a sound only.
  const bool container = facts.media == upload_media::sound && type != nullptr &&
                         (type->content_type == "video/mp4" || type->content_type == "video/webm");
  const bool other = facts.media != upload_media::anything && type != nullptr &&
                     type->media != facts.media && !container;
  // An animation may be a video.
  const bool animation =
      facts.media == upload_media::video && type != nullptr && type->content_type == "image/gif";
  if (other && !animation) {
    return unfit(facts, filename,
                 "its content is " + std::string{type->content_type} + ", not " +
                     std::string{noun_of(facts.media)});
  }
  if (facts.media == upload_media::picture) return fault_of_picture(facts, filename, beginning);
  return std::nullopt;
}

}  // namespace

asio::awaitable<result<prepared_file>> prepare(upload_source source, const upload_facts& facts,
                                               bool checks, source_environment environment) {
  auto opening = source_access::opener_of(source)->open(std::move(environment));
  auto content = co_await std::move(opening);
  if (!content) co_return content.error();
  prepared_file file;
  file.content = *std::move(content);
  const auto size = file.content->size();
  const auto beginning = beginning_of(*file.content);
  if (!beginning) co_return beginning.error();
  const auto* const type = type_of(*beginning);
  if (checks)
    if (auto fault = fault_of(facts, source.filename(), size, type, *beginning)) co_return *fault;
  file.filename = name_with_extension(source.filename(), type, facts.media,
                                      facts.media == upload_media::anything);
  file.content_type = source.content_type();
  if (file.content_type.empty() && facts.media == upload_media::anything)
    file.content_type = content_type_by_name(file.filename);
  if (file.content_type.empty() && type != nullptr) file.content_type = type->content_type;
  co_return file;
}

http::request upload_request(const upload_facts& facts, const std::string& url,
                             const std::vector<prepared_file>& files, const parameters& values) {
  http::request message{"POST", url};
  message.receive_buffer(receive_buffer_of_answer);
  const auto fields = words_of(facts.fields);
  if (fields.empty()) {
    message.body(std::string{}, "application/x-www-form-urlencoded");
    return message;
  }
  http::multipart form;
  for (const auto name : words_of(facts.form_fields))
    if (const auto value = values.find(name))
      form.add_field(std::string{name}, std::string{*value});
  for (std::size_t i = 0; i < files.size(); ++i)
    form.add_file(std::string{fields[i]}, files[i].filename, files[i].content_type,
                  files[i].content);
  message.body(form);
  return message;
}

asio::awaitable<result<std::string>> digest_of(std::vector<prepared_file> files) {
  const auto executor = co_await asio::this_coro::executor;
  sha256_parts whole;
  std::string block(block_of_digest, '\0');
  std::size_t since_post = 0;
  for (const auto& file : files) {
    // Where a file ends is part of the digest.
    whole.add(std::to_string(file.content->size()) + ':');
    auto reader = file.content->open();
    if (!reader) co_return reader.error();
    std::uint64_t left = file.content->size();
    while (left > 0) {
      // No more than what is sent, whatever the source has or says.
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size()));
      const auto read = (*reader)->read(std::span{block}.first(wanted));
      if (!read) co_return read.error();
      if (*read == 0) co_return source_error(file.filename + ": it ended too early");
      const auto got = std::min(*read, wanted);
      whole.add({block.data(), got});
      left -= got;
      since_post += got;
      if (since_post < bytes_between_posts) continue;
      since_post = 0;
      co_await asio::post(executor, asio::use_awaitable);
    }
  }
  co_return to_hex(whole.end());
}

}  // namespace vkxx::detail

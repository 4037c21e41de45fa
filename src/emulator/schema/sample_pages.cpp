#include "emulator/schema/sample_pages.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/text/html.hpp"
#include "core/text/number.hpp"
#include "emulator/schema/sample_media.hpp"

namespace vkxx::emulation::detail {
namespace {

struct named_size {
  std::string_view name;
  std::int64_t width = 100;
  std::int64_t height = 100;
};

// `user1_50`, `user1_200_orig`, `3_604x403`.
named_size size_in(std::string_view stem) {
  constexpr std::string_view original = "_orig";
  if (stem.ends_with(original)) stem.remove_suffix(original.size());
  named_size result{stem};
  const auto dash = stem.rfind('_');
  if (dash == std::string_view::npos) return result;
  const auto text = stem.substr(dash + 1);
  const auto cross = std::min(text.find('x'), text.size());
  const auto width = vkxx::detail::parse_number<std::int64_t>(text.substr(0, cross));
  const auto height = cross == text.size()
                          ? width
                          : vkxx::detail::parse_number<std::int64_t>(text.substr(cross + 1));
  if (!width || !height) return result;
  return {stem.substr(0, dash), *width, *height};
}

answer file_answer(std::string_view content_type, std::string body) {
  answer result;
  result.content_type = content_type;
  result.headers.emplace_back("Cache-Control", "max-age=86400");
  result.headers.emplace_back("X-Content-Type-Options", "nosniff");
  result.body = std::move(body);
  result.packed = true;
  return result;
}

}  // namespace

answer sample_page(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  const auto point = std::min(name.rfind('.'), name.size());
  const auto extension = name.substr(std::min(point + 1, name.size()));
  if (extension == "png") {
    const auto size = size_in(name.substr(0, point));
    return file_answer("image/png", sample_picture(size.name, size.width, size.height));
  }
  if (auto file = sample_file_of(extension))
    return file_answer(file->content_type, std::move(file->body));
  return page(200, vkxx::detail::html_document(
                       "Sample", "<p>A sample address of the emulator: it names nothing.</p>"));
}

std::string sample_address(std::string_view base_url, std::string_view kind,
                           std::string_view name) {
  auto result = std::string{base_url};
  return result.append(sample_prefix).append(kind).append("/").append(name);
}

std::string own_picture(std::string_view base_url, std::string_view name, std::string_view size) {
  auto result = std::string{base_url};
  result.append(sample_prefix).append(name).append("_").append(size);
  return size.empty() ? result : result + ".png";
}

}  // namespace vkxx::emulation::detail

#include "emulator/schema/sample_pages.hpp"

#include <string>

#include "core/text/html.hpp"
#include "emulator/challenges/captcha_picture.hpp"

namespace vkxx::emulation::detail {

answer sample_page(std::string_view path) {
  constexpr std::string_view picture = ".png";
  auto name = path.substr(sample_prefix.size());
  if (!name.ends_with(picture))
    return page(200, vkxx::detail::html_document(
                         "Sample", "<p>A sample address of the emulator: it names nothing.</p>"));
  name.remove_suffix(picture.size());
  answer result;
  result.content_type = "image/png";
  result.headers.emplace_back("Cache-Control", "max-age=86400");
  // The number of the picture.
  result.body = captcha_png(name.substr(name.rfind('/') + 1));
  return result;
}

std::string own_picture(std::string_view base_url, std::string_view name, std::string_view size) {
  auto result = std::string{base_url};
  result.append(sample_prefix).append(name).append("_").append(size);
  return size.empty() ? result : result + ".png";
}

}  // namespace vkxx::emulation::detail

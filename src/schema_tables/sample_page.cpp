#include "schema_tables/sample_page.hpp"

#include <algorithm>
#include <string_view>

#include "core/text/number.hpp"
#include "schema_tables/sample_seed.hpp"

namespace vkxx::schema_tables::detail {
namespace {

constexpr std::int64_t usual_size = 20;

std::optional<std::int64_t> number_sent(const sample_options& options, std::string_view name) {
  if (name.empty() || !options.sent) return std::nullopt;
  const auto text = options.sent(name);
  if (!text) return std::nullopt;
  return vkxx::detail::parse_number<std::int64_t>(*text);
}

}  // namespace

sample_page page_for(paged_list list, const sample_options& options) {
  sample_page page;
  page.total = 3 + static_cast<std::int64_t>(below(derived(options.seed, "total"), 5));
  auto size = number_sent(options, list.size_parameter())
                  .value_or(list.usual() > 0 ? list.usual() : usual_size);
  if (list.largest() > 0) size = std::min(size, list.largest());
  const auto start = number_sent(options, list.from_parameter())
                         .value_or(number_sent(options, list.offset_parameter()).value_or(0));
  page.first = std::clamp<std::int64_t>(start, 0, page.total);
  page.end = page.first + std::clamp<std::int64_t>(size, 0, page.total - page.first);
  return page;
}

}  // namespace vkxx::schema_tables::detail

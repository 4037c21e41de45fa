// Which items of a list that comes page by page a request asks for.
#pragma once

#include <cstdint>

#include <vkxx/schema_tables/sample.hpp>

namespace vkxx::schema_tables::detail {

struct sample_page {
  std::int64_t total = 0;  // of the list
  std::int64_t first = 0;  // number of the page's first item
  std::int64_t end = 0;    // number behind its last

  [[nodiscard]] bool is_last() const noexcept { return end >= total; }
};

[[nodiscard]] sample_page page_for(paged_list list, const sample_options& options);

}  // namespace vkxx::schema_tables::detail

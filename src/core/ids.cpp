#include <vkxx/core/ids.hpp>

#include <ostream>

namespace vkxx::detail {

void print_id(std::ostream& out, std::int64_t value) {
  out << value;
}

}  // namespace vkxx::detail

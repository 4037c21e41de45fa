// The items of a page, as values and in VK's own text.
#include <vkxx/client/pages.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/exception.hpp>
#include <vkxx/core/json_text.hpp>
#include "client/pages/page_list.hpp"
#include "client/reply/json_slices.hpp"
#include "client/reply/reply_builder.hpp"

namespace vkxx {
namespace {

namespace json = boost::json;

// Outer elements with one item in place of their list. For `users.items`, the object `users`
// contains only the list and its count.
class outer_elements {
 public:
  outer_elements(const detail::page_list& list, std::string_view path)
      : list_{list}, name_{path.substr(0, path.find('.'))} {}

  [[nodiscard]] json::value value_with(const detail::page_list::item& item) {
    // The items of an element follow each other.
    if (part_ != item.part) {
      element_ = detail::parsed_json(list_.elements()[item.part]).as_object();
      part_ = item.part;
    }
    json::object copy;
    for (const auto& [key, value] : element_) {
      if (key != json::string_view{name_.data(), name_.size()}) {
        copy[key] = value;
      } else {
        copy[key] = detail::parsed_json(item.text);
      }
    }
    return copy;
  }

  [[nodiscard]] std::string text_with(const detail::page_list::item& item) {
    if (text_part_ != item.part) read_text(item.part);
    std::string shown = before_;
    shown += item.text;
    return shown += after_;
  }

 private:
  void read_text(std::size_t part) {
    before_ = "{";
    after_.clear();
    bool found = false;
    detail::visit_members(list_.elements()[part],
                          [&](std::string_view name, std::string_view value) {
                            if (found && name == name_) return;
                            auto& shown = found ? after_ : before_;
                            if (found || shown.size() > 1) shown += ',';
                            shown += json_text(name);
                            shown += ':';
                            found = found || name == name_;
                            if (name != name_) shown += value;
                          });
    after_ += '}';
    text_part_ = part;
  }

  const detail::page_list& list_;
  std::string_view name_;
  // The element of the last item, as values and as the text around the list.
  std::optional<std::size_t> part_;
  json::object element_;
  std::optional<std::size_t> text_part_;
  std::string before_, after_;
};

// Calls `take` with each item at `positions` and the outer elements; null: there are none.
template <class Take>
void take_items(const detail::page_list& list, std::string_view path,
                const std::vector<std::size_t>& positions, Take take) {
  std::optional<outer_elements> outer;
  if (!list.elements().empty()) {
    outer.emplace(list, path.substr(detail::nested_list_prefix.size()));
  }
  for (const auto position : positions) {
    if (position < list.items().size()) take(list.items()[position], outer ? &*outer : nullptr);
  }
}

}  // namespace

std::vector<json::value> page::items() const {
  std::vector<json::value> chosen;
  if (const auto status = detail::reply_builder::check_bounds(answer_); !status) {
    throw_error(status.error());
  }
  const auto list = detail::page_list::read(answer_.text(), items_path_);
  if (!list) return chosen;
  take_items(*list, items_path_, fresh_, [&](const auto& item, outer_elements* outer) {
    chosen.push_back(outer != nullptr ? outer->value_with(item) : detail::parsed_json(item.text));
  });
  return chosen;
}

std::vector<std::string> page::item_texts() const {
  std::vector<std::string> chosen;
  const auto list = detail::page_list::read(answer_.text(), items_path_);
  if (!list) return chosen;
  take_items(*list, items_path_, fresh_, [&](const auto& item, outer_elements* outer) {
    chosen.push_back(outer != nullptr ? outer->text_with(item) : std::string{item.text});
  });
  return chosen;
}

}  // namespace vkxx

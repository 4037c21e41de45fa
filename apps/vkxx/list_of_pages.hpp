/// @file
/// What a walk through the pages of a method has to know, from VK's schema.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include <vkxx/client/paging.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::cli {

/// How the method gives its list when it is called like this; nothing if it does not do so page by
/// page.
[[nodiscard]] std::optional<paging> paging_of(schema_tables::method method, const request& call);

/// The list of a page, which is there.
[[nodiscard]] const boost::json::array& list_in(const boost::json::value& response,
                                                const paging& how);

/// A place in a list that a person can write down: how many items stand before it, or where VK said
/// that the next page begins.
class list_place {
 public:
  /// Where `first` begins, unless `from` names another place, at which it begins then. Throws
  /// `usage_failure` if that is none in such a list.
  list_place(const paging& how, request& first, const std::string& from);

  /// Behind a page of which so many items were new.
  void step(const boost::json::value& response, std::size_t fresh);
  /// For `from` of another one. Empty: there is nothing more.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  bool by_offset_;
  std::int64_t offset_ = 0;
  std::string text_;
};

}  // namespace vkxx::cli

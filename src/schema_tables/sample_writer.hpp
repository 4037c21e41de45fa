// Writes samples as JSON.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/schema_tables/sample.hpp>

#include "schema_tables/sample_page.hpp"
#include "schema_tables/sample_scalars.hpp"

namespace vkxx::schema_tables::detail {

class sample_writer {
 public:
  explicit sample_writer(const sample_options& options) : options_{options} {}

  // `list`: the list in the answer that comes page by page.
  [[nodiscard]] std::string answer_of(type wanted, std::optional<paged_list> list);

 private:
  struct place : scalar_place {
    // The members that lead to the paged list, as in `paged_list::items()`.
    std::optional<std::string_view> to_list;
    std::string identity;  // what must be present, as in `paged_list::identity()`
    bool tells_items_apart = false;
    std::optional<std::int64_t> forced_id;  // of a profile or a community
  };
  // A field that is to be written, in the order of the type's fields.
  struct part {
    field of;
    std::string text;
    bool written = false;
  };
  // What a discriminator has chosen.
  struct fixed_field {
    std::string_view name, value;
  };
  struct inner;  // of an object while it is written

  void value(type wanted, const place& at);
  void note_account(const sample_integer& number);
  [[nodiscard]] bool flag(const place& at) const;
  [[nodiscard]] sample_integer integer_of(type wanted, const place& at) const;
  void integer(type wanted, const place& at);
  void string(type wanted, const place& at);
  void enum_value(type wanted, const place& at);
  void scalar(type wanted, const place& at);
  void array(type wanted, const place& at);
  void paged(type wanted, const place& at);
  void accounts(type wanted, const place& at, const std::set<std::int64_t>& ids);
  void note_facts(type object, place& at) const;
  [[nodiscard]] std::optional<std::string_view> tag_of(type object, const place& at) const;
  void object(type wanted, const place& where, const fixed_field& chosen_before);
  void one_of(type wanted, const place& at);

  [[nodiscard]] place below_object(const place& at, type object, field which) const;
  [[nodiscard]] bool wants(field candidate, const place& at, std::string_view identity) const;
  [[nodiscard]] bool is_accounts(field candidate) const;
  [[nodiscard]] std::optional<std::string_view> counted_list(const inner& state) const;
  [[nodiscard]] bool write_first(inner& state, part& entry);
  void write_last(inner& state, part& entry);
  [[nodiscard]] std::string rendered(type wanted, const place& at);
  [[nodiscard]] std::size_t item_count(type wanted) const;
  [[nodiscard]] std::optional<std::int64_t> repeated(type wanted, const place& at) const;
  [[nodiscard]] bool deep() const noexcept { return open_.size() > options_.depth; }
  void quoted(std::string_view text);

  const sample_options& options_;
  std::optional<paged_list> list_;
  sample_page page_;
  std::string out_;
  std::int64_t last_count_ = 0;            // of the list written last
  std::vector<std::string_view> open_;     // names of the objects around
  bool in_accounts_ = false;               // which have no optional objects
  std::set<std::int64_t> users_, groups_;  // ids in the sample
};

}  // namespace vkxx::schema_tables::detail

/// @file
/// Writes a snapshot as JSON text. The same functions describe what is written and what is read.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace vkxx::emulation::detail {

/// Values of plain types, whose default is left out.
template <class Value>
concept plain_value = std::is_arithmetic_v<Value> || std::same_as<Value, std::string>;

template <class List>
concept value_list = requires(const List& list) {
  list.begin();
  list.end();
}
&&!std::same_as<List, std::string>;

/// Text that is the same for the same values: members in the order in which they are described,
/// without those that have their usual value.
class snapshot_writer {
 public:
  static constexpr bool reads = false;

  explicit snapshot_writer(std::string& text) : text_{text} {}

  template <plain_value Value>
  void member(std::string_view name, const Value& value,
              const std::type_identity_t<Value>& usual = {}) {
    if (value == usual) return;
    begin_member(name);
    put(value);
  }
  template <value_list List>
  void member(std::string_view name, const List& list) {
    if (list.begin() == list.end()) return;
    begin_member(name);
    begin('[');
    for (auto& entry : list) {
      begin_item();
      item(const_cast<std::remove_cvref_t<decltype(entry)>&>(entry));
    }
    end(']');
  }
  /// An object that the function describes; left out if it would be empty.
  template <class Function>
  void object(std::string_view name, Function describe) {
    const auto before = text_.size();
    const bool was_first = first_;
    begin_member(name);
    const auto opened = text_.size();
    begin('{');
    describe(*this);
    const bool empty = text_.size() == opened + 1;
    end('}');
    if (!empty) return;
    text_.resize(before);
    first_ = was_first;
  }
  /// One of the names, by its number.
  template <class Choice>
  void choice(std::string_view name, Choice value, std::span<const std::string_view> names) {
    const auto index = static_cast<std::size_t>(value);
    if (index == 0) return;
    begin_member(name);
    put(names[index]);
  }
  /// A map as a list of objects, by ascending key.
  template <class Map, class Function>
  void entries(std::string_view name, Map& map, Function describe) {
    if (map.empty()) return;
    std::vector<const typename Map::value_type*> sorted;
    for (const auto& entry : map) sorted.push_back(&entry);
    std::ranges::sort(
        sorted, {}, [](const auto* entry) -> const auto& { return entry->first; });
    begin_member(name);
    begin('[');
    for (const auto* entry : sorted) {
      begin_item();
      begin('{');
      auto key = entry->first;
      describe(*this, key, const_cast<typename Map::mapped_type&>(entry->second));
      end('}');
    }
    end(']');
  }
  /// JSON as it is.
  void raw(std::string_view name, std::string_view json) {
    begin_member(name);
    text_ += json;
  }
  /// A whole object, such as the snapshot itself.
  template <class Function>
  void whole(Function describe) {
    begin('{');
    describe(*this);
    end('}');
  }

 private:
  template <class Value>
  void item(Value& value) {
    if constexpr (plain_value<Value>) {
      put(value);
    } else {
      begin('{');
      fields(*this, value);
      end('}');
    }
  }
  void put(bool value) { text_ += value ? "true" : "false"; }
  void put(double value);
  template <std::integral Number>
  void put(Number value) {
    text_ += std::to_string(value);
  }
  void put(std::string_view value);
  void put(const std::string& value) { put(std::string_view{value}); }
  void begin_member(std::string_view name);
  void begin_item();
  void begin(char bracket) {
    text_ += bracket;
    ++depth_;
    first_ = true;
  }
  void end(char bracket) {
    text_ += bracket;
    --depth_;
    first_ = false;
  }

  std::string& text_;
  int depth_ = 0;
  bool first_ = true;
};

}  // namespace vkxx::emulation::detail

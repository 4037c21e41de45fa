/// @file
/// Reads what `snapshot_writer` wrote, or somebody by hand. Refuses with the path of the fault.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "emulator/saving/archive/snapshot_writer.hpp"

namespace vkxx::emulation::detail {

/// `conversations[2].views[0].member: …`
class snapshot_failure : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Where a value stands.
struct snapshot_place {
  const snapshot_place* outer = nullptr;
  std::string_view name{};  ///< Empty: an item of a list.
  std::size_t index = 0;
};

[[noreturn]] void refuse_at(const snapshot_place& place, std::string_view reason);

/// One object of the snapshot.
class snapshot_reader {
 public:
  static constexpr bool reads = true;

  snapshot_reader(const boost::json::object& object, const snapshot_place& place)
      : object_{object}, place_{place} {}

  template <plain_value Value>
  void member(std::string_view name, Value& value, const std::type_identity_t<Value>& usual = {}) {
    const auto* found = take(name);
    if (found == nullptr)
      value = usual;
    else
      read(*found, value, at(name));
  }
  template <value_list List>
  void member(std::string_view name, List& list) {
    list = List{};
    const auto place = at(name);
    each(name, [&](const boost::json::value& value, std::size_t index) {
      std::remove_const_t<typename List::value_type> entry{};
      read(value, entry, snapshot_place{&place, {}, index});
      add_to(list, std::move(entry));
    });
  }
  template <class Function>
  void object(std::string_view name, Function describe) {
    static const boost::json::object nothing;
    const auto* found = take(name);
    const auto place = at(name);
    if (found != nullptr && !found->is_object()) refuse_at(place, "must be an object");
    snapshot_reader inner{found == nullptr ? nothing : found->get_object(), place};
    describe(inner);
    inner.finish();
  }
  template <class Choice>
  void choice(std::string_view name, Choice& value, std::span<const std::string_view> names) {
    value = static_cast<Choice>(choice_of(name, names));
  }
  template <class Map, class Function>
  void entries(std::string_view name, Map& map, Function describe) {
    map.clear();
    const auto place = at(name);
    each(name, [&](const boost::json::value& value, std::size_t index) {
      const snapshot_place item{&place, {}, index};
      if (!value.is_object()) refuse_at(item, "must be an object");
      snapshot_reader inner{value.get_object(), item};
      typename Map::key_type key{};
      typename Map::mapped_type mapped{};
      describe(inner, key, mapped);
      inner.finish();
      if (!map.emplace(std::move(key), std::move(mapped)).second) refuse_at(item, "is there twice");
    });
  }
  /// Null: there is no such member.
  [[nodiscard]] const boost::json::value* find(std::string_view name) { return take(name); }
  /// Calls the function with each value of a list, and its index.
  template <class Function>
  void each(std::string_view name, Function function) {
    const auto* found = take(name);
    if (found == nullptr) return;
    const auto* items = found->if_array();
    if (items == nullptr) refuse_at(at(name), "must be a list");
    for (std::size_t i = 0; i < items->size(); ++i) function((*items)[i], i);
  }
  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }
  [[noreturn]] void refuse(std::string_view name, std::string_view reason) const {
    if (name.empty()) refuse_at(place_, reason);
    refuse_at(at(name), reason);
  }
  [[nodiscard]] const snapshot_place& place() const noexcept { return place_; }
  /// Refuses members that nobody has asked for.
  void finish() const;

  template <class Value>
  static void read(const boost::json::value& value, Value& target, const snapshot_place& place) {
    if constexpr (std::same_as<Value, bool>) {
      if (!value.is_bool()) refuse_at(place, "must be true or false");
      target = value.get_bool();
    } else if constexpr (std::integral<Value>) {
      target = static_cast<Value>(
          number(value, std::numeric_limits<Value>::min(), std::numeric_limits<Value>::max(),
                 std::unsigned_integral<Value> && sizeof(Value) == 8, place));
    } else if constexpr (std::floating_point<Value>) {
      target = real(value, place);
    } else if constexpr (std::same_as<Value, std::string>) {
      if (!value.is_string()) refuse_at(place, "must be a text");
      target.assign(value.get_string().data(), value.get_string().size());
    } else {
      if (!value.is_object()) refuse_at(place, "must be an object");
      snapshot_reader inner{value.get_object(), place};
      fields(inner, target);
      inner.finish();
    }
  }

 private:
  template <class List, class Entry>
  static void add_to(List& list, Entry entry) {
    if constexpr (requires { list.push_back(std::move(entry)); })
      list.push_back(std::move(entry));
    else
      list.insert(std::move(entry));
  }
  [[nodiscard]] static double real(const boost::json::value& value, const snapshot_place& place);
  // The bits of a number within the limits.
  [[nodiscard]] static std::uint64_t number(const boost::json::value& value, std::int64_t least,
                                            std::uint64_t most, bool wide,
                                            const snapshot_place& place);
  [[nodiscard]] std::size_t choice_of(std::string_view name,
                                      std::span<const std::string_view> names);
  [[nodiscard]] const boost::json::value* take(std::string_view name);
  [[nodiscard]] snapshot_place at(std::string_view name) const noexcept { return {&place_, name}; }

  const boost::json::object& object_;
  const snapshot_place& place_;
  std::vector<std::string_view> asked_;
  std::size_t found_ = 0;
};

}  // namespace vkxx::emulation::detail

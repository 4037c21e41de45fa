#include "emulator/saving/parts/saved_world.hpp"

#include <boost/json/parse.hpp>

#include "core/text/number.hpp"

namespace vkxx::emulation::detail {

namespace json = boost::json;

void save_wide(snapshot_writer& into, std::string_view name, std::uint64_t& number) {
  into.member(name, std::to_string(number));
}

void save_wide(snapshot_reader& from, std::string_view name, std::uint64_t& number) {
  std::string text;
  from.member(name, text, std::to_string(number));
  const auto found = vkxx::detail::parse_number<std::uint64_t>(text);
  if (!found) from.refuse(name, "must be the digits of a number");
  number = *found;
}

void save_random(snapshot_writer& into, std::string_view name, random_source& source) {
  auto state = source.state();
  save_wide(into, name, state);
}

void save_random(snapshot_reader& from, std::string_view name, random_source& source) {
  auto state = source.state();
  save_wide(from, name, state);
  source = random_source{state};
}

void check_groups(const snapshot_reader& from, std::string_view name, std::size_t numbers,
                  std::size_t size) {
  if (numbers % size != 0)
    from.refuse(name, "must be a list of groups of " + std::to_string(size) + " numbers");
}

void check_member(const snapshot_reader& from, std::string_view name, const world& state,
                  std::int64_t member) {
  if (!state.exists(member)) from.refuse(name, "does not exist");
}

void check_range(const snapshot_reader& from, std::string_view name, std::int64_t value,
                 std::int64_t least, std::int64_t most) {
  if (value < least || value > most)
    from.refuse(name, "must be from " + std::to_string(least) + " to " + std::to_string(most));
}

void check_object_text(const snapshot_reader& from, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  boost::system::error_code failure;
  const auto value = json::parse({text.data(), text.size()}, failure);
  if (failure || !value.is_object()) from.refuse(name, "must be the text of a JSON object");
}

void check_action_text(const snapshot_reader& from, std::string_view text) {
  check_object_text(from, "action", text);
  if (text.empty()) return;
  const auto action = json::parse({text.data(), text.size()});
  const auto* type = action.get_object().if_contains("type");
  if (type == nullptr || !type->is_string()) from.refuse("action", "must have a type");
}

void read_world(snapshot_reader& from, world& state) {
  save_accounts(from, state);
  save_walls(from, state);
  save_messages(from, state);
  save_events(from, state);
  save_random(from, "random", saved_part<world>::random(state));
}

void write_world(snapshot_writer& into, const world& state) {
  // The functions describe both directions; writing changes nothing.
  auto& same = const_cast<world&>(state);
  save_accounts(into, same);
  save_walls(into, same);
  save_messages(into, same);
  save_events(into, same);
  save_random(into, "random", saved_part<world>::random(same));
}

}  // namespace vkxx::emulation::detail

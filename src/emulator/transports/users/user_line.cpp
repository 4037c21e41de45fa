#include "emulator/transports/users/user_line.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "emulator/transports/users/line_values.hpp"

namespace vkxx::emulation::detail {
namespace {

// Adds the lines of one event for one member.
class line_builder {
 public:
  line_builder(const world& state, const std::shared_ptr<const world_event>& event,
               std::int64_t member)
      : event_{event},
        member_{member},
        where_{state.messages().find(event->conversation)},
        view_{where_ == nullptr ? nullptr : where_->view_of(member)} {}

  std::vector<user_line> build() {
    if (event_->kind == event_kind::press_answered) {
      if (event_->subject == member_) add(line_kind::press_answered);
      return std::move(lines_);
    }
    if (view_ != nullptr) add_lines();
    return std::move(lines_);
  }

 private:
  void add(line_kind kind, std::int64_t value = 0, std::int64_t info = 0) {
    lines_.push_back({kind, event_, value, info});
  }
  void add_chat_info(std::int64_t type, std::int64_t info) {
    if (!where_->is_chat() || !sees_chat()) return;
    add(line_kind::chat_changed);
    add(line_kind::chat_info, type, info);
  }
  [[nodiscard]] bool has_copy() const { return view_->copy_of(event_->cmid) != nullptr; }
  // A message that the member has not deleted, of a chat that the member has not left.
  [[nodiscard]] bool shows_message() const {
    if (where_->is_chat() && !where_->is_member(member_)) return false;
    const auto* copy = view_->copy_of(event_->cmid);
    return copy != nullptr && where_->visible(*copy) != nullptr;
  }
  [[nodiscard]] bool is_actor() const noexcept { return event_->actor == member_; }
  [[nodiscard]] bool sees_chat() const noexcept {
    return where_->is_member(member_) || event_->subject == member_;
  }
  [[nodiscard]] const boost::json::value* detail(std::string_view name) const {
    return event_->details.if_contains(name);
  }
  [[nodiscard]] bool is_set(std::string_view name) const {
    const auto* found = detail(name);
    return found != nullptr && found->is_bool() && found->get_bool();
  }

  void add_lines();
  void add_deletion();
  void add_flags();
  void add_chat_change();

  std::shared_ptr<const world_event> event_;
  std::int64_t member_;
  const conversation* where_;
  const member_view* view_;
  std::vector<user_line> lines_;
};

void line_builder::add_deletion() {
  if (detail("conversation") != nullptr) {
    if (is_actor()) add(line_kind::history_deleted);
    return;
  }
  if (is_set("for_all")) {
    if (has_copy()) add(line_kind::flags_set, line_flags::deleted | line_flags::deleted_for_all);
    return;
  }
  if (is_actor())
    add(line_kind::flags_set,
        is_set("spam") ? line_flags::spam | line_flags::deleted : line_flags::deleted);
}

void line_builder::add_flags() {
  if (!is_actor()) return;
  struct flag {
    std::string_view name;
    std::int64_t of_message;
    std::int64_t of_conversation;
  };
  constexpr std::array<flag, 5> flags{{{"important", line_flags::important, 1},
                                       {"listened", line_flags::listened, 0},
                                       {"unanswered", 0, 2},
                                       {"marked_unread", 0, std::int64_t{1} << 20U},
                                       {"archived", 0, std::int64_t{1} << 23U}}};
  for (const auto& [name, of_message, of_conversation] : flags) {
    if (detail(name) == nullptr) continue;
    const bool on = is_set(name);
    if (event_->cmid != 0)
      add(on ? line_kind::flags_set : line_kind::flags_cleared, of_message);
    else
      add(on ? line_kind::conversation_flags_set : line_kind::conversation_flags_cleared,
          of_conversation);
  }
}

void line_builder::add_chat_change() {
  if (detail("title") != nullptr) add_chat_info(chat_info_type::title, 0);
  if (detail("photo") != nullptr) add_chat_info(chat_info_type::photo, 0);
  if (detail("admin") != nullptr)
    add_chat_info(is_set("admin") ? chat_info_type::admin : chat_info_type::no_admin,
                  event_->subject);
  const auto* until = detail("may_not_write_until");
  if (until != nullptr && sees_chat())
    add(line_kind::writing_ban, event_->subject, until->to_number<std::int64_t>());
}

void line_builder::add_lines() {
  switch (event_->kind) {
    case event_kind::message_sent:
      if (has_copy()) add(line_kind::message_added);
      return;
    case event_kind::message_edited:
      if (shows_message()) add(line_kind::message_edited);
      return;
    case event_kind::message_deleted:
      return add_deletion();
    case event_kind::message_restored:
      if (is_actor()) add(line_kind::message_restored, line_flags::deleted);
      return;
    case event_kind::read:
      if (is_actor() || has_copy()) add(is_actor() ? line_kind::read_in : line_kind::read_out);
      return;
    case event_kind::typing:
      if (!is_actor() && (!where_->is_chat() || sees_chat())) add(line_kind::typing);
      return;
    case event_kind::reaction_set:
    case event_kind::reaction_removed:
      if (shows_message()) add(line_kind::reaction);
      return;
    case event_kind::flags_changed:
      return add_flags();
    case event_kind::member_joined:
      return add_chat_info(chat_info_type::joined, event_->subject);
    case event_kind::member_left:
      return add_chat_info(chat_info_type::left, event_->subject);
    case event_kind::member_kicked:
      return add_chat_info(chat_info_type::kicked, event_->subject);
    case event_kind::pinned:
      return add_chat_info(chat_info_type::pinned, event_->cmid);
    case event_kind::unpinned:
      return add_chat_info(chat_info_type::pinned, 0);
    case event_kind::chat_changed:
      return add_chat_change();
    case event_kind::keyboard_shown:
    case event_kind::keyboard_hidden:
      if (!is_actor()) add(line_kind::chat_info, chat_info_type::keyboard);
      return;
    default:
      return;
  }
}

}  // namespace

bool is_lasting(line_kind kind) noexcept {
  return kind != line_kind::typing && kind != line_kind::unread_counter &&
         kind != line_kind::press_answered;
}

std::vector<std::int64_t> concerned_members(const world& state, const world_event& event) {
  std::vector<std::int64_t> members;
  if (const auto* where = state.messages().find(event.conversation)) {
    members.reserve(where->views.size());
    for (const auto& view : where->views) members.push_back(view.member);
  }
  return members;
}

std::vector<user_line> lines_of(const world& state, const std::shared_ptr<const world_event>& event,
                                std::int64_t member) {
  return line_builder{state, event, member}.build();
}

}  // namespace vkxx::emulation::detail

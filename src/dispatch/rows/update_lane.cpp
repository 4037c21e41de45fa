#include <vkxx/dispatch/update_lane.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

#include <vkxx/core/json_parts.hpp>

namespace vkxx {
namespace {

constexpr std::size_t longest_id = 40;
constexpr std::string_view no_community = "-";

// The number as VK wrote it; empty: there is none.
std::string_view number_in(std::string_view object, std::string_view member) {
  const auto found = json_member(object, member);
  if (!found || found->empty() || found->size() > longest_id) return {};
  const auto is_of_number = [](char each) { return each == '-' || (each >= '0' && each <= '9'); };
  if (!std::all_of(found->begin(), found->end(), is_of_number)) return {};
  return *found;
}

std::string_view first_number(std::string_view object,
                              std::initializer_list<std::string_view> members) {
  for (const auto member : members) {
    if (const auto number = number_in(object, member); !number.empty()) return number;
  }
  return {};
}

std::string lane_text(std::string_view kind, std::string_view number) {
  std::string text{kind};
  text += '/';
  text += number;
  return text;
}

// The lane of something on a wall.
std::string post_lane(std::string_view object, std::string_view owner, std::string_view post) {
  auto text = lane_text("post", owner.empty() ? number_in(object, "owner_id") : owner);
  text += '_';
  text += post;
  return text;
}

std::string_view message_of(const update& received) {
  const auto object = received.raw();
  return json_member(object, "message").value_or(object);
}

// Which element of an array of User Long Poll is the conversation; 0: none.
std::size_t peer_position(std::string_view code) {
  static constexpr std::array<std::string_view, 9> third{"1",     "2",     "3",     "4",    "5",
                                                         "10002", "10003", "10005", "10018"};
  static constexpr std::array<std::string_view, 13> first{
      "6", "7", "10", "11", "12", "13", "14", "20", "21", "10006", "10007", "10013", "602"};
  for (const auto known : third) {
    if (known == code) return 3;
  }
  for (const auto known : first) {
    if (known == code) return 1;
  }
  if (code == "10004") return 4;
  return code == "601" || code == "52" ? 2 : 0;
}

std::string mailbox_lane(const update& received) {
  constexpr std::string_view prefix = "user:";
  const auto code = std::string_view{received.type()}.substr(prefix.size());
  if (const auto position = peer_position(code); position != 0) {
    const auto elements = json_elements(received.raw());
    if (elements.size() > position && elements[position].size() <= longest_id) {
      return lane_text("peer", elements[position]);
    }
  }
  return received.type();
}

std::string object_lane(const update& received) {
  const std::string_view type = received.type();
  const auto object = received.raw();
  if (type.starts_with("message_new") || type.starts_with("message_reply") ||
      type.starts_with("message_edit")) {
    const auto peer = first_number(message_of(received), {"peer_id", "user_id"});
    if (!peer.empty()) return lane_text("peer", peer);
  }
  if (type.starts_with("wall_reply")) {
    const auto post = number_in(object, "post_id");
    const auto owner = first_number(object, {"post_owner_id", "owner_id"});
    if (!post.empty()) return post_lane(object, owner, post);
  }
  if (type == "wall_post_new" || type == "wall_repost") {
    const auto post = number_in(object, "id");
    if (!post.empty()) return post_lane(object, {}, post);
  }
  static constexpr std::array<std::array<std::string_view, 2>, 4> comments{{
      {"board_post", "topic_id"},
      {"photo_comment", "photo_id"},
      {"video_comment", "video_id"},
      {"market_comment", "item_id"},
  }};
  for (const auto& [prefix, member] : comments) {
    if (!type.starts_with(prefix)) continue;
    const auto number = number_in(object, member);
    if (!number.empty()) return lane_text(member, number);
  }
  if (const auto peer = number_in(object, "peer_id"); !peer.empty()) {
    return lane_text("peer", peer);
  }
  // The conversation of a community with a user has the user's number.
  const auto user = first_number(object, {"user_id", "from_id", "liker_id"});
  if (!user.empty() && !type.starts_with("like_")) return lane_text("peer", user);
  return std::string{type};
}

}  // namespace

update_lane default_lane(const update& received) {
  update_lane lane;
  lane.share =
      received.group() ? std::to_string(received.group()->value()) : std::string{no_community};
  lane.name = received.type().starts_with("user:") ? mailbox_lane(received) : object_lane(received);
  return lane;
}

update_lane lane_by_sender(const update& received) {
  auto lane = default_lane(received);
  if (received.type() != "message_new" && received.type() != "message_event") return lane;
  const auto sender = first_number(message_of(received), {"from_id", "user_id"});
  if (!sender.empty()) lane.name += lane_text("/from", sender);
  return lane;
}

}  // namespace vkxx

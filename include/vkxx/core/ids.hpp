/// @file
/// Numbers that name things, each kind a type of its own.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace vkxx {

namespace detail {

struct account_id_tag;
struct achievement_id_tag;
struct activity_id_tag;
struct ad_id_tag;
struct address_id_tag;
struct album_id_tag;
struct app_id_tag;
struct article_id_tag;
struct bugreport_id_tag;
struct campaign_id_tag;
struct card_id_tag;
struct category_id_tag;
struct chat_id_tag;
struct city_id_tag;
struct client_id_tag;
struct cmid_tag;
struct comment_id_tag;
struct company_id_tag;
struct country_id_tag;
struct doc_id_tag;
struct form_id_tag;
struct gift_id_tag;
struct group_id_tag;
struct item_id_tag;
struct link_id_tag;
struct list_id_tag;
struct member_id_tag;
struct message_id_tag;
struct note_id_tag;
struct order_id_tag;
struct owner_id_tag;
struct page_id_tag;
struct peer_id_tag;
struct photo_id_tag;
struct poll_id_tag;
struct post_id_tag;
struct product_id_tag;
struct property_id_tag;
struct server_id_tag;
struct sticker_id_tag;
struct story_id_tag;
struct subscription_id_tag;
struct tag_id_tag;
struct target_group_id_tag;
struct target_pixel_id_tag;
struct topic_id_tag;
struct user_id_tag;
struct variant_id_tag;
struct version_id_tag;
struct video_id_tag;

// Whether an id of the kind `From` is at the same time one of the kind `To`.
template <class From, class To>
inline constexpr bool is_also = false;
template <>
inline constexpr bool is_also<user_id_tag, owner_id_tag> = true;
template <>
inline constexpr bool is_also<user_id_tag, peer_id_tag> = true;
template <>
inline constexpr bool is_also<owner_id_tag, peer_id_tag> = true;
template <>
inline constexpr bool is_also<user_id_tag, member_id_tag> = true;

void print_id(std::ostream& out, std::int64_t value);

}  // namespace detail

/// A 64-bit number that cannot be taken for a number of another kind.
///
/// Made from a number only when asked to; a user's id is also an owner's and a peer's. Thread
/// safety: a plain value.
template <class Tag>
class strong_id {
 public:
  constexpr strong_id() = default;
  /// The number as VK gives it. Its sign and size are not checked.
  constexpr explicit strong_id(std::int64_t value) noexcept : value_{value} {}
  /// A kind that is also of this kind: a person's id as an owner's.
  template <class Other>
  requires detail::is_also<Other, Tag>
  constexpr strong_id(strong_id<Other> other) noexcept  // NOLINT(google-explicit-constructor)
      : value_{other.value()} {}

  /// The number itself.
  [[nodiscard]] constexpr std::int64_t value() const noexcept { return value_; }

  friend constexpr auto operator<=>(strong_id, strong_id) = default;
  friend constexpr bool operator==(strong_id, strong_id) = default;
  friend constexpr bool operator==(strong_id left, std::int64_t right) noexcept {
    return left.value_ == right;
  }
  /// The text of the number, as VK reads it.
  friend std::string vk_parameter(const strong_id& id) { return std::to_string(id.value_); }
  friend std::ostream& operator<<(std::ostream& out, strong_id id) {
    detail::print_id(out, id.value_);
    return out;
  }

 private:
  std::int64_t value_ = 0;
};

/// A person: greater than 0.
using user_id = strong_id<detail::user_id_tag>;
/// A community by its own number: greater than 0. As an owner or a peer it is negative: `owner_of`.
using group_id = strong_id<detail::group_id_tag>;
/// Whose something is: a person's number, or a community's below 0.
using owner_id = strong_id<detail::owner_id_tag>;
/// Whom one talks to: a person, a community (below 0), or a chat (from 2000000001).
using peer_id = strong_id<detail::peer_id_tag>;
/// A chat by its own number: greater than 0. As a peer: `peer_of`.
using chat_id = strong_id<detail::chat_id_tag>;
/// An account of the advertising cabinet.
using account_id = strong_id<detail::account_id_tag>;
/// An achievement of a mini app.
using achievement_id = strong_id<detail::achievement_id_tag>;
/// An activity of a mini app (`secure.addAppEvent`).
using activity_id = strong_id<detail::activity_id_tag>;
/// An advertisement.
using ad_id = strong_id<detail::ad_id_tag>;
/// An address of a community.
using address_id = strong_id<detail::address_id_tag>;
/// An album of photos, videos or goods, within its owner.
using album_id = strong_id<detail::album_id_tag>;
/// An app, as in the app's settings.
using app_id = strong_id<detail::app_id_tag>;
/// An article, within its owner.
using article_id = strong_id<detail::article_id_tag>;
/// A report of VK Testers.
using bugreport_id = strong_id<detail::bugreport_id_tag>;
/// A campaign of advertisements.
using campaign_id = strong_id<detail::campaign_id_tag>;
/// A card of a carousel, within its owner: `prettyCards`.
using card_id = strong_id<detail::card_id_tag>;
/// A category of goods, or of another catalogue.
using category_id = strong_id<detail::category_id_tag>;
/// A city of `database.getCities`.
using city_id = strong_id<detail::city_id_tag>;
/// A client of an advertising agency.
using client_id = strong_id<detail::client_id_tag>;
/// A message by its number in the conversation (`conversation_message_id`).
using cmid = strong_id<detail::cmid_tag>;
/// A comment, within its owner.
using comment_id = strong_id<detail::comment_id_tag>;
/// A company of an advertising account.
using company_id = strong_id<detail::company_id_tag>;
/// A country of `database.getCountries`.
using country_id = strong_id<detail::country_id_tag>;
/// A document, within its owner.
using doc_id = strong_id<detail::doc_id_tag>;
/// A form of `leadForms`.
using form_id = strong_id<detail::form_id_tag>;
/// A gift.
using gift_id = strong_id<detail::gift_id_tag>;
/// A thing whose kind another parameter tells, such as what is liked.
using item_id = strong_id<detail::item_id_tag>;
/// A link of a community or of a target.
using link_id = strong_id<detail::link_id_tag>;
/// A list of friends, or of the news.
using list_id = strong_id<detail::list_id_tag>;
/// A member of a conversation: a person, or a community below 0.
using member_id = strong_id<detail::member_id_tag>;
/// A message by its number in the mailbox of whoever reads it; in a conversation see `cmid`.
using message_id = strong_id<detail::message_id_tag>;
/// A note, within its owner.
using note_id = strong_id<detail::note_id_tag>;
/// An order of goods, or of votes in an app.
using order_id = strong_id<detail::order_id_tag>;
/// A wiki page, within its community.
using page_id = strong_id<detail::page_id_tag>;
/// A photo, within its owner.
using photo_id = strong_id<detail::photo_id_tag>;
/// A poll, within its owner.
using poll_id = strong_id<detail::poll_id_tag>;
/// A post on a wall, within its owner.
using post_id = strong_id<detail::post_id_tag>;
/// A product of the store, such as a set of stickers.
using product_id = strong_id<detail::product_id_tag>;
/// A property of goods.
using property_id = strong_id<detail::property_id_tag>;
/// A server for a community's Callback API.
using server_id = strong_id<detail::server_id_tag>;
/// A sticker.
using sticker_id = strong_id<detail::sticker_id_tag>;
/// A story, within its owner.
using story_id = strong_id<detail::story_id_tag>;
/// A subscription to payments in an app.
using subscription_id = strong_id<detail::subscription_id_tag>;
/// A tag: a mark on a photo, or a label of bookmarks.
using tag_id = strong_id<detail::tag_id_tag>;
/// An audience of advertisements.
using target_group_id = strong_id<detail::target_group_id_tag>;
/// A pixel that fills an audience.
using target_pixel_id = strong_id<detail::target_pixel_id_tag>;
/// A topic of a community's board.
using topic_id = strong_id<detail::topic_id_tag>;
/// A variant of a property of goods.
using variant_id = strong_id<detail::variant_id_tag>;
/// A version of a wiki page.
using version_id = strong_id<detail::version_id_tag>;
/// A video, within its owner.
using video_id = strong_id<detail::video_id_tag>;

/// The community as the owner of something.
[[nodiscard]] constexpr owner_id owner_of(group_id group) noexcept {
  return owner_id{-group.value()};
}
/// The community as a party of a conversation.
[[nodiscard]] constexpr peer_id peer_of(group_id group) noexcept {
  return peer_id{-group.value()};
}
/// The chat as a party of a conversation. https://dev.vk.com/api/bots/development/messages
[[nodiscard]] constexpr peer_id peer_of(chat_id chat) noexcept {
  return peer_id{2000000000 + chat.value()};
}

/// A thing by its number or by its short address (screen name).
template <class Id>
class id_or_name {
 public:
  /// The number, as text. Not explicit, so that an id can be given in its place.
  id_or_name(Id id) : text_{vk_parameter(id)} {}  // NOLINT(google-explicit-constructor)
  explicit id_or_name(std::string_view name) : text_{name} {}
  /// What is sent: the digits of the number, or the short address.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace vkxx

template <class Tag>
struct std::hash<vkxx::strong_id<Tag>> {
  std::size_t operator()(vkxx::strong_id<Tag> id) const noexcept {
    return std::hash<std::int64_t>{}(id.value());
  }
};

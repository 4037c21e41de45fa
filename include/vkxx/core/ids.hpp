/// @file
/// Strong types for the ids of VK's objects.
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
struct answer_id_tag;
struct app_id_tag;
struct article_id_tag;
struct audio_id_tag;
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
struct faculty_id_tag;
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
struct place_id_tag;
struct poll_id_tag;
struct post_id_tag;
struct product_id_tag;
struct property_id_tag;
struct reaction_id_tag;
struct region_id_tag;
struct server_id_tag;
struct snippet_id_tag;
struct station_id_tag;
struct sticker_id_tag;
struct story_id_tag;
struct subscription_id_tag;
struct tag_id_tag;
struct target_group_id_tag;
struct target_pixel_id_tag;
struct topic_id_tag;
struct university_id_tag;
struct user_id_tag;
struct variant_id_tag;
struct version_id_tag;
struct video_id_tag;

// How an id of the kind `From` becomes one of the kind `To`: `number * sign + offset`.
template <class From, class To>
struct id_conversion {
  static constexpr bool exists = false;
};
template <std::int64_t Sign, std::int64_t Offset>
struct id_mapping {
  static constexpr bool exists = true;
  static constexpr std::int64_t map(std::int64_t number) noexcept { return Sign * number + Offset; }
};
using same_number = id_mapping<1, 0>;
using negative_number = id_mapping<-1, 0>;
template <>
struct id_conversion<user_id_tag, owner_id_tag> : same_number {};
template <>
struct id_conversion<user_id_tag, peer_id_tag> : same_number {};
template <>
struct id_conversion<user_id_tag, member_id_tag> : same_number {};
template <>
struct id_conversion<group_id_tag, owner_id_tag> : negative_number {};
template <>
struct id_conversion<group_id_tag, peer_id_tag> : negative_number {};
template <>
struct id_conversion<group_id_tag, member_id_tag> : negative_number {};
template <>
struct id_conversion<owner_id_tag, peer_id_tag> : same_number {};
template <>
struct id_conversion<owner_id_tag, member_id_tag> : same_number {};
template <>
struct id_conversion<member_id_tag, peer_id_tag> : same_number {};
// https://dev.vk.com/api/bots/development/messages
template <>
struct id_conversion<chat_id_tag, peer_id_tag> : id_mapping<1, 2000000000> {};

void print_id(std::ostream& out, std::int64_t value);

}  // namespace detail

/// A 64-bit id that cannot be confused with an id of another kind.
///
/// Constructed from a number explicitly only. Where VK accepts several kinds of id in one place,
/// the narrower kinds convert: a user, a group and an owner are peers and conversation members, a
/// user and a group are owners, a chat is a peer. A group's number becomes negative and a chat's
/// is moved by 2000000000, as VK expects. Thread safety: a plain value.
template <class Tag>
class strong_id {
 public:
  constexpr strong_id() = default;
  /// The number as VK writes it. Its sign and range are not checked.
  constexpr explicit strong_id(std::int64_t value) noexcept : value_{value} {}
  /// An id of a narrower kind: `owner_id{group_id{1}}` is -1.
  template <class Other>
  requires detail::id_conversion<Other, Tag>::exists constexpr strong_id(
      strong_id<Other> other) noexcept  // NOLINT(google-explicit-constructor)
      : value_{detail::id_conversion<Other, Tag>::map(other.value())} {}

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

/// A user: greater than 0.
using user_id = strong_id<detail::user_id_tag>;
/// A community: greater than 0. Converts to the negative `owner_id`, `peer_id` and `member_id`.
using group_id = strong_id<detail::group_id_tag>;
/// The owner of an object: a user (positive) or a community (negative).
using owner_id = strong_id<detail::owner_id_tag>;
/// The other side of a conversation: a user, a community (negative), or a chat (from 2000000001).
using peer_id = strong_id<detail::peer_id_tag>;
/// A chat by its own number: greater than 0. Converts to `peer_id`.
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
/// An answer of a poll.
using answer_id = strong_id<detail::answer_id_tag>;
/// An app, as in the app's settings.
using app_id = strong_id<detail::app_id_tag>;
/// An article, within its owner.
using article_id = strong_id<detail::article_id_tag>;
/// An audio track, within its owner.
using audio_id = strong_id<detail::audio_id_tag>;
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
/// A faculty of `database.getFaculties`.
using faculty_id = strong_id<detail::faculty_id_tag>;
/// A form of `leadForms`.
using form_id = strong_id<detail::form_id_tag>;
/// A gift.
using gift_id = strong_id<detail::gift_id_tag>;
/// An object whose kind depends on another parameter, such as one that is liked; an item of goods.
using item_id = strong_id<detail::item_id_tag>;
/// A link of a community or of a target.
using link_id = strong_id<detail::link_id_tag>;
/// A list of friends, or of the news.
using list_id = strong_id<detail::list_id_tag>;
/// A member of a conversation: a user, or a community (negative).
using member_id = strong_id<detail::member_id_tag>;
/// A message in the mailbox of the user who reads it; within a conversation see `cmid`.
using message_id = strong_id<detail::message_id_tag>;
/// A note, within its owner.
using note_id = strong_id<detail::note_id_tag>;
/// An order of goods, or of votes in an app.
using order_id = strong_id<detail::order_id_tag>;
/// A wiki page, within its community.
using page_id = strong_id<detail::page_id_tag>;
/// A photo, within its owner.
using photo_id = strong_id<detail::photo_id_tag>;
/// A place, such as one that a story mentions.
using place_id = strong_id<detail::place_id_tag>;
/// A poll, within its owner.
using poll_id = strong_id<detail::poll_id_tag>;
/// A post on a wall, within its owner.
using post_id = strong_id<detail::post_id_tag>;
/// A product of the store, such as a set of stickers.
using product_id = strong_id<detail::product_id_tag>;
/// A property of goods.
using property_id = strong_id<detail::property_id_tag>;
/// A kind of reaction to a message.
using reaction_id = strong_id<detail::reaction_id_tag>;
/// A region of `database.getRegions`.
using region_id = strong_id<detail::region_id_tag>;
/// A server for a community's Callback API.
using server_id = strong_id<detail::server_id_tag>;
/// A snippet of a mini app.
using snippet_id = strong_id<detail::snippet_id_tag>;
/// A station of `database.getMetroStations`.
using station_id = strong_id<detail::station_id_tag>;
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
/// A university of `database.getUniversities`.
using university_id = strong_id<detail::university_id_tag>;
/// A variant of a property of goods.
using variant_id = strong_id<detail::variant_id_tag>;
/// A version of a wiki page.
using version_id = strong_id<detail::version_id_tag>;
/// A video, within its owner.
using video_id = strong_id<detail::video_id_tag>;

/// An object by its id or by its short name (screen name).
template <class Id>
class id_or_name {
 public:
  /// The number, as text. Not explicit, so that an id can be passed directly.
  template <std::convertible_to<Id> Other>
  id_or_name(const Other& id)  // NOLINT(google-explicit-constructor)
      : text_{vk_parameter(Id{id})} {}
  /// The short name.
  explicit id_or_name(std::string_view name) : text_{name} {}
  /// The value of the parameter: the digits of the id, or the short name.
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

// Users, communities, tokens, members, friends, storage.
#include <algorithm>
#include <array>
#include <set>

#include "emulator/saving/parts/saved_world.hpp"

namespace vkxx::emulation::detail {

constexpr std::int64_t largest_account_id = 1'999'999'999;  // Above are the peers of chats.
constexpr std::array<std::string_view, 5> saved_clients{"full", "no_callback", "no_inline",
                                                        "no_carousel", "no_keyboard"};
constexpr std::array<std::string_view, 4> saved_token_kinds{"user", "community", "service",
                                                            "anonymous"};

template <class Archive>
void fields(Archive& archive, spelling& value) {
  archive.member("cyrillic", value.cyrillic);
  archive.member("latin", value.latin);
}

template <class Archive>
void fields(Archive& archive, person& value) {
  archive.member("id", value.id);
  archive.object("first_name", [&](auto& inner) { fields(inner, value.first_name); });
  archive.object("last_name", [&](auto& inner) { fields(inner, value.last_name); });
  archive.member("screen_name", value.screen_name);
  archive.member("sex", value.sex, 2);
  archive.member("birthday", value.birthday);
  archive.member("city", value.city);
  archive.member("deactivated", value.deactivated);
  archive.member("closed", value.closed);
  archive.member("verified", value.verified);
  archive.member("followers", value.followers);
  archive.member("friends", value.friends);
  archive.member("status", value.status);
  archive.choice("client", value.client, saved_clients);
  archive.member("language", value.language);
  archive.member("allows_messages", value.allows_messages, true);
}

template <class Archive>
void fields(Archive& archive, community& value) {
  archive.member("id", value.id);
  archive.member("name", value.name);
  archive.member("screen_name", value.screen_name);
  archive.member("type", value.type, "group");
  archive.member("closed", value.closed);
  archive.member("members", value.members);
  archive.member("description", value.description);
  archive.member("status", value.status);
  archive.member("administrators", value.administrators);
  archive.object("settings", [&](auto& inner) {
    auto& settings = value.settings;
    inner.member("messages", settings.messages, true);
    inner.member("bot_features", settings.bot_features, true);
    inner.member("may_be_invited", settings.may_be_invited, true);
    inner.member("start_button", settings.start_button, true);
    inner.member("greeting", settings.greeting);
  });
}

template <class Archive>
void fields(Archive& archive, token_record& value) {
  auto kind = value.kind == token_kind::user        ? std::size_t{0}
              : value.kind == token_kind::community ? std::size_t{1}
              : value.kind == token_kind::service   ? std::size_t{2}
                                                    : std::size_t{3};
  archive.member("text", value.text);
  archive.choice("kind", kind, saved_token_kinds);
  constexpr std::array kinds{token_kind::user, token_kind::community, token_kind::service,
                             token_kind::anonymous};
  value.kind = kinds[kind];
  archive.member("owner", value.owner);
  archive.member("trouble", value.trouble);
  archive.member("banned", value.banned);
}

template <class Archive>
void fields(Archive& archive, community_ban& value) {
  archive.member("admin", value.admin);
  archive.member("date", value.date);
  archive.member("end_date", value.end_date);
  archive.member("reason", value.reason);
  archive.member("comment", value.comment);
  archive.member("comment_visible", value.comment_visible);
}

namespace {

using number_list = std::vector<std::int64_t>;

bool is_birthday(std::string_view text) noexcept {
  return text.size() <= 10 && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

void check_person(const snapshot_reader& from, const person& value) {
  if (value.id < 1 || value.id > largest_account_id) from.refuse("id", "must be 1 to 1999999999");
  if (value.sex < 0 || value.sex > 2) from.refuse("sex", "must be 0, 1 or 2");
  if (!is_birthday(value.birthday)) from.refuse("birthday", "must be DAY.MONTH or DAY.MONTH.YEAR");
  if (!value.deactivated.empty() && value.deactivated != "deleted" && value.deactivated != "banned")
    from.refuse("deactivated", "must be deleted or banned");
  if (value.followers < 0) from.refuse("followers", "must not be negative");
  if (value.language < 0 || value.language > 100) from.refuse("language", "is not a number of VK");
}

void check_community(const snapshot_reader& from, const community& value, const directory& known) {
  if (value.id < 1 || value.id > largest_account_id) from.refuse("id", "must be 1 to 1999999999");
  if (value.type != "group" && value.type != "page" && value.type != "event")
    from.refuse("type", "must be group, page or event");
  if (value.members < 0) from.refuse("members", "must not be negative");
  if (value.closed < 0 || value.closed > 2) from.refuse("closed", "must be 0, 1 or 2");
  for (const auto user : value.administrators)
    if (known.find_person(user) == nullptr) from.refuse("administrators", "has an unknown user");
}

}  // namespace

template <>
struct saved_part<directory> {
  static void clear(directory& book) {
    book.tokens_.clear();
    book.token_index_.clear();
    book.people_.clear();
    book.communities_.clear();
    book.person_index_.clear();
    book.community_index_.clear();
    book.names_.clear();
  }
  static void describe(snapshot_writer& into, directory& book) {
    into.member("people", book.people_);
    into.member("communities", book.communities_);
    into.member("tokens", book.tokens_);
  }
  static void describe(snapshot_reader& from, directory& book) {
    clear(book);
    each_of<person>(from, "people", [&](snapshot_reader& inner, person value) {
      check_person(inner, value);
      if (book.add(std::move(value)) == nullptr) inner.refuse("", "id or screen_name is taken");
    });
    check_friends(from, book);
    each_of<community>(from, "communities", [&](snapshot_reader& inner, community value) {
      check_community(inner, value, book);
      if (book.add(std::move(value)) == nullptr) inner.refuse("", "id or screen_name is taken");
    });
    each_of<token_record>(from, "tokens", [&](snapshot_reader& inner, token_record value) {
      if (value.text.empty() || book.token(value.text) != nullptr)
        inner.refuse("text", "must be a text that no other token has");
      const bool owned = value.kind == token_kind::user ? book.find_person(value.owner) != nullptr
                         : value.kind == token_kind::community
                             ? book.find_community(value.owner) != nullptr
                             : true;
      if (!owned) inner.refuse("owner", "does not exist");
      book.add_token(std::move(value));
    });
  }

 private:
  template <class Value, class Function>
  static void each_of(snapshot_reader& from, std::string_view name, Function function) {
    const snapshot_place place{&from.place(), name};
    from.each(name, [&](const boost::json::value& entry, std::size_t index) {
      const snapshot_place item{&place, {}, index};
      if (!entry.is_object()) refuse_at(item, "must be an object");
      snapshot_reader inner{entry.get_object(), item};
      Value value;
      fields(inner, value);
      inner.finish();
      function(inner, std::move(value));
    });
  }
  static void check_friends(const snapshot_reader& from, const directory& book) {
    for (const auto& who : book.people_)
      for (const auto other : who.friends)
        if (other == who.id || book.find_person(other) == nullptr)
          from.refuse("people", "user " + std::to_string(who.id) + " has a friend " +
                                    std::to_string(other) + " who does not exist");
  }
};

template <>
struct saved_part<membership_book> {
  static void describe(snapshot_writer& into, membership_book& book) {
    std::map<std::int64_t, number_list> members;
    for (const auto& [group, lists] : book.members_)
      for (const auto& entry : lists.by_time) {
        members[group].push_back(entry.user);
        members[group].push_back(entry.unsure ? 1 : 0);
      }
    number_list requests;
    for (const auto& [group, user] : book.requests_) {
      requests.push_back(group);
      requests.push_back(user);
    }
    describe_lists(into, members, requests);
    std::map<std::pair<std::int64_t, std::int64_t>, community_ban> bans;
    for (const auto& [group, all] : book.bans_)
      for (const auto& [member, ban] : all) bans[{group, member}] = ban;
    describe_bans(into, bans);
  }
  static void describe(snapshot_reader& from, membership_book& book, const world& state) {
    book = {};
    std::map<std::int64_t, number_list> members;
    number_list requests;
    describe_lists(from, members, requests);
    for (const auto& [group, list] : members) {
      if (state.find_community(group) == nullptr || list.size() % 2 != 0)
        from.refuse("members", "is not of a community, or is not a list of pairs");
      add_members(from, book, state, group, list);
    }
    check_groups(from, "member_requests", requests.size(), 2);
    for (std::size_t i = 0; i < requests.size(); i += 2) {
      if (state.find_community(requests[i]) == nullptr ||
          state.find_person(requests[i + 1]) == nullptr)
        from.refuse("member_requests", "has an unknown community or user");
      book.add_request(requests[i], requests[i + 1]);
    }
    std::map<std::pair<std::int64_t, std::int64_t>, community_ban> bans;
    describe_bans(from, bans);
    for (auto& [key, ban] : bans) {
      if (state.find_community(key.first) == nullptr || !state.exists(key.second))
        from.refuse("bans", "has an unknown community or member");
      book.set_ban(key.first, key.second, std::move(ban));
    }
  }

 private:
  // Like `membership_book::add` for each, in the time of sorting.
  static void add_members(const snapshot_reader& from, membership_book& book, const world& state,
                          std::int64_t group, const number_list& list) {
    auto& [by_id, by_time] = book.members_[group];
    for (std::size_t i = 0; i < list.size(); i += 2) {
      if (state.find_person(list[i]) == nullptr) from.refuse("members", "has an unknown user");
      by_time.push_back({list[i], ++book.last_order_, list[i + 1] != 0});
    }
    by_id = by_time;
    std::ranges::sort(by_id, {}, &community_member::user);
    if (std::ranges::adjacent_find(by_id, {}, &community_member::user) != by_id.end())
      from.refuse("members", "has a user twice");
  }
  template <class Archive>
  static void describe_lists(Archive& archive, std::map<std::int64_t, number_list>& members,
                             number_list& requests) {
    archive.entries("members", members, [](auto& inner, auto& group, auto& list) {
      inner.member("community", group);
      inner.member("users", list);
    });
    archive.member("member_requests", requests);
  }
  template <class Archive>
  static void describe_bans(Archive& archive,
                            std::map<std::pair<std::int64_t, std::int64_t>, community_ban>& bans) {
    archive.entries("bans", bans, [](auto& inner, auto& key, auto& ban) {
      inner.member("community", key.first);
      inner.member("member", key.second);
      fields(inner, ban);
    });
  }
};

template <>
struct saved_part<friend_book> {
  template <class Archive>
  static void describe(Archive& archive, friend_book& book) {
    archive.entries("friend_requests", book.incoming_, [](auto& inner, auto& key, auto& request) {
      inner.member("to", key.first);
      inner.member("from", key.second);
      inner.member("date", request.date);
      inner.member("text", request.text);
      inner.member("declined", request.declined);
    });
  }
  static void finish(const snapshot_reader& from, friend_book& book, const world& state) {
    book.outgoing_.clear();
    for (const auto& [key, request] : book.incoming_) {
      if (state.find_person(key.first) == nullptr || state.find_person(key.second) == nullptr)
        from.refuse("friend_requests", "has an unknown user");
      book.outgoing_.insert({key.second, key.first});
    }
  }
};

namespace {

template <class Archive>
void describe_storage(Archive& archive, world& state) {
  archive.entries("storage", saved_part<world>::storage(state),
                  [](auto& inner, auto& user, auto& values) {
                    inner.member("user", user);
                    inner.entries("values", values, [](auto& entry, auto& key, auto& value) {
                      entry.member("key", key);
                      entry.member("value", value);
                    });
                  });
}

}  // namespace

void save_accounts(snapshot_writer& into, world& state) {
  using access = saved_part<world>;
  saved_part<directory>::describe(into, access::accounts(state));
  saved_part<membership_book>::describe(into, access::memberships(state));
  saved_part<friend_book>::describe(into, access::friends(state));
  describe_storage(into, state);
}

void save_accounts(snapshot_reader& from, world& state) {
  using access = saved_part<world>;
  saved_part<directory>::describe(from, access::accounts(state));
  saved_part<membership_book>::describe(from, access::memberships(state), state);
  saved_part<friend_book>::describe(from, access::friends(state));
  saved_part<friend_book>::finish(from, access::friends(state), state);
  describe_storage(from, state);
}

}  // namespace vkxx::emulation::detail

// Conversations, messages, mailboxes, permissions, presses.
#include <algorithm>
#include <array>
#include <unordered_map>

#include "emulator/saving/parts/message_fields.hpp"
#include "emulator/saving/parts/message_rebuilding.hpp"
#include "emulator/saving/parts/saved_world.hpp"

namespace vkxx::emulation::detail {

constexpr std::array<std::string_view, 3> saved_permissions{"never", "allowed", "denied"};

template <class Archive>
void fields(Archive& archive, permission& value) {
  archive.choice("state", value.state, saved_permissions);
  archive.member("key", value.key);
  archive.member("intents", value.intents);
}

namespace {

struct saved_press {
  std::string event_id;
  pending_press press;
};

// The number that the next message of a mailbox gets.
using next_ids = std::map<std::int64_t, std::uint32_t>;

}  // namespace

template <class Archive>
void fields(Archive& archive, saved_press& value) {
  archive.member("event_id", value.event_id);
  archive.member("community", value.press.community);
  archive.member("user", value.press.user);
  archive.member("conversation", value.press.conversation, no_conversation);
  archive.member("cmid", value.press.cmid);
  archive.member("until_ms", value.press.until_ms);
  archive.member("event", value.press.event);
}

template <>
struct saved_part<message_book> {
  static void describe(snapshot_writer& into, message_book& book) {
    next_ids ids;
    for (const auto& [owner, own] : book.boxes_) ids[owner] = own.next_id();
    into.member("conversations", book.conversations_);
    describe_rest(into, book, ids);
    std::vector<saved_press> presses;
    for (const auto& [event_id, press] : book.presses_) presses.push_back({event_id, press});
    into.member("presses", presses);
  }

  static void describe(snapshot_reader& from, message_book& book, const world& state) {
    book = message_book{book.settings_};
    from.member("conversations", book.conversations_);
    next_ids ids;
    describe_rest(from, book, ids);
    if (book.last_order_ > largest_saved_number) from.refuse("last_message", "is too large");
    message_rebuilding{from, book, state}.run(ids);
    check_permissions(from, book, state);
    std::vector<saved_press> presses;
    from.member("presses", presses);
    if (presses.size() > book.settings_.most_presses)
      from.refuse("presses", "are more than can wait");
    for (auto& [event_id, press] : presses) {
      const auto* where = book.find(press.conversation);
      if (where == nullptr || !state.exists(press.user) || !state.exists(-press.community) ||
          where->view_of(press.user) == nullptr || where->view_of(-press.community) == nullptr)
        from.refuse("presses", "have one of unknown members or in an unknown conversation");
      if (press.until_ms < 0 || press.until_ms > latest_saved_ms)
        from.refuse("presses", "have one whose time is out of range");
      book.add_press(std::move(event_id), press);
    }
    book.drop_above_limits();
  }

 private:
  template <class Archive>
  static void describe_rest(Archive& archive, message_book& book, next_ids& ids) {
    archive.entries("mailboxes", ids, [](auto& inner, auto& owner, auto& next) {
      inner.member("owner", owner);
      inner.member("next_id", next, 1);
    });
    archive.member("last_message", book.last_order_);
    archive.member("messages_dropped", book.dropped_);
    archive.entries("permissions", book.permissions_, [](auto& inner, auto& key, auto& value) {
      inner.member("community", key.first);
      inner.member("user", key.second);
      fields(inner, value);
    });
    // Lists that have become empty are none.
    std::map<std::int64_t, std::set<std::int64_t>> blocked;
    for (const auto& [owner, list] : book.blacklists_)
      if (!list.empty()) blocked[owner] = list;
    archive.entries("blacklists", blocked, [](auto& inner, auto& owner, auto& list) {
      inner.member("owner", owner);
      inner.member("members", list);
    });
    if constexpr (Archive::reads) book.blacklists_.insert(blocked.begin(), blocked.end());
  }
  static void check_permissions(const snapshot_reader& from, const message_book& book,
                                const world& state) {
    for (const auto& [key, value] : book.permissions_)
      if (state.find_community(key.first) == nullptr || state.find_person(key.second) == nullptr)
        from.refuse("permissions", "have an unknown community or user");
    for (const auto& [owner, list] : book.blacklists_)
      if (!state.exists(owner)) from.refuse("blacklists", "have one of an unknown member");
  }
};

// Computes what follows from conversations, and refuses those that no command could have made.
template <>
struct saved_part<message_rebuilding> {
  static void order_messages(const message_rebuilding& run, message_book& book) {
    std::vector<std::pair<std::uint64_t, conversation_id>> orders;
    for (const auto& where : book.conversations_) {
      std::uint64_t newest = 0;
      for (const auto& entry : where.messages) {
        if (entry.order <= newest || entry.order > book.last_order_)
          run.refuse("has messages whose order does not ascend up to last_message", where.id);
        newest = entry.order;
        orders.emplace_back(entry.order, where.id);
        book.bytes_ += bytes_of(entry);
      }
    }
    std::ranges::sort(orders);
    if (std::ranges::adjacent_find(orders, {}, [](const auto& entry) { return entry.first; }) !=
        orders.end())
      run.refuse_all("have messages of the same order");
    for (const auto& [order, id] : orders) book.order_.push_back(id);
  }

  static void fill_boxes(const message_rebuilding& run, message_book& book,
                         const std::map<std::int64_t, std::uint32_t>& ids) {
    for (const auto& [owner, next] : ids) {
      constexpr std::uint32_t largest_id = 1'000'000'000;
      if (next == 0 || next > largest_id)
        run.refuse_all("have a mailbox whose next_id is out of range");
      book.box_for(owner).first_id = next;
    }
    // How many chats each member has: its numbers of them have no holes.
    std::unordered_map<std::int64_t, std::size_t> chats;
    for (const auto& where : book.conversations_)
      if (where.is_chat())
        for (const auto& view : where.views) ++chats[view.member];
    for (auto& where : book.conversations_)
      for (auto& view : where.views) {
        if (where.is_chat()) number_chat(run, book, where, view, chats.at(view.member));
        fill_box(book, where, view);
      }
    std::size_t places = 0;
    for (auto& [owner, own] : book.boxes_) {
      places += ids.contains(owner) ? ids.at(owner) - own.first_id : 0;
      if (!ids.contains(owner)) run.refuse_all("have no mailbox of " + std::to_string(owner));
    }
    if (places > 2 * book.settings_.most_copies)
      run.refuse_all("have mailboxes that are too large");
    place_copies(run, book, ids);
  }

 private:
  static void number_chat(const message_rebuilding& run, message_book& book,
                          const conversation& where, const member_view& view, std::size_t count) {
    auto& chats = book.box_for(view.member).chats;
    if (view.chat_number == 0 || view.chat_number > count)
      run.refuse("has a chat_number that is not one of the member's chats, from 1", where.id);
    chats.resize(count, no_conversation);
    auto& place = chats[view.chat_number - 1];
    if (place != no_conversation) run.refuse("has a chat_number that is taken", where.id);
    place = where.id;
  }
  static void fill_box(message_book& book, conversation& where, member_view& view) {
    auto& own = book.box_for(view.member);
    for (const auto& copy : view.copies) {
      if (copy.id != 0) own.first_id = std::min(own.first_id, copy.id);
      const auto* entry = where.visible(copy);
      if (entry == nullptr) continue;
      ++view.visible;
      view.last_visible = copy.cmid;
      view.sort_order = entry->order;
      if (message_book::counts_as_unread(view, *entry, copy.cmid)) ++view.unread;
    }
    book.copies_ += view.copies.size();
    if (view.unread != 0) ++own.unread_conversations;
    own.order.insert({view.major, view.sort_order, where.id});
  }
  static void place_copies(const message_rebuilding& run, message_book& book,
                           const std::map<std::int64_t, std::uint32_t>& ids) {
    for (auto& [owner, own] : book.boxes_)
      for (auto left = ids.at(owner) - own.first_id; left != 0; --left) own.copies.push_back({});
    for (const auto& where : book.conversations_)
      for (const auto& view : where.views) {
        auto& own = book.box_for(view.member);
        for (const auto& copy : view.copies) {
          if (copy.id == 0) continue;
          if (copy.id >= own.next_id()) run.refuse("has a copy above next_id", where.id);
          auto& place = own.copies[copy.id - own.first_id];
          if (place.conversation != no_conversation)
            run.refuse("has a copy whose id is taken", where.id);
          place = {where.id, copy.cmid};
        }
      }
  }

 public:
  static void index(const message_rebuilding& run, message_book& book) {
    for (auto& where : book.conversations_) {
      if (where.is_chat()) {
        if (const auto& link = where.chat->invite_link; !link.empty())
          if (!book.invite_links_.emplace(link, where.id).second)
            run.refuse("has an invite_link that is taken", where.id);
      } else if (!book.private_.emplace(std::pair{where.first, where.second}, where.id).second) {
        run.refuse("is there twice", where.id);
      }
      auto cmid = where.first_cmid;
      for (const auto& entry : where.messages) {
        if (entry.random_id != 0)
          book.random_ids_[{entry.author, where.id, entry.random_id}] = cmid;
        ++cmid;
      }
    }
  }
  static std::deque<conversation>& conversations(message_book& book) noexcept {
    return book.conversations_;
  }
};

void message_rebuilding::run(const std::map<std::int64_t, std::uint32_t>& ids) {
  using access = saved_part<message_rebuilding>;
  auto& all = access::conversations(book_);
  conversation_id id = 0;
  for (auto& where : all) {
    where.id = id++;
    check(where);
  }
  for (const auto& [owner, next] : ids)
    if (!state_.exists(owner)) refuse_all("have a mailbox of nobody");
  access::order_messages(*this, book_);
  access::fill_boxes(*this, book_, ids);
  access::index(*this, book_);
}

void move_chat_photos(world& state, std::string_view from, std::string_view to) {
  auto& book = saved_part<world>::messages(state);
  for (auto& where : saved_part<message_rebuilding>::conversations(book))
    if (where.is_chat() && where.chat->photo.starts_with(from))
      where.chat->photo = moved_text(where.chat->photo, from, to);
}

void save_messages(snapshot_writer& into, world& state) {
  saved_part<message_book>::describe(into, saved_part<world>::messages(state));
}

void save_messages(snapshot_reader& from, world& state) {
  saved_part<message_book>::describe(from, saved_part<world>::messages(state), state);
}

}  // namespace vkxx::emulation::detail

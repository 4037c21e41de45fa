// Walls, attachments and the log of world events.
#include <algorithm>
#include <array>
#include <set>

#include "emulator/saving/parts/event_fields.hpp"
#include "emulator/saving/parts/saved_world.hpp"

namespace vkxx::emulation::detail {

template <class Archive>
void fields(Archive& archive, wall_comment& value) {
  archive.member("id", value.id);
  archive.member("from", value.from);
  archive.member("date", value.date);
  archive.member("text", value.text);
  archive.member("deleted", value.deleted);
  archive.member("attachments", value.attachments);
  archive.member("reply_to", value.reply_to);
  archive.member("thread", value.thread);
  archive.member("likes", value.likes);
}

template <class Archive>
void fields(Archive& archive, wall_post& value) {
  archive.member("id", value.id);
  archive.member("from", value.from);
  archive.member("date", value.date);
  archive.member("text", value.text);
  archive.member("attachments", value.attachments);
  archive.member("deleted", value.deleted);
  archive.member("postponed", value.postponed);
  archive.member("comments", value.comments);
  archive.member("likes", value.likes);
  archive.member("edited", value.edited);
  archive.member("signer", value.signer);
  archive.member("comments_closed", value.comments_closed);
  archive.member("pinned", value.pinned);
  std::vector<std::int64_t> reposts;
  for (const auto& [owner, id] : value.reposts) {
    reposts.push_back(owner);
    reposts.push_back(id);
  }
  archive.member("reposts", reposts);
  if constexpr (Archive::reads) {
    check_groups(archive, "reposts", reposts.size(), 2);
    value.reposts.clear();
    for (std::size_t i = 0; i < reposts.size(); i += 2)
      value.reposts.emplace_back(reposts[i], reposts[i + 1]);
  }
}

template <>
struct saved_part<wall_book> {
  struct saved_wall {
    std::int64_t last_id = 0;
    std::vector<wall_post> posts;
  };

  static void describe(snapshot_writer& into, wall_book& book) {
    into.entries("walls", book.walls_, [&](auto& inner, auto& owner, auto& posts) {
      inner.member("owner", owner);
      inner.member("last_id", book.last_ids_[owner]);
      inner.member("posts", posts);
    });
    describe_rest(into, book);
  }
  static void describe(snapshot_reader& from, wall_book& book, const world& state) {
    std::map<std::int64_t, saved_wall> walls;
    from.entries("walls", walls, [](auto& inner, auto& owner, auto& wall) {
      inner.member("owner", owner);
      inner.member("last_id", wall.last_id);
      inner.member("posts", wall.posts);
    });
    book.walls_.clear();
    book.last_ids_.clear();
    book.posts_of_comments_.clear();
    for (auto& [owner, wall] : walls) {
      check_wall(from, book, state, owner, wall);
      for (auto& post : wall.posts) post.owner = owner;
      book.last_ids_[owner] = wall.last_id;
      book.walls_[owner] = std::move(wall.posts);
    }
    const auto most = wall_book{}.space_;
    describe_rest(from, book);
    if (book.space_ > most) from.refuse("wall_space", "is more than there is");
    for (const auto& [name, users] : book.likes_) check_users(from, "likes", state, users);
  }

 private:
  static void check_users(const snapshot_reader& from, std::string_view name, const world& state,
                          const std::set<std::int64_t>& users) {
    for (const auto user : users)
      if (!state.exists(user)) from.refuse(name, "has a like of an unknown user");
  }
  static void check_wall(const snapshot_reader& from, wall_book& book, const world& state,
                         std::int64_t owner, const saved_wall& wall) {
    const auto fault = [&](std::string_view reason) {
      from.refuse("walls", "the wall of " + std::to_string(owner) + " " + std::string{reason});
    };
    constexpr std::int64_t largest_id = 1'000'000'000'000;
    if (!state.exists(owner)) fault("is of nobody");
    if (wall.last_id < 0 || wall.last_id > largest_id) fault("has a last_id out of range");
    std::set<std::int64_t> ids;
    std::int64_t newest = 0;
    for (const auto& post : wall.posts) {
      if (post.id <= newest || post.id > wall.last_id || !ids.insert(post.id).second)
        fault("has posts whose ids do not ascend up to last_id");
      newest = post.id;
      if (!state.exists(post.from) || (post.signer != 0 && !state.exists(post.signer)))
        fault("has a post of an unknown author");
      check_users(from, "walls", state, post.likes);
      std::int64_t newest_comment = 0;
      for (const auto& comment : post.comments) {
        if (comment.id <= newest_comment || comment.id > wall.last_id ||
            !ids.insert(comment.id).second)
          fault("has comments whose ids do not ascend up to last_id");
        newest_comment = comment.id;
        const bool answers = comment.reply_to < comment.id && comment.thread < comment.id;
        const auto known = [&](std::int64_t id) {
          return id == 0 || post.find_comment(id) != nullptr;
        };
        if (!state.exists(comment.from) || !answers || !known(comment.reply_to) ||
            !known(comment.thread))
          fault("has a comment of an unknown author, or below no comment");
        check_users(from, "walls", state, comment.likes);
        book.posts_of_comments_[{owner, comment.id}] = post.id;
      }
    }
  }
  template <class Archive>
  static void describe_rest(Archive& archive, wall_book& book) {
    archive.entries("likes", book.likes_, [](auto& inner, auto& name, auto& users) {
      inner.member("type", std::get<0>(name));
      inner.member("owner", std::get<1>(name));
      inner.member("id", std::get<2>(name));
      inner.member("users", users);
    });
    archive.entries("guids", book.guids_, [](auto& inner, auto& name, auto& id) {
      inner.member("owner", std::get<0>(name));
      inner.member("author", std::get<1>(name));
      inner.member("guid", std::get<2>(name));
      inner.member("id", id);
    });
    archive.member("wall_space", book.space_, wall_book{}.space_);
  }
};

namespace {

struct saved_attachment {
  attachment_name name;
  std::string json;
};

}  // namespace

template <class Archive>
void fields(Archive& archive, saved_attachment& value) {
  archive.member("kind", value.name.kind);
  archive.member("owner", value.name.owner);
  archive.member("id", value.name.id);
  archive.member("access_key", value.name.access_key);
  archive.member("json", value.json);
  if constexpr (Archive::reads) {
    if (value.json.empty()) archive.refuse("json", "must be the JSON of an object");
    check_object_text(archive, "json", value.json);
  }
}

template <>
struct saved_part<attachment_book> {
  template <class Archive>
  static void describe(Archive& archive, attachment_book& book) {
    std::vector<saved_attachment> all;
    if constexpr (!Archive::reads)
      for (const auto& name : book.order_) all.push_back({name, book.objects_.find(name)->second});
    archive.member("attachments", all);
    archive.member("attachments_dropped", book.dropped_);
    if constexpr (Archive::reads) {
      const auto dropped = book.dropped_;
      book.objects_.clear();
      book.order_.clear();
      for (auto& entry : all) book.add(entry.name, std::move(entry.json));
      book.dropped_ = dropped;
    }
  }
  static void move_addresses(attachment_book& book, std::string_view from, std::string_view to) {
    for (auto& [name, json] : book.objects_)
      if (json.find(from) != std::string::npos) json = moved_text(json, from, to);
  }
};

template <>
struct saved_part<event_log> {
  template <class Archive>
  static void describe(Archive& archive, event_log& log) {
    archive.member("last_event", log.last_number_);
    archive.member("events", log.events_);
    if constexpr (Archive::reads) {
      if (log.last_number_ > largest_saved_number || log.last_number_ < log.events_.size())
        archive.refuse("last_event", "is not the number of the last event");
      log.bytes_ = 0;
      auto number = log.last_number_ - log.events_.size();
      for (auto& event : log.events_) {
        if (event.number != ++number) archive.refuse("events", "have holes in their numbers");
        constexpr std::size_t largest_event = std::size_t{64} << 20U;
        if (event.bytes > largest_event)
          archive.refuse("events", "have an event that is too large");
        log.bytes_ += event.bytes;
      }
      while (log.events_.size() > log.most_events_) {
        log.bytes_ -= log.events_.front().bytes;
        log.events_.pop_front();
      }
    }
  }
};

void save_walls(snapshot_writer& into, world& state) {
  saved_part<wall_book>::describe(into, saved_part<world>::walls(state));
  saved_part<attachment_book>::describe(into, saved_part<world>::attachments(state));
}

void save_walls(snapshot_reader& from, world& state) {
  saved_part<wall_book>::describe(from, saved_part<world>::walls(state), state);
  saved_part<attachment_book>::describe(from, saved_part<world>::attachments(state));
}

std::string moved_text(std::string_view text, std::string_view from, std::string_view to) {
  std::string moved;
  for (auto at = text.find(from); at != std::string_view::npos; at = text.find(from)) {
    moved.append(text.substr(0, at)).append(to);
    text.remove_prefix(at + from.size());
  }
  return moved.append(text);
}

void move_addresses(world& state, std::string_view from, std::string_view to) {
  if (from.empty() || to.empty() || from == to) return;
  move_chat_photos(state, from, to);
  saved_part<attachment_book>::move_addresses(saved_part<world>::attachments(state), from, to);
}

void save_events(snapshot_writer& into, world& state) {
  saved_part<event_log>::describe(into, saved_part<world>::events(state));
}

void save_events(snapshot_reader& from, world& state) {
  auto& log = saved_part<world>::events(state);
  saved_part<event_log>::describe(from, log);
  for (const auto& event : log.since(0))
    if (event.conversation != no_conversation &&
        state.messages().find(event.conversation) == nullptr)
      from.refuse("events", "name a conversation that does not exist");
}

}  // namespace vkxx::emulation::detail

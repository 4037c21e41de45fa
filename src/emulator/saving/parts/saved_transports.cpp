#include "emulator/saving/parts/saved_transports.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>

#include "emulator/saving/parts/event_fields.hpp"

namespace vkxx::emulation::detail {

constexpr std::array<std::string_view, 17> saved_line_kinds{"message_added",
                                                            "message_edited",
                                                            "flags_set",
                                                            "flags_cleared",
                                                            "read_in",
                                                            "read_out",
                                                            "history_deleted",
                                                            "message_restored",
                                                            "chat_changed",
                                                            "chat_info",
                                                            "conversation_flags_set",
                                                            "conversation_flags_cleared",
                                                            "typing",
                                                            "unread_counter",
                                                            "writing_ban",
                                                            "press_answered",
                                                            "reaction"};
constexpr std::array<std::string_view, 4> saved_statuses{"unconfigured", "failed", "wait", "ok"};
constexpr std::array<std::string_view, 8> saved_poll_faults{
    "accept_stale_ts", "repeat_last",  "shuffle",   "delay", "cut",
    "bad_gateway",     "foreign_type", "plain_text"};

template <class Archive>
void fields(Archive& archive, poll_fault& value) {
  archive.choice("kind", value.kind, saved_poll_faults);
  archive.member("amount", value.amount);
  archive.member("count", value.count, 1);
  if constexpr (Archive::reads) {
    constexpr std::int64_t most = 1'000'000'000;
    check_range(archive, "amount", value.amount, 0, most);
    check_range(archive, "count", value.count, 0, most);
  }
}

template <class Archive>
void fields(Archive& archive, event_ring::entry& value) {
  archive.member("time_ms", value.time_ms);
  archive.member("text", value.text);
  if constexpr (Archive::reads) check_object_text(archive, "text", value.text);
}

template <class Archive>
void fields(Archive& archive, transport_settings& value) {
  auto version = to_string(value.version);
  archive.member("version", version, to_string(newest_version));
  archive.member("enabled", value.enabled, true);
  std::vector<std::string> off;
  if constexpr (!Archive::reads)
    for (std::size_t i = 0; i < community_event_count; ++i)
      if (!value.events.test(i)) off.emplace_back(community_event_types()[i].name);
  archive.member("events_off", off);
  if constexpr (Archive::reads) {
    const auto known = read_version(version);
    if (!known) archive.refuse("version", "must be a version such as 5.199");
    value.version = *known;
    value.events = all_event_types();
    for (const auto& name : off) {
      const auto index = event_index(name);
      if (!index) archive.refuse("events_off", "has an unknown type");
      value.events.reset(*index);
    }
  }
}

template <>
struct saved_part<poll_key> {
  template <class Archive>
  static void describe(Archive& archive, poll_key& key) {
    archive.member("key", key.current_);
    archive.member("forgotten_keys", key.forgotten_);
  }
};

template <>
struct saved_part<event_ring> {
  template <class Archive>
  static void describe(Archive& archive, event_ring& ring) {
    archive.member("ts", ring.last_);
    archive.member("dropped", ring.dropped_);
    archive.member("events", ring.entries_);
    if constexpr (Archive::reads) {
      if (ring.last_ < ring.entries_.size() || ring.last_ > largest_saved_number)
        archive.refuse("ts", "is not the number of the last event");
      for (const auto& entry : ring.entries_) ring.bytes_ += entry.text.size();
      while (ring.entries_.size() > ring.limits_.most_events ||
             (ring.bytes_ > ring.limits_.most_bytes && ring.entries_.size() > 1))
        ring.drop_front();
    }
  }
};

namespace {

// Described in both directions, while the hub owns what it names.
struct saved_channel {
  std::int64_t community = 0;
  std::shared_ptr<community_channel> channel;
};

struct saved_line {
  std::size_t kind = 0;
  std::uint64_t event = 0;
  std::int64_t value = 0;
  std::int64_t info = 0;
  std::int64_t pts = 0;
};

struct saved_delivery {
  callback_event event;
  int failures = 0;
  bool confirms = false;
  std::int64_t due_ms = 0;  // Of a retry.
  std::string url;
};

// The events that lines refer to, by number.
using line_events = std::map<std::uint64_t, std::shared_ptr<const world_event>>;

template <class Value>
std::shared_ptr<Value> borrowed(Value& value) {
  return {std::shared_ptr<void>{}, &value};
}

// What the writer of such a line needs.
bool fits_line(line_kind kind, const world_event& event) {
  const auto* type = event.details.if_contains("type");
  if (kind == line_kind::typing) return type != nullptr && type->is_string();
  if (kind == line_kind::reaction) return event.details.contains("reaction_id");
  if (kind == line_kind::press_answered)
    return event.details.contains("event_id") && event.details.contains("event_data");
  return true;
}

}  // namespace

template <class Archive>
void fields(Archive& archive, saved_channel& value) {
  if constexpr (Archive::reads) value.channel = std::make_shared<community_channel>(std::string{});
  archive.member("community", value.community);
  saved_part<poll_key>::describe(archive, value.channel->key);
  archive.object("settings", [&](auto& inner) { fields(inner, value.channel->settings); });
  saved_part<event_ring>::describe(archive, value.channel->ring);
  auto faults = value.channel->faults.all();
  archive.member("faults", faults);
  if constexpr (Archive::reads)
    for (const auto& fault : faults) value.channel->faults.add(fault);
}

template <class Archive>
void fields(Archive& archive, saved_line& value) {
  archive.choice("kind", value.kind, saved_line_kinds);
  archive.member("event", value.event);
  archive.member("value", value.value);
  archive.member("info", value.info);
  archive.member("pts", value.pts);
}

template <class Archive>
void fields(Archive& archive, saved_delivery& value) {
  archive.member("type", value.event.type);
  archive.member("event_id", value.event.event_id);
  archive.member("body", value.event.body);
  archive.member("failures", value.failures);
  archive.member("confirms", value.confirms);
  archive.member("due_ms", value.due_ms);
  archive.member("url", value.url);
  if constexpr (Archive::reads) {
    check_range(archive, "failures", value.failures, 0, 100);
    check_range(archive, "due_ms", value.due_ms, 0, latest_saved_ms);
  }
}

template <class Archive>
void fields(Archive& archive, callback_server& value) {
  archive.member("id", value.id);
  archive.member("community", value.group);
  archive.member("creator", value.creator);
  archive.member("url", value.url);
  archive.member("title", value.title);
  archive.member("secret", value.secret);
  archive.choice("status", value.status, saved_statuses);
  archive.object("settings", [&](auto& inner) { fields(inner, value.settings); });
  archive.object("switches", [&](auto& inner) {
    inner.member("duplicate", value.switches.duplicate);
    inner.member("wrong_secret", value.switches.wrong_secret);
    inner.member("hold", value.switches.hold);
    inner.member("padding", value.switches.padding);
  });
  archive.member("failures", value.failures);
  if constexpr (Archive::reads) check_range(archive, "failures", value.failures, 0, 1'000'000);
}

template <>
struct saved_part<user_log> {
  template <class Archive>
  static void describe(Archive& archive, user_log& log, const line_events& events) {
    archive.member("owner", log.member_);
    saved_part<poll_key>::describe(archive, log.key);
    archive.member("ts", log.last_ts_);
    archive.member("pts", log.last_pts_);
    archive.member("oldest_pts", log.oldest_pts_);
    archive.member("lost_until", log.lost_until_);
    archive.member("unread", log.unread_);
    archive.member("dropped", log.dropped_);
    auto faults = log.faults.all();
    archive.member("faults", faults);
    std::vector<saved_line> lines;
    if constexpr (!Archive::reads)
      for (const auto& [line, pts] : log.entries_)
        lines.push_back(
            {static_cast<std::size_t>(line.kind), line.event->number, line.value, line.info, pts});
    archive.member("lines", lines);
    if constexpr (Archive::reads) {
      for (const auto& fault : faults) log.faults.add(fault);
      constexpr auto largest_ts = static_cast<std::int64_t>(largest_saved_number);
      const auto size = static_cast<std::int64_t>(lines.size());
      const bool counted = log.last_ts_ >= size && log.last_ts_ <= largest_ts &&
                           log.last_pts_ >= 0 && log.last_pts_ <= largest_ts &&
                           log.oldest_pts_ >= 0 && log.oldest_pts_ <= log.last_pts_ &&
                           log.lost_until_ >= 0 && log.lost_until_ <= log.last_ts_;
      if (!counted || lines.size() > user_log::most_lasting)
        archive.refuse("ts", "and pts do not fit the lines");
      for (const auto& line : lines) {
        const auto event = events.find(line.event);
        const auto kind = static_cast<line_kind>(line.kind);
        if (event == events.end() || !fits_line(kind, *event->second))
          archive.refuse("lines", "have one of an event that is missing or of another kind");
        log.entries_.push_back({{kind, event->second, line.value, line.info}, line.pts});
      }
    }
  }
};

template <>
struct saved_part<callback_outbox> {
  struct saved_office {
    callback_server server;
    std::vector<saved_delivery> waiting;
  };

  static void describe(snapshot_writer& into, callback_outbox& outbox) {
    std::vector<saved_office> offices;
    for (const auto& [id, office] : outbox.offices_) {
      saved_office saved{office.server, {}};
      if (saved.server.status == server_status::wait)
        saved.server.status = server_status::unconfigured;
      // What is under way is sent once more.
      for (const auto& [attempt, each] : office.under_way) add(saved, each.sent, 0);
      for (const auto& each : office.waiting) add(saved, each, 0);
      for (const auto& [due, each] : office.retries) add(saved, each, due);
      offices.push_back(std::move(saved));
    }
    describe_rest(into, outbox, offices);
  }
  static void describe(snapshot_reader& from, callback_outbox& outbox, const world& state) {
    std::vector<saved_office> offices;
    describe_rest(from, outbox, offices);
    check_range(from, "last_server", outbox.last_server_, 0,
                static_cast<std::int64_t>(largest_saved_number));
    if (outbox.last_attempt_ > largest_saved_number) from.refuse("last_attempt", "is too large");
    for (auto& saved : offices) {
      const auto& server = saved.server;
      constexpr std::size_t most_padding = std::size_t{16} << 20U;
      if (server.id < 1 || server.id > outbox.last_server_ ||
          state.find_community(server.group) == nullptr || outbox.offices_.contains(server.id) ||
          server.switches.padding > most_padding)
        from.refuse("callback_servers", "have one with a wrong id, community or padding");
      auto& office = outbox.offices_[server.id];
      office.server = std::move(saved.server);
      // The answer that it waits for will not come: it is asked again.
      if (office.server.status == server_status::wait)
        office.server.status = server_status::unconfigured;
      for (auto& each : saved.waiting) {
        outbox.bytes_ += each.event.body.size();
        if (each.due_ms != 0)
          office.retries.emplace(each.due_ms, delivery_of(std::move(each)));
        else
          office.waiting.push_back(delivery_of(std::move(each)));
      }
      outbox.drop_waiting(office);
    }
  }

 private:
  static void add(saved_office& saved, const callback_outbox::delivery& each, std::int64_t due) {
    saved.waiting.push_back({each.event, each.failures, each.confirms, due, each.url});
  }
  static callback_outbox::delivery delivery_of(saved_delivery each) {
    return {std::move(each.event), each.failures, each.confirms, std::move(each.url)};
  }
  template <class Archive>
  static void describe_rest(Archive& archive, callback_outbox& outbox,
                            std::vector<saved_office>& offices) {
    archive.member("callback_servers", offices);
    archive.member("last_server", outbox.last_server_);
    archive.member("last_attempt", outbox.last_attempt_);
    archive.member("callbacks_dropped", outbox.dropped_);
    save_wide(archive, "callback_seed", outbox.seed_);
  }
};

template <class Archive>
void fields(Archive& archive, saved_part<callback_outbox>::saved_office& value) {
  archive.object("server", [&](auto& inner) { fields(inner, value.server); });
  archive.member("waiting", value.waiting);
}

namespace {

struct saved_rule {
  std::string tag;
  std::string value;
};

struct saved_application {
  std::string key;
  std::vector<saved_rule> rules;
};

}  // namespace

template <class Archive>
void fields(Archive& archive, saved_rule& value) {
  archive.member("tag", value.tag);
  archive.member("value", value.value);
}

template <>
struct saved_part<stream_hub> {
  static void describe(snapshot_writer& into, stream_hub& hub) {
    std::map<std::int64_t, saved_application> applications;
    for (const auto& [id, key] : hub.keys_) {
      auto& saved = applications[id];
      saved.key = key;
      for (const auto& rule : hub.rules(key)) saved.rules.push_back({rule.tag(), rule.value()});
    }
    describe_both(into, hub, applications);
  }
  static void describe(snapshot_reader& from, stream_hub& hub) {
    std::map<std::int64_t, saved_application> applications;
    describe_both(from, hub, applications);
    for (auto& [id, saved] : applications) {
      if (saved.key.empty() || !hub.applications_.try_emplace(saved.key).second)
        from.refuse("stream_applications", "have one without a key of its own");
      hub.keys_[id] = saved.key;
      hub.applications_[saved.key].id = id;
      try {
        for (auto& rule : saved.rules)
          hub.add_rule(saved.key, std::move(rule.tag), std::move(rule.value));
      } catch (const stream_failure& failure) {
        from.refuse("stream_applications", failure.message);
      }
    }
  }

 private:
  template <class Archive>
  static void describe_both(Archive& archive, stream_hub& hub,
                            std::map<std::int64_t, saved_application>& applications) {
    archive.entries("stream_applications", applications, [](auto& inner, auto& id, auto& saved) {
      inner.member("id", id);
      inner.member("key", saved.key);
      inner.member("rules", saved.rules);
    });
    save_random(archive, "stream_random", hub.random_);
  }
};

template <>
struct saved_part<transport_hub> {
  static void write(snapshot_writer& into, transport_hub& hub, world& state) {
    std::vector<saved_channel> channels;
    for (auto& [community, channel] : hub.channels_)
      channels.push_back({community, borrowed(channel)});
    into.member("channels", channels);
    // Logs keep events that the log of the world has dropped.
    line_events older;
    std::map<std::int64_t, user_log*> logs;
    for (auto& [member, log] : hub.logs_) {
      logs[member] = &log;
      for (const auto& entry : log.entries())
        if (state.events().find(entry.line.event->number) == nullptr)
          older[entry.line.event->number] = entry.line.event;
    }
    std::vector<world_event> events;
    for (const auto& [number, event] : older) events.push_back(*event);
    into.member("older_events", events);
    into.entries("mailbox_logs", logs, [&](auto& inner, auto&, auto& log) {
      saved_part<user_log>::describe(inner, *log, older);
    });
    saved_part<callback_outbox>::describe(into, hub.outbox_);
    saved_part<stream_hub>::describe(into, hub.streams_);
    save_random(into, "random", hub.random_);
  }

  static void read(snapshot_reader& from, transport_hub& hub, const world& state) {
    std::vector<saved_channel> channels;
    from.member("channels", channels);
    for (auto& saved : channels) {
      if (state.find_community(saved.community) == nullptr ||
          saved.channel->key.current().empty() ||
          !hub.channels_.try_emplace(saved.community, std::move(*saved.channel)).second)
        from.refuse("channels", "have one of no community, without a key, or twice");
    }
    count_rings(hub);
    line_events events;
    for (const auto& event : state.events().since(0))
      events[event.number] = std::make_shared<const world_event>(event);
    std::vector<world_event> older;
    from.member("older_events", older);
    for (auto& event : older)
      events.try_emplace(event.number, std::make_shared<const world_event>(std::move(event)));
    read_logs(from, hub, state, events);
    saved_part<callback_outbox>::describe(from, hub.outbox_, state);
    saved_part<stream_hub>::describe(from, hub.streams_);
    save_random(from, "random", hub.random_);
  }

 private:
  // As they would have been added.
  static void count_rings(transport_hub& hub) {
    std::vector<std::tuple<std::int64_t, std::int64_t, std::uint64_t>> order;
    for (const auto& [community, channel] : hub.channels_) {
      auto number = channel.ring.oldest();
      for (const auto& entry : channel.ring.since(0))
        order.emplace_back(entry.time_ms, community, ++number);
    }
    std::ranges::sort(order);
    for (const auto& [time, community, number] : order)
      hub.budget_.added(hub.channels_.at(community).ring, number);
  }
  static void read_logs(snapshot_reader& from, transport_hub& hub, const world& state,
                        const line_events& events) {
    const snapshot_place list{&from.place(), "mailbox_logs"};
    from.each("mailbox_logs", [&](const boost::json::value& value, std::size_t index) {
      const snapshot_place item{&list, {}, index};
      if (!value.is_object()) refuse_at(item, "must be an object");
      snapshot_reader inner{value.get_object(), item};
      user_log log{0, {}, 0};
      saved_part<user_log>::describe(inner, log, events);
      inner.finish();
      const auto member = log.member();
      if (!state.exists(member) || hub.logs_.size() >= hub.most_logs_ ||
          !hub.logs_.try_emplace(member, std::move(log)).second)
        refuse_at(item, "is of nobody, or there twice");
    });
  }
};

void save_transports(snapshot_writer& into, transport_hub& hub, world& state) {
  saved_part<transport_hub>::write(into, hub, state);
}

void save_transports(snapshot_reader& from, transport_hub& hub, world& state) {
  saved_part<transport_hub>::read(from, hub, state);
}

}  // namespace vkxx::emulation::detail

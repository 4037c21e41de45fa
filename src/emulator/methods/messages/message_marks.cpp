// messages.delete, restore, pin, unpin and reactions.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "emulator/methods/mailbox/account_gatherer.hpp"
#include "emulator/methods/mailbox/message_shapes.hpp"
#include "emulator/methods/messages/message_rows.hpp"
#include "emulator/schema/sample_pages.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::int64_t reactions = 16;

// A message to delete, or an unknown id.
struct deleted_item {
  std::int64_t id = 0;
  std::int64_t cmid = 0;
  std::int64_t peer = 0;
  std::optional<message_place> place;
};

std::vector<deleted_item> items_to_delete(const method_call& request, std::int64_t member) {
  std::vector<deleted_item> items;
  const auto& book = request.state.messages();
  const auto ids = numbers_of(request, "message_ids");
  for (const auto id : ids) {
    deleted_item item{id, 0, 0, book.by_id(member, id)};
    if (item.place) {
      item.cmid = item.place->cmid;
      item.peer = book.peer_of(*book.find(item.place->conversation), member);
    }
    items.push_back(item);
  }
  const auto cmids = numbers_of(request, "cmids", "conversation_message_ids", 100);
  if (cmids.empty()) return items;
  const auto peer = request.required_integer("peer_id");
  const auto seen = conversation_at(request, member, peer);
  for (const auto cmid : cmids) {
    deleted_item item{0, cmid, peer, std::nullopt};
    if (seen.where != nullptr && seen.where->find(cmid) != nullptr) {
      item.place = message_place{seen.where->id, static_cast<std::uint32_t>(cmid)};
      item.id = book.id_of(*seen.where, member, item.place->cmid);
    }
    items.push_back(item);
  }
  return items;
}

json::value delete_messages(const method_call& request) {
  const auto member = acting_member(request);
  const auto items = items_to_delete(request, member);
  if (items.empty()) throw bad_parameter("message_ids is undefined");
  const bool by_items = request.version_is_at_least(5, 199);
  json::array list;
  json::object by_id;
  for (const auto& item : items) {
    json::object shown{
        {"peer_id", item.peer}, {"message_id", item.id}, {"conversation_message_id", item.cmid}};
    try {
      if (!item.place)
        throw api_failure{api_errc::access_denied, "Access denied: message can not be found"};
      request.change_messages().remove(member, item.place->conversation, item.place->cmid,
                                       request.flag("delete_for_all"), request.flag("spam"));
      shown["response"] = 1;
      by_id[std::to_string(item.id != 0 ? item.id : item.cmid)] = 1;
    } catch (const api_failure& failure) {
      // Old versions fail as a whole for a single message.
      if (!by_items && items.size() == 1) throw;
      shown["response"] = 0;
      shown["error"] =
          json::object{{"code", static_cast<int>(failure.code)}, {"description", failure.message}};
      by_id[std::to_string(item.id != 0 ? item.id : item.cmid)] = 0;
    }
    list.push_back(std::move(shown));
  }
  if (by_items) return list;
  return by_id;
}

json::value restore_message(const method_call& request) {
  const auto member = acting_member(request);
  const auto place = place_of(request, member);
  request.change_messages().restore(member, place.conversation, place.cmid);
  return 1;
}

json::value pin_message(const method_call& request) {
  const auto member = acting_member(request);
  const auto place = place_of(request, member);
  request.change_messages().pin(member, place.conversation, place.cmid);
  const auto& where = *request.state.messages().find(place.conversation);
  const auto shown = message_by_cmid(seen_by(where, member), place.cmid);
  if (!shown) return 1;
  return pinned_object(request.state, *shown, request.base_url);
}

json::value unpin_message(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = existing_at(request, member, request.required_integer("peer_id"));
  request.change_messages().unpin(member, seen.where->id);
  return 1;
}

json::value send_reaction(const method_call& request) {
  const auto member = acting_member(request);
  const auto place = place_of(request, member);
  request.change_messages().react(member, place.conversation, place.cmid,
                                  request.required_integer("reaction_id"));
  return 1;
}

json::value delete_reaction(const method_call& request) {
  const auto member = acting_member(request);
  const auto place = place_of(request, member);
  request.change_messages().remove_reaction(member, place.conversation, place.cmid);
  return 1;
}

json::value get_messages_reactions(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = conversation_at(request, member, request.required_integer("peer_id"));
  account_gatherer accounts{request};
  json::array items;
  for (const auto cmid : numbers_of(request, "cmids", 100))
    if (const auto shown = message_by_cmid(seen, cmid))
      items.push_back(json::object{{"cmid", cmid}, {"counters", reaction_counters(*shown->entry)}});
  json::object answer;
  answer["items"] = std::move(items);
  accounts.show(answer);
  return answer;
}

json::value get_reacted_peers(const method_call& request) {
  const auto member = acting_member(request);
  const auto seen = existing_at(request, member, request.required_integer("peer_id"));
  const auto only = request.integer("reaction_id", 0);
  if (only < 0 || only > reactions) throw api_failure{api_errc{1009}};
  const auto shown = message_by_cmid(seen, request.required_integer("cmid"));
  if (!shown) throw bad_parameter("cmid is incorrect");
  account_gatherer accounts{request};
  json::array items;
  if (shown->entry->extra != nullptr) {
    for (const auto& each : shown->entry->extra->reactions) {
      if (only != 0 && each.id != only) continue;
      items.push_back(json::object{{"user_id", each.member}, {"reaction_id", each.id}});
      accounts.add(each.member);
    }
  }
  json::object answer;
  answer["count"] = items.size();
  answer["reactions"] = std::move(items);
  answer["counters"] = reaction_counters(*shown->entry);
  accounts.show(answer);
  return answer;
}

json::value get_reactions_assets(const method_call& request) {
  json::array assets;
  json::array ids;
  for (std::int64_t id = 1; id <= reactions; ++id) {
    const auto base = sample_address(request.base_url, "reaction", std::to_string(id));
    assets.push_back(json::object{{"reaction_id", id},
                                  {"links",
                                   {{"big_animation", base + "_animation.json"},
                                    {"small_animation", base + "_static_animation.json"},
                                    {"static", base + "_256.png"}}}});
    ids.push_back(id);
  }
  return json::object{
      {"version", 1}, {"assets", std::move(assets)}, {"reaction_ids", std::move(ids)}};
}

}  // namespace

void add_message_marks(method_table& table) {
  add_rows(table, {{"messages.delete", delete_messages},
                   {"messages.restore", restore_message},
                   {"messages.pin", pin_message},
                   {"messages.unpin", unpin_message},
                   {"messages.sendReaction", send_reaction},
                   {"messages.deleteReaction", delete_reaction},
                   {"messages.getMessagesReactions", get_messages_reactions},
                   {"messages.getReactedPeers", get_reacted_peers},
                   {"messages.getReactionsAssets", get_reactions_assets}});
}

}  // namespace vkxx::emulation::detail

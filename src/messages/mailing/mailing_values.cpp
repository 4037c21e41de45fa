// What a mailing stores, as JSON.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "core/json/json_field.hpp"
#include "messages/mailing/mailing_machine.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

constexpr std::int64_t unknown_mark = -1;

std::optional<json::value> stored_value(std::string_view text) {
  boost::system::error_code failure;
  auto value = json::parse({text.data(), text.size()}, failure);
  if (failure) return std::nullopt;
  return value;
}

std::size_t size_field(const json::object& object, std::string_view name) {
  const auto number = integer_field(object, name).value_or(0);
  return number < 0 ? 0 : static_cast<std::size_t>(number);
}

// [peer, number] of one part that VK took, [peer, number, null, parts] of several;
// [peer, 0, VK's code] of a refusal, with the code -1 if it is unknown; with the parts that VK took
// before, if it took some.
json::array list_of(const std::vector<mailing_outcome>& outcomes) {
  json::array list;
  for (const auto& outcome : outcomes) {
    json::array item{outcome.peer.value(), outcome.message ? outcome.message->value() : 0};
    if (!outcome.message) {
      item.emplace_back(outcome.refusal ? static_cast<std::int64_t>(*outcome.refusal)
                                        : unknown_mark);
    } else if (outcome.parts > 1) {
      item.emplace_back(nullptr);
    }
    if (outcome.parts > (outcome.message ? 1U : 0U)) item.emplace_back(outcome.parts);
    list.push_back(std::move(item));
  }
  return list;
}

std::optional<mailing_outcome> outcome_in(const json::value& item) {
  const auto* list = item.if_array();
  if (list == nullptr || list->size() < 2) return std::nullopt;
  const auto peer = integer_of((*list)[0]);
  const auto number = integer_of((*list)[1]);
  if (!peer || !number) return std::nullopt;
  mailing_outcome outcome;
  outcome.peer = peer_id{*peer};
  const auto parts = list->size() > 3 ? integer_of((*list)[3]) : std::nullopt;
  if (parts && *parts > 0) outcome.parts = static_cast<std::size_t>(*parts);
  if (list->size() == 2 || (*list)[2].is_null()) {
    outcome.message = cmid{*number};
    outcome.parts = std::max<std::size_t>(outcome.parts, 1);
    return outcome;
  }
  const auto code = integer_of((*list)[2]);
  if (!code || *code == unknown_mark) return outcome;
  api_error_details details;
  details.code = static_cast<api_errc>(*code);
  outcome.refusal = details.code;
  outcome.reason = cannot_write_reason(error{std::move(details)});
  return outcome;
}

std::optional<std::vector<mailing_outcome>> outcomes_in(const json::value& value) {
  const auto* list = value.if_array();
  if (list == nullptr) return std::nullopt;
  std::vector<mailing_outcome> outcomes;
  for (const auto& item : *list) {
    auto outcome = outcome_in(item);
    if (!outcome) return std::nullopt;
    outcomes.push_back(*std::move(outcome));
  }
  return outcomes;
}

// The part that comes next, and what became of those before. Whether it fits the rest.
bool read_batch(const json::object& object, mailing_progress& progress) {
  progress.part = size_field(object, "part");
  const auto* list = object.if_contains("batch");
  auto batch = list != nullptr ? outcomes_in(*list) : std::nullopt;
  if (progress.part == 0 || !batch || batch->size() != progress.running) return false;
  progress.batch = *std::move(batch);
  return true;
}

}  // namespace

std::string to_json(const mailing_progress& progress) {
  // Programs that know no parts must not go on in the middle of a message.
  json::object object{{"version", progress.part > 0 ? 2 : 1},
                      {"fingerprint", progress.fingerprint},
                      {"began", progress.began},
                      {"peers", progress.peers},
                      {"next", progress.next},
                      {"calls", progress.calls},
                      {"running", progress.running},
                      {"sent", progress.sent},
                      {"refused", progress.refused},
                      {"unknown", progress.unknown}};
  if (progress.running_since) object["running_since"] = *progress.running_since;
  if (progress.part > 0) {
    object["part"] = progress.part;
    object["batch"] = list_of(progress.batch);
  }
  if (progress.uploaded) {
    auto& names = object["attachments"].emplace_array();
    for (const auto& name : progress.attachments) names.emplace_back(name);
  }
  return json::serialize(object);
}

std::optional<mailing_progress> progress_from_json(std::string_view text) {
  const auto value = stored_value(text);
  const auto* object = value ? value->if_object() : nullptr;
  if (object == nullptr) return std::nullopt;
  const auto version = integer_field(*object, "version");
  if (version != 1 && version != 2) return std::nullopt;
  mailing_progress progress;
  progress.fingerprint = text_or_empty(*object, "fingerprint");
  progress.began = integer_field(*object, "began").value_or(0);
  progress.peers = size_field(*object, "peers");
  progress.next = size_field(*object, "next");
  progress.calls = size_field(*object, "calls");
  progress.running = size_field(*object, "running");
  progress.running_since = integer_field(*object, "running_since");
  progress.sent = size_field(*object, "sent");
  progress.refused = size_field(*object, "refused");
  progress.unknown = size_field(*object, "unknown");
  if (progress.next > progress.peers || progress.running > progress.peers - progress.next)
    return std::nullopt;
  if (version == 2 && !read_batch(*object, progress)) return std::nullopt;
  if (const auto* names = object->if_contains("attachments"); names != nullptr) {
    if (!names->is_array()) return std::nullopt;
    progress.uploaded = true;
    for (const auto& name : names->get_array())
      progress.attachments.push_back(text_of(name).value_or(std::string{}));
  }
  return progress;
}

std::string peers_to_json(const std::vector<peer_id>& peers) {
  json::array list;
  list.reserve(peers.size());
  for (const auto peer : peers) list.emplace_back(peer.value());
  return json::serialize(list);
}

std::optional<std::vector<peer_id>> peers_from_json(std::string_view text) {
  const auto value = stored_value(text);
  if (!value || !value->is_array()) return std::nullopt;
  std::vector<peer_id> peers;
  for (const auto& item : value->get_array()) {
    const auto number = integer_of(item);
    if (!number) return std::nullopt;
    peers.emplace_back(*number);
  }
  return peers;
}

std::string outcomes_to_json(const std::vector<mailing_outcome>& outcomes) {
  return json::serialize(list_of(outcomes));
}

std::optional<std::vector<mailing_outcome>> outcomes_from_json(std::string_view text) {
  const auto value = stored_value(text);
  if (!value) return std::nullopt;
  return outcomes_in(*value);
}

}  // namespace vkxx::detail

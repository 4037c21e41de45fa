#include "emulator/transcript/replay.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "emulator/api/api_failure.hpp"
#include "emulator/control/people/person_actions.hpp"
#include "emulator/transcript/line_difference.hpp"
#include "emulator/world/content/upload_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

std::string_view text_in(const json::object& line, std::string_view name) noexcept {
  const auto* value = line.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view{} : std::string_view{text->data(), text->size()};
}

bool is_answer(const json::object& line) noexcept {
  return transcript_member(text_in(line, "who")) < 0;
}

// Whether the program has to do something for it: marks and typing come or not.
bool is_compared(const json::object& line) noexcept {
  const auto action = text_in(line, "does");
  return is_answer(line) && action != "read" && action != "type";
}

// `user 2 to community 1, message 3`: the same in each run, whatever comes between.
std::map<std::string, std::string, std::less<>> keys_of(const std::vector<json::object>& lines) {
  std::map<std::string, std::string, std::less<>> keys;
  std::map<std::string, int> counts;
  for (const auto& line : lines) {
    const auto action = text_in(line, "does");
    const auto name = text_in(line, "message");
    if (action != "say" || name.empty()) continue;
    auto place = std::string{text_in(line, "who")} + " to " + std::string{text_in(line, "to")};
    const auto number = ++counts[place];
    keys.try_emplace(std::string{name}, place + ", message " + std::to_string(number));
  }
  return keys;
}

// What is compared of a line.
std::string shown_line(json::object line,
                       const std::map<std::string, std::string, std::less<>>& keys) {
  const auto key_of = [&keys](const json::value& name) -> json::value {
    const auto* text = name.if_string();
    const auto found = text == nullptr ? keys.end() : keys.find(std::string_view{*text});
    return found == keys.end() ? json::value(nullptr) : json::value(found->second);
  };
  line.erase("at_ms");
  line.erase("who");
  line.erase("to");
  if (text_in(line, "does") == "say") line.erase("message");
  for (const std::string_view name : {"message", "reply_to"})
    if (auto* value = line.if_contains(name)) *value = key_of(*value);
  if (auto* forwarded = line.if_contains("forward"); forwarded != nullptr && forwarded->is_array())
    for (auto& each : forwarded->get_array()) each = key_of(each);
  // Members in one order.
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [name, value] : line)
    if (name != "does") members.emplace_back(name, json::serialize(value));
  std::ranges::sort(members);
  std::string shown{text_in(line, "does")};
  for (const auto& [name, value] : members)
    shown.append(" ").append(name).append("=").append(value);
  return shown;
}

using answers_by_place = std::map<std::string, std::vector<std::string>>;

answers_by_place answers_in(const std::vector<json::object>& lines) {
  const auto keys = keys_of(lines);
  answers_by_place answers;
  for (const auto& line : lines) {
    if (!is_compared(line)) continue;
    auto place = std::string{text_in(line, "who")};
    if (const auto to = text_in(line, "to"); !to.empty()) place += " to " + std::string{to};
    answers[place].push_back(shown_line(line, keys));
  }
  return answers;
}

}  // namespace

replay_run::replay_run(std::string_view text) : lines_{read_json_lines(text)} {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const auto who = text_in(lines_[i], "who");
    const auto member = transcript_member(who);
    if ((member == 0 && who != "emulator") || text_in(lines_[i], "does").empty())
      throw std::invalid_argument{"line " + std::to_string(i + 1) +
                                  " needs \"who\" (user N, community N) and \"does\""};
    if (member < 0 && std::ranges::find(communities_, -member) == communities_.end())
      communities_.push_back(-member);
  }
  if (lines_.empty()) throw std::invalid_argument{"the transcript has no lines"};
  keys_ = keys_of(lines_);
}

std::int64_t replay_run::peer_in(const world& state, std::int64_t person,
                                 std::string_view name) const {
  if (const auto member = transcript_member(name)) return member;
  const auto* where = state.messages().find(transcript_chat(state, name));
  const auto peer = where == nullptr ? 0 : state.messages().peer_of(*where, person);
  if (peer == 0) throw std::invalid_argument{"\"" + std::string{name} + "\" is not known"};
  return peer;
}

// The message in this run that is the one of the name in the lines.
std::uint32_t replay_run::message_in(const world& state, std::string_view name) {
  if (const auto own = said_.find(name); own != said_.end()) return own->second;
  const auto key = keys_.find(name);
  if (key == keys_.end())
    throw std::invalid_argument{"message " + std::string{name} + " is not said above"};
  if (!seen_) {
    seen_.emplace();
    const auto now = transcript_since(state, since_);
    for (const auto& [known, found] : keys_of(now.lines))
      (*seen_)[found] = now.messages.find(known)->second.cmid;
  }
  const auto found = seen_->find(key->second);
  if (found == seen_->end())
    throw std::invalid_argument{"there is no such message: " + key->second};
  return found->second;
}

json::object replay_run::body_of(const world& state, std::int64_t person,
                                 const json::object& line) {
  json::object body;
  for (const auto* name : {"text", "payload", "attachments", "format", "geo", "label", "row",
                           "column", "for_all", "reaction_id"})
    if (const auto* value = line.if_contains(name)) body[name] = *value;
  if (const auto to = text_in(line, "to"); !to.empty()) body["to"] = peer_in(state, person, to);
  const auto action = text_in(line, "does");
  if (action == "type")
    if (const auto* kind = line.if_contains("type")) body["kind"] = *kind;
  if (const auto name = text_in(line, "message"); !name.empty() && action != "say")
    body["cmid"] = message_in(state, name);
  if (const auto name = text_in(line, "reply_to"); !name.empty())
    body["reply_to"] = message_in(state, name);
  if (const auto* names = line.if_contains("forward"); names != nullptr && names->is_array()) {
    json::array cmids;
    for (const auto& name : names->get_array())
      if (const auto* text = name.if_string()) cmids.emplace_back(message_in(state, *text));
    body["forward"] = json::object{{"cmids", std::move(cmids)}};
  }
  if (const auto group = transcript_member(text_in(line, "community")); group < 0)
    body["community"] = -group;
  if (const auto member = transcript_member(text_in(line, "member")); member != 0)
    body["member"] = member;
  if (action == "unpin") body["cmid"] = 0;
  if (action == "join" && !body.contains("community")) {
    const auto* where = state.messages().find(transcript_chat(state, text_in(line, "to")));
    if (where == nullptr) throw std::invalid_argument{"there is no such chat"};
    body["link"] = where->chat->invite_link;
  }
  return body;
}

void replay_run::inject(world& state, const command_context& context,
                        const json::object& line) const {
  const auto community = -transcript_member(text_in(line, "to"));
  if (community <= 0 || state.find_community(community) == nullptr || text_in(line, "type").empty())
    throw std::invalid_argument{"an injected event needs \"to\" (a community) and \"type\""};
  json::object details{{"type", line.at("type")}};
  const auto* object = line.if_contains("object");
  details["object"] = object == nullptr ? json::value(nullptr) : *object;
  if (const auto* transports = line.if_contains("transports")) details["transports"] = *transports;
  const auto bytes = json::serialize(details).size();
  upload_commands{state, context}.inject(community, std::move(details), bytes);
}

void replay_run::play_line(world& state, const command_context& context, std::size_t index) {
  const auto& line = lines_[index];
  if (is_answer(line)) return;
  const auto person = transcript_member(text_in(line, "who"));
  if (person == 0) {
    inject(state, context, line);
  } else {
    if (state.find_person(person) == nullptr)
      throw std::invalid_argument{"there is no user " + std::to_string(person)};
    auto action = text_in(line, "does");
    if (action == "unpin") action = "pin";
    const auto result = act(state, context, person, action, body_of(state, person, line));
    const auto* cmid = result.if_contains("cmid");
    if (const auto name = text_in(line, "message"); cmid != nullptr && action == "say")
      said_[std::string{name}] = cmid->to_number<std::uint32_t>();
  }
  ++played_;
}

void replay_run::play(world& state, const command_context& context) {
  if (ended_) return;
  if (!std::exchange(started_, true)) since_ = state.events().last_number();
  seen_.reset();
  bool acted = false;
  while (next_ < lines_.size()) {
    // What users do next depends on the answers.
    if (is_answer(lines_[next_]) && acted) break;
    const auto index = next_++;
    try {
      play_line(state, context, index);
    } catch (const std::invalid_argument& failure) {
      return stop(state, "line " + std::to_string(index + 1) + ": " + failure.what());
    } catch (const api_failure& failure) {
      return stop(state, "line " + std::to_string(index + 1) + ": " + failure.message);
    }
    acted = acted || !is_answer(lines_[index]);
  }
  if (acted) return;
  // All was played, and the program is quiet.
  ended_ = true;
  compare(state);
}

void replay_run::stop(const world& state, std::string_view reason) {
  if (ended_) return;
  ended_ = true;
  trouble_ = reason;
  if (started_) compare(state);
  same_ = false;
  difference_ = trouble_ + (difference_.empty() ? "" : "\n" + difference_);
}

void replay_run::compare(const world& state) {
  const auto wanted = answers_in(lines_);
  const auto came = answers_in(transcript_since(state, since_).lines);
  std::set<std::string> places;
  for (const auto* all : {&wanted, &came})
    for (const auto& [place, answers] : *all) places.insert(place);
  const std::vector<std::string> nothing;
  for (const auto& place : places) {
    const auto expected = wanted.find(place);
    const auto actual = came.find(place);
    const auto lines = line_difference(expected == wanted.end() ? nothing : expected->second,
                                       actual == came.end() ? nothing : actual->second);
    if (!lines.empty()) difference_ += place + ":\n" + lines;
  }
  same_ = difference_.empty();
}

}  // namespace vkxx::emulation::detail

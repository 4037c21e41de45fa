// Sending and editing.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/content/keyboard.hpp"
#include "emulator/world/content/text_size.hpp"
#include "emulator/world/messages/chat_mentions.hpp"
#include "emulator/world/messages/message_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_attachments = 10;

api_failure sending_refused(int code) {
  return api_failure{static_cast<api_errc>(code)};
}

void check_bot_features(const world& state, std::int64_t author) {
  const auto* group = author < 0 ? state.find_community(-author) : nullptr;
  if (group == nullptr || !group->settings.bot_features) throw sending_refused(912);
}

message_extra& extra_of(std::unique_ptr<message_extra>& extra) {
  if (extra == nullptr) extra = std::make_unique<message_extra>();
  return *extra;
}

}  // namespace

void message_commands::check_chat(const conversation& where, std::int64_t author) const {
  const auto& chat = *where.chat;
  const auto* member = chat.find(author);
  if (member == nullptr || member->state == member_state::kicked) throw sending_refused(917);
  if (member->state == member_state::left) throw sending_refused(922);
  if (chat.disabled) throw sending_refused(945);
  const auto until = member->may_not_write_until;
  if (chat.writing_disabled || until < 0 || until > context().date()) throw sending_refused(1012);
}

void message_commands::check_private(std::int64_t author, std::int64_t peer) const {
  const auto& book = state().messages();
  if (peer < 0) {
    const auto* group = state().community_of(peer);
    if (group == nullptr || author < 0 || !group->settings.messages) throw sending_refused(901);
    if (book.blocks(peer, author)) throw sending_refused(900);
    return;
  }
  const auto* who = state().find_person(peer);
  if (who == nullptr) throw sending_refused(901);
  if (!who->deactivated.empty()) throw sending_refused(902);
  if (book.blocks(peer, author) || book.blocks(author, peer)) throw sending_refused(900);
  if (author > 0) return;
  const auto* granted = book.permission_of(peer, -author);
  const auto given = granted == nullptr ? permission_state::never : granted->state;
  const bool by_default = given == permission_state::never && who->allows_messages;
  if (given != permission_state::allowed && !by_default) throw sending_refused(901);
}

const conversation* message_commands::admitted(std::int64_t author, std::int64_t peer) const {
  const auto* where = state().messages().at_peer(author, peer);
  if (peer >= first_chat_peer) {
    if (where == nullptr) throw sending_refused(917);
    check_chat(*where, author);
    return where;
  }
  check_private(author, peer);
  return where;
}

std::optional<int> message_commands::refusal_of(std::int64_t author, std::int64_t peer) const {
  try {
    static_cast<void>(admitted(author, peer));
  } catch (const api_failure& failure) {
    return static_cast<int>(failure.code);
  }
  return std::nullopt;
}

void message_commands::check_size(const message_draft& draft) const {
  const auto longest = state().settings().longest_message;
  if (draft.text.size() > longest && characters_in(draft.text) > longest)
    throw sending_refused(914);
  if (!draft.attachments.empty() && attachment_list(draft.attachments).size() > most_attachments)
    throw sending_refused(940);
}

std::unique_ptr<message_extra> message_commands::prepare(std::int64_t author, std::int64_t peer,
                                                         message_draft& draft) const {
  std::unique_ptr<message_extra> extra;
  const bool strict = state().settings().strict;
  if (!draft.forwards.empty()) add_forwards(author, peer, draft, extra_of(extra));
  if (!draft.keyboard.empty()) {
    check_bot_features(state(), author);
    auto keyboard = check_keyboard(draft.keyboard, author, strict);
    extra_of(extra).keyboard = std::move(keyboard.json);
    extra->inline_keyboard = keyboard.is_inline;
  }
  if (!draft.carousel.empty()) {
    check_bot_features(state(), author);
    extra_of(extra).carousel = check_carousel(draft.carousel, strict);
  }
  if (!draft.attachments.empty()) extra_of(extra).attachments = std::move(draft.attachments);
  if (!draft.payload.empty()) extra_of(extra).payload = std::move(draft.payload);
  if (!draft.format.empty()) extra_of(extra).format = std::move(draft.format);
  if (!draft.geo.empty()) extra_of(extra).geo = std::move(draft.geo);
  if (!draft.ref.empty()) extra_of(extra).ref = std::move(draft.ref);
  if (!draft.ref_source.empty()) extra_of(extra).ref_source = std::move(draft.ref_source);
  if (draft.sticker != 0) extra_of(extra).sticker = draft.sticker;
  if (draft.admin_author != 0) extra_of(extra).admin_author = draft.admin_author;
  return extra;
}

std::uint64_t message_commands::report(event_kind kind, const conversation& where,
                                       std::uint32_t cmid, std::int64_t actor, std::int64_t subject,
                                       json::object details) {
  world_event event;
  event.kind = kind;
  event.conversation = where.id;
  event.cmid = cmid;
  event.actor = actor;
  event.subject = subject;
  event.details = std::move(details);
  return append(std::move(event));
}

// Writing allows the community to answer, reads what is above, and ends typing.
void message_commands::before_writing(conversation& where, std::int64_t author) {
  if (!where.is_chat() && author > 0 && where.other(author) < 0) {
    const auto community = -where.other(author);
    const auto* granted = state().messages().permission_of(author, community);
    if (granted == nullptr || granted->state != permission_state::allowed)
      allow(author, community, {});
  }
  if (!where.typing.empty())
    std::erase_if(where.typing, [author](const auto& entry) { return entry.member == author; });
  auto* view = where.view_of(author);
  if (view == nullptr || view->unread == 0) return;
  messages().mark_read(where, *view, view->last_incoming);
  report(event_kind::read, where, view->in_read, author);
}

std::uint32_t message_commands::write(conversation& where, message entry,
                                      std::int64_t keyboard_author) {
  if (!where.is_chat()) return messages().append(where, std::move(entry));
  // The message moves before the recipients are chosen.
  const chat_mentions mentions{entry, keyboard_author};
  const auto& chat = *where.chat;
  const auto sees = [&](std::int64_t member) {
    const auto* seat = chat.find(member);
    if (seat == nullptr || seat->state != member_state::in) return false;
    if (member > 0 || seat->sees_all || seat->admin) return true;
    const auto* group = state().find_community(-member);
    return mentions.concern(-member, group == nullptr ? std::string_view{} : group->screen_name);
  };
  return messages().append(where, std::move(entry), sees);
}

void message_commands::hide_keyboard(conversation& where, std::int64_t author) {
  const auto gone = std::erase_if(where.keyboards,
                                  [author](const auto& entry) { return entry.author == author; });
  if (gone != 0) report(event_kind::keyboard_hidden, where, 0, author);
}

void message_commands::show_keyboard(conversation& where, std::int64_t author, std::uint32_t cmid,
                                     const message_extra& extra) {
  if (extra.keyboard.empty() || extra.inline_keyboard) return;
  if (!find_button(extra.keyboard, 0, 0)) {
    hide_keyboard(where, author);
    return;
  }
  std::erase_if(where.keyboards, [author](const auto& entry) { return entry.author == author; });
  // The last one is the current one.
  where.keyboards.push_back({author, cmid, extra.keyboard});
  report(event_kind::keyboard_shown, where, cmid, author);
}

sent_message message_commands::send(std::int64_t author, std::int64_t peer, message_draft draft) {
  const auto* known = admitted(author, peer);
  check_size(draft);
  auto extra = prepare(author, peer, draft);
  auto& book = messages();
  if (known != nullptr && draft.random_id != 0) {
    const auto cmid = book.by_random_id(author, known->id, draft.random_id);
    const auto* earlier = known->find(cmid);
    if (earlier != nullptr && context().date() - earlier->date < book.settings().random_id_window)
      return {known->id, cmid, book.id_of(*known, author, cmid), true, 0};
  }
  if (known == nullptr && book.conversations() >= book.settings().most_conversations)
    throw api_failure{api_errc::out_of_limits};
  auto& where = known == nullptr ? book.open_private(author, peer) : book.editable(known->id);
  before_writing(where, author);
  message entry;
  entry.author = author;
  entry.date = context().date();
  entry.text = std::move(draft.text);
  entry.extra = std::move(extra);
  entry.random_id = draft.random_id;
  entry.silent = draft.silent;
  const auto cmid = write(where, std::move(entry), draft.keyboard_author);
  sent_message sent{where.id, cmid, book.id_of(where, author, cmid), false, 0};
  sent.event = report(event_kind::message_sent, where, cmid, author);
  const auto* written = where.find(cmid);
  if (written != nullptr && written->extra != nullptr)
    show_keyboard(where, author, cmid, *written->extra);
  return sent;
}

void message_commands::edit(std::int64_t editor, conversation_id where, std::uint32_t cmid,
                            message_draft draft) {
  auto& place = messages().editable(where);
  const auto& view = view_for(editor, where);
  auto* entry = place.find(cmid);
  const auto* copy = view.copy_of(cmid);
  if (entry == nullptr || copy == nullptr || place.visible(*copy) == nullptr)
    throw bad_parameter("message_id is incorrect");
  if (place.is_chat()) check_chat(place, editor);
  if (entry->author != editor) throw api_failure{api_errc::access_denied};
  if (entry->is_service() || (entry->extra != nullptr && entry->extra->sticker != 0))
    throw sending_refused(920);
  if (context().date() - entry->date >= state().settings().edit_window) throw sending_refused(909);
  check_size(draft);
  auto extra = prepare(editor, messages().peer_of(place, editor), draft);
  auto& edited = extra_of(extra);
  if (const auto* former = entry->extra.get()) {
    edited.version = former->version;
    edited.former_texts = former->former_texts;
    edited.reactions = former->reactions;
    edited.admin_author = former->admin_author;
    if (draft.keep_forwards) {
      edited.forwards = former->forwards;
      edited.reply = former->reply;
    }
  }
  ++edited.version;
  edited.update_time = context().date();
  constexpr std::size_t most_former_texts = 20;
  if (edited.former_texts.size() == most_former_texts)
    edited.former_texts.erase(edited.former_texts.begin());
  edited.former_texts.push_back(entry->text);
  messages().replace(place, cmid, std::move(draft.text), std::move(extra));
  report(event_kind::message_edited, place, cmid, editor);
}

}  // namespace vkxx::emulation::detail

#include "schema_tables/sample_writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/number.hpp"
#include "schema_tables/sample_seed.hpp"

namespace vkxx::schema_tables::detail {
namespace {

// Absent unless every field is wanted: they report a failure or a page that is gone.
constexpr std::array<std::string_view, 10> troubles{
    "deactivated",        "error",   "error_*", "deleted_*",  "*request_deleted",
    "suggestion_deleted", "*_error", "fail*",   "is_deleted", "next_page_token"};
// Repeated from the request.
constexpr std::array<std::string_view, 6> owners{"owner_id", "group_id", "album_id",
                                                 "topic_id", "post_id",  "peer_id"};
constexpr std::array<std::string_view, 4> of_pictures{"url", "src", "width", "height"};
constexpr std::array<std::string_view, 4> totals{"count", "total_count", "total", "results_total"};

template <std::size_t Size>
bool listed(const std::array<std::string_view, Size>& patterns, std::string_view name) noexcept {
  return std::ranges::any_of(patterns, [name](auto pattern) { return fits(pattern, name); });
}

// The first member of a path and the rest.
std::pair<std::string_view, std::string_view> first_of(std::string_view path) noexcept {
  const auto dot = path.find('.');
  if (dot == std::string_view::npos) return {path, {}};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

// What follows `name` in the paths between commas; none: no path begins with it.
std::optional<std::string> behind(std::string_view paths, std::string_view name) {
  std::optional<std::string> found;
  while (!paths.empty()) {
    const auto end = std::min(paths.find(','), paths.size());
    const auto [first, rest] = first_of(paths.substr(0, end));
    if (first == name) found = found ? *found + ',' + std::string{rest} : std::string{rest};
    paths.remove_prefix(std::min(end + 1, paths.size()));
  }
  return found;
}

bool has_field(type object, std::string_view name) noexcept {
  for (const auto candidate : object.fields())
    if (candidate.name() == name) return true;
  return false;
}

// The first alternative, between `|`, all of whose paths lead to something; empty: none.
template <class Leads>
std::string_view first_alternative(std::string_view alternatives, const Leads& leads) {
  while (!alternatives.empty()) {
    const auto end = std::min(alternatives.find('|'), alternatives.size());
    const auto paths = alternatives.substr(0, end);
    bool all = true;
    for (auto rest = paths; !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      all = all && leads(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    if (all) return paths;
    alternatives.remove_prefix(std::min(end + 1, alternatives.size()));
  }
  return {};
}

// That of an identity whose members the object has.
std::string_view identity_of(type object, std::string_view alternatives) {
  return first_alternative(alternatives, [object](std::string_view path) {
    return has_field(object, first_of(path).first);
  });
}

// That of an identity which is about the member.
std::string_view identity_of_member(type object, std::string_view alternatives,
                                    std::string_view member) {
  return first_alternative(alternatives, [object, member](std::string_view path) {
    const auto [first, rest] = first_of(path);
    for (const auto candidate : object.fields())
      if (candidate.name() == first && is_member_of(member, first))
        return candidate.type().kind() == kind::one_of ||
               has_field(candidate.type(), first_of(rest).first);
    return false;
  });
}

// Whether the member goes with one of the values of `type`.
bool is_any_tag(type object, std::string_view member) noexcept {
  for (const auto candidate : object.fields()) {
    if (candidate.name() != "type") continue;
    for (const std::string_view value : candidate.type().values())
      if (is_member_of(value, member)) return true;
  }
  return false;
}

}  // namespace

// The fields of an object: lists first, so that counts agree with them, and last the accounts that
// the others name.
struct sample_writer::inner {
  type of;
  const place& at;
  const fixed_field& fixed;
  bool root;
  std::vector<part> parts;
  std::optional<std::string_view> counted;  // the list whose items `count` counts
  std::optional<std::int64_t> count;
};

std::string sample_writer::answer_of(type wanted, std::optional<paged_list> list) {
  list_ = list;
  place root;
  root.name = wanted.name().empty() ? std::string_view{"items"} : wanted.name();
  root.seed = root.object_seed = derived(options_.seed, "answer");
  if (list) {
    page_ = page_for(*list, options_);
    root.to_list = list->items();
  }
  value(wanted, root);
  return std::move(out_);
}

// What other flags of the object have determined, or a throw.
bool sample_writer::flag(const place& at) const {
  const auto other = [&at](std::string_view name) {
    return below(derived(at.object_seed, name), 2) != 0;
  };
  if (at.name == "has_more") return !page_.is_last();
  if (at.name == "can_access_closed") return true;
  if (at.name == "can_like") return !other("user_likes");
  const bool thrown = below(at.seed, 2) != 0;
  return at.name == "online_mobile" ? thrown && other("online") : thrown;
}

void sample_writer::value(type wanted, const place& at) {
  switch (wanted.kind()) {
    case kind::boolean:
      out_ += flag(at) ? "true" : "false";
      break;
    case kind::bool_int:
      out_ += wanted.minimum() == 1 || flag(at) ? '1' : '0';
      break;
    case kind::integer:
      integer(wanted, at);
      break;
    case kind::number:
      out_ += number_for(wanted, at);
      break;
    case kind::string:
      string(wanted, at);
      break;
    case kind::string_enum:
    case kind::integer_enum:
      enum_value(wanted, at);
      break;
    case kind::array:
      array(wanted, at);
      break;
    case kind::object:
      object(wanted, at, {});
      break;
    case kind::one_of:
      one_of(wanted, at);
      break;
    case kind::any:
      out_ += R"({"value":)" + std::to_string(below(at.seed, 1000)) + "}";
      break;
    case kind::scalar:
      scalar(wanted, at);
      break;
  }
}

void sample_writer::quoted(std::string_view text) {
  out_ += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '/') out_ += '\\';  // VK escapes the slash too
    out_ += c;
  }
  out_ += '"';
}

std::optional<std::int64_t> sample_writer::repeated(type wanted, const place& at) const {
  if (!options_.sent || !listed(owners, at.name)) return std::nullopt;
  const auto text = options_.sent(at.name);
  const auto number = text ? vkxx::detail::parse_number<std::int64_t>(*text) : std::nullopt;
  if (!number || *number == 0 || within(wanted, *number) != *number) return std::nullopt;
  return number;
}

void sample_writer::note_account(const sample_integer& number) {
  const auto id = number.value;
  if (number.account == account_kind::nobody || id == 0 || id > first_chat) return;
  if (number.account == account_kind::group || id < 0) {
    groups_.insert(id < 0 ? -id : id);
  } else {
    users_.insert(id);
  }
}

sample_integer sample_writer::integer_of(type wanted, const place& at) const {
  auto number = integer_for(wanted, at, options_);
  if (at.forced_id && at.name == "id") {
    number.value = within(wanted, *at.forced_id);
  } else if (at.tells_items_apart) {
    // One after another: the ids of accounts from the first.
    const bool account = number.account != account_kind::nobody;
    const auto base = account ? 1 : 1 + static_cast<std::int64_t>(below(options_.seed, 90'000));
    number.value = within(wanted, base + at.item);
  } else if (const auto sent = repeated(wanted, at)) {
    number.value = *sent;
  } else if (at.name == "real_offset") {
    number.value = page_.first;
  }
  return number;
}

void sample_writer::integer(type wanted, const place& at) {
  const auto number = integer_of(wanted, at);
  note_account(number);
  out_ += std::to_string(number.value);
}

void sample_writer::string(type wanted, const place& at) {
  if (at.name == "next_from") {
    quoted(page_.is_last() ? std::string{} : std::to_string(page_.end));
    return;
  }
  if (at.tells_items_apart) {
    const auto number =
        std::to_string(1 + below(options_.seed, 90'000) + static_cast<std::uint64_t>(at.item));
    quoted(wanted.is_uri() ? options_.base_url + "/sample/" + std::string{at.name} + '/' + number
                           : number);
    return;
  }
  quoted(text_for(wanted, at, options_));
}

void sample_writer::enum_value(type wanted, const place& at) {
  auto chosen = std::string{choice_for(wanted, at)};
  if (at.object == "messages_conversation_peer" && at.name == "type" && at.account)
    chosen = *at.account < 0 ? "group" : *at.account > first_chat ? "chat" : "user";
  // The sex goes with the name.
  if (at.name == "sex" && wanted.kind() == kind::integer_enum)
    chosen = is_woman(at.object_seed) ? "1" : "2";
  if (wanted.kind() == kind::string_enum) {
    quoted(chosen);
  } else {
    out_ += chosen;
  }
}

void sample_writer::scalar(type wanted, const place& at) {
  if (fits("photo*", at.name) || fits("*url", at.name)) {
    quoted(text_for(wanted, at, options_));
  } else {
    integer(wanted, at);
  }
}

// A list of objects ends the depth, unless an empty one would leave a required list without items.
std::size_t sample_writer::item_count(type wanted) const {
  auto item = wanted.item();
  while (item.kind() == kind::array) item = item.item();
  const bool again = is_composed(item) && std::ranges::find(open_, item.name()) != open_.end();
  std::size_t count = deep() && again ? 0 : open_.size() > 2 ? 1 : 2;
  if (deep() && is_composed(item)) count = std::min<std::size_t>(count, 1);
  count = std::max(count, wanted.min_items().value_or(0));
  return std::min(count, wanted.max_items().value_or(count));
}

void sample_writer::array(type wanted, const place& at) {
  if (at.to_list && at.to_list->empty() && list_) return paged(wanted, at);
  auto count = item_count(wanted);
  if (count == 2 && below(derived(at.seed, "size"), 2) == 0)
    count = std::max<std::size_t>(1, wanted.min_items().value_or(0));
  auto inside = at;
  inside.to_list.reset();
  inside.picture.reset();
  if (at.to_list && at.to_list->starts_with("[].")) inside.to_list = at.to_list->substr(3);
  // One picture in several sizes.
  const bool scaled = is_picture(wanted.item()) && wanted.max_items().value_or(9) >= 5;
  if (scaled) count = std::max<std::size_t>(count, 3 + below(derived(at.seed, "scales"), 3));
  out_ += '[';
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) out_ += ',';
    inside.seed = derived(at.seed, i);
    if (scaled) inside.picture = picture_of(at.object_seed, i);
    value(wanted.item(), inside);
  }
  out_ += ']';
  last_count_ = static_cast<std::int64_t>(count);
}

void sample_writer::paged(type wanted, const place& at) {
  auto inside = at;
  inside.to_list.reset();
  out_ += '[';
  for (auto number = page_.first; number < page_.end; ++number) {
    if (number != page_.first) out_ += ',';
    inside.item = number;
    inside.identity = list_->identity();
    inside.tells_items_apart = inside.identity == ".";
    inside.seed = derived(at.seed, static_cast<std::uint64_t>(number));
    value(wanted.item(), inside);
  }
  out_ += ']';
  last_count_ = page_.total;
}

void sample_writer::accounts(type wanted, const place& at, const std::set<std::int64_t>& ids) {
  auto inside = at;
  in_accounts_ = true;
  out_ += '[';
  for (const auto id : ids) {
    if (id != *ids.begin()) out_ += ',';
    inside.forced_id = id;
    inside.seed = derived(options_.seed, static_cast<std::uint64_t>(id));
    value(wanted.item(), inside);
  }
  out_ += ']';
  in_accounts_ = false;
}

bool sample_writer::is_accounts(field candidate) const {
  if (candidate.name() != "profiles" && candidate.name() != "groups") return false;
  const auto wanted = candidate.type();
  if (wanted.kind() != kind::array || wanted.item().kind() != kind::object) return false;
  return !list_ || list_->items() != candidate.name();
}

bool sample_writer::wants(field candidate, const place& at, std::string_view identity) const {
  if (candidate.required() || behind(identity, candidate.name())) return true;
  if (at.to_list && first_of(*at.to_list).first == candidate.name()) return true;
  if (candidate.name() == "next_from" && page_.is_last()) return false;
  if (open_.size() == 1 && (is_accounts(candidate) || candidate.name() == "next_from")) return true;
  if (at.picture && listed(of_pictures, candidate.name())) return true;
  if (deep()) return false;
  auto item = candidate.type();
  while (item.kind() == kind::array) item = item.item();
  // An optional object inside itself once is enough.
  if (is_composed(item) && (in_accounts_ || std::ranges::count(open_, item.name()) > 1))
    return false;
  if (options_.every_field || candidate.name() == "items") return true;
  if (listed(troubles, candidate.name())) return false;
  if (is_picture(item)) return true;
  return below(derived(derived(at.seed, candidate.name()), "wanted"), 2) != 0;
}

sample_writer::place sample_writer::below_object(const place& at, type object, field which) const {
  place inside;
  inside.name = which.name();
  inside.object = object.name();
  inside.object_seed = at.seed;
  inside.seed = derived(at.seed, which.name());
  inside.item = at.item;
  inside.account = at.account;
  const auto kind_of = which.type().kind();
  if (kind_of != kind::array && !is_composed(which.type())) inside.picture = at.picture;
  if (const auto rest = behind(identity_of(object, at.identity), which.name())) {
    inside.identity = *rest;
    // An owner has several of the items, unless nothing else tells them apart.
    inside.tells_items_apart =
        rest->empty() && (!listed(owners, which.name()) || list_->identity() == which.name());
  }
  inside.forced_id = which.name() == "id" ? at.forced_id : std::nullopt;
  if (at.to_list) {
    const auto [first, rest] = first_of(*at.to_list);
    if (first == which.name()) inside.to_list = rest;
  }
  return inside;
}

std::string sample_writer::rendered(type wanted, const place& at) {
  std::string around;
  around.swap(out_);
  value(wanted, at);
  around.swap(out_);
  return around;
}

// Whether the field could be written before the lists are.
bool sample_writer::write_first(inner& state, part& entry) {
  const auto name = entry.of.name();
  if (state.fixed.name == name) {
    std::string around;
    around.swap(out_);
    quoted(state.fixed.value);
    around.swap(out_);
    entry.text = std::move(around);
    return true;
  }
  if (state.root && is_accounts(entry.of)) return false;
  if (entry.of.type().kind() == kind::integer && listed(totals, name)) return false;
  entry.text = rendered(entry.of.type(), below_object(state.at, state.of, entry.of));
  if (state.counted == name) state.count = last_count_;
  return true;
}

void sample_writer::write_last(inner& state, part& entry) {
  const auto wanted = entry.of.type();
  const auto at = below_object(state.at, state.of, entry.of);
  std::string around;
  around.swap(out_);
  if (wanted.kind() == kind::array) {
    // Their own fields may name further accounts, which are not shown.
    const auto ids = at.name == "groups" ? groups_ : users_;
    accounts(wanted, at, ids);
  } else if (state.count) {
    out_ += std::to_string(within(wanted, *state.count));
  } else {
    integer(wanted, at);
  }
  around.swap(out_);
  entry.text = std::move(around);
}

// The paged list, `items`, or the only list.
std::optional<std::string_view> sample_writer::counted_list(const inner& state) const {
  std::optional<std::string_view> found;
  std::size_t count = 0;
  for (const auto& entry : state.parts) {
    const auto name = entry.of.name();
    if (entry.of.type().kind() != kind::array || (state.root && is_accounts(entry.of))) continue;
    if (state.at.to_list && first_of(*state.at.to_list).first == name) return name;
    if (name == "items") return name;
    found = name;
    ++count;
  }
  return count == 1 ? found : std::nullopt;
}

// What several fields of the object depend on.
void sample_writer::note_facts(type object, place& at) const {
  at.account.reset();
  bool width = false, height = false;
  for (const auto candidate : object.fields()) {
    width = width || candidate.name() == "width";
    height = height || candidate.name() == "height";
    if (candidate.name() == "id" && candidate.type().kind() == kind::integer &&
        is_account(object.name()))
      at.account = integer_of(candidate.type(), below_object(at, object, candidate)).value;
  }
  if (width && height && !at.picture) at.picture = picture_of(at.seed, picture_scales);
}

// The member that an object with a `type` has.
std::optional<std::string_view> sample_writer::tag_of(type object, const place& at) const {
  if (options_.every_field) return std::nullopt;
  return tag_for(object, at.seed, [this](field member) {
    return !deep() || std::ranges::find(open_, member.type().name()) == open_.end();
  });
}

void sample_writer::object(type wanted, const place& where, const fixed_field& chosen_before) {
  open_.push_back(wanted.name());
  auto at = where;
  note_facts(wanted, at);
  auto fixed = chosen_before;
  const auto tag = fixed.name.empty() ? tag_of(wanted, at) : std::nullopt;
  if (tag) {
    fixed = {"type", *tag};
    // What tells the items apart is in the member that they have.
    if (const auto paths = identity_of_member(wanted, at.identity, *tag); !paths.empty())
      at.identity = std::string{paths};
  }
  const auto belongs = [&](field candidate) {
    if (!tag || !is_composed(candidate.type()) || candidate.required()) return true;
    return is_member_of(*tag, candidate.name()) || !is_any_tag(wanted, candidate.name());
  };
  inner state{wanted, at, fixed, open_.size() == 1, {}, {}, {}};
  bool chosen_by_field = fixed.name.empty();
  const auto identity = identity_of(wanted, at.identity);
  for (const auto candidate : wanted.fields()) {
    const bool chosen = !fixed.name.empty() && candidate.name() == fixed.name;
    chosen_by_field = chosen_by_field || chosen;
    const bool tagged = tag && is_member_of(*tag, candidate.name());
    if (chosen || tagged || (belongs(candidate) && wants(candidate, at, identity)))
      state.parts.push_back({candidate, {}, false});
  }
  // An object without any member says nothing.
  if (state.parts.empty() && fixed.name.empty() && wanted.fields().size() != 0 &&
      !is_composed(wanted.fields()[0].type()))
    state.parts.push_back({wanted.fields()[0], {}, false});
  state.counted = counted_list(state);
  for (auto& entry : state.parts) entry.written = write_first(state, entry);
  for (auto& entry : state.parts)
    if (!entry.written) write_last(state, entry);
  out_ += '{';
  bool first = true;
  for (const auto& entry : state.parts) {
    if (!std::exchange(first, false)) out_ += ',';
    quoted(entry.of.name());
    out_ += ':' + entry.text;
  }
  if (!chosen_by_field) {
    if (!first) out_ += ',';
    quoted(fixed.name);
    out_ += ':';
    quoted(fixed.value);
  }
  out_ += '}';
  open_.pop_back();
}

void sample_writer::one_of(type wanted, const place& at) {
  const auto choice = derived(at.seed, "form");
  if (wanted.discriminator().empty()) {
    const auto forms = wanted.alternatives();
    value(forms[below(choice, forms.size())], at);
    return;
  }
  const auto known = wanted.mappings();
  const auto chosen = known[below(choice, known.size())];
  open_.push_back(wanted.name());
  object(wanted.alternatives()[chosen.alternative()], at,
         {.name = wanted.discriminator(), .value = chosen.value()});
  open_.pop_back();
}

}  // namespace vkxx::schema_tables::detail

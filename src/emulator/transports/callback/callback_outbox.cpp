#include "emulator/transports/callback/callback_outbox.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <iterator>
#include <utility>

#include "core/text/loopback.hpp"
#include "emulator/encoding/utf8_repair.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t most_attempts = 2000;
constexpr std::size_t largest_attempts = std::size_t{32} << 20U;
constexpr std::size_t longest_kept_answer = std::size_t{16} << 10U;
constexpr std::string_view version_prefix = "version ";

std::size_t size_of(const callback_attempt& attempt) {
  return sizeof attempt + attempt.url.size() + attempt.request.size() + attempt.reply.body.size();
}

std::string confirmation_body(const callback_server& server) {
  auto body = R"({"type":"confirmation","group_id":)" + std::to_string(server.group);
  if (!server.secret.empty())
    body += R"(,"secret":)" + boost::json::serialize(boost::json::string{server.secret});
  return body + '}';
}

bool is_on_this_machine(std::string_view url) {
  const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
  return parsed && vkxx::detail::is_loopback(parsed->host_address());
}

std::string without_secret(const std::string& body) {
  // Deeper than any event.
  boost::json::parse_options options;
  options.max_depth = 200;
  boost::system::error_code failure;
  auto value = boost::json::parse(body, failure, {}, options);
  if (failure || !value.is_object()) return body;
  value.get_object().erase("secret");
  return boost::json::serialize(value);
}

bool may_postpone(unsigned status) noexcept {
  return status == 410 || status == 429 || status == 503;
}

}  // namespace

callback_outbox::callback_outbox(std::uint64_t seed, const callback_limits& limits)
    : limits_{limits}, seed_{seed}, log_{most_attempts, largest_attempts} {}

std::string callback_outbox::confirmation_code(std::int64_t group) const {
  random_source source{seed_ + static_cast<std::uint64_t>(group)};
  return source.hex(8);
}

std::vector<const callback_server*> callback_outbox::servers(std::int64_t group) const {
  std::vector<const callback_server*> found;
  for (const auto& [id, office] : offices_)
    if (office.server.group == group) found.push_back(&office.server);
  return found;
}

const callback_server* callback_outbox::find(std::int64_t group, std::int64_t id) const {
  const auto found = offices_.find(id);
  if (found == offices_.end() || found->second.server.group != group) return nullptr;
  return &found->second.server;
}

void callback_outbox::confirm(post_office& office) {
  std::erase_if(office.waiting, [this](const delivery& each) {
    if (each.confirms) bytes_ -= each.event.body.size();
    return each.confirms;
  });
  delivery question;
  question.event.type = "confirmation";
  question.confirms = true;
  office.server.status = server_status::unconfigured;
  office.server.failures = 0;
  office.waiting.push_front(std::move(question));
}

std::optional<std::int64_t> callback_outbox::add(callback_server server) {
  if (servers(server.group).size() >= limits_.most_servers) return std::nullopt;
  server.id = ++last_server_;
  const auto id = server.id;
  auto& office = offices_[id];
  office.server = std::move(server);
  confirm(office);
  return id;
}

bool callback_outbox::edit(std::int64_t group, std::int64_t id, std::string url, std::string title,
                           std::string secret) {
  if (find(group, id) == nullptr) return false;
  auto& office = offices_.at(id);
  const bool moved = office.server.url != url;
  office.server.url = std::move(url);
  office.server.title = std::move(title);
  office.server.secret = std::move(secret);
  if (moved || office.server.status != server_status::ok) confirm(office);
  return true;
}

void callback_outbox::erase(offices::iterator office) {
  for (const auto& [attempt, each] : office->second.under_way) attempts_.erase(attempt);
  give_up_all(office->second);
  offices_.erase(office);
}

bool callback_outbox::remove(std::int64_t group, std::int64_t id) {
  if (find(group, id) == nullptr) return false;
  erase(offices_.find(id));
  return true;
}

bool callback_outbox::set_settings(std::int64_t group, std::int64_t id,
                                   const transport_settings& settings) {
  if (find(group, id) == nullptr) return false;
  offices_.at(id).server.settings = settings;
  return true;
}

bool callback_outbox::set_switches(std::int64_t group, std::int64_t id,
                                   const callback_switches& switches) {
  if (find(group, id) == nullptr) return false;
  offices_.at(id).server.switches = switches;
  return true;
}

void callback_outbox::drop_waiting(post_office& office) {
  while (office.waiting.size() > limits_.most_waiting ||
         (bytes_ > limits_.most_bytes && office.waiting.size() > 1)) {
    bytes_ -= office.waiting.front().event.body.size();
    office.waiting.pop_front();
    ++dropped_;
  }
}

void callback_outbox::enqueue(std::int64_t server, callback_event event) {
  const auto found = offices_.find(server);
  if (found == offices_.end() || found->second.server.status != server_status::ok) return;
  auto& office = found->second;
  const int copies = office.server.switches.duplicate ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    bytes_ += event.body.size();
    office.waiting.push_back({event, 0, false});
  }
  drop_waiting(office);
}

void callback_outbox::remember(callback_attempt attempt) {
  for (const auto& kept : log_.all())
    if (kept->number == attempt.number) return;
  const auto size = size_of(attempt);
  log_.add(std::make_shared<const callback_attempt>(std::move(attempt)), size);
}

bool callback_outbox::resend(std::uint64_t attempt, std::optional<std::string> body,
                             std::string url) {
  for (const auto& kept : log_.all()) {
    if (kept->number != attempt) continue;
    const auto found = offices_.find(kept->server);
    if (found == offices_.end()) return false;
    delivery again;
    again.event = {kept->type, kept->event_id, body ? std::move(*body) : kept->request};
    if (url == found->second.server.url) url.clear();
    const bool stranger = !url.empty() && !is_on_this_machine(url);
    if (stranger && !body) again.event.body = without_secret(kept->request);
    again.confirms = kept->type == "confirmation" && url.empty();
    again.url = std::move(url);
    bytes_ += again.event.body.size();
    found->second.waiting.push_back(std::move(again));
    drop_waiting(found->second);
    return true;
  }
  return false;
}

std::optional<callback_outbox::delivery> callback_outbox::take_next(post_office& office,
                                                                    std::int64_t now_ms) {
  const bool open = office.server.status == server_status::ok;
  if (open && !office.retries.empty() && office.retries.begin()->first <= now_ms) {
    auto node = office.retries.extract(office.retries.begin());
    bytes_ -= node.mapped().event.body.size();
    return std::move(node.mapped());
  }
  if (office.waiting.empty() || !(open || office.waiting.front().confirms)) return std::nullopt;
  auto next = std::move(office.waiting.front());
  office.waiting.pop_front();
  bytes_ -= next.event.body.size();
  return next;
}

callback_request callback_outbox::begin(post_office& office, delivery next, std::int64_t now_ms) {
  auto& server = office.server;
  if (next.confirms) {
    server.status = server_status::wait;
    next.event.body = confirmation_body(server);
  }
  sending started;
  auto& noted = started.record;
  noted.number = ++last_attempt_;
  noted.group = server.group;
  noted.server = server.id;
  noted.sent_ms = now_ms;
  noted.retry = next.failures;
  noted.url = next.url.empty() ? server.url : next.url;
  noted.type = next.event.type;
  noted.event_id = next.event.event_id;
  noted.request = next.event.body;
  started.deadline_ms = now_ms + limits_.timeout_ms;
  started.sent = std::move(next);
  callback_request request{noted.number, noted.url, noted.request, noted.retry, server.group};
  if (server.switches.padding != 0 && !request.body.empty()) {
    request.body.pop_back();
    request.body += R"(,"emulator_padding":")" + std::string(server.switches.padding, 'x') + "\"}";
  }
  attempts_[noted.number] = server.id;
  office.under_way.emplace(request.attempt, std::move(started));
  return request;
}

std::vector<callback_request> callback_outbox::start(std::int64_t now_ms) {
  expire(now_ms);
  std::vector<callback_request> begun;
  for (auto& [id, office] : offices_) {
    if (office.server.switches.hold) continue;
    while (office.under_way.size() < limits_.most_at_once) {
      auto next = take_next(office, now_ms);
      if (!next) break;
      begun.push_back(begin(office, std::move(*next), now_ms));
    }
  }
  return begun;
}

void callback_outbox::record(sending ended, callback_verdict verdict) {
  ended.record.verdict = verdict;
  auto& body = ended.record.reply.body;
  body = repaired_utf8(std::string_view{body}.substr(0, longest_kept_answer));
  const auto size = size_of(ended.record);
  log_.add(std::make_shared<const callback_attempt>(std::move(ended.record)), size);
}

void callback_outbox::finish(std::uint64_t attempt, callback_reply reply, std::int64_t now_ms) {
  const auto known = attempts_.find(attempt);
  if (known == attempts_.end()) return;
  const auto office = offices_.find(known->second);
  attempts_.erase(known);
  auto node = office->second.under_way.extract(attempt);
  judge(office, std::move(node.mapped()), std::move(reply), now_ms);
}

void callback_outbox::judge_confirmation(post_office& office, sending ended) {
  const auto& reply = ended.record.reply;
  const bool right = reply.status == 200 && reply.body == confirmation_code(office.server.group);
  // The address may have changed since.
  const bool current = ended.record.url == office.server.url;
  if (current && office.server.status == server_status::wait) {
    office.server.status = right ? server_status::ok : server_status::failed;
    if (!right) give_up_all(office);
  }
  record(std::move(ended), right ? callback_verdict::confirmed : callback_verdict::failed);
}

void callback_outbox::judge(offices::iterator at, sending ended, callback_reply reply,
                            std::int64_t now_ms) {
  auto& office = at->second;
  ended.record.reply = std::move(reply);
  ended.record.ended_ms = now_ms;
  const auto& given = ended.record.reply;
  if (ended.sent.confirms) return judge_confirmation(office, std::move(ended));
  // Another address says nothing about the server.
  if (!ended.sent.url.empty()) {
    const bool taken = given.status == 200 && given.body == "ok";
    return record(std::move(ended), taken ? callback_verdict::delivered : callback_verdict::failed);
  }
  if (given.status == 200 && given.body == "ok") {
    office.server.failures = 0;
    return record(std::move(ended), callback_verdict::delivered);
  }
  if (given.status == 200 && given.body == "remove") {
    record(std::move(ended), callback_verdict::removed);
    return erase(at);
  }
  if (given.status == 200 && given.body.starts_with(version_prefix)) {
    const auto version = read_version(std::string_view{given.body}.substr(version_prefix.size()));
    if (version && *version >= oldest_version && *version <= newest_version) {
      office.server.settings.version = *version;
      office.server.failures = 0;
      return record(std::move(ended), callback_verdict::version_changed);
    }
  }
  if (may_postpone(given.status)) {
    if (const auto pause = retry_after_ms(given.retry_after, now_ms))
      return retry(office, std::move(ended), now_ms + *pause, callback_verdict::postponed);
  }
  fail(office, std::move(ended), now_ms, callback_verdict::failed);
}

void callback_outbox::retry(post_office& office, sending ended, std::int64_t due_ms,
                            callback_verdict verdict) {
  auto again = std::move(ended.sent);
  const bool last = again.failures >= static_cast<int>(std::size(schedule));
  ++again.failures;
  record(std::move(ended), last ? callback_verdict::given_up : verdict);
  if (last || office.server.status == server_status::failed) return;
  bytes_ += again.event.body.size();
  office.retries.emplace(due_ms, std::move(again));
  if (office.retries.size() <= limits_.most_waiting && bytes_ <= limits_.most_bytes) return;
  const auto latest = std::prev(office.retries.end());
  bytes_ -= latest->second.event.body.size();
  office.retries.erase(latest);
  ++dropped_;
}

void callback_outbox::fail(post_office& office, sending ended, std::int64_t now_ms,
                           callback_verdict verdict) {
  if (!ended.sent.url.empty()) return record(std::move(ended), verdict);
  const auto pause = schedule[std::min<std::size_t>(static_cast<std::size_t>(ended.sent.failures),
                                                    std::size(schedule) - 1)];
  if (++office.server.failures >= limits_.most_failures &&
      office.server.status == server_status::ok) {
    office.server.status = server_status::failed;
    give_up_all(office);
  }
  retry(office, std::move(ended), now_ms + pause, verdict);
}

void callback_outbox::give_up_all(post_office& office) {
  for (const auto& each : office.waiting) bytes_ -= each.event.body.size();
  for (const auto& [due, each] : office.retries) bytes_ -= each.event.body.size();
  dropped_ += office.waiting.size() + office.retries.size();
  office.waiting.clear();
  office.retries.clear();
}

void callback_outbox::expire(std::int64_t now_ms) {
  std::vector<std::pair<offices::iterator, std::uint64_t>> late;
  for (auto office = offices_.begin(); office != offices_.end(); ++office)
    for (const auto& [attempt, each] : office->second.under_way)
      if (each.deadline_ms <= now_ms) late.emplace_back(office, attempt);
  for (const auto& [at, attempt] : late) {
    auto& office = at->second;
    attempts_.erase(attempt);
    auto ended = std::move(office.under_way.extract(attempt).mapped());
    ended.record.ended_ms = now_ms;
    ended.record.reply.failure = "no answer in time";
    if (ended.sent.confirms)
      judge_confirmation(office, std::move(ended));
    else
      fail(office, std::move(ended), now_ms, callback_verdict::timed_out);
  }
}

std::optional<std::int64_t> callback_outbox::next_due_ms(std::int64_t after_ms) const {
  std::optional<std::int64_t> first;
  const auto take = [&first, after_ms](std::int64_t when) {
    if (when > after_ms && (!first || when < *first)) first = when;
  };
  for (const auto& [id, office] : offices_) {
    const bool open = office.server.status == server_status::ok && !office.server.switches.hold &&
                      office.under_way.size() < limits_.most_at_once;
    const auto retry = office.retries.upper_bound(after_ms);
    if (open && retry != office.retries.end()) take(retry->first);
    for (const auto& [attempt, each] : office.under_way) take(each.deadline_ms);
  }
  return first;
}

std::size_t callback_outbox::pending(std::int64_t group) const {
  std::size_t count = 0;
  for (const auto& [id, office] : offices_)
    if (office.server.group == group)
      count += office.waiting.size() + office.retries.size() + office.under_way.size();
  return count;
}

std::size_t callback_outbox::pending() const {
  std::size_t count = 0;
  for (const auto& [id, office] : offices_)
    count += office.waiting.size() + office.retries.size() + office.under_way.size();
  return count;
}

}  // namespace vkxx::emulation::detail

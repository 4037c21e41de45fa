#include "emulator/saving/changes/change_records.hpp"

#include <type_traits>
#include <utility>

#include "emulator/saving/changes/record_codec.hpp"

namespace vkxx::emulation::detail {
namespace {

// The first number of a record. They are in files: new ones come at the end.
enum class change_tag : std::uint8_t {
  method = 1,
  request,
  upload,
  token,
  callbacks,
  delivery,
  due,
  clock,
  poll,
  attempt
};

record_writer begun(change_tag tag) {
  record_writer into;
  into.number(std::uint64_t{static_cast<std::uint8_t>(tag)});
  return into;
}

void write_pairs(record_writer& into, const std::vector<name_value>& pairs) {
  into.number(std::uint64_t{pairs.size()});
  for (const auto& [name, value] : pairs) into.text(name).text(value);
}

std::vector<name_value> read_pairs(record_reader& from) {
  std::vector<name_value> pairs(static_cast<std::size_t>(from.count()));
  for (auto& [name, value] : pairs) {
    name = from.text();
    value = from.text();
  }
  return pairs;
}

void write_optional(record_writer& into, const std::optional<std::int64_t>& value) {
  into.number(std::uint64_t{value ? 1U : 0U}).number(value.value_or(0));
}

std::optional<std::int64_t> read_optional(record_reader& from) {
  const bool given = from.natural() != 0;
  const auto value = from.integer();
  return given ? std::optional{value} : std::nullopt;
}

std::string written(const method_change& change) {
  return record_of_method(change.time_ms, change.request, change.method, change.arguments,
                          change.token, change.base_url);
}

std::string written(const request_change& change) {
  return record_of_request(change.time_ms, change.message);
}

std::string written(const upload_change& change) {
  auto into = begun(change_tag::upload);
  into.number(change.time_ms).number(change.request).text(change.token).text(change.base_url);
  into.number(std::uint64_t{change.old_format ? 1U : 0U});
  into.number(std::uint64_t{change.files.size()});
  for (const auto& file : change.files)
    into.text(file.field)
        .text(file.filename)
        .text(file.extension)
        .text(file.content_type)
        .text(file.content);
  return into.bytes();
}

std::string written(const token_change& change) {
  auto into = begun(change_tag::token);
  const auto& record = change.record;
  into.text(record.text).number(std::uint64_t{static_cast<std::uint8_t>(record.kind)});
  into.number(record.owner).text(record.trouble);
  into.number(std::uint64_t{record.banned ? 1U : 0U});
  write_optional(into, change.end_ms);
  return into.bytes();
}

std::string written(const callbacks_change& change) {
  return begun(change_tag::callbacks).number(change.time_ms).bytes();
}

std::string written(const delivery_change& change) {
  return record_of_delivery(change.time_ms, change.attempt, change.reply);
}

std::string written(const due_change& change) {
  return begun(change_tag::due).number(change.time_ms).bytes();
}

std::string written(const clock_change_record& change) {
  auto into = begun(change_tag::clock);
  into.number(change.offset_ms);
  write_optional(into, change.frozen_at_ms);
  return into.bytes();
}

std::string written(const poll_change& change) {
  auto into = begun(change_tag::poll);
  into.number(change.time_ms).number(std::uint64_t{change.of_community ? 1U : 0U});
  into.number(change.owner).number(std::uint64_t{change.last ? 1U : 0U});
  into.text(change.query.key).text(change.query.ts);
  into.number(change.query.version).number(change.query.mode);
  return into.bytes();
}

std::string written(const attempt_change& change) {
  auto into = begun(change_tag::attempt);
  const auto& attempt = change.attempt;
  into.number(attempt.number).number(attempt.group).number(attempt.server);
  into.text(attempt.url).text(attempt.type).text(attempt.event_id).text(attempt.request);
  return into.bytes();
}

attempt_change read_attempt(record_reader& from) {
  attempt_change change;
  auto& attempt = change.attempt;
  attempt.number = from.natural();
  attempt.group = from.integer();
  attempt.server = from.integer();
  attempt.url = from.text();
  attempt.type = from.text();
  attempt.event_id = from.text();
  attempt.request = from.text();
  return change;
}

method_change read_method(record_reader& from) {
  method_change change;
  change.time_ms = from.integer();
  change.request = from.natural();
  change.method = from.text();
  change.arguments = argument_list{read_pairs(from)};
  change.token = from.text();
  change.base_url = from.text();
  return change;
}

request_change read_request(record_reader& from) {
  request_change change;
  change.time_ms = from.integer();
  change.message.method = from.text();
  change.message.target = from.text();
  change.message.headers = read_pairs(from);
  change.message.body = from.text();
  return change;
}

upload_change read_upload(record_reader& from) {
  upload_change change;
  change.time_ms = from.integer();
  change.request = from.natural();
  change.token = from.text();
  change.base_url = from.text();
  change.old_format = from.natural() != 0;
  change.files.resize(static_cast<std::size_t>(from.count()));
  for (auto& file : change.files) {
    file.field = from.text();
    file.filename = from.text();
    file.extension = from.text();
    file.content_type = from.text();
    file.content = from.text();
  }
  return change;
}

token_change read_token(record_reader& from) {
  token_change change;
  change.record.text = from.text();
  const auto kind = from.natural();
  if (kind > static_cast<std::uint64_t>(token_kind::anonymous))
    throw record_failure{"a token has an unknown kind"};
  change.record.kind = static_cast<token_kind>(kind);
  change.record.owner = from.integer();
  change.record.trouble = from.text();
  change.record.banned = from.natural() != 0;
  change.end_ms = read_optional(from);
  return change;
}

delivery_change read_delivery(record_reader& from) {
  delivery_change change;
  change.time_ms = from.integer();
  change.attempt = from.natural();
  change.reply.status = static_cast<unsigned>(from.natural());
  change.reply.body = from.text();
  change.reply.retry_after = from.text();
  change.reply.failure = from.text();
  return change;
}

poll_change read_poll(record_reader& from) {
  poll_change change;
  change.time_ms = from.integer();
  change.of_community = from.natural() != 0;
  change.owner = from.integer();
  change.last = from.natural() != 0;
  change.query.key = from.text();
  change.query.ts = from.text();
  change.query.version = from.integer();
  change.query.mode = from.integer();
  return change;
}

change_record read_rest(change_tag tag, record_reader& from) {
  switch (tag) {
    case change_tag::method:
      return read_method(from);
    case change_tag::request:
      return read_request(from);
    case change_tag::upload:
      return read_upload(from);
    case change_tag::token:
      return read_token(from);
    case change_tag::callbacks:
      return callbacks_change{from.integer()};
    case change_tag::delivery:
      return read_delivery(from);
    case change_tag::due:
      return due_change{from.integer()};
    case change_tag::clock: {
      clock_change_record change;
      change.offset_ms = from.integer();
      change.frozen_at_ms = read_optional(from);
      return change;
    }
    case change_tag::poll:
      return read_poll(from);
    case change_tag::attempt:
      return read_attempt(from);
  }
  throw record_failure{"the record is of an unknown kind"};
}

}  // namespace

std::string record_of_method(std::int64_t time_ms, std::uint64_t request, std::string_view method,
                             const argument_list& arguments, std::string_view token,
                             std::string_view base_url) {
  auto into = begun(change_tag::method);
  into.number(time_ms).number(request).text(method);
  write_pairs(into, arguments.all());
  into.text(token).text(base_url);
  return into.bytes();
}

std::string record_of_request(std::int64_t time_ms, const http_message& message) {
  auto into = begun(change_tag::request);
  into.number(time_ms).text(message.method).text(message.target);
  write_pairs(into, message.headers);
  into.text(message.body);
  return into.bytes();
}

std::string record_of_delivery(std::int64_t time_ms, std::uint64_t attempt,
                               const callback_reply& reply) {
  auto into = begun(change_tag::delivery);
  into.number(time_ms).number(attempt).number(std::uint64_t{reply.status});
  into.text(reply.body).text(reply.retry_after).text(reply.failure);
  return into.bytes();
}

std::string record_of(const change_record& change) {
  return std::visit([](const auto& each) { return written(each); }, change);
}

change_record read_change(std::string_view record) {
  record_reader from{record};
  auto change = read_rest(static_cast<change_tag>(from.natural()), from);
  if (!from.empty()) throw record_failure{"the record is longer than it says"};
  return change;
}

}  // namespace vkxx::emulation::detail

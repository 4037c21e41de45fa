#include "client/request/call_idempotency.hpp"

#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::detail {

call_idempotency idempotency_of(const request& request) {
  const auto known = schema_tables::find_method(request.method());
  if (!known) return call_idempotency::not_idempotent;
  if (!known->writes()) return call_idempotency::read_only;
  const auto key = known->idempotency_parameter();
  if (key.empty()) return call_idempotency::not_idempotent;
  const auto value = request.parameters().find(key);
  // VK treats 0 as no key.
  return value && !value->empty() && *value != "0" ? call_idempotency::idempotent
                                                   : call_idempotency::not_idempotent;
}

bool is_write(std::string_view method) noexcept {
  const auto known = schema_tables::find_method(method);
  return !known || known->writes();
}

bool has_short_answer(std::string_view method) noexcept {
  const auto known = schema_tables::find_method(method);
  return known && known->writes() && method != "execute";
}

void add_key(request& call, retry_guard& guard) {
  const auto method = schema_tables::find_method(call.method());
  if (!method) return;
  const auto name = method->idempotency_parameter();
  if (name.empty() || call.parameters().mentions(name)) return;
  const bool is_number =
      method->find_parameter(name)->type().kind() == schema_tables::kind::integer;
  if (is_number) {
    call.set(name, guard.key());
  } else {
    call.set(name, guard.long_key());
  }
}

bool may_be_batched(std::string_view method) noexcept {
  const auto known = schema_tables::find_method(method);
  return known && known->batchable();
}

bool is_kept_out_of_batches(std::string_view method) noexcept {
  const auto known = schema_tables::find_method(method);
  return known && !known->batchable();
}

}  // namespace vkxx::detail

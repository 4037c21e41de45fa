#include <vkxx/updates/update_source.hpp>

namespace vkxx {

std::string_view to_string(loss_reason reason) noexcept {
  switch (reason) {
    case loss_reason::history_outdated:
      return "history_outdated";
    case loss_reason::information_lost:
      return "information_lost";
    case loss_reason::key_refused:
      return "key_refused";
    case loss_reason::malformed_answer:
      return "malformed_answer";
    case loss_reason::history_refused:
      return "history_refused";
    case loss_reason::overflow:
      return "overflow";
    case loss_reason::disconnected:
      return "disconnected";
  }
  return "unknown";
}

void update_source::refuse(const update_cursor&) {}

}  // namespace vkxx

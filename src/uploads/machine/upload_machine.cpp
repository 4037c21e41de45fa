#include "uploads/machine/upload_machine.hpp"

#include <ostream>

namespace vkxx::detail {

struct upload_machine::visitor {
  upload_machine& self;

  upload_action operator()(const upload_event::address_given& event) const {
    if (self.last_ != upload_action::get_address) return self.last_;
    ++self.addresses_;
    self.fallback_left_ = event.has_fallback && !self.fallback_used_;
    return upload_action::post;
  }
  upload_action operator()(const upload_event::address_failed&) const {
    return self.last_ == upload_action::get_address ? upload_action::fail : self.last_;
  }
  upload_action operator()(const upload_event::accepted&) const {
    if (!self.posting()) return self.last_;
    ++self.posts_;
    self.saves_of_answer_ = 0;
    if (self.rules_.has_save) return upload_action::save;
    // What the server method created does not become two by another post.
    if (self.maybe_saved_ && !self.rules_.address_creates) self.doubled_ = true;
    return upload_action::succeed;
  }
  upload_action operator()(const upload_event::refused&) const {
    if (!self.posting()) return self.last_;
    ++self.posts_;
    return upload_action::fail;
  }
  upload_action operator()(const upload_event::unreachable& event) const {
    if (!self.posting()) return self.last_;
    ++self.posts_;
    self.maybe_saved_ = self.maybe_saved_ || event.unknown;
    if (!self.fallback_left_) return self.another_address();
    self.fallback_left_ = false;
    self.fallback_used_ = true;
    return upload_action::post_fallback;
  }
  upload_action operator()(const upload_event::saved&) const {
    if (self.last_ != upload_action::save) return self.last_;
    ++self.saves_;
    if (self.maybe_saved_) self.doubled_ = true;
    return upload_action::succeed;
  }
  upload_action operator()(const upload_event::save_failed& event) const {
    return self.last_ == upload_action::save ? self.on_save_failure(event) : self.last_;
  }
  upload_action operator()(const upload_event::paused&) const {
    return self.last_ == upload_action::pause ? upload_action::save : self.last_;
  }
  upload_action operator()(const upload_event::interrupted&) const {
    const bool ended = self.last_ == upload_action::succeed || self.last_ == upload_action::fail;
    return ended ? self.last_ : upload_action::fail;
  }
};

upload_action upload_machine::resume(const upload_event_variant& event) {
  last_ = std::visit(visitor{*this}, event);
  return last_;
}

upload_action upload_machine::another_address() noexcept {
  if (second_address_) return upload_action::fail;
  second_address_ = true;
  if (rules_.address_creates) doubled_ = true;
  return upload_action::get_address;
}

upload_action upload_machine::on_save_failure(const upload_event::save_failed& event) noexcept {
  ++saves_;
  ++saves_of_answer_;
  maybe_saved_ = maybe_saved_ || event.unknown;
  switch (event.failure) {
    case save_failure::transient:
      if (saves_of_answer_ >= rules_.max_saves) return upload_action::fail;
      pause_ = rules_.first_pause * (1 << (saves_of_answer_ - 1));
      return upload_action::pause;
    case save_failure::upload_again:
      return another_address();
    case save_failure::final:
      break;
  }
  return upload_action::fail;
}

std::ostream& operator<<(std::ostream& out, upload_action action) {
  switch (action) {
    case upload_action::get_address:
      return out << "get_address";
    case upload_action::post:
      return out << "post";
    case upload_action::post_fallback:
      return out << "post_fallback";
    case upload_action::save:
      return out << "save";
    case upload_action::pause:
      return out << "pause";
    case upload_action::succeed:
      return out << "succeed";
    case upload_action::fail:
      return out << "fail";
  }
  return out << "?";
}

std::ostream& upload_event::operator<<(std::ostream& out, const upload_event_variant& event) {
  struct printer {
    std::ostream& out;
    void operator()(const upload_event::address_given& given) const {
      out << "address_given{" << (given.has_fallback ? "fallback" : "") << '}';
    }
    void operator()(const upload_event::address_failed&) const { out << "address_failed"; }
    void operator()(const upload_event::accepted&) const { out << "accepted"; }
    void operator()(const upload_event::refused&) const { out << "refused"; }
    void operator()(const upload_event::unreachable& failed) const {
      out << "unreachable{" << (failed.unknown ? "unknown" : "") << '}';
    }
    void operator()(const upload_event::saved&) const { out << "saved"; }
    void operator()(const upload_event::save_failed& failed) const {
      out << "save_failed{" << static_cast<int>(failed.failure)
          << (failed.unknown ? ", unknown}" : "}");
    }
    void operator()(const upload_event::paused&) const { out << "paused"; }
    void operator()(const upload_event::interrupted&) const { out << "interrupted"; }
  };
  std::visit(printer{out}, event);
  return out;
}

}  // namespace vkxx::detail

#include "auth/html/html_tree.hpp"

#include <algorithm>
#include <new>
#include <vector>

namespace vkxx::auth::detail {
namespace {

// Hardly any page of VK has a thousand tags.
constexpr std::ptrdiff_t most_tags = 20'000;
constexpr std::size_t most_memory = std::size_t{64} << 20U;
// gumbo compares each attribute of a tag with all earlier ones: bounds the total cost.
constexpr std::size_t most_comparisons = 1'000'000'000;
constexpr std::size_t longest_text = 500;

constexpr std::string_view white_space = " \t\r\n\f";

// An upper bound: attributes are separated by white space, slashes or quotes.
bool has_too_many_attributes(std::string_view html) noexcept {
  std::size_t cost = 0;
  std::size_t separators = 0;
  for (const char c : html) {
    if (c == '>') {
      cost += separators * separators;
      separators = 0;
    } else if (c == '/' || c == '"' || c == '\'' || c <= ' ') {
      ++separators;
    }
  }
  return cost + separators * separators > most_comparisons;
}

// The children of a node; nothing for a text.
const GumboVector* children_of(const GumboNode& node) noexcept {
  if (node.type == GUMBO_NODE_DOCUMENT) return &node.v.document.children;
  if (node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE) {
    return &node.v.element.children;
  }
  return nullptr;
}

const GumboNode& child(const GumboVector& children, unsigned index) noexcept {
  return *static_cast<const GumboNode*>(children.data[index]);
}

bool is_text(const GumboNode& node) noexcept {
  return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_CDATA ||
         node.type == GUMBO_NODE_WHITESPACE;
}

void append_collapsed(std::string& text, std::string_view more) {
  for (const char c : more) {
    const bool space = white_space.find(c) != std::string_view::npos;
    if (!space) text += c;
    if (space && !text.empty() && text.back() != ' ') text += ' ';
    if (text.size() > longest_text) return;
  }
}

}  // namespace

// Its bytes follow it.
struct alignas(std::max_align_t) bounded_arena::block {
  block* before;
  std::size_t size;
};

bounded_arena::~bounded_arena() {
  while (blocks_ != nullptr) {
    auto* const before = blocks_->before;
    ::operator delete(static_cast<void*>(blocks_));
    blocks_ = before;
  }
}

void* bounded_arena::take(std::size_t size) noexcept {
  constexpr std::size_t usual = std::size_t{64} << 10U;
  constexpr auto unit = alignof(std::max_align_t);
  if (size > most_) return nullptr;
  size = (size + unit - 1) / unit * unit;
  if (size > left_) {
    const auto space = std::max(size, usual);
    if (space > most_ - used_) return nullptr;
    void* const raw = ::operator new(sizeof(block) + space, std::nothrow);
    if (raw == nullptr) return nullptr;
    blocks_ = new (raw) block{blocks_, space};
    used_ += space;
    left_ = space;
  }
  auto* const bytes = reinterpret_cast<std::byte*>(blocks_ + 1) + (blocks_->size - left_);
  left_ -= size;
  return bytes;
}

html_tree::html_tree() : memory_{most_memory} {}

void* html_tree::allocate(void* tree, std::size_t size) {
  auto* const self = static_cast<html_tree*>(tree);
  void* const taken = self->memory_.take(size);
  // gumbo does not check for a lack of memory, and holds nothing that needs cleaning up.
  if (taken == nullptr) std::longjmp(self->too_much_, 1);  // NOLINT(cert-err52-cpp)
  return taken;
}

bool html_tree::parse(std::string_view html) {
  if (std::count(html.begin(), html.end(), '<') > most_tags || has_too_many_attributes(html)) {
    return false;
  }
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate;
  options.deallocator = release;
  options.userdata = this;
  options.max_errors = 0;
  if (setjmp(too_much_) != 0) return false;  // NOLINT(cert-err52-cpp)
  output_ = gumbo_parse_with_options(&options, html.data(), html.size());
  return true;
}

void html_tree::walk(const std::function<void(const GumboElement&)>& seen,
                     const std::function<void(const GumboElement&)>& left) const {
  struct place {
    const GumboNode* node;
    unsigned next;
  };
  std::vector<place> open{{output_->document, 0}};
  while (!open.empty()) {
    auto& [node, next] = open.back();
    const auto* const children = children_of(*node);
    const bool element = node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
    if (element && next == 0) seen(node->v.element);
    if (next < children->length) {
      const auto& inner = child(*children, next++);
      if (children_of(inner) != nullptr) open.push_back({&inner, 0});
      continue;
    }
    if (element) left(node->v.element);
    open.pop_back();
  }
}

std::optional<std::string_view> html_tree::attribute(const GumboElement& element,
                                                     const char* name) noexcept {
  const auto* const found = gumbo_get_attribute(&element.attributes, name);
  if (found == nullptr) return std::nullopt;
  return std::string_view{found->value};
}

bool html_tree::has_class(const GumboElement& element, std::string_view name) noexcept {
  auto words = attribute(element, "class").value_or("");
  while (!words.empty()) {
    const auto end = std::min(words.find_first_of(white_space), words.size());
    if (words.substr(0, end) == name) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

std::string html_tree::text_of(const GumboElement& element) {
  std::string text;
  std::vector<const GumboNode*> open;
  const auto push = [&](const GumboVector& children) {
    for (unsigned i = children.length; i != 0; --i) open.push_back(&child(children, i - 1));
  };
  push(element.children);
  while (!open.empty() && text.size() <= longest_text) {
    const auto& node = *open.back();
    open.pop_back();
    if (is_text(node)) append_collapsed(text, node.v.text.text);
    if (const auto* const children = children_of(node)) push(*children);
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string_view html_tree::script_of(const GumboElement& element) noexcept {
  if (element.children.length == 0 || !is_text(child(element.children, 0))) return {};
  return child(element.children, 0).v.text.text;
}

}  // namespace vkxx::auth::detail

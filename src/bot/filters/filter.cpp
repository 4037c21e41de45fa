#include <utility>

#include <vkxx/bot/filter.hpp>
#include "bot/contexts/bot_run.hpp"

namespace vkxx {

struct filter::node {
  enum class kind { plain, asking, both, either, negated };
  kind type = kind::plain;
  bool immediate = true;
  std::function<bool(const bot_context&)> test;
  std::function<asio::awaitable<bool>(bot_context)> ask;
  std::shared_ptr<const node> left;
  std::shared_ptr<const node> right;
  std::vector<std::string> types;  // that must come, too
};

namespace {

template <class Node>
void collect_needed(const Node& some, std::vector<std::string>& types) {
  types.insert(types.end(), some.types.begin(), some.types.end());
  if (some.left) collect_needed(*some.left, types);
  if (some.right) collect_needed(*some.right, types);
}

}  // namespace

filter::filter(std::function<bool(const bot_context&)> test) {
  auto created = std::make_shared<node>();
  created->test = std::move(test);
  root_ = std::move(created);
}

filter::filter(std::function<asio::awaitable<bool>(bot_context)> test) {
  auto created = std::make_shared<node>();
  created->type = node::kind::asking;
  created->immediate = false;
  created->ask = std::move(test);
  root_ = std::move(created);
}

filter filter::joined(const filter& left, const filter& right, bool both) {
  auto created = std::make_shared<node>();
  created->type = both ? node::kind::both : node::kind::either;
  created->immediate = left.immediate() && right.immediate();
  created->left = left.root_;
  created->right = right.root_;
  return filter{std::move(created)};
}

filter filter::operator!() const {
  auto created = std::make_shared<node>();
  created->type = node::kind::negated;
  created->immediate = immediate();
  created->left = root_;
  return filter{std::move(created)};
}

filter filter::needing(std::string type) const {
  auto created = std::make_shared<node>(*root_);
  created->types.push_back(std::move(type));
  return filter{std::move(created)};
}

std::vector<std::string> filter::needed_types() const {
  std::vector<std::string> types;
  collect_needed(*root_, types);
  return types;
}

bool filter::immediate() const noexcept {
  return root_->immediate;
}

bool filter::test(const bot_context& context) const {
  return test_node(*root_, context);
}

bool filter::test_node(const node& tested, const bot_context& context) {
  switch (tested.type) {
    case node::kind::both:
      return test_node(*tested.left, context) && test_node(*tested.right, context);
    case node::kind::either: {
      // What the first one found before it said no is not for the handler.
      const auto before = context.captures();
      if (test_node(*tested.left, context)) return true;
      context.run().found = before;
      return test_node(*tested.right, context);
    }
    case node::kind::negated:
      return !test_node(*tested.left, context);
    case node::kind::plain:
      return tested.test(context);
    case node::kind::asking:
      break;
  }
  return false;
}

asio::awaitable<bool> filter::decide(bot_context context) const {
  return decide_node(root_, std::move(context));
}

asio::awaitable<bool> filter::decide_node(std::shared_ptr<const node> tested, bot_context context) {
  if (tested->immediate) co_return test_node(*tested, context);
  if (tested->type == node::kind::asking) {
    auto asking = tested->ask(context);
    co_return co_await std::move(asking);
  }
  const auto before = context.captures();
  auto deciding = decide_node(tested->left, context);
  const bool first = co_await std::move(deciding);
  if (tested->type == node::kind::negated) co_return !first;
  if (first == (tested->type == node::kind::either)) co_return first;
  if (tested->type == node::kind::either) context.run().found = before;
  auto other = decide_node(tested->right, context);
  co_return co_await std::move(other);
}

}  // namespace vkxx

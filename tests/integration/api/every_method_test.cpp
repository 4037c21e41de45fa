// Every method of the schema through its class, over sockets: the emulator checks what is sent
// against the schema, and its answer is decoded strictly and compared with the JSON.
#include "unit/api/every_method.hpp"

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <vkxx/blocking_client.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>
#include <vkxx/testing.hpp>

#include "unit/objects/json_compare.hpp"

namespace {

namespace tables = vkxx::schema_tables;

class calls final : public vkxx::tests::method_visitor {
 public:
  std::map<std::string, std::set<std::string>> answered;
  std::size_t decoded = 0;

 private:
  void visit(const vkxx::typed_method& called, const vkxx::method_facts& facts,
             std::string_view answer, std::size_t, const vkxx::detail::codec& codec, void* value,
             reset) override {
    const std::string told = std::string{facts.name} + " " + std::string{answer};
    auto request = called.to_request();
    request.access_token(token_for(facts));
    const auto outcome = client_.try_call(std::move(request));
    ASSERT_TRUE(outcome) << told << ": " << outcome.error();
    answered[std::string{facts.name}].insert(std::string{answer});
    if (!can_be_asked_for(facts.name, answer)) return;
    vkxx::decode_options strict;
    strict.strict = true;
    const auto read = vkxx::detail::read_document(outcome->body(), true, codec, value, strict);
    ASSERT_TRUE(read) << told << ": " << read.error().message() << outcome->body();
    const auto written = boost::json::parse(vkxx::detail::write_document(codec, value));
    EXPECT_EQ(vkxx::tests::difference(outcome->json(), written), "") << told;
    ++decoded;
  }

  // A form that no parameter asks for comes when VK chooses it; the emulator gives the plain one.
  static bool can_be_asked_for(std::string_view name, std::string_view answer) {
    const auto forms = tables::find_method(name)->answers();
    for (const auto form : forms) {
      if (form.key() == answer) return form.key() == forms[0].key() || !form.conditions().empty();
    }
    return false;
  }

  std::string token_for(const vkxx::method_facts& facts) {
    const auto tokens = vk_->tokens();
    if (facts.tokens.contains(vkxx::token_kind::user)) return tokens.user;
    if (facts.tokens.contains(vkxx::token_kind::community)) return tokens.community;
    return facts.tokens.contains(vkxx::token_kind::service) ? tokens.service : std::string{};
  }

  vkxx::testing::emulator_fixture vk_{vkxx::emulator_options{}.samples(true)};
  // More than a thousand calls, at three a second: without the limiter.
  vkxx::blocking_client client_{vkxx::config{}.emulator(vk_.url()).limits(vkxx::limits{}.off())};
};

TEST(EveryMethod, IsAnsweredAndDecodedOverSockets) {
  calls test;
  vkxx::tests::every_method(test);
  EXPECT_EQ(test.answered.size(), tables::methods().size());
  // More than one form of some methods; all of each but `messages.getInviteLink`'s second.
  std::size_t forms = 0;
  for (const auto method : tables::methods()) forms += method.answers().size();
  EXPECT_EQ(test.decoded, forms - 1);
  for (const auto method : tables::methods()) {
    const std::string name{method.name()};
    for (const auto form : method.answers()) {
      EXPECT_TRUE(test.answered[name].contains(std::string{form.key()})) << name << form.key();
    }
  }
}

}  // namespace

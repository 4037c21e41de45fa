// Every method of the schema through its class: what it sends passes the schema's checks, and a
// sample of its answer goes through the strict decoder and back without loss.
#include "unit/api/every_method.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>

#include <vkxx/schema_tables/sample.hpp>

#include "unit/objects/json_compare.hpp"

namespace {

namespace tables = vkxx::schema_tables;
namespace json = boost::json;

class calls : public vkxx::tests::method_visitor {
 public:
  std::map<std::string, std::set<std::string>> sent, answered;

 private:
  void visit(const vkxx::typed_method& called, const vkxx::method_facts& facts,
             std::string_view answer, std::size_t parameters, const vkxx::detail::codec& codec,
             void* value, reset empty) override {
    const std::string context = std::string{facts.name} + " " + std::string{answer};
    const auto method = tables::find_method(facts.name);
    ASSERT_TRUE(method) << context;
    EXPECT_EQ(called.to_request().method(), facts.name);
    same_facts(facts, *method, context);
    EXPECT_TRUE(called.encoded().validate()) << context;
    EXPECT_EQ(called.encoded().entries().size(), parameters) << context;
    EXPECT_TRUE(called.check_limits()) << context;
    const tables::parameter_lookup lookup = [&](std::string_view name) {
      return called.encoded().find(name);
    };
    EXPECT_EQ(tables::request_fault(*method, lookup).value_or(""), "") << context;
    for (const auto& entry : called.encoded().entries()) {
      EXPECT_TRUE(method->find_parameter(entry.name)) << context << " " << entry.name;
      sent[std::string{facts.name}].insert(entry.name);
    }
    answered[std::string{facts.name}].insert(std::string{answer});
    for (const auto form : method->answers()) {
      if (form.key() != answer) continue;
      if (!form.conditions().empty() || form.key() == method->answers()[0].key()) {
        EXPECT_EQ(tables::choose_answer(*method, lookup).key(), answer) << context;
      }
      for (std::uint64_t seed = 0; seed < 3; ++seed)
        decode(form, seed, codec, value, empty, context);
      return;
    }
    ADD_FAILURE() << context << ": the tables have no such answer";
  }

  static void same_facts(const vkxx::method_facts& facts, tables::method method,
                         const std::string& context) {
    EXPECT_EQ(facts.writes, method.writes()) << context;
    EXPECT_EQ(facts.batchable, method.batchable()) << context;
    EXPECT_TRUE(facts.tokens == method.tokens()) << context;
    EXPECT_EQ(facts.idempotency, method.idempotency_parameter()) << context;
    std::set<int> codes;
    for (const int code : method.errors()) codes.insert(code);
    EXPECT_EQ((std::set<int>{facts.errors.begin(), facts.errors.end()}), codes) << context;
  }

  static void decode(tables::answer form, std::uint64_t seed, const vkxx::detail::codec& codec,
                     void* value, reset empty, const std::string& context) {
    tables::sample_options options;
    options.seed = seed;
    options.every_field = seed == 0;
    options.depth = seed == 0 ? 2 : 3;
    options.users = options.communities = 2;
    const auto sample = tables::sample_answer(form, options);
    vkxx::decode_options strict;
    strict.strict = true;
    empty(value);
    const auto read =
        vkxx::detail::read_document("{\"response\":" + sample + "}", true, codec, value, strict);
    ASSERT_TRUE(read) << context << " seed " << seed << ": " << read.error().message();
    const auto written = vkxx::detail::write_document(codec, value);
    EXPECT_EQ(vkxx::tests::difference(json::parse(sample), json::parse(written)), "")
        << context << " seed " << seed;
  }
};

TEST(EveryMethod, IsCalledThroughItsClass) {
  calls test;
  vkxx::tests::every_method(test);
  EXPECT_EQ(test.answered.size(), tables::methods().size());
  for (const auto method : tables::methods()) {
    const std::string name{method.name()};
    for (const auto form : method.answers()) {
      EXPECT_TRUE(test.answered[name].contains(std::string{form.key()})) << name << form.key();
    }
    for (const auto parameter : method.parameters()) {
      EXPECT_TRUE(test.sent[name].contains(std::string{parameter.name()}))
          << name << " " << parameter.name();
    }
  }
}

}  // namespace

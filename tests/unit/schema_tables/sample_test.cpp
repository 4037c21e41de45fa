// Every sample answer is JSON that fits the types of the tables.
#include <vkxx/schema_tables/sample.hpp>

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <set>
#include <string>

namespace {

namespace tables = vkxx::schema_tables;
namespace json = boost::json;

std::string fault(tables::type wanted, const json::value& value, const std::string& path);

std::string object_fault(tables::type wanted, const json::value& value, const std::string& path) {
  if (!value.is_object()) return path + ": no object";
  for (const auto field : wanted.fields()) {
    const auto* member = value.as_object().if_contains(field.name());
    if (member == nullptr) {
      if (field.required()) return path + ": lacks " + std::string{field.name()};
      continue;
    }
    if (auto found = fault(field.type(), *member, path + "." + std::string{field.name()});
        !found.empty()) {
      return found;
    }
  }
  for (const auto& [key, member] : value.as_object()) {
    bool known = false;
    for (const auto field : wanted.fields()) known = known || field.name() == std::string_view{key};
    if (!known) return path + ": does not know " + std::string{key};
  }
  return {};
}

std::string one_of_fault(tables::type wanted, const json::value& value, const std::string& path) {
  if (wanted.discriminator().empty()) {
    for (const tables::type form : wanted.alternatives()) {
      if (fault(form, value, path).empty()) return {};
    }
    return path + ": none of the forms";
  }
  if (!value.is_object()) return path + ": no object";
  const auto* chosen = value.as_object().if_contains(wanted.discriminator());
  if (chosen == nullptr) return path + ": no discriminator";
  for (const auto mapping : wanted.mappings()) {
    if (mapping.value() != std::string_view{chosen->as_string()}) continue;
    const tables::type form = wanted.alternatives()[mapping.alternative()];
    auto rest = value;  // the discriminator need not be a field of the form
    bool known = false;
    for (const auto field : form.fields()) known = known || field.name() == wanted.discriminator();
    if (!known) rest.as_object().erase(wanted.discriminator());
    return known ? std::string{} : fault(form, rest, path);
  }
  return path + ": unknown discriminator";
}

std::string fault(tables::type wanted, const json::value& value, const std::string& path) {
  const auto in_values = [&](std::string_view text) {
    for (const std::string_view known : wanted.values()) {
      if (known == text) return true;
    }
    return false;
  };
  switch (wanted.kind()) {
    case tables::kind::boolean:
      return value.is_bool() ? "" : path + ": no boolean";
    case tables::kind::bool_int:
      return value.is_int64() && (value.as_int64() == 0 || value.as_int64() == 1)
                 ? ""
                 : path + ": neither 0 nor 1";
    case tables::kind::integer:
      if (!value.is_int64()) return path + ": no integer";
      if (wanted.minimum() && value.as_int64() < *wanted.minimum()) return path + ": too small";
      if (wanted.maximum() && value.as_int64() > *wanted.maximum()) return path + ": too large";
      return "";
    case tables::kind::number:
      return value.is_number() ? "" : path + ": no number";
    case tables::kind::string:
      return value.is_string() ? "" : path + ": no text";
    case tables::kind::string_enum:
      return value.is_string() && in_values(value.as_string()) ? "" : path + ": no such value";
    case tables::kind::integer_enum:
      return value.is_int64() && in_values(std::to_string(value.as_int64()))
                 ? ""
                 : path + ": no such value";
    case tables::kind::array:
      if (!value.is_array()) return path + ": no list";
      for (const auto& item : value.as_array()) {
        if (auto found = fault(wanted.item(), item, path + "[]"); !found.empty()) return found;
      }
      return "";
    case tables::kind::object:
      return object_fault(wanted, value, path);
    case tables::kind::one_of:
      return one_of_fault(wanted, value, path);
    case tables::kind::any:
      return "";
    case tables::kind::scalar:
      return value.is_string() || value.is_number() || value.is_bool() ? "" : path + ": no scalar";
  }
  return path;
}

tables::parameter_lookup sent(std::string_view name, std::string_view value) {
  return [name, value](std::string_view wanted) -> std::optional<std::string_view> {
    if (wanted == name) return value;
    return std::nullopt;
  };
}

TEST(SchemaSample, OfEveryAnswerOfEveryMethodFitsItsType) {
  std::size_t answers = 0;
  for (const auto method : tables::methods()) {
    for (const auto answer : method.answers()) {
      ++answers;
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        tables::sample_options options;
        options.seed = seed;
        options.every_field = seed == 0;
        options.depth = seed == 0 ? 2 : 3;
        options.users = options.communities = 2;
        const auto text = tables::sample_answer(answer, options);
        ASSERT_LT(text.size(), 4000000U) << method.name();
        EXPECT_EQ(fault(answer.type(), json::parse(text), "response"), "")
            << method.name() << " " << answer.key() << " seed " << seed;
      }
    }
  }
  EXPECT_GE(answers, tables::methods().size());
}

TEST(SchemaSample, OfEveryEventFitsItsType) {
  for (const auto event : tables::events()) {
    if (!event.type()) continue;
    EXPECT_EQ(fault(*event.type(), json::parse(tables::sample(*event.type())), "object"), "")
        << event.name();
  }
}

TEST(SchemaSample, IsDeterminedByTheSeed) {
  const auto answer = tables::find_method("users.get")->answers()[0];
  tables::sample_options seedless, other;
  other.seed = 1;
  EXPECT_EQ(tables::sample_answer(answer, seedless), tables::sample_answer(answer, seedless));
  EXPECT_NE(tables::sample_answer(answer, seedless), tables::sample_answer(answer, other));
}

TEST(SchemaSample, HasEveryFieldOnRequest) {
  tables::sample_options options;
  options.every_field = true;
  const auto answer = tables::find_method("users.get")->answers()[0];
  const auto sample = json::parse(tables::sample_answer(answer, options));
  const auto user = sample.as_array().at(0).as_object();
  for (const auto field : answer.type().item().fields()) {
    EXPECT_TRUE(user.contains(field.name())) << field.name();
  }
}

TEST(SchemaSample, GivesThePageThatTheRequestAsksFor) {
  const auto answer = tables::find_method("photos.get")->answers()[0];
  const auto items = [&](const tables::parameter_lookup& parameters) {
    tables::sample_options options;
    options.sent = parameters;
    return json::parse(tables::sample_answer(answer, options)).as_object();
  };
  const auto whole = items(nullptr);
  const auto& all = whole.at("items").as_array();
  ASSERT_GE(all.size(), 3U);
  EXPECT_EQ(whole.at("count").as_int64(), static_cast<std::int64_t>(all.size()));
  EXPECT_FALSE(whole.contains("next_from"));
  const auto second = items(sent("offset", "1"));
  EXPECT_EQ(second.at("items").as_array().size(), all.size() - 1);
  EXPECT_EQ(second.at("items").as_array()[0].at("id"), all[1].at("id"));
  EXPECT_EQ(second.at("count"), whole.at("count"));
  const auto first = items(sent("count", "1"));
  EXPECT_EQ(first.at("items").as_array().size(), 1U);
  EXPECT_EQ(first.at("next_from").as_string(), "1");
  for (const auto* value : {"7", "9223372036854775807", "1000"})
    EXPECT_TRUE(items(sent("offset", value)).at("items").as_array().empty()) << value;
  for (const auto* value : {"-1", "-9223372036854775808", "x", ""})
    EXPECT_EQ(items(sent("offset", value)).at("items").as_array().size(), all.size()) << value;
}

TEST(SchemaSample, NamesTheAccountsOfItsItems) {
  const auto method = *tables::find_method("wall.get");
  tables::sample_options options;
  options.sent = sent("owner_id", "-77");
  const auto answer = tables::choose_answer(method, sent("extended", "1"));
  const auto sample = json::parse(tables::sample_answer(answer, options));
  for (const auto& post : sample.at("items").as_array())
    EXPECT_EQ(post.at("owner_id").as_int64(), -77);
  std::set<std::int64_t> groups;
  for (const auto& group : sample.at("groups").as_array()) groups.insert(group.at("id").as_int64());
  EXPECT_TRUE(groups.contains(77));
}

TEST(SchemaSample, HasTheTimesAndAddressesOfItsOptions) {
  tables::sample_options options;
  options.now = 1'000'000'000;
  options.base_url = "http://localhost:1";
  options.every_field = true;
  const auto answer = tables::find_method("photos.get")->answers()[0];
  const auto photo = json::parse(tables::sample_answer(answer, options)).at("items").at(0);
  EXPECT_LE(std::abs(photo.at("date").as_int64() - options.now), 31 * 86'400);
  const auto address = std::string{photo.at("sizes").at(0).at("url").as_string()};
  EXPECT_EQ(address.rfind("http://localhost:1/sample/", 0), 0U) << address;
}

TEST(SchemaAnswer, IsChosenByTheParameters) {
  const auto friends = *tables::find_method("friends.get");
  EXPECT_EQ(tables::choose_answer(friends, sent("count", "1")).key(), "response");
  EXPECT_EQ(tables::choose_answer(friends, sent("fields", "city")).key(), "fieldsResponse");
  EXPECT_EQ(tables::choose_answer(friends, sent("fields", "")).key(), "response");
  const auto wall = *tables::find_method("wall.get");
  EXPECT_EQ(tables::choose_answer(wall, sent("extended", "1")).key(), "extendedResponse");
  EXPECT_EQ(tables::choose_answer(wall, sent("extended", "0")).key(), "response");
  const auto send = *tables::find_method("messages.send");
  EXPECT_EQ(tables::choose_answer(send, sent("peer_ids", "1,2")).key(), "userIdsResponse");
  const auto member = *tables::find_method("groups.isMember");
  const auto both = tables::choose_answer(member, [](std::string_view name) {
    return name == "extended"   ? std::optional<std::string_view>{"1"}
           : name == "user_ids" ? std::optional<std::string_view>{"1,2"}
                                : std::nullopt;
  });
  EXPECT_EQ(both.key(), "userIds_Extended_Response");
}

}  // namespace

#include <vkxx/core/api_error_facts.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <climits>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace {

using vkxx::api_errc;
using vkxx::remedy;

static_assert(std::is_same_v<std::underlying_type_t<api_errc>, int>);

// Written down apart from the table: every code that VK's schema 5.199, its method pages and the
// clients of its API show.
constexpr int known_codes[] = {
    1,    2,    3,    4,    5,     6,     7,     8,     9,     10,    11,    12,   13,   14,   15,
    16,   17,   18,   19,   20,    21,    22,    23,    24,    25,    27,    28,   29,   30,   32,
    33,   34,   35,   36,   37,    38,    39,    40,    41,    42,    43,    100,  101,  103,  104,
    105,  106,  113,  114,  118,   119,   121,   122,   125,   129,   140,   141,  146,  147,  148,
    150,  171,  173,  174,  175,   176,   177,   180,   181,   182,   183,   200,  201,  203,  204,
    205,  210,  211,  212,  213,   214,   219,   220,   221,   222,   223,   224,  225,  232,  242,
    243,  250,  251,  252,  253,   260,   300,   302,   500,   503,   504,   506,  509,  600,  601,
    602,  603,  604,  605,  606,   607,   608,   609,   610,   611,   612,   613,  614,  615,  616,
    617,  618,  619,  620,  621,   622,   623,   624,   625,   626,   627,   628,  629,  630,  631,
    632,  633,  634,  635,  636,   637,   700,   701,   702,   703,   704,   706,  711,  713,  714,
    800,  801,  900,  901,  902,   907,   908,   909,   910,   911,   912,   913,  914,  917,  919,
    920,  921,  922,  924,  925,   927,   931,   932,   935,   936,   937,   939,  940,  942,  943,
    944,  945,  946,  947,  949,   950,   951,   952,   953,   954,   959,   960,  961,  962,  964,
    965,  967,  968,  969,  970,   971,   972,   973,   974,   975,   976,   977,  984,  985,  987,
    988,  990,  1000, 1004, 1008,  1009,  1010,  1011,  1012,  1105,  1110,  1111, 1112, 1113, 1114,
    1115, 1116, 1117, 1118, 1119,  1120,  1150,  1151,  1152,  1153,  1154,  1155, 1160, 1170, 1191,
    1251, 1256, 1257, 1259, 1260,  1262,  1310,  1311,  1400,  1401,  1402,  1403, 1404, 1405, 1406,
    1407, 1408, 1409, 1410, 1411,  1412,  1413,  1414,  1415,  1416,  1417,  1418, 1419, 1421, 1423,
    1424, 1425, 1426, 1427, 1429,  1430,  1431,  1432,  1433,  1434,  1435,  1436, 1438, 1446, 1456,
    1457, 1458, 1518, 1525, 1526,  1600,  1602,  1900,  1901,  1902,  2000,  2100, 2101, 2102, 2600,
    2601, 2602, 2603, 2604, 2605,  2606,  3102,  3300,  3301,  3302,  3303,  3304, 3305, 3609, 3610,
    3611, 3612, 3800, 4519, 4520,  4525,  4526,  4527,  4600,  4601,  4602,  5400, 5701, 5702, 5703,
    5704, 5705, 5706, 5708, 5709,  5710,  5800,  7401,  7402,  7701,  7702,  7703, 7704, 8201, 8202,
    8203, 8206, 8209, 9999, 11003, 11004, 11005, 11006, 11101, 11102, 11500, 13000};

// Of these, the codes that VK's schema calls global: any method may answer with them.
constexpr int global_codes[] = {
    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   13,   14,   15,   16,  17,
    18,   20,   21,   23,   24,   25,   27,   28,   29,   30,   33,   34,   35,   37,   38,  39,
    40,   41,   42,   43,   100,  101,  113,  150,  200,  201,  203,  300,  500,  600,  603, 1114,
    1116, 1117, 1118, 3300, 3301, 3302, 3303, 3304, 3305, 3609, 3610, 3611, 9999, 11500};

// The name that the compiler knows the enumerator by; a number in brackets if it has none.
template <api_errc code>
constexpr std::string_view spelling() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("code = ") + std::string_view{"code = "}.size());
  text = text.substr(0, text.find_first_of(";]"));
  const std::size_t colon = text.rfind("::");
  return colon == std::string_view::npos ? text : text.substr(colon + 2);
}

template <std::size_t... indexes>
constexpr auto spellings(std::index_sequence<indexes...>) {
  return std::array<std::string_view, sizeof...(indexes)>{
      spelling<api_errc{known_codes[indexes]}>()...};
}

TEST(ApiErrc, KnowsEveryCode) {
  for (const int code : known_codes) {
    const vkxx::api_error_facts* facts = vkxx::find_facts(api_errc{code});
    ASSERT_NE(facts, nullptr) << code;
    EXPECT_EQ(static_cast<int>(facts->code), code);
  }
  EXPECT_EQ(vkxx::all_api_errors().size(), std::size(known_codes));
}

TEST(ApiErrc, TableIsSortedWithoutRepeats) {
  const auto all = vkxx::all_api_errors();
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].code, all[i].code);
}

TEST(ApiErrc, NamesInTheTableAreThoseOfTheEnumerators) {
  constexpr auto names = spellings(std::make_index_sequence<std::size(known_codes)>{});
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(vkxx::to_string(api_errc{known_codes[i]}), names[i]);
  }
}

TEST(ApiErrc, NamesAreUniqueAndSnakeCase) {
  std::set<std::string_view> names;
  for (const auto& facts : vkxx::all_api_errors()) {
    EXPECT_TRUE(names.insert(facts.name).second) << facts.name;
    EXPECT_TRUE(std::ranges::all_of(facts.name, [](unsigned char c) {
      return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
    })) << facts.name;
  }
}

TEST(ApiErrc, EveryErrorHasASentenceOfMeaningAndOfAdvice) {
  for (const auto& facts : vkxx::all_api_errors()) {
    for (const std::string_view text : {facts.meaning, facts.advice}) {
      ASSERT_GT(text.size(), 10U) << facts.name;
      EXPECT_TRUE(text.ends_with('.')) << facts.name << ": " << text;
      EXPECT_EQ(text.find("  "), std::string_view::npos) << facts.name << ": " << text;
    }
  }
}

TEST(ApiErrc, KeepsUnknownNumbers) {
  for (const int code : {INT_MIN, -1, 0, 26, 99, 5707, 12345, 13001, INT_MAX}) {
    EXPECT_EQ(static_cast<int>(api_errc{code}), code);
    EXPECT_EQ(vkxx::find_facts(api_errc{code}), nullptr) << code;
    EXPECT_EQ(vkxx::to_string(api_errc{code}), "unknown code " + std::to_string(code));
  }
}

TEST(ApiErrc, NumbersAreThoseOfVk) {
  EXPECT_EQ(api_errc::unknown_error, api_errc{1});
  EXPECT_EQ(api_errc::authorization_failed, api_errc{5});
  EXPECT_EQ(api_errc::too_many_requests_per_second, api_errc{6});
  EXPECT_EQ(api_errc::bad_request, api_errc{8});
  EXPECT_EQ(api_errc::flood, api_errc{9});
  EXPECT_EQ(api_errc::internal_error, api_errc{10});
  EXPECT_EQ(api_errc::captcha_needed, api_errc{14});
  EXPECT_EQ(api_errc::access_denied, api_errc{15});
  EXPECT_EQ(api_errc::validation_required, api_errc{17});
  EXPECT_EQ(api_errc::confirmation_required, api_errc{24});
  EXPECT_EQ(api_errc::group_authorization_failed, api_errc{27});
  EXPECT_EQ(api_errc::application_authorization_failed, api_errc{28});
  EXPECT_EQ(api_errc::rate_limit, api_errc{29});
  EXPECT_EQ(api_errc::bad_parameter, api_errc{100});
  EXPECT_EQ(api_errc::messages_not_allowed, api_errc{901});
  EXPECT_EQ(api_errc::keyboard_invalid, api_errc{911});
  EXPECT_EQ(api_errc::chat_bot_feature, api_errc{912});
  EXPECT_EQ(api_errc::chat_access, api_errc{917});
  EXPECT_EQ(api_errc::access_token_expired, api_errc{1117});
  EXPECT_EQ(api_errc::callback_servers_limit, api_errc{2000});
  EXPECT_EQ(api_errc::owner_photo_bad_hash, api_errc{5710});
  EXPECT_EQ(api_errc::group_strikes_active, api_errc{13000});
}

TEST(ApiErrc, Remedies) {
  const auto expect = [](remedy expected, std::initializer_list<int> codes) {
    for (const int code : codes) {
      const vkxx::api_error_facts* facts = vkxx::find_facts(api_errc{code});
      ASSERT_NE(facts, nullptr) << code;
      EXPECT_EQ(facts->remedy, expected) << code << ' ' << facts->name;
    }
  };
  expect(remedy::wait, {1, 6, 9, 10, 29, 32, 43, 223, 601, 630, 631, 1105, 1112});
  expect(remedy::once_more, {22, 36, 105, 118, 121, 122, 129});
  expect(remedy::person, {14, 17, 24, 41, 146, 3300, 3301, 3302, 3303, 3304, 11500});
  expect(remedy::new_token, {5, 7, 25, 27, 28, 37, 1114, 1115, 1116, 1117, 1118, 3609});
  expect(remedy::fix_request, {2,   4,   8,   11,  12,  13,  16,  34,  38,  42,  100,
                               101, 113, 150, 907, 908, 911, 912, 913, 914, 990, 9999});
  expect(remedy::none, {3,   15,  18,  19,  23,  30,  39,  103, 104,  200,  300,
                        604, 637, 900, 901, 902, 917, 924, 925, 1012, 2000, 13000});
}

TEST(ApiErrc, GlobalCodes) {
  for (const auto& facts : vkxx::all_api_errors()) {
    EXPECT_EQ(facts.global, std::ranges::binary_search(global_codes, static_cast<int>(facts.code)))
        << facts.name;
  }
}

TEST(ApiSubcode, IsKnownUnderItsOwnCodeOnly) {
  constexpr std::pair<int, int> known[] = {{8, 1000},   {8, 1001},   {15, 1133},  {15, 1134},
                                           {100, 1105}, {100, 1106}, {100, 1129}, {100, 1130},
                                           {100, 1136}, {103, 1}};
  for (const auto& [code, subcode] : known) {
    const vkxx::api_subcode_facts* facts = vkxx::find_subcode_facts(api_errc{code}, subcode);
    ASSERT_NE(facts, nullptr) << code << '/' << subcode;
    EXPECT_EQ(static_cast<int>(facts->code), code);
    EXPECT_EQ(facts->subcode, subcode);
    EXPECT_TRUE(facts->meaning.ends_with('.')) << facts->meaning;
    EXPECT_EQ(vkxx::find_subcode_facts(api_errc{104}, subcode), nullptr) << subcode;
  }
  EXPECT_EQ(vkxx::find_subcode_facts(api_errc{8}, 1133), nullptr);
  EXPECT_EQ(vkxx::find_subcode_facts(api_errc{5}, 4), nullptr);
  EXPECT_EQ(vkxx::find_subcode_facts(api_errc{12345}, 0), nullptr);
}

}  // namespace

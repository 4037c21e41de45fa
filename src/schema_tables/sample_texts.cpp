#include <algorithm>
#include <array>
#include <span>

#include "schema_tables/sample_scalars.hpp"
#include "schema_tables/sample_seed.hpp"

namespace vkxx::schema_tables::detail {
namespace {

using words = std::span<const std::string_view>;

// Men and women in turn; the surname of the same number goes with it.
constexpr std::array<std::string_view, 10> first_names{"Алексей", "Мария",  "Дмитрий", "Елена",
                                                       "Иван",    "Ольга",  "Сергей",  "Татьяна",
                                                       "Николай", "Наталья"};
constexpr std::array<std::string_view, 10> last_names{
    "Смирнов", "Иванова", "Кузнецов",  "Попова",  "Васильев",
    "Петрова", "Соколов", "Михайлова", "Новиков", "Фёдорова"};
// The same in Latin letters.
constexpr std::array<std::string_view, 10> latin_first_names{
    "Alexey", "Maria",  "Dmitry",  "Elena",   "Ivan",
    "Olga",   "Sergey", "Tatyana", "Nikolay", "Natalya"};
constexpr std::array<std::string_view, 10> latin_last_names{
    "Smirnov", "Ivanova", "Kuznetsov",  "Popova",  "Vasilyev",
    "Petrova", "Sokolov", "Mikhaylova", "Novikov", "Fyodorova"};
constexpr std::array<std::string_view, 6> titles{"Новости города",     "Weekly digest",
                                                 "Книжный клуб",       "Open lecture",
                                                 "Прогулка по центру", "Summer festival"};
constexpr std::array<std::string_view, 6> sentences{
    "Встречаемся в субботу в 12:00 у входа в парк.",
    "Thanks for the photos, they came out great!",
    "Сегодня обсудили «Мастера и Маргариту», приходите в следующий раз.",
    "The \"early bird\" tickets are on sale until Friday.",
    "Привет! Подскажите, пожалуйста, как проехать?",
    "Новый выпуск уже на сайте, ссылка 1/2 в комментариях."};
constexpr std::array<std::string_view, 4> cities{"Москва", "Санкт-Петербург", "Екатеринбург",
                                                 "Казань"};
constexpr std::array<std::string_view, 3> countries{"Россия", "Беларусь", "Казахстан"};
constexpr std::array<std::string_view, 3> streets{"Невский проспект, 28", "ул. Ленина, 5",
                                                  "пр. Мира, 101"};
constexpr std::array<std::string_view, 3> schools{"МГУ им. Ломоносова", "СПбГУ", "Школа № 57"};
constexpr std::array<std::string_view, 3> screen_names{"book_club", "citynews", "open.lecture"};
constexpr std::array<std::string_view, 4> hues{"4a76a8", "e64646", "4bb34b", "ffa000"};

enum class text_use {
  title,
  sentence,
  first_name,
  last_name,
  full_name,
  secret,
  picture,
  page,
  number,
  money,
  date,
  day,
  month,
  color,
  phone,
  email,
  domain,
  screen_name,
  city,
  country,
  country_code,
  street,
  school,
  version,
  language,
  currency,
  coordinates,
  extension,
  json,
  empty,
};

struct text_rule {
  std::string_view pattern;
  text_use is;
};

// The first that fits counts.
constexpr std::array text_rules{
    text_rule{"*hash", text_use::secret},
    text_rule{"*hash[]", text_use::secret},
    text_rule{"*access_key", text_use::secret},
    text_rule{"*secret*", text_use::secret},
    text_rule{"*token", text_use::secret},
    text_rule{"track_code", text_use::secret},
    text_rule{"key", text_use::secret},
    text_rule{"sid", text_use::secret},
    text_rule{"sign", text_use::secret},
    text_rule{"pixel_code", text_use::secret},
    text_rule{"password", text_use::secret},
    text_rule{"event_id", text_use::secret},
    text_rule{"call_id", text_use::secret},
    text_rule{"block_id", text_use::secret},
    text_rule{"consume_reason", text_use::secret},
    text_rule{"first_name*", text_use::first_name},
    text_rule{"firstName", text_use::first_name},
    text_rule{"last_name*", text_use::last_name},
    text_rule{"maiden_name", text_use::last_name},
    text_rule{"nickname", text_use::empty},
    text_rule{"author_name", text_use::full_name},
    text_rule{"owner_name", text_use::full_name},
    text_rule{"editor_name", text_use::full_name},
    text_rule{"creator_name", text_use::full_name},
    text_rule{"moder_name", text_use::full_name},
    text_rule{"tagged_name", text_use::full_name},
    text_rule{"contact_name", text_use::full_name},
    text_rule{"facebook_name", text_use::full_name},
    text_rule{"artist", text_use::full_name},
    text_rule{"performer", text_use::full_name},
    text_rule{"screen_name", text_use::screen_name},
    text_rule{"instagram", text_use::screen_name},
    text_rule{"skype", text_use::screen_name},
    text_rule{"twitter", text_use::screen_name},
    text_rule{"livejournal", text_use::screen_name},
    text_rule{"domain", text_use::screen_name},
    text_rule{"mention", text_use::screen_name},
    text_rule{"link_domain", text_use::domain},
    text_rule{"link_label", text_use::title},
    text_rule{"link_title", text_use::title},
    text_rule{"link_button", text_use::title},
    text_rule{"image_processing", text_use::empty},
    text_rule{"next_page_token", text_use::empty},
    text_rule{"next_from", text_use::empty},
    text_rule{"preview_page", text_use::empty},
    text_rule{"photo_id", text_use::number},
    text_rule{"photos_list", text_use::json},
    text_rule{"crop_data", text_use::secret},
    text_rule{"payload", text_use::json},
    text_rule{"photo*", text_use::picture},
    text_rule{"*_photo", text_use::picture},
    text_rule{"*thumb*", text_use::picture},
    text_rule{"icon_name", text_use::title},
    text_rule{"icon*", text_use::picture},
    text_rule{"*_icon", text_use::picture},
    text_rule{"banner_*", text_use::picture},
    text_rule{"*image*", text_use::picture},
    text_rule{"img", text_use::picture},
    text_rule{"avatar", text_use::picture},
    text_rule{"src", text_use::picture},
    text_rule{"*preview_url", text_use::picture},
    text_rule{"*_preview", text_use::picture},
    text_rule{"preview", text_use::picture},
    text_rule{"first_frame", text_use::picture},
    text_rule{"animation_url", text_use::picture},
    text_rule{"*_animation", text_use::picture},
    text_rule{"static", text_use::picture},
    text_rule{"url_*", text_use::title},
    text_rule{"*url*", text_use::page},
    text_rule{"*uri*", text_use::page},
    text_rule{"*_link", text_use::page},
    text_rule{"link*", text_use::page},
    text_rule{"*href", text_use::page},
    text_rule{"video_src_*", text_use::page},
    text_rule{"site", text_use::page},
    text_rule{"website", text_use::page},
    text_rule{"terms", text_use::page},
    text_rule{"privacy_policy", text_use::page},
    text_rule{"rss", text_use::page},
    text_rule{"webview", text_use::page},
    text_rule{"server", text_use::page},
    text_rule{"endpoint", text_use::domain},
    text_rule{"bdate", text_use::date},
    text_rule{"birth*", text_use::date},
    text_rule{"day", text_use::day},
    text_rule{"day_from", text_use::day},
    text_rule{"day_to", text_use::day},
    text_rule{"month", text_use::month},
    text_rule{"coordinates", text_use::coordinates},
    text_rule{"*date", text_use::day},
    text_rule{"*color", text_use::color},
    text_rule{"*phone*", text_use::phone},
    text_rule{"*email*", text_use::email},
    text_rule{"inn", text_use::number},
    text_rule{"currency*", text_use::currency},
    text_rule{"lang", text_use::language},
    text_rule{"language", text_use::language},
    text_rule{"*_lang", text_use::language},
    text_rule{"languages", text_use::language},
    text_rule{"v", text_use::version},
    text_rule{"*version", text_use::version},
    text_rule{"ext", text_use::extension},
    text_rule{"city*", text_use::city},
    text_rule{"home_town", text_use::city},
    text_rule{"region", text_use::city},
    text_rule{"*area", text_use::city},
    text_rule{"country", text_use::country},
    text_rule{"*address", text_use::street},
    text_rule{"place", text_use::street},
    text_rule{"university_name", text_use::school},
    text_rule{"id", text_use::number},
    text_rule{"*_id", text_use::number},
    text_rule{"count", text_use::number},
    text_rule{"votes", text_use::number},
    text_rule{"ts", text_use::number},
    text_rule{"*offset", text_use::number},
    text_rule{"*_limit", text_use::number},
    text_rule{"age_*", text_use::number},
    text_rule{"price*", text_use::money},
    text_rule{"amount*", text_use::number},
    text_rule{"*old_amount", text_use::number},
    text_rule{"cp*", text_use::money},
    text_rule{"ocpm", text_use::money},
    text_rule{"*cost*", text_use::money},
    text_rule{"*_cp*", text_use::money},
    text_rule{"ctr", text_use::money},
    text_rule{"spent", text_use::money},
    text_rule{"*effective_*", text_use::money},
    text_rule{"*conversion_cr", text_use::money},
    text_rule{"text", text_use::sentence},
    text_rule{"text_*", text_use::sentence},
    text_rule{"texts", text_use::sentence},
    text_rule{"message", text_use::sentence},
    text_rule{"*comment*", text_use::sentence},
    text_rule{"*description*", text_use::sentence},
    text_rule{"desc", text_use::sentence},
    text_rule{"error_*", text_use::sentence},
    text_rule{"instruction*", text_use::sentence},
    text_rule{"html", text_use::sentence},
    text_rule{"source", text_use::sentence},
    text_rule{"about", text_use::sentence},
    text_rule{"quotes", text_use::sentence},
    text_rule{"status", text_use::sentence},
    text_rule{"question", text_use::sentence},
    text_rule{"confirmation", text_use::sentence},
    text_rule{"platform", text_use::title},
};

text_use text_by_object(std::string_view object) noexcept {
  constexpr std::array rules{
      text_rule{"*city*", text_use::city}, text_rule{"*country*", text_use::country},
      text_rule{"*region*", text_use::city}, text_rule{"*school*", text_use::school},
      text_rule{"*universit*", text_use::school}};
  for (const auto& candidate : rules)
    if (fits(candidate.pattern, object)) return candidate.is;
  return text_use::title;
}

text_use use_of(type wanted, const scalar_place& place) noexcept {
  if (place.name == "name" || place.name == "title") {
    if (!wanted.is_uri()) return text_by_object(place.object);
  }
  if (place.name == "code")
    return fits("*country*", place.object) ? text_use::country_code : text_use::secret;
  if (place.name == "url" && (place.picture || fits("*image*", place.object)))
    return text_use::picture;
  const auto* found = first_fitting(text_rules, place.name);
  const auto is = found == nullptr ? text_use::title : found->is;
  return wanted.is_uri() && is != text_use::picture ? text_use::page : is;
}

std::string any_of(words list, std::uint64_t seed) {
  return std::string{list[below(seed, list.size())]};
}

std::string hex(std::uint64_t seed) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::uint64_t i = 0; i < 18; ++i) text += digits[below(derived(seed, i), 16)];
  return text;
}

// 2025-10-09, from a Unix time (civil_from_days of H. Hinnant).
std::string iso_day(std::int64_t unix_time, bool with_day) {
  const auto days = unix_time / 86400 + 719468;
  const auto era = days / 146097;
  const auto of_era = days - era * 146097;
  const auto year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const auto of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto shifted = (5 * of_year + 2) / 153;
  const auto day = of_year - (153 * shifted + 2) / 5 + 1;
  const auto month = shifted < 10 ? shifted + 3 : shifted - 9;
  const auto year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  const auto two = [](std::int64_t number) { return std::to_string(100 + number).substr(1); };
  return std::to_string(year) + '-' + two(month) + (with_day ? '-' + two(day) : std::string{});
}

// `photo_100` is that wide.
std::int64_t side_in(std::string_view name) {
  const auto digit = name.find_first_of("123456789");
  if (digit == std::string_view::npos) return 0;
  std::int64_t side = 0;
  for (const char c : name.substr(digit, 4)) {
    if (c < '0' || c > '9') break;
    side = 10 * side + (c - '0');
  }
  return side;
}

std::string picture_end(const scalar_place& place) {
  constexpr std::int64_t least = 16, usual = 200;
  if (place.picture)
    return '_' + std::to_string(place.picture->width) + 'x' +
           std::to_string(place.picture->height) + ".png";
  const auto side = side_in(place.name);
  return '_' + std::to_string(side < least ? usual : side) + ".png";
}

struct media_rule {
  std::string_view object, name, end;
};
constexpr std::array media_rules{
    media_rule{"*", "link_mp3", ".mp3"},
    media_rule{"*", "link_ogg", ".ogg"},
    media_rule{"audio_audio*", "url", ".mp3"},
    media_rule{"*", "mp4_*", ".mp4"},
    media_rule{"*", "video_src_*", ".mp4"},
    media_rule{"*", "flv_*", ".flv"},
    media_rule{"*", "animation_url", ".json"},
    media_rule{"*", "*_animation", ".json"},
    media_rule{"*sticker_animation*", "url", ".json"},
};

// What programs expect behind the address.
std::string media_end(const scalar_place& place) {
  if (place.object == "docs_doc" && place.name == "url") {
    const auto extension = document_for(place.object_seed).extension;
    return extension == "png" ? picture_end(place) : '.' + std::string{extension};
  }
  for (const auto& rule : media_rules)
    if (fits(rule.name, place.name) && (rule.object == "*" || fits(rule.object, place.object)))
      return std::string{rule.end};
  return {};
}

std::string address(const sample_options& options, const scalar_place& place, bool picture) {
  auto end = media_end(place);
  if (picture && end.empty()) end = picture_end(place);
  return options.base_url + "/sample/" + std::string{place.name.empty() ? "page" : place.name} +
         '/' + std::to_string(below(place.seed, 100'000)) + end;
}

// Russian names, or the Latin ones of other languages.
bool is_latin(const sample_options& options) {
  constexpr std::array<std::string_view, 6> cyrillic{"ru", "0", "uk", "1", "be", "2"};
  const auto lang = options.sent ? options.sent("lang") : std::nullopt;
  return lang && !lang->empty() && std::ranges::find(cyrillic, *lang) == cyrillic.end();
}

std::string person_text(text_use is, std::uint64_t object_seed, bool latin) {
  const auto number = derived(object_seed, "person");
  const auto first = any_of(latin ? latin_first_names : first_names, number);
  const auto last = any_of(latin ? latin_last_names : last_names, number);
  if (is == text_use::first_name) return first;
  if (is == text_use::last_name) return last;
  return first + ' ' + last;
}

// `id5`, `club1`.
std::string account_name(const scalar_place& place) {
  const bool group = place.object.starts_with("groups_group");
  return (group ? "club" : "id") + std::to_string(*place.account);
}

std::string coded_text(text_use is, std::uint64_t seed, const sample_options& options) {
  const auto number = std::to_string(1 + below(seed, 99'999));
  const auto date = options.now - static_cast<std::int64_t>(below(seed, 30)) * 86400;
  switch (is) {
    case text_use::secret:
      return hex(seed);
    case text_use::number:
      return number;
    case text_use::money:
      return std::to_string(1 + below(seed, 999)) + ".50";
    case text_use::date:
      return std::to_string(1 + below(seed, 28)) + '.' + std::to_string(1 + below(seed >> 8, 12)) +
             '.' + std::to_string(1970 + below(seed >> 16, 35));
    case text_use::day:
    case text_use::month:
      return iso_day(date, is == text_use::day);
    case text_use::color:
      return '#' + any_of(hues, seed);
    case text_use::phone:
      return "+7900" + std::to_string(1'000'000 + below(seed, 9'000'000));
    case text_use::email:
      return "user" + number + "@example.com";
    case text_use::domain:
      return "example.com";
    case text_use::country_code:
      return "RU";
    case text_use::version:
      return "5.199";
    case text_use::language:
      return "ru";
    case text_use::currency:
      return "RUB";
    case text_use::coordinates:
      return "55.75" + number + " 37.61" + number;
    case text_use::extension:
      return "pdf";
    case text_use::json:
      return "{\"sample\":" + number + "}";
    default:
      return {};
  }
}

std::string unlimited_text(text_use is, const scalar_place& place, const sample_options& options) {
  switch (is) {
    case text_use::title:
      return any_of(titles, place.seed);
    case text_use::sentence:
      return any_of(sentences, place.seed);
    case text_use::first_name:
    case text_use::last_name:
    case text_use::full_name:
      return person_text(is, place.object_seed, is_latin(options));
    case text_use::picture:
    case text_use::page:
      return address(options, place, is == text_use::picture);
    case text_use::screen_name:
      if (place.account && (place.name == "screen_name" || place.name == "domain"))
        return account_name(place);
      return any_of(screen_names, place.seed);
    case text_use::city:
      return any_of(cities, place.seed);
    case text_use::country:
      return any_of(countries, place.seed);
    case text_use::street:
      return any_of(streets, place.seed);
    case text_use::school:
      return any_of(schools, place.seed);
    default:
      return coded_text(is, place.seed, options);
  }
}

std::size_t letters_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

bool is_woman(std::uint64_t object_seed) noexcept {
  return below(derived(object_seed, "person"), first_names.size()) % 2 != 0;
}

std::string text_for(type wanted, const scalar_place& place, const sample_options& options) {
  auto text = unlimited_text(use_of(wanted, place), place, options);
  if (place.object == "docs_doc" && (place.name == "ext" || place.name == "title")) {
    const std::string extension{document_for(place.object_seed).extension};
    text = place.name == "ext" ? extension : text + '.' + extension;
  }
  if (const auto most = wanted.max_length(); most && letters_of(text) > *most)
    text = hex(place.seed).substr(0, *most);
  if (const auto least = wanted.min_length())
    for (auto size = letters_of(text); size < *least; ++size) text += '0';
  return text;
}

}  // namespace vkxx::schema_tables::detail

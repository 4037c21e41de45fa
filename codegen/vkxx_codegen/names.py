"""Maps VK's names to C++ names."""

import re

KEYWORDS = set("""alignas alignof and and_eq asm auto bitand bitor bool break case catch char
char8_t char16_t char32_t class compl concept const consteval constexpr constinit const_cast
continue co_await co_return co_yield decltype default delete do double dynamic_cast else enum
explicit export extern false float for friend goto if inline int long mutable namespace new
noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast
requires return short signed sizeof static static_assert static_cast struct switch template this
thread_local throw true try typedef typeid typename union unsigned using virtual void volatile
wchar_t while xor xor_eq""".split())

# Macros that platforms define under these names.
MACROS = set("""min max linux unix near far small interface errno major minor assert stdin stdout
stderr signals slots emit foreach""".split())

# The types of include/vkxx/core/ids.hpp. An integer with one of these names, or a list of integers
# with its plural, has that type.
STRONG_IDS = set("""account_id achievement_id activity_id ad_id address_id album_id answer_id app_id
article_id audio_id bugreport_id campaign_id card_id category_id chat_id city_id client_id cmid
comment_id company_id country_id doc_id faculty_id form_id gift_id group_id item_id link_id list_id
member_id message_id note_id order_id owner_id page_id peer_id photo_id place_id poll_id post_id
product_id property_id reaction_id region_id server_id snippet_id station_id sticker_id story_id
subscription_id tag_id target_group_id target_pixel_id topic_id university_id user_id variant_id
version_id video_id""".split())

ENTITY_IDS = {"owner": "owner_id", "groups": "group_id", "peer": "peer_id", "profiles": "user_id"}


def identifier(text):
    """`text` as a C++ identifier, as close to VK's spelling as possible."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", str(text))
    name = re.sub(r"__+", "_", name)
    if not name:
        return "empty"
    if name[0].isdigit():
        name = "_" + name
    if re.match(r"_[A-Z]", name):
        name = name[1:]
    if name in KEYWORDS or name in MACROS:
        name += "_"
    return name


def enumerator(value, short_name=None):
    """The name of an enum value: VK's short name for a number, else the value itself."""
    text = str(value)
    if re.fullmatch(r"-?\d+", text):
        if short_name and not short_name[0].isdigit():
            return identifier(short_name)
        return "value_" + text.replace("-", "minus_")
    if text == "":
        return "empty"
    if text[0].isdigit():
        return identifier("value_" + text)
    if text.isupper():
        text = text.lower()  # avoids macros
    return identifier(text)


def short(definition, section):
    """'users_user_full' in section users -> 'user_full', as an identifier."""
    prefix = section + "_"
    return identifier(definition[len(prefix):] if definition.startswith(prefix) else definition)


def strong_id(name, node):
    """The id type of an integer called `name`, or None. `id_type` is a decision of ids.json."""
    if "id_type" in node:
        return node["id_type"]
    if name in STRONG_IDS:
        return name
    if name.removesuffix("s") in STRONG_IDS:
        return name.removesuffix("s")
    return ENTITY_IDS.get(node.get("entity"))

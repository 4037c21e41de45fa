/// @file
/// The numbers of VK's API errors, and what is known of each.
/// @see https://dev.vk.com/ru/reference/errors
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vkxx {

/// The `error_code` of an API error.
///
/// The list is open: VK adds codes, so a number without a name here is kept as it came, and
/// `api_errc{12345}` is a valid value. The number is what identifies an error; the names are ours.
enum class api_errc : int {
  // General: requests, tokens, parameters.
  unknown_error = 1,         ///< VK failed for a reason that it does not give.
  app_disabled = 2,          ///< The application is switched off.
  unknown_method = 3,        ///< There is no such method, or not in this API version.
  bad_signature = 4,         ///< The request's `sig` is wrong, or its body arrived cut.
  authorization_failed = 5,  ///< Token absent, broken, expired, revoked or of another address.
  too_many_requests_per_second = 6,  ///< The token made more calls in a second than it may.
  no_permission = 7,    ///< The token lacks the right, or its owner the role, for this method.
  bad_request = 8,      ///< The request itself is malformed: often `v` is missing or too old.
  flood = 9,            ///< Too many actions of the same kind, such as equal texts or many likes.
  internal_error = 10,  ///< VK failed inside.
  test_mode_only = 11,  ///< Test mode: the app must be off or the user logged in to it.
  execute_compile_error = 12,        ///< The code given to execute does not compile.
  execute_runtime_error = 13,        ///< The code given to execute failed while it ran.
  captcha_needed = 14,               ///< VK wants proof that a human is there.
  access_denied = 15,                ///< The object or the method is closed to the token.
  https_required = 16,               ///< This token or user accepts HTTPS only.
  validation_required = 17,          ///< The user must confirm who they are in a browser.
  user_deleted_or_banned = 18,       ///< The page asked for is deleted or blocked.
  content_blocked = 19,              ///< The content is blocked by law or by its rights holder.
  non_standalone_denied = 20,        ///< This method is closed to applications of this type.
  only_standalone_or_openapi = 21,   ///< For standalone and Open API applications only.
  upload_error = 22,                 ///< The uploaded data cannot be used.
  method_disabled = 23,              ///< The method was removed from the API.
  confirmation_required = 24,        ///< VK wants the user to confirm this action.
  token_confirmation_required = 25,  ///< The token must be confirmed before use.
  group_authorization_failed = 27,   ///< Community token invalid, or of no use here.
  application_authorization_failed = 28,  ///< Service token invalid, or of no use here.
  rate_limit = 29,                        ///< The quota of this method is used up for this token.
  private_profile = 30,                   ///< The profile is closed to the caller.
  need_wait = 32,                         ///< The operation cannot be done yet.
  not_implemented = 33,                   ///< The method is announced but does not work yet.
  client_version_deprecated = 34,  ///< VK takes the caller for an official client that is too old.
  client_update_needed = 35,  ///< VK takes the caller for an official client that must be updated.
  timeout = 36,               ///< The method did not finish within the server's time.
  user_banned = 37,           ///< The user who calls is blocked.
  unknown_application = 38,   ///< No application has this id.
  unknown_user = 39,          ///< No user has this id.
  unknown_group = 40,         ///< No community has this id.
  signup_required = 41,       ///< The user has not finished the registration.
  ip_not_allowed = 42,        ///< The caller's IP address is not on the application's list.
  section_unavailable = 43,   ///< This part of the API is switched off for now.
  bad_parameter = 100,   ///< A parameter is missing or invalid; the end of the message says which.
  bad_api_id = 101,      ///< The application id is wrong.
  out_of_limits = 103,   ///< A ceiling is reached: members, communities and the like.
  not_found = 104,       ///< The object was not found.
  save_failed = 105,     ///< The uploaded file could not be saved.
  action_failed = 106,   ///< The action could not be done.
  bad_user_id = 113,     ///< The user id is invalid, or the account is deactivated.
  bad_album_id = 114,    ///< The album id is wrong, or the upload's answer is stale.
  bad_server = 118,      ///< The `server` of the upload's answer is stale or altered.
  bad_title = 119,       ///< The title is not acceptable.
  bad_hash = 121,        ///< The `hash` of the upload's answer is stale or altered.
  bad_photos = 122,      ///< The list of photos in the upload's answer is stale or altered.
  bad_group_id = 125,    ///< The community id is wrong.
  bad_photo = 129,       ///< The `photo` of the upload's answer is stale or altered.
  page_not_found = 140,  ///< The wiki page does not exist.
  page_access = 141,     ///< The wiki page is closed to the caller.
  phone_not_activated = 146,  ///< VK does not know the user's mobile number.
  insufficient_funds = 147,   ///< The application's balance is too low.
  menu_access = 148,          ///< The user's menu is closed to the caller.
  bad_timestamp = 150,        ///< The timestamp is invalid.

  // Objects, advertising and communities.
  bad_friends_list_id = 171,           ///< The list of friends does not exist.
  too_many_friends_lists = 173,        ///< The user has as many lists of friends as allowed.
  friend_is_oneself = 174,             ///< A user cannot be their own friend.
  blacklisted_by_user = 175,           ///< That user has put the caller on their blacklist.
  user_is_blacklisted = 176,           ///< The caller has put that user on the blacklist.
  friend_not_found = 177,              ///< The user to become a friend does not exist.
  note_not_found = 180,                ///< The note does not exist.
  note_access = 181,                   ///< The note is closed to the caller.
  note_comment_denied = 182,           ///< The caller may not comment on this note.
  comment_access = 183,                ///< The comment is closed to the caller.
  album_access = 200,                  ///< The photo album is closed to the caller.
  audio_access = 201,                  ///< The audio is closed to the caller.
  group_access = 203,                  ///< The community is closed to the caller.
  video_access = 204,                  ///< The video is closed to the caller.
  market_access = 205,                 ///< The market is closed to the caller.
  wall_post_access = 210,              ///< The post is closed to the caller.
  wall_comment_access = 211,           ///< The comment on the wall is closed to the caller.
  wall_comments_access = 212,          ///< The post's comments are closed to the caller.
  wall_add_comment_denied = 213,       ///< The caller may not comment here.
  wall_add_post_denied = 214,          ///< The caller may not post on this wall.
  ad_posted_recently = 219,            ///< An advertising post went out a short while ago.
  too_many_recipients = 220,           ///< The post has had too many recipients.
  status_audio_off = 221,              ///< The user has switched off showing tracks in the status.
  links_forbidden = 222,               ///< Links are not allowed here.
  reply_flood = 223,                   ///< There are too many comments on this owner's wall.
  ad_posts_limit = 224,                ///< There are too many advertising posts.
  donut_disabled = 225,                ///< Paid subscription (VK Donut) is off in the community.
  reaction_not_applicable = 232,       ///< This reaction cannot be put on this object.
  too_many_friends = 242,              ///< The user has as many friends as allowed.
  comment_not_deleted = 243,           ///< The comment to restore was not deleted.
  poll_access = 250,                   ///< The poll is closed to the caller.
  bad_poll_id = 251,                   ///< The poll does not exist.
  bad_poll_answer_id = 252,            ///< The poll has no such answer.
  poll_vote_needed = 253,              ///< The results show only after the caller has voted.
  groups_list_hidden = 260,            ///< The user hides the list of communities.
  album_full = 300,                    ///< The album holds as many items as allowed.
  albums_limit = 302,                  ///< The owner has as many albums as allowed.
  votes_denied = 500,                  ///< Payments in votes are off in the application.
  not_enough_votes = 503,              ///< There are not enough votes.
  not_enough_money = 504,              ///< There is not enough money on the balance.
  vk_pay_bad_amount = 506,             ///< VK Pay does not accept the amount.
  vk_pay_bad_pin = 509,                ///< The VK Pay PIN is wrong.
  ads_permission = 600,                ///< The caller has no right to this advertising object.
  weighted_flood = 601,                ///< The advertising calls of today are used up.
  ads_partial_success = 602,           ///< Part of the batch was not done.
  ads_specific = 603,                  ///< The advertising part refuses; the message says why.
  ads_domain_invalid = 604,            ///< The advertised domain is invalid.
  ads_domain_forbidden = 605,          ///< The advertised domain is forbidden.
  ads_domain_reserved = 606,           ///< The advertised domain is reserved.
  ads_domain_occupied = 607,           ///< The advertised domain is taken by somebody else.
  ads_domain_active = 608,             ///< The advertised domain is in use already.
  ads_domain_app_invalid = 609,        ///< The application of the domain is invalid.
  ads_domain_app_forbidden = 610,      ///< The application of the domain is forbidden.
  ads_app_not_verified = 611,          ///< The advertised application is not verified.
  ads_app_not_in_domain_list = 612,    ///< The application is missing in the list of domains.
  ads_app_domain_blocked = 613,        ///< The application of the advertised domain is blocked.
  ads_domain_type_forbidden = 614,     ///< This office may not advertise domains of this type.
  ads_group_invalid = 615,             ///< The advertised community is invalid.
  ads_group_forbidden = 616,           ///< The advertised community is forbidden.
  ads_app_blocked = 617,               ///< The advertised application is blocked.
  ads_group_not_open = 618,            ///< The advertised community is not open.
  ads_group_not_joinable = 619,        ///< The advertised community cannot be joined.
  ads_group_blocked = 620,             ///< The advertised community is blocked.
  ads_group_links_forbidden = 621,     ///< Links are forbidden for the advertised community.
  ads_group_hidden_from_search = 622,  ///< The advertised community is hidden from search.
  ads_group_cover_forbidden = 623,     ///< The advertised community's cover is forbidden.
  ads_group_wrong_category = 624,      ///< The advertised community is in a wrong category.
  ads_group_wrong_name = 625,          ///< The advertised community has a wrong name.
  ads_group_low_reach = 626,           ///< The advertised community reaches too few people.
  ads_group_wrong_class = 627,         ///< The advertised community is of a wrong class.
  ads_group_too_young = 628,           ///< The advertised community is too young.
  ads_object_deleted = 629,            ///< The advertising object is deleted.
  ads_lookalike_running = 630,         ///< A look-alike search from this source is already running.
  ads_lookalike_daily_limit = 631,     ///< The look-alike searches of today are used up.
  ads_audience_too_small = 632,        ///< The audience is too small for a look-alike search.
  ads_audience_too_large = 633,        ///< The audience is too large for a look-alike search.
  ads_audience_save_running = 634,     ///< This look-alike audience is being saved already.
  ads_audience_save_daily_limit = 635,  ///< Today's savings of look-alike audiences are used up.
  ads_retargeting_groups_limit = 636,   ///< There are as many retargeting groups as allowed.
  ads_group_penalized = 637,            ///< The advertised community is under a penalty.
  group_creator_role_fixed = 700,       ///< The role of a community's creator cannot be changed.
  not_group_member = 701,               ///< The user is not a member of the community.
  too_many_group_managers = 702,        ///< The community has as many managers as allowed.
  two_factor_needed = 703,              ///< The caller must have two-factor login on for this.
  user_two_factor_needed = 704,         ///< The user in question must have two-factor login on.
  too_many_group_addresses = 706,       ///< The community has as many addresses as allowed.
  app_not_installed_in_group = 711,     ///< The application is not installed in the community.
  invite_link_only_closed_group = 713,  ///< Only a closed community has invite links.
  bad_group_invite_link = 714,  ///< The community's invite link is invalid, expired or deleted.
  video_already_added = 800,    ///< The video is already added.
  video_comments_closed = 801,  ///< The video's comments are closed.

  // Messages, chats and calls.
  recipient_blacklisted = 900,  ///< Sender or recipient has the other on the blacklist.
  messages_not_allowed = 901,   ///< The recipient has not allowed this community to write.
  recipient_privacy = 902,      ///< The recipient's privacy settings forbid the message.
  long_poll_too_old = 907,      ///< The `ts` or `pts` is too old.
  long_poll_too_new = 908,      ///< The `ts` or `pts` is from the future.
  edit_expired = 909,           ///< The message is too old to be edited.
  message_too_big = 910,        ///< The message with all it carries is too big.
  keyboard_invalid = 911,       ///< The keyboard is not valid.
  chat_bot_feature = 912,       ///< This needs the bot features of the community, which are off.
  too_many_forwards = 913,      ///< The message forwards too many others.
  message_too_long = 914,       ///< The text of the message is too long.
  chat_access = 917,            ///< The chat is closed to the caller.
  invite_link_hidden = 919,     ///< The caller may not see the chat's invite link.
  edit_kind_denied = 920,       ///< Messages of this kind cannot be edited.
  forward_denied = 921,         ///< These messages cannot be forwarded.
  chat_left = 922,              ///< The caller has left this chat.
  delete_for_all_denied = 924,  ///< The message cannot be deleted for everybody.
  not_chat_admin = 925,         ///< The caller is not an administrator of the chat.
  chat_not_found = 927,         ///< The chat does not exist.
  invite_link_change_denied = 931,         ///< The caller may not change the chat's invite link.
  peer_closed_to_group = 932,              ///< The community cannot deal with this peer.
  user_not_in_chat = 935,                  ///< The user is not in the chat.
  contact_not_found = 936,                 ///< The contact does not exist.
  too_many_contacts = 937,                 ///< There are as many contacts as allowed.
  message_request_sent = 939,              ///< A message request was sent already.
  too_many_posts = 940,                    ///< The message carries too many posts.
  pin_story_denied = 942,                  ///< A story that shows once cannot be pinned.
  intent_denied = 943,                     ///< This `intent` may not be used.
  intent_limit = 944,                      ///< The messages allowed with this `intent` are used up.
  chat_disabled = 945,                     ///< The chat is switched off.
  chat_unsupported = 946,                  ///< Chats of this kind are not supported.
  member_group_access = 947,               ///< The user to be added has no access to the community.
  pinned_edit_too_soon = 949,              ///< The pinned message cannot be edited yet.
  reply_too_late = 950,                    ///< The time in which this peer may be answered is over.
  call_finished = 951,                     ///< The call is over.
  bad_call_secret = 952,                   ///< The secret of the call is wrong.
  bad_call_name = 953,                     ///< The name of the call is not acceptable.
  bad_call_link = 954,                     ///< The link to the call is wrong.
  voice_transcription_invalid = 959,       ///< The transcription of the voice message is invalid.
  call_login_needed = 960,                 ///< Only users who are logged in may join the call.
  call_link_outdated = 961,                ///< The link to the call is out of date.
  donut_subscription_needed = 962,         ///< This chat is for paid subscribers only.
  chat_already_archived = 964,             ///< The chat is in the archive already.
  chat_not_archived = 965,                 ///< The chat is not in the archive.
  work_chat_employees_only = 967,          ///< This work chat is for employees only.
  translation_language_unsupported = 968,  ///< Translation does not know this language.
  message_forward_denied = 969,            ///< This message cannot be forwarded.
  pin_expiring_denied = 970,               ///< A message that disappears cannot be pinned.
  translation_unsuitable_message = 971,    ///< This message is not fit for translation.
  translation_impossible = 972,            ///< The message cannot be translated.
  translation_bad_languages = 973,         ///< The languages for the translation are invalid.
  folder_not_found = 974,                  ///< The folder of chats does not exist.
  too_many_folders = 975,                  ///< There are as many folders of chats as allowed.
  too_many_folder_chats = 976,             ///< The folder holds as many chats as allowed.
  call_room_link_outdated = 977,           ///< The link to the room of the call is out of date.
  spam_restriction = 984,                  ///< VK restricts the caller for spam.
  group_notifications_only = 985,          ///< The community sends notifications only.
  message_request_needed = 987,            ///< The recipient must be sent a message request first.
  message_request_pending = 988,           ///< The message request is not answered yet.
  drop_device_cache = 990,       ///< The server wants the cached state of this device dropped.
  bad_phone_number = 1000,       ///< The phone number is not valid.
  phone_number_used = 1004,      ///< The phone number belongs to another account.
  already_in_call = 1008,        ///< The user is in a call already.
  unknown_reaction = 1009,       ///< There is no such reaction.
  reaction_disabled = 1010,      ///< This reaction is switched off.
  too_many_reactions = 1011,     ///< The message has as many reactions as allowed.
  chat_writing_disabled = 1012,  ///< Writing is switched off in this chat.

  // Everything with a higher number.
  too_many_login_attempts = 1105,      ///< There were too many attempts to log in.
  wrong_confirmation_code = 1110,      ///< The confirmation code is wrong.
  password_not_acceptable = 1111,      ///< The password is not acceptable.
  login_in_progress = 1112,            ///< The login, or the sending of a code, is still under way.
  bad_login_session = 1113,            ///< The login session id (`sid`) is invalid.
  anonymous_token_expired = 1114,      ///< The anonymous token has run out.
  super_app_token_invalid = 1115,      ///< The super-app token is invalid.
  anonymous_token_invalid = 1116,      ///< The anonymous token is invalid.
  access_token_expired = 1117,         ///< The access token has run out.
  anonymous_token_ip_mismatch = 1118,  ///< The anonymous token was given to another IP address.
  passkey_registration_failed = 1119,  ///< The passkey could not be registered.
  passkey_login_failed = 1120,         ///< The login by passkey failed.
  bad_document_id = 1150,              ///< The document's id is invalid.
  document_delete_denied = 1151,       ///< The caller may not delete the document.
  bad_document_title = 1152,           ///< The document's title is not acceptable.
  document_access = 1153,              ///< The document is closed to the caller.
  document_restore_denied = 1154,      ///< The caller may not restore the document.
  document_restore_too_late = 1155,    ///< The document was deleted too long ago to be restored.
  photo_changed = 1160,                ///< The original photo was changed in the meantime.
  too_many_feed_lists = 1170,          ///< There are as many lists of the feed as allowed.
  stickers_disabled = 1191,            ///< Stickers are switched off.
  achievement_already_unlocked = 1251,  ///< The user has this achievement already.
  subscription_not_found = 1256,        ///< The subscription does not exist.
  subscription_wrong_state = 1257,  ///< The subscription is in a state that does not allow this.
  too_many_menu_apps = 1259,        ///< The menu holds as many applications as allowed.
  bad_short_address = 1260,         ///< The short address is not acceptable.
  too_many_profile_buttons = 1262,  ///< The profile has as many buttons as allowed.
  group_catalogue_off = 1310,       ///< The catalogue of communities is off for this user.
  group_categories_off = 1311,      ///< The categories of the catalogue are off for this user.
  market_restore_too_late = 1400,   ///< It is too late to restore the item.
  market_comments_closed = 1401,    ///< The item's comments are closed.
  market_album_not_found = 1402,    ///< The market has no such album.
  market_item_not_found = 1403,     ///< The market has no such item.
  market_item_already_in_album = 1404,  ///< The item is in the album already.
  market_too_many_items = 1405,         ///< The market holds as many items as allowed.
  market_album_too_many_items = 1406,   ///< The album holds as many items as allowed.
  market_too_many_albums = 1407,        ///< The market has as many albums as allowed.
  market_bad_links = 1408,              ///< The item's description has links that are not allowed.
  market_extended_off = 1409,           ///< The extended market is off in the community.
  market_variants_off = 1410,           ///< Variants of items are off in the community.
  market_variants_error = 1411,         ///< The variants of the item are not consistent.
  market_group_different_properties = 1412,  ///< Items to be grouped differ in properties.
  market_group_has_variant = 1413,           ///< The group of items has such a variant already.
  market_group_other_properties = 1414,      ///< The group of items has other properties.
  market_group_needs_variants = 1415,        ///< The group of items must have variants.
  market_variant_not_found = 1416,           ///< The variant does not exist.
  market_property_not_found = 1417,          ///< The property does not exist.
  market_too_many_properties = 1418,         ///< There are as many properties as allowed.
  market_too_many_variants = 1419,           ///< There are as many variants as allowed.
  market_name_too_long = 1421,               ///< The name is too long.
  market_variant_value_too_long = 1423,      ///< The value of the variant is too long.
  market_unknown_property_type = 1424,       ///< There is no such type of property.
  market_group_needs_two_items = 1425,       ///< A group needs two items or more.
  market_group_needs_distinct_properties = 1426,  ///< Grouped items must differ in property values.
  market_cart_empty = 1427,                       ///< The cart is empty.
  market_dimensions_incomplete = 1429,  ///< Width, height, length, weight: some are missing.
  market_vk_pay_status_fixed = 1430,    ///< The status of VK Pay cannot be changed.
  market_already_on = 1431,             ///< The market is on already.
  market_already_off = 1432,            ///< The market is off already.
  market_bad_crop_format = 1433,        ///< The crop of the picture is not written as it should be.
  market_crop_outside_picture = 1434,   ///< The crop reaches out of the picture.
  market_crop_too_small = 1435,         ///< The crop is too small.
  market_order_not_found = 1436,        ///< The order does not exist.
  market_not_enabled = 1438,            ///< The market is not enabled in the community.
  market_main_album_hide_denied = 1446,   ///< The main album cannot be hidden.
  market_bad_order_status = 1456,         ///< The status of the order is not acceptable.
  market_main_album_set_failed = 1457,    ///< The album could not be made the main one.
  market_main_album_unset_failed = 1458,  ///< The album could not be made an ordinary one.
  market_item_not_deleted = 1518,         ///< The item to restore was not deleted.
  market_off = 1525,                      ///< The market is switched off.
  market_services_off = 1526,             ///< The services of the market are switched off.
  story_expired = 1600,                   ///< The story has run out.
  story_bad_reply_privacy = 1602,     ///< The privacy of replies to the story is not acceptable.
  pretty_card_not_found = 1900,       ///< The card does not exist.
  too_many_pretty_cards = 1901,       ///< There are as many cards as allowed.
  pretty_card_in_post = 1902,         ///< The card is attached to a post.
  callback_servers_limit = 2000,      ///< All 10 Callback API servers of the community exist.
  stickers_not_bought = 2100,         ///< The user has not bought these stickers.
  too_many_favorite_stickers = 2101,  ///< There are as many favourite stickers as allowed.
  sticker_not_favorite = 2102,        ///< The sticker is not among the favourites.
  text_live_empty_message = 2600,     ///< A message of the text broadcast is empty.
  text_live_too_many_attachments = 2601,  ///< A text broadcast's message has several attachments.
  text_live_wrong_author = 2602,          ///< The caller is not the author of the text broadcast.
  text_live_finished = 2603,              ///< The text broadcast is over.
  text_live_unavailable = 2604,           ///< The text broadcast cannot be reached.
  text_live_server_error = 2605,          ///< The server of text broadcasts failed.
  text_live_message_too_long = 2606,      ///< A message of the text broadcast is too long.
  link_source_unknown = 3102,             ///< The source of the link cannot be found.
  recaptcha_needed = 3300,                ///< VK wants a reCAPTCHA to be passed.
  phone_confirmation_needed = 3301,       ///< VK wants the phone to be confirmed.
  password_confirmation_needed = 3302,    ///< VK wants the password to be confirmed.
  otp_app_confirmation_needed = 3303,  ///< VK wants a code from the one-time password application.
  email_confirmation_needed = 3304,    ///< VK wants the e-mail address to be confirmed.
  assert_votes = 3305,              ///< VK refuses with "assert votes", which it explains nowhere.
  token_extension_required = 3609,  ///< The token must be extended with `extend_hash`.
  user_deactivated = 3610,          ///< The user has deactivated the account.
  service_deactivated = 3611,       ///< The service is deactivated for this user.
  external_binding_exists = 3612,   ///< The account is bound to an outside one already.
  bookmark_tag_denied = 3800,       ///< This bookmark tag does not go with such objects.
  product_group_not_found = 4519,   ///< The community of the product does not exist.
  product_bad_photo_id = 4520,      ///< The product's photo id is invalid.
  product_photo_access = 4525,      ///< The product's photo is closed to the caller.
  product_user_locked = 4526,       ///< The user is locked.
  product_duplicate = 4527,         ///< There is such a product already.
  photo_undecodable = 4600,         ///< The uploaded photo cannot be decoded.
  photo_wrong_size = 4601,          ///< The uploaded photo has a wrong size.
  photo_preprocessing_failed = 4602,    ///< The uploaded photo could not be prepared.
  registration_unavailable = 5400,      ///< New accounts cannot be registered here.
  owner_photo_bad_answer = 5701,        ///< The answer of the main photo's upload is not valid.
  owner_photo_bad_upload_hash = 5702,   ///< The upload's hash for the main photo is wrong.
  owner_photo_bad_user = 5703,          ///< The user named with the main photo is wrong.
  owner_photo_bad_group = 5704,         ///< The community named with the main photo is wrong.
  owner_photo_bad_crop = 5705,          ///< The crop of the main photo is not valid.
  owner_photo_too_small = 5706,         ///< The picture for the main photo is too small.
  owner_photo_not_found = 5708,         ///< The uploaded main photo was not found.
  owner_photo_bad_photo = 5709,         ///< The `photo` of the main photo's upload is wrong.
  owner_photo_bad_hash = 5710,          ///< The `hash` of the main photo's upload is wrong.
  money_transfer_to_oneself = 5800,     ///< Money cannot be sent to oneself.
  bad_channel_invite_link = 7401,       ///< The channel's invite link is invalid.
  channel_already_joined = 7402,        ///< The user is in the channel already.
  speech_duration_used_up = 7701,       ///< The total length of speech to be recognised is used up.
  speech_file_too_big = 7702,           ///< The file with the speech is too big.
  speech_bad_hash = 7703,               ///< The hash of the uploaded speech is wrong.
  speech_task_not_found = 7704,         ///< The task of speech recognition does not exist.
  external_account_not_linked = 8201,   ///< No outside account is linked.
  external_account_deleted = 8202,      ///< The outside account is deleted.
  external_account_not_trusted = 8203,  ///< The outside account is not trusted.
  external_account_already_linked = 8206,   ///< The outside account is linked already.
  external_account_bad_data = 8209,         ///< The data of the outside account are not valid.
  http_method_not_supported = 9999,         ///< The HTTP method of the request is not supported.
  app_snippet_empty_filter = 11003,         ///< The filter for the application's snippets is empty.
  app_snippet_empty_data = 11004,           ///< The application's snippet has no data.
  app_too_many_snippets = 11005,            ///< The application has as many snippets as allowed.
  app_snippet_not_found = 11006,            ///< The application's snippet does not exist.
  text_translation_impossible = 11101,      ///< The text cannot be translated.
  text_several_source_languages = 11102,    ///< The texts to translate are in several languages.
  user_action_confirmation_needed = 11500,  ///< VK's check of user actions wants a confirmation.
  group_strikes_active = 13000,  ///< The community has active strikes, so VK refuses the upload.
};

/// What has to happen before a call that failed can succeed. It is a hint for whoever decides, and
/// no promise that a repeat is safe: of a write, mind what is known of its effect.
enum class remedy {
  none,         ///< The same request will fail again.
  fix_request,  ///< The caller has to change the request, or a setting of the application.
  wait,         ///< Time has to pass: from a second (6) to hours (9, 29) or a day (601).
  once_more,    ///< One more try, after a new upload where one was involved, is reasonable.
  person,       ///< A person has to act: a captcha, a browser, a confirmation.
  new_token,    ///< Another token is needed.
};

/// What is known of one API error, in a developer's words.
struct api_error_facts {
  api_errc code;             ///< What the facts are about.
  std::string_view name;     ///< The name of the enumerator, such as `access_denied`.
  std::string_view meaning;  ///< One sentence: what VK says by it.
  std::string_view advice;   ///< One sentence or two: what helps.
  vkxx::remedy remedy;       ///< The kind of thing that helps.
  bool global;               ///< Whether any method may answer with it.
};

/// What is known of an `error_subcode`, which narrows an error down.
struct api_subcode_facts {
  api_errc code;             ///< The error that is narrowed down.
  int subcode;               ///< The number, which means something under `code` only.
  std::string_view meaning;  ///< One sentence.
};

/// The facts about `code`, or null if it is a number without a name. The facts live as long as the
/// program. Any threads may ask at once.
[[nodiscard]] const api_error_facts* find_facts(api_errc code) noexcept;

/// The facts about `subcode` of `code`, or null if nothing is known. The same number means
/// different things under different codes. The facts live as long as the program.
[[nodiscard]] const api_subcode_facts* find_subcode_facts(api_errc code, int subcode) noexcept;

/// All errors that have a name, sorted by code. The facts live as long as the program.
[[nodiscard]] std::span<const api_error_facts> all_api_errors() noexcept;

/// The name of `code`, such as `access_denied`, or `unknown code 12345`.
[[nodiscard]] std::string to_string(api_errc code);

}  // namespace vkxx

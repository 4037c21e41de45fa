#include <gtest/gtest.h>
#include <vkxx/auth/open_api_session.hpp>
#include <vkxx/auth/payment_notification.hpp>

namespace {

using namespace std::chrono_literals;

const vkxx::secret server_key{"emulator-test-secret"};
const std::string cookie =
    "expire=1700003600&mid=100&secret=oauth&sid=abcdef&sig=1506b0e991540b39927fe00a75a51757";
const vkxx::auth::wall_time end{std::chrono::seconds{1700003600}};

TEST(OpenApiSession, AcceptsWhatVkSignedInAnyOrder) {
  const auto session = vkxx::auth::verify_open_api_session(cookie, server_key, end);
  ASSERT_TRUE(session) << session.error();
  EXPECT_EQ(session->number("mid"), 100);
  EXPECT_TRUE(vkxx::auth::verify_open_api_session(
      "sig=1506b0e991540b39927fe00a75a51757&sid=abcdef&extra=1&mid=100&expire=1700003600"
      "&secret=oauth",
      server_key, end));
}

TEST(OpenApiSession, Ends) {
  const auto over = vkxx::auth::verify_open_api_session(cookie, server_key, end + 1s);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error(), vkxx::errc::authorization_failed);
}

TEST(OpenApiSession, RefusesChangesGapsAndDoubles) {
  for (std::size_t i = 0; i != cookie.size(); ++i) {
    auto changed = cookie;
    changed[i] = changed[i] == '7' ? '8' : '7';
    EXPECT_FALSE(vkxx::auth::verify_open_api_session(changed, server_key, end - 1h)) << changed;
  }
  EXPECT_FALSE(vkxx::auth::verify_open_api_session(cookie + "&mid=200", server_key, end));
  EXPECT_FALSE(vkxx::auth::verify_open_api_session("mid=100", server_key, end));
  EXPECT_FALSE(vkxx::auth::verify_open_api_session("", server_key, end));
}

const std::string item =
    "notification_type=get_item_test&app_id=777&user_id=100&receiver_id=100&order_id=55"
    "&item=coins_10&lang=en_US&sig=53c4f9f19f8ae7869988f761429ae328";

TEST(PaymentNotification, AcceptsWhatVkSigned) {
  const auto notification = vkxx::auth::verify_payment_notification(item, server_key);
  ASSERT_TRUE(notification) << notification.error();
  EXPECT_EQ(notification->find("notification_type"), "get_item_test");
  EXPECT_EQ(notification->number("order_id"), 55);
  EXPECT_EQ(notification->find("sig"), std::nullopt);
  EXPECT_TRUE(
      vkxx::auth::verify_payment_notification("app_id=1&notification_type=not_processed&order_id=1&"
                                              "receiver_id=1&subscription_id=1&user_id=1"
                                              "&sig=4dd8fa646851ff3f756e6c26d321471b",
                                              vkxx::secret{"secret"}));
  EXPECT_TRUE(vkxx::auth::verify_payment_notification("sig=5ebe2294ecd0e0f08eab7690d2a6ee69",
                                                      vkxx::secret{"secret"}));
}

TEST(PaymentNotification, EveryParameterTakesPart) {
  for (const auto* extra : {"&version=5.132", "&item=coins_99", "&order_id="}) {
    const auto refused = vkxx::auth::verify_payment_notification(item + extra, server_key);
    ASSERT_FALSE(refused) << extra;
    EXPECT_EQ(refused.error(), vkxx::errc::authorization_failed);
  }
}

TEST(PaymentNotification, TellsUnreadableFromUntrusted) {
  for (const auto* body : {"", "app_id=1", "app_id=%zz&sig=1"}) {
    const auto refused = vkxx::auth::verify_payment_notification(body, server_key);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), vkxx::errc::invalid_argument) << body;
  }
}

TEST(PaymentNotification, IsRefusedInVksWords) {
  EXPECT_EQ(vkxx::auth::payment_error(10, "signature", true),
            R"({"error":{"error_code":10,"error_msg":"signature","critical":true}})");
}

}  // namespace

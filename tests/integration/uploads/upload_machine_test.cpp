// The machine of uploads, event by event.
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "uploads/machine/upload_machine.hpp"

namespace vkxx::detail {
namespace {

using action = upload_action;
namespace on = upload_event;

constexpr on::save_failed lost{save_failure::transient, true};
constexpr on::save_failed busy{save_failure::transient, false};
constexpr on::save_failed stale{save_failure::upload_again, false};
constexpr on::save_failed denied{save_failure::final, false};

// The actions that follow the events.
std::vector<action> after(upload_machine& machine,
                          std::initializer_list<upload_event_variant> events) {
  std::vector<action> actions;
  for (const auto& event : events) actions.push_back(machine.resume(event));
  return actions;
}
std::vector<action> after(std::initializer_list<upload_event_variant> events,
                          upload_rules rules = {}) {
  upload_machine machine{rules};
  return after(machine, events);
}

using actions = std::vector<action>;

TEST(UploadMachine, GetsAnAddressPostsAndSaves) {
  EXPECT_EQ(upload_machine::first(), action::get_address);
  EXPECT_EQ(after({on::address_given{}, on::accepted{}, on::saved{}}),
            (actions{action::post, action::save, action::succeed}));
}

TEST(UploadMachine, EndsWithTheAnswerWhereNothingIsSaved) {
  upload_rules rules;
  rules.has_save = false;
  EXPECT_EQ(after({on::address_given{}, on::accepted{}}, rules),
            (actions{action::post, action::succeed}));
}

TEST(UploadMachine, FailsWithTheServerMethod) {
  EXPECT_EQ(after({on::address_failed{}}), (actions{action::fail}));
}

TEST(UploadMachine, ARefusalIsFinal) {
  EXPECT_EQ(after({on::address_given{true}, on::refused{}}), (actions{action::post, action::fail}));
}

TEST(UploadMachine, TriesTheFallbackOnceAndThenAnotherServerOnce) {
  EXPECT_EQ(after({on::address_given{true}, on::unreachable{}, on::unreachable{},
                   on::address_given{true}, on::unreachable{}}),
            (actions{action::post, action::post_fallback, action::get_address, action::post,
                     action::fail}));
  EXPECT_EQ(after({on::address_given{}, on::unreachable{}, on::address_given{true},
                   on::unreachable{}, on::unreachable{}}),
            (actions{action::post, action::get_address, action::post, action::post_fallback,
                     action::fail}));
  EXPECT_EQ(after({on::address_given{true}, on::unreachable{}, on::accepted{}, on::saved{}}),
            (actions{action::post, action::post_fallback, action::save, action::succeed}));
}

TEST(UploadMachine, RepeatsTheSaveAlone) {
  upload_machine machine{{}};
  EXPECT_EQ(after(machine, {on::address_given{}, on::accepted{}, busy, on::paused{}, busy,
                            on::paused{}, on::saved{}}),
            (actions{action::post, action::save, action::pause, action::save, action::pause,
                     action::save, action::succeed}));
  EXPECT_EQ(machine.saves(), 3);
  EXPECT_EQ(machine.posts(), 1);
  EXPECT_FALSE(machine.maybe_doubled());
}

TEST(UploadMachine, PausesTwiceAsLongEachTimeAndGivesUp) {
  upload_rules rules;
  rules.max_saves = 3;
  rules.first_pause = std::chrono::milliseconds{10};
  upload_machine machine{rules};
  after(machine, {on::address_given{}, on::accepted{}, busy});
  EXPECT_EQ(machine.pause(), std::chrono::milliseconds{10});
  after(machine, {on::paused{}, busy});
  EXPECT_EQ(machine.pause(), std::chrono::milliseconds{20});
  EXPECT_EQ(after(machine, {on::paused{}, busy}), (actions{action::save, action::fail}));
  EXPECT_FALSE(machine.maybe_saved());
}

TEST(UploadMachine, SaysWhenTheObjectMayExistTwice) {
  upload_machine repeated{{}};
  after(repeated, {on::address_given{}, on::accepted{}, lost, on::paused{}, on::saved{}});
  EXPECT_TRUE(repeated.maybe_doubled());
  upload_machine uploaded_twice{{}};
  after(uploaded_twice, {on::address_given{}, on::accepted{}, lost, on::paused{}, stale,
                         on::address_given{}, on::accepted{}, on::saved{}});
  EXPECT_EQ(uploaded_twice.last(), action::succeed);
  EXPECT_TRUE(uploaded_twice.maybe_doubled());
  upload_machine failed{{}};
  after(failed, {on::address_given{}, on::accepted{}, lost, on::paused{}, denied});
  EXPECT_EQ(failed.last(), action::fail);
  EXPECT_TRUE(failed.maybe_saved());
  EXPECT_FALSE(failed.maybe_doubled());
}

TEST(UploadMachine, UploadsOnceMoreWhenTheAnswerIsNoLongerGood) {
  EXPECT_EQ(after({on::address_given{}, on::accepted{}, stale, on::address_given{}, on::accepted{},
                   stale}),
            (actions{action::post, action::save, action::get_address, action::post, action::save,
                     action::fail}));
  // One further server in all, whatever it is for.
  EXPECT_EQ(
      after({on::address_given{}, on::unreachable{}, on::address_given{}, on::accepted{}, stale}),
      (actions{action::post, action::get_address, action::post, action::save, action::fail}));
}

TEST(UploadMachine, ReturnsTheOtherErrorsOfTheSave) {
  EXPECT_EQ(after({on::address_given{}, on::accepted{}, denied}),
            (actions{action::post, action::save, action::fail}));
}

TEST(UploadMachine, ReportsASecondVideo) {
  upload_rules rules;
  rules.has_save = false;
  rules.address_creates = true;
  upload_machine machine{rules};
  after(machine, {on::address_given{}, on::unreachable{}, on::address_given{}, on::accepted{}});
  EXPECT_EQ(machine.last(), action::succeed);
  EXPECT_TRUE(machine.maybe_doubled());
}

// Without a save method, the upload server does it all: a lost answer may be that of a success.
TEST(UploadMachine, RemembersWhatAnUploadServerMayHaveDone) {
  upload_rules rules;
  rules.has_save = false;
  for (const bool unknown : {false, true}) {
    upload_machine machine{rules};
    EXPECT_EQ(after(machine, {on::address_given{}, on::unreachable{unknown}, on::address_failed{}}),
              (actions{action::post, action::get_address, action::fail}));
    EXPECT_EQ(machine.maybe_saved(), unknown);
    upload_machine repeated{rules};
    after(repeated, {on::address_given{true}, on::unreachable{unknown}, on::accepted{}});
    EXPECT_EQ(repeated.last(), action::succeed);
    EXPECT_EQ(repeated.maybe_doubled(), unknown);
  }
  // Both posts are for the same video.
  rules.address_creates = true;
  upload_machine video{rules};
  after(video, {on::address_given{true}, on::unreachable{true}, on::accepted{}});
  EXPECT_FALSE(video.maybe_doubled());
}

TEST(UploadMachine, CanBeInterruptedAnywhere) {
  const std::vector<upload_event_variant> steps{on::address_given{true}, on::unreachable{},
                                                on::accepted{}, busy, on::paused{}};
  for (std::size_t count = 0; count <= steps.size(); ++count) {
    upload_machine machine{{}};
    for (std::size_t i = 0; i < count; ++i) static_cast<void>(machine.resume(steps[i]));
    EXPECT_EQ(machine.resume(on::interrupted{}), action::fail) << count;
    EXPECT_EQ(machine.resume(on::saved{}), action::fail) << count;
  }
}

// Every event in every state: those that do not belong there change nothing.
TEST(UploadMachine, IgnoresEventsThatDoNotFit) {
  const std::vector<upload_event_variant> all{
      on::address_given{}, on::address_failed{}, on::accepted{}, on::refused{},
      on::unreachable{},   on::saved{},          busy,           on::paused{}};
  const auto expect_kept = [&](const std::vector<upload_event_variant>& path,
                               std::initializer_list<std::size_t> fitting) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (std::find(fitting.begin(), fitting.end(), i) != fitting.end()) continue;
      upload_machine machine{{}};
      for (const auto& event : path) static_cast<void>(machine.resume(event));
      const auto before = machine.last();
      EXPECT_EQ(machine.resume(all[i]), before) << before << ' ' << all[i];
    }
  };
  expect_kept({}, {0, 1});
  expect_kept({on::address_given{}}, {2, 3, 4});
  expect_kept({on::address_given{true}, on::unreachable{}}, {2, 3, 4});
  expect_kept({on::address_given{}, on::accepted{}}, {5, 6});
  expect_kept({on::address_given{}, on::accepted{}, busy}, {7});
  expect_kept({on::address_given{}, on::accepted{}, on::saved{}}, {});
  expect_kept({on::address_failed{}}, {});
}

}  // namespace
}  // namespace vkxx::detail

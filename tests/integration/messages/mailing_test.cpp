// Mailings against the emulator, over real sockets: interrupted at every place, and resumed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/messages.hpp>
#include <vkxx/state/sqlite_state.hpp>

#include "integration/dispatch/state_support.hpp"
#include "integration/messages/failing_state.hpp"
#include "integration/updates/updates_site.hpp"
#include "unit/emulator/files/sample_pictures.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr peer_id refusing_reader{14};  // has not allowed the community to write

// Seven readers, one of whom refuses, three in a call.
std::vector<peer_id> readers() {
  return {peer_id{2}, peer_id{3}, refusing_reader, peer_id{4}, peer_id{5}, peer_id{6}, peer_id{7}};
}

class Mailing : public ::testing::Test {
 protected:
  Mailing() {
    auto settings = site_.settings();
    settings.retries(retries{}.off());
    vk_ = std::make_unique<client>(site_.loop().context().get_executor(), settings);
    options_.peers_per_call(3).wall_clock([this] { return now_; });
  }
  [[nodiscard]] mailing news(outgoing message = outgoing{"News"}) const {
    return mailing{*vk_, store_, "news", std::move(message), options_};
  }
  template <class T>
  T run(asio::awaitable<T> operation) {
    return site_.loop().run(std::move(operation));
  }
  void begin(const mailing& some) {
    const auto begun = run(some.begin(readers()));
    ASSERT_TRUE(begun) << begun.error();
    ASSERT_TRUE(*begun);
  }
  void add_fault(std::string_view text) {
    site_.emulator().add_fault(emulation::parse_fault(text));
  }
  // How often each peer was written to, in executed calls.
  std::map<std::int64_t, int> written() {
    std::map<std::int64_t, int> times;
    for (const auto& write : site_.emulator().journal()) {
      if (write.method != "messages.send") continue;
      for (const auto& [name, value] : write.parameters) {
        if (name != "peer_ids") continue;
        std::istringstream list{value};
        for (std::string peer; std::getline(list, peer, ',');) ++times[std::stoll(peer)];
      }
    }
    return times;
  }
  // What a reader got of the community, oldest first.
  std::vector<std::string> texts_of(peer_id reader) {
    std::vector<std::string> texts;
    for (const auto& write : site_.emulator().journal()) {
      if (write.method != "messages.send") continue;
      std::string message;
      std::string peers;
      for (const auto& [name, value] : write.parameters) {
        if (name == "message") message = value;
        if (name == "peer_ids") peers = ',' + value + ',';
      }
      const auto mark = ',' + vk_parameter(reader) + ',';
      if (peers.find(mark) != std::string::npos) texts.push_back(message.substr(0, 1));
    }
    return texts;
  }
  // Of a message that has three parts.
  void expect_every_part_once(const mailing& some) {
    const auto outcomes = run(some.outcomes());
    ASSERT_TRUE(outcomes) << outcomes.error();
    ASSERT_THAT(*outcomes, SizeIs(readers().size()));
    for (const auto& outcome : *outcomes) {
      if (outcome.peer == refusing_reader) {
        EXPECT_EQ(outcome.reason, cannot_write::not_allowed);
        EXPECT_EQ(outcome.parts, 0U);
        EXPECT_THAT(texts_of(outcome.peer), ElementsAre("a"));  // VK was asked once
      } else {
        EXPECT_EQ(outcome.message, cmid{3}) << outcome.peer;
        EXPECT_EQ(outcome.parts, 3U);
        EXPECT_THAT(texts_of(outcome.peer), ElementsAre("a", "b", "c")) << outcome.peer;
      }
    }
  }
  void expect_everybody_once(const mailing& some) {
    const auto outcomes = run(some.outcomes());
    ASSERT_TRUE(outcomes) << outcomes.error();
    std::vector<peer_id> peers;
    for (const auto& outcome : *outcomes) {
      peers.push_back(outcome.peer);
      if (outcome.peer == refusing_reader) {
        EXPECT_EQ(outcome.reason, cannot_write::not_allowed);
      } else {
        EXPECT_EQ(outcome.message, cmid{1}) << outcome.peer;
      }
    }
    EXPECT_EQ(peers, readers());
    const auto times = written();
    EXPECT_EQ(times.size(), readers().size());
    for (const auto& [peer, count] : times) EXPECT_EQ(count, 1) << peer;
  }

  updates_site site_;
  std::unique_ptr<client> vk_;
  std::shared_ptr<failing_state> failing_ = std::make_shared<failing_state>();
  std::shared_ptr<state_store> store_ = failing_;
  wall_time now_ = testing::at(1'700'000'000'000);
  mailing_options options_;
};

TEST_F(Mailing, ReachesEverybodyOnce) {
  std::vector<std::size_t> left;
  options_.on_progress([&](const mailing_report& report) { left.push_back(report.left()); });
  const auto some = news();
  begin(some);
  const auto report = run(some.run());
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(*report, (mailing_report{mailing_status::finished, 7, 6, 1, 0}));
  EXPECT_THAT(left, ElementsAre(4, 1, 0));
  expect_everybody_once(some);
  // A finished mailing does nothing more.
  ASSERT_TRUE(run(some.run()));
  expect_everybody_once(news());
}

TEST_F(Mailing, GoesOnAfterAnAnswerWasLost) {
  begin(news());
  add_fault("lost:messages.send");
  const auto interrupted = run(news().run());
  ASSERT_FALSE(interrupted);
  EXPECT_EQ(interrupted.error().effect(), request_effect::unknown);
  EXPECT_EQ(run(news().report())->left(), 7U);
  ASSERT_TRUE(run(news().run()));
  expect_everybody_once(news());
}

TEST_F(Mailing, GoesOnAfterItWasCancelledInACall) {
  begin(news());
  options_.on_progress([&](const mailing_report& report) {
    if (report.left() == 4) add_fault("silent:messages.send");
  });
  auto cancel = std::make_shared<asio::cancellation_signal>();
  auto& context = site_.loop().context();
  auto running = asio::co_spawn(context, news().run(),
                                asio::bind_cancellation_slot(cancel->slot(), asio::use_future));
  const auto calls = [&] {
    const auto received = site_.emulator().requests();
    return std::count_if(received.begin(), received.end(),
                         [](const auto& some) { return some.api_method == "messages.send"; });
  };
  while (calls() < 2) std::this_thread::yield();
  asio::post(context, [cancel] { cancel->emit(asio::cancellation_type::terminal); });
  const auto interrupted = event_loop::get(running);
  ASSERT_FALSE(interrupted);
  EXPECT_EQ(interrupted.error(), errc::cancelled);
  EXPECT_EQ(run(news().report())->left(), 4U);
  ASSERT_TRUE(run(news().run()));
  expect_everybody_once(news());
}

TEST_F(Mailing, GoesOnAfterACallTookTooLong) {
  begin(news());
  add_fault("silent:messages.send");
  call_options limit;
  limit.total_timeout(100ms);
  options_.each_call(limit);
  const auto interrupted = run(news().run());
  ASSERT_FALSE(interrupted);
  EXPECT_EQ(interrupted.error(), errc::deadline_exceeded);
  options_.each_call(call_options{});
  ASSERT_TRUE(run(news().run()));
  expect_everybody_once(news());
}

// A commit that fails stands for a process that dies before or after it.
TEST_F(Mailing, GoesOnAfterEveryCommitThatFailed) {
  begin(news());
  ASSERT_TRUE(run(news().run()));
  const auto commits = failing_->commits();
  ASSERT_GE(commits, 6);
  for (const auto kind : {failing_state::failure::before, failing_state::failure::after}) {
    for (int commit = 1; commit < commits; ++commit) {
      SCOPED_TRACE(commit);
      site_.emulator().reset();
      store_ = failing_ = std::make_shared<failing_state>();
      begin(news());
      failing_->fail_at(commit, kind);
      EXPECT_FALSE(run(news().run()));
      const auto report = run(news().run());
      ASSERT_TRUE(report) << report.error();
      EXPECT_EQ(*report, (mailing_report{mailing_status::finished, 7, 6, 1, 0}));
      expect_everybody_once(news());
    }
  }
}

TEST_F(Mailing, GoesOnInAnotherProcess) {
  const testing::temporary_folder folder;
  const auto open = [&] {
    store_.reset();
    auto opened = sqlite_state::open(folder.file("state.db"));
    ASSERT_TRUE(opened) << opened.error();
    store_ = *opened;
  };
  open();
  begin(news());
  add_fault("lost:messages.send");
  EXPECT_FALSE(run(news().run()));
  open();
  const auto begun = run(news().begin({peer_id{9}}));
  ASSERT_TRUE(begun) << begun.error();
  EXPECT_FALSE(*begun);
  ASSERT_TRUE(run(news().run()));
  expect_everybody_once(news());
}

outgoing long_news() {
  return outgoing{std::string(4096, 'a') + std::string(4096, 'b') + "c"};
}

TEST_F(Mailing, SendsALongTextInParts) {
  const auto some = news(long_news());
  begin(some);
  const auto report = run(some.run());
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(*report, (mailing_report{mailing_status::finished, 7, 6, 1, 0}));
  expect_every_part_once(some);
  const auto tested = run(news(long_news()).test({peer_id{2}, refusing_reader}));
  ASSERT_TRUE(tested) << tested.error();
  EXPECT_EQ(tested->front().parts, 3U);
  EXPECT_EQ(tested->back().reason, cannot_write::not_allowed);
}

TEST_F(Mailing, SendsNoPartTwiceAfterACommitThatFailed) {
  for (const auto kind : {failing_state::failure::before, failing_state::failure::after}) {
    for (int commit = 2; commit < 8; ++commit) {
      SCOPED_TRACE(commit);
      site_.emulator().reset();
      store_ = failing_ = std::make_shared<failing_state>();
      begin(news(long_news()));
      failing_->fail_at(commit, kind);
      EXPECT_FALSE(run(news(long_news()).run()));
      const auto report = run(news(long_news()).run());
      ASSERT_TRUE(report) << report.error();
      EXPECT_EQ(*report, (mailing_report{mailing_status::finished, 7, 6, 1, 0}));
      expect_every_part_once(news(long_news()));
    }
  }
}

TEST_F(Mailing, DoesNotWriteAgainToThoseWhoGotAPart) {
  begin(news(long_news()));
  // The first part goes out, the second one is begun.
  failing_->fail_at(3, failing_state::failure::after);
  EXPECT_FALSE(run(news(long_news()).run()));
  now_ += 56min;
  const auto report = run(news(long_news()).run());
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(*report, (mailing_report{mailing_status::finished, 7, 4, 1, 2}));
  const auto outcomes = run(news(long_news()).outcomes());
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->front().parts, 1U);
  EXPECT_FALSE(outcomes->front().message);
  EXPECT_THAT(texts_of(peer_id{2}), ElementsAre("a"));
}

// Runs the mailing in a process of its own, which kills itself at its n-th commit. Whether it ended
// by itself.
bool run_and_kill(const std::string& url, const std::string& token, const std::string& file,
                  int commit, std::string_view place, std::string_view kind = "short") {
  const auto count = std::to_string(commit);
  const std::string message{kind};
  const std::string point{place};
  const auto child = ::fork();
  if (child == 0) {
    ::execl(VKXX_MAILING_CHILD, VKXX_MAILING_CHILD, url.c_str(), token.c_str(), file.c_str(),
            count.c_str(), point.c_str(), message.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  if (WIFSIGNALED(status)) {
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    return false;
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
  return true;
}

TEST_F(Mailing, GoesOnAfterItsProcessWasKilled) {
  options_.wall_clock({});
  for (const auto* const place : {"before", "after"}) {
    for (int commit = 1; commit <= 6; ++commit) {
      SCOPED_TRACE(place + std::to_string(commit));
      site_.emulator().reset();
      const testing::temporary_folder folder;
      const auto file = folder.file("state.db");
      const auto run_once = [&](int killed_at) {
        return run_and_kill(site_.emulator().url(), site_.emulator().tokens().community, file,
                            killed_at, place);
      };
      store_ = sqlite_state::open(file).value();
      begin(news());
      store_.reset();
      EXPECT_FALSE(run_once(commit));
      EXPECT_TRUE(run_once(0));
      store_ = sqlite_state::open(file).value();
      expect_everybody_once(news());
    }
  }
}

TEST_F(Mailing, SendsNoPartTwiceAfterItsProcessWasKilled) {
  options_.wall_clock({});
  for (const auto* const place : {"before", "after"}) {
    for (const int commit : {3, 4}) {
      SCOPED_TRACE(place + std::to_string(commit));
      site_.emulator().reset();
      const testing::temporary_folder folder;
      const auto file = folder.file("state.db");
      const auto run_once = [&](int killed_at) {
        return run_and_kill(site_.emulator().url(), site_.emulator().tokens().community, file,
                            killed_at, place, "long");
      };
      store_ = sqlite_state::open(file).value();
      begin(news(long_news()));
      store_.reset();
      EXPECT_FALSE(run_once(commit));
      EXPECT_TRUE(run_once(0));
      store_ = sqlite_state::open(file).value();
      expect_every_part_once(news(long_news()));
    }
  }
}

TEST_F(Mailing, DoesNotRepeatWhatVkMayHaveForgotten) {
  begin(news());
  add_fault("lost:messages.send");
  EXPECT_FALSE(run(news().run()));
  now_ += 56min;
  const auto report = run(news().run());
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(*report, (mailing_report{mailing_status::finished, 7, 4, 0, 3}));
  for (const auto& [peer, count] : written()) EXPECT_EQ(count, 1) << peer;
}

TEST_F(Mailing, RepeatsACallThatWasRefusedAsAWholeAtAnyTime) {
  begin(news());
  add_fault("error=9:messages.send");
  const auto refused = run(news().run());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), api_errc{9});
  now_ += 24h;
  ASSERT_TRUE(run(news().run()));
  expect_everybody_once(news());
}

TEST_F(Mailing, IsPausedResumedAndStopped) {
  begin(news());
  options_.on_progress([&](const mailing_report& report) {
    if (report.left() == 1) return;
    asio::co_spawn(site_.loop().context(), news().pause(), [](auto, auto) {});
  });
  // The store is asked between two calls, and the request to pause comes before.
  const auto paused = run(news().run());
  ASSERT_TRUE(paused) << paused.error();
  EXPECT_EQ(paused->status, mailing_status::paused);
  EXPECT_LT(paused->left(), 7U);
  EXPECT_EQ(run(news().run())->left(), paused->left());
  ASSERT_TRUE(run(news().resume()));
  EXPECT_EQ(run(news().report())->status, mailing_status::ready);
  ASSERT_TRUE(run(news().stop()));
  ASSERT_TRUE(run(news().resume()));
  const auto stopped = run(news().run());
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->status, mailing_status::stopped);
  EXPECT_EQ(stopped->left(), paused->left());
}

TEST_F(Mailing, RunsOnceAtATime) {
  begin(news());
  add_fault("slow=300:messages.send");
  auto first = site_.loop().start(news().run());
  while (site_.emulator().requests().empty()) std::this_thread::yield();
  const auto second = run(news().run());
  const auto outcome = event_loop::get(first);
  EXPECT_TRUE(second.has_value() != outcome.has_value());
  const auto& failed = second ? outcome : second;
  EXPECT_EQ(failed.error(), errc::state_conflict);
  expect_everybody_once(news());
}

TEST_F(Mailing, UploadsFilesOnce) {
  const auto message = outgoing{"News"}.photo(memory_source{"a.png", emulation::png(600, 400)});
  begin(news(message));
  add_fault("lost:messages.send");
  EXPECT_FALSE(run(news(message).run()));
  ASSERT_TRUE(run(news(message).run()));
  expect_everybody_once(news(message));
  std::size_t saved = 0;
  for (const auto& write : site_.emulator().journal())
    if (write.method == "photos.saveMessagesPhoto") ++saved;
  EXPECT_EQ(saved, 1U);
}

TEST_F(Mailing, IsTestedWithAFew) {
  const auto outcomes = run(news().test({peer_id{2}, refusing_reader}));
  ASSERT_TRUE(outcomes) << outcomes.error();
  ASSERT_THAT(*outcomes, SizeIs(2));
  EXPECT_EQ(outcomes->front().message, cmid{1});
  EXPECT_EQ(outcomes->back().reason, cannot_write::not_allowed);
  EXPECT_EQ(failing_->commits(), 0);
  EXPECT_EQ(run(news().test({})).error(), errc::invalid_argument);
}

TEST_F(Mailing, RefusesBeforeTheNetwork) {
  const auto refusal = [&](const outgoing& message) {
    return std::string{run(news(message).begin(readers())).error().message()};
  };
  EXPECT_THAT(refusal(outgoing{}), HasSubstr("the message is empty"));
  EXPECT_THAT(refusal(outgoing{"a"}.reply(cmid{1})), HasSubstr("one conversation"));
  EXPECT_THAT(refusal(outgoing{"a"}.forward({cmid{1}})), HasSubstr("one conversation"));
  EXPECT_THAT(run(news().run()).error().message(), HasSubstr("has not begun"));
  begin(news());
  EXPECT_THAT(run(news("Other").run()).error().message(), HasSubstr("another message"));
  EXPECT_THAT(refusal("Other"), HasSubstr("another message"));
  EXPECT_TRUE(written().empty());
  EXPECT_THROW((mailing{*vk_, nullptr, "news", "a"}), usage_exception);
}

TEST_F(Mailing, CanBeForgotten) {
  begin(news());
  ASSERT_TRUE(run(news().run()));
  ASSERT_TRUE(run(news().forget()));
  EXPECT_EQ(run(news().report()).error(), errc::invalid_argument);
  now_ += 1ms;  // Another mailing, with other numbers.
  begin(news());
  ASSERT_TRUE(run(news().run()));
  const auto outcomes = run(news().outcomes());
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->front().message, cmid{2});
}

}  // namespace
}  // namespace vkxx::test

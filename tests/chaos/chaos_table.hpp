// A load under faults of every kind, and what came of it by the emulator's journal.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <vkxx/client.hpp>
#include <vkxx/emulator.hpp>

namespace vkxx::chaos {

struct table {
  int reads = 0;
  int keyed_writes = 0;  // messages.send, which gets a random_id
  int plain_writes = 0;  // wall.post with an empty guid, so without a key
  bool batched = false;
  double rate = 0.05;  // of each of the six kinds
  int at_once = 32;
  std::uint64_t seed = 7;
  std::chrono::seconds limit{50};
};

struct outcome {
  int good_reads = 0;
  int good_writes = 0;
  int unknown_writes = 0;  // failed, and perhaps done
  int failed_writes = 0;   // failed, and surely not done
  int executed_once = 0;   // by the journal
  int executed_more = 0;
  int wrongly_reported = 0;  // a success that was not done, a refusal that was
  int faults_played = 0;
  std::string last_error;
};

namespace detail {

struct load {
  const table& plan;
  client vk;
  asio::io_context& io;
  outcome seen;
  int next = 0;
  int open = 0;
  std::map<std::string, bool> done;     // by text: as the caller was told
  std::map<std::string, bool> unknown;  // the caller was told that it is unknown
};

inline asio::awaitable<void> one_call(load& of, int number) {
  const bool reads = number < of.plan.reads;
  const bool keyed = number < of.plan.reads + of.plan.keyed_writes;
  const auto text = "text " + std::to_string(number);
  request request{reads ? "utils.resolveScreenName" : keyed ? "messages.send" : "wall.post"};
  if (reads) {
    request.set("screen_name", "durov").set("tag", number);
  } else {
    request.set("message", text);
    if (keyed) {
      request.set("peer_id", 2);
    } else {
      request.set("guid", "");
    }
  }
  auto work = of.vk.try_call(std::move(request));
  const auto outcome = co_await std::move(work);
  if (!outcome) of.seen.last_error = outcome.error().to_string();
  if (reads) {
    of.seen.good_reads += outcome.has_value();
    co_return;
  }
  of.seen.good_writes += outcome.has_value();
  of.done[text] = outcome.has_value();
  const bool unknown = !outcome && outcome.error().effect() == request_effect::unknown;
  of.unknown[text] = unknown;
  of.seen.unknown_writes += unknown;
  of.seen.failed_writes += !outcome && !unknown;
}

inline asio::awaitable<void> worker(load& of) {
  const auto total = of.plan.reads + of.plan.keyed_writes + of.plan.plain_writes;
  ++of.open;
  while (of.next < total) {
    auto work = one_call(of, of.next++);
    co_await std::move(work);
  }
  if (--of.open == 0) of.io.stop();
}

inline void judge(load& of, const emulator& vk) {
  std::map<std::string, int> executed;
  for (const auto& entry : vk.journal()) {
    for (const auto& [name, value] : entry.parameters) {
      if (name == "message") ++executed[value];
    }
  }
  for (const auto& [text, done] : of.done) {
    const int times = executed[text];
    of.seen.executed_once += times == 1;
    of.seen.executed_more += times > 1;
    of.seen.wrongly_reported += (done && times == 0) || (!done && !of.unknown[text] && times != 0);
  }
  for (const auto& received : vk.requests()) of.seen.faults_played += !received.fault.empty();
}

}  // namespace detail

inline outcome run(const table& plan) {
  emulator_options options;
  options.seed(plan.seed).record_limit(1'000'000);
  using emulation::fault;
  using emulation::fault_kind;
  options.add_fault(fault{fault_kind::reset}.rate(plan.rate).count(0));
  options.add_fault(fault{fault_kind::lost}.rate(plan.rate).count(0));
  options.add_fault(fault{fault_kind::http_status, 502}.rate(plan.rate).count(0));
  options.add_fault(fault{fault_kind::html}.rate(plan.rate).count(0));
  options.add_fault(fault{fault_kind::error, 6}.rate(plan.rate).count(0));
  options.add_fault(fault{fault_kind::error, 10}.rate(plan.rate).count(0));
  emulator vk{options};
  config settings;
  settings.emulator(vk.url()).access_token(vk.tokens().user);
  settings.limits(limits{}.per_second(1'000'000));
  settings.retries(retries{}
                       .max_tries(30)
                       .first_pause(std::chrono::milliseconds{1})
                       .longest_pause(std::chrono::milliseconds{10})
                       .budget(1000));
  if (plan.batched) settings.batching(batching{});
  asio::io_context io{1};
  detail::load load{plan, client{io.get_executor(), settings}, io, {}, 0, 0, {}, {}};
  for (int i = 0; i < plan.at_once; ++i) {
    asio::co_spawn(io, detail::worker(load), asio::detached);
  }
  io.run_for(plan.limit);
  detail::judge(load, vk);
  return load.seen;
}

}  // namespace vkxx::chaos

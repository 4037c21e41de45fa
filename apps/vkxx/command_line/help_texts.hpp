/// @file
/// The ends of the help texts.
#pragma once

namespace vkxx::cli {

inline constexpr auto program_examples = R"(Examples:
  vkxx demo
  vkxx login vkid --client-id 51000000
  vkxx call users.get user_ids=1,durov fields=city --lang en
  vkxx describe wall.get
  vkxx explain 14
  vkxx emulate --port 8080

`vkxx COMMAND --help` tells more. Exit status: 0 done, 1 output cannot be written, 2 usage,
3 API error, 4 token missing or dead, 5 network or timeout, 6 an answer that makes no sense,
130 interrupted, 141 the reader of the output has gone. With --json an error is one line of JSON on
standard error.)";

inline constexpr auto call_examples = R"(Examples:
  vkxx call users.get user_ids=1,durov fields=city --token-file ~/.vk-token
  vkxx call users.get user_ids:='[1,"durov"]' --compact
  vkxx call messages.send peer_id=2000000001 random_id=7 message=@letter.txt
  echo 'return API.users.get({"user_ids": 1});' | vkxx call execute code=@-
  vkxx call wall.post message='@@durov wrote this' --emulator http://127.0.0.1:8080

The token is that of --token, else of --token-file, else of --profile, else of VK_ACCESS_TOKEN, else
of the profile `default` if somebody has logged in (vkxx login). It is never printed.
Questions of VK's (captcha, validation, confirmation) are asked on standard error and answered on
standard input; no answer means no, for the rest of the run. When a call fails, standard output stays
empty, but for --raw, which prints VK's refusal as well. Exit status: see vkxx --help.)";

inline constexpr auto all_examples = R"(Examples:
  vkxx all friends.get user_id=1 fields=city
  vkxx all wall.get owner_id=-1 count=100 --limit 500 > posts.jsonl
  vkxx all wall.get owner_id=-1 count=100 --from 300 >> posts.jsonl

Each line is an item as JSON; none comes twice. When the run is interrupted or VK refuses, what was
got is printed, and a line on standard error tells the --from with which to go on.)";

inline constexpr auto login_examples = R"(Ways:
  vkid         by VK ID in a browser (OAuth 2.1); its tokens refresh themselves
  code         by code in a browser, for a user or, with --group-ids, for communities
  implicit     login and password through the pages of VK's web login
  direct       login and password by OAuth, for apps that VK has let do so
  communities  as implicit, for the tokens of communities
  service      the service key of an app, typed or from a file

Examples:
  vkxx login vkid --client-id 51000000
  vkxx login direct --login +79001234567 --profile work
  vkxx login communities --group-ids 1,2 --scope messages,photos
  vkxx login service --token-file key.txt --profile app

What is missing is asked for on standard error and read from standard input. The token is kept
encrypted; the key of the file is $VKXX_TOKENS_KEY (64 hexadecimal digits), else made of
$VKXX_TOKENS_PASSPHRASE, else of a passphrase that is asked for.)";

inline constexpr auto profiles_examples = R"(Examples:
  vkxx profiles
  vkxx profiles --tokens work.tokens
  vkxx profiles --json | jq -r '.[].profile')";

inline constexpr auto whoami_examples = R"(Examples:
  vkxx whoami
  vkxx whoami --profile work
  vkxx whoami --json | jq .expires_at)";

inline constexpr auto logout_examples = R"(Examples:
  vkxx logout
  vkxx logout --profile work

Where VK has a session (vkid) it is ended first; if that fails, the profile stays.)";

inline constexpr auto demo_examples = R"(Examples:
  vkxx demo
  vkxx demo | less)";

inline constexpr auto methods_examples = R"(Examples:
  vkxx methods
  vkxx methods wall
  vkxx methods --json | jq -r '.[] | select(.writes | not).name'

A line has the name, read or write (whether a call may change something), and the kinds of token
that the method takes.)";

inline constexpr auto describe_examples = R"(Examples:
  vkxx describe wall.get
  vkxx describe wall.get --json | jq '.parameters[].name'

It is what VK's schema says. A method or parameter that is newer than the schema can be called all
the same.)";

inline constexpr auto explain_examples = R"(Examples:
  vkxx explain 5
  vkxx explain captcha_needed
  vkxx explain 15 1133
  vkxx explain 14 --json | jq -r .advice
  vkxx explain --list)";

inline constexpr auto emulate_examples = R"help(Examples:
  vkxx emulate --port 8080
  vkxx emulate --tls --ca-out ca.pem
  vkxx emulate --fault 'captcha:users.get*2' --fault 'slow=500:*' --strict-limits
  vkxx emulate --page-seed 7 --token-lifetime 5
  vkxx emulate --procedure feed=feed.vks --procedure feed:2=feed2.vks

A fault is KIND[=VALUE][:METHOD][*COUNT][,NAME=VALUE]... with a KIND of error, captcha,
captcha_page, captcha_both, validation, confirmation, http_status, html, wrong_type, empty,
broken_json, no_envelope, huge, truncated, slow, dribble, silent, closed, reset, lost, twice, loose,
domain_challenge, redirect, trailing_error. A METHOD that begins with / is a page: /authorize, /?act=login, /login*.

The first line on standard output is the address, printed when connections are accepted; tokens to
call with follow. SIGINT and SIGTERM stop it with status 0. A script gets all it needs by
  eval "$(vkxx emulate --print-credentials &)"; trap 'kill "$VK_EMULATOR_PID"' EXIT)help";

inline constexpr auto bench_examples = R"(Examples:
  vkxx bench --seconds 30 --latency 20 --plot rate.svg
  vkxx bench --kind community --batched
  vkxx bench --no-limit --callers 32 --json
  vkxx bench users.get user_ids=1 --faults 0.02
  vkxx bench --emulator http://127.0.0.1:8080

The load goes to an emulator, never to VK: --emulator is asked first whether it is one, and the tokens
are its own. `of the limit` is the share of what VK allows: 3 requests a second for a user's or a
service token, 20 for a community's, each with 25 calls when they are batched.

An interruption ends the load; the table of what was seen until then is printed. The status is 0 if
any call succeeded, else that of the first failure; see vkxx --help.)";

inline constexpr auto completion_examples = R"(Examples:
  vkxx completion bash > ~/.local/share/bash-completion/completions/vkxx
  vkxx completion zsh > "${fpath[1]}/_vkxx"
  vkxx completion fish > ~/.config/fish/completions/vkxx.fish)";

}  // namespace vkxx::cli

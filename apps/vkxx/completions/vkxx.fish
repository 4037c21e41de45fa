# Completion of vkxx for fish. Goes to a completions folder, under the name vkxx.fish.

# Names of the API that fit what is being typed.
function __vkxx_names
    set -l typed (commandline -ct)
    printf '%s\n' (commandline -opc) "$typed" | vkxx completion-words 2>/dev/null
end

set -l commands call all login profiles whoami logout methods describe explain emulate bench demo completion
set -l none "not __fish_seen_subcommand_from $commands"

complete -c vkxx -f
complete -c vkxx -l help -d 'Print the help'
complete -c vkxx -n $none -l version -d 'Print the version'
complete -c vkxx -n $none -a call -d 'Call a method of the API and print the answer as JSON'
complete -c vkxx -n $none -a all -d 'Print a whole list, one item a line'
complete -c vkxx -n $none -a login -d 'Get an access token and keep it as a profile'
complete -c vkxx -n $none -a profiles -d 'List the profiles that are logged in'
complete -c vkxx -n $none -a whoami -d 'Tell whose token a profile has'
complete -c vkxx -n $none -a logout -d 'Forget a profile, and end its session at VK'
complete -c vkxx -n $none -a methods -d 'List the methods of the API'
complete -c vkxx -n $none -a describe -d 'Tell what a method takes and answers'
complete -c vkxx -n $none -a explain -d 'Tell what an error of VK means and what helps'
complete -c vkxx -n $none -a emulate -d 'Run a VK on this machine for clients to call'
complete -c vkxx -n $none -a bench -d 'Run a load against an emulator'
complete -c vkxx -n $none -a demo -d 'Show a tour of calls to an emulator'
complete -c vkxx -n $none -a completion -d 'Print the completion script of a shell'

set -l way '__fish_seen_subcommand_from call all login whoami logout'
complete -c vkxx -n '__fish_seen_subcommand_from call all login profiles whoami logout' -l profile -x -d 'Name of the profile'
complete -c vkxx -n '__fish_seen_subcommand_from call all login profiles whoami logout' -l tokens -r -F -d 'File of the profiles'

set -l login '__fish_seen_subcommand_from login'
complete -c vkxx -n $login -a 'implicit direct communities code vkid service'
complete -c vkxx -n $login -l login -x -d 'Phone or e-mail'
complete -c vkxx -n $login -l password-file -r -F -d 'File with the password'
complete -c vkxx -n $login -l password -x -d 'Password'
complete -c vkxx -n $login -l phone -x -d 'Phone number of the account'
complete -c vkxx -n $login -l client-id -x -d 'The app'
complete -c vkxx -n $login -l client-secret-file -r -F -d 'File with the secret of the app'
complete -c vkxx -n $login -l scope -x -d 'Rights'
complete -c vkxx -n $login -l group-ids -x -d 'Communities'
complete -c vkxx -n $login -l redirect-uri -x -d 'Redirect of the app'
complete -c vkxx -n $login -l port -x -d 'Port to listen on'
complete -c vkxx -n $login -l token-file -r -F -d 'File with the service key'
complete -c vkxx -n $login -l print-token -d 'Print the token'

set -l call '__fish_seen_subcommand_from call all'
complete -c vkxx -n '__fish_seen_subcommand_from all' -l limit -x -d 'At most so many items'
complete -c vkxx -n '__fish_seen_subcommand_from all' -l from -x -d 'Where another run stopped'
complete -c vkxx -n '__fish_seen_subcommand_from call' -l compact -d 'JSON without line breaks and spaces'
complete -c vkxx -n '__fish_seen_subcommand_from call' -l raw -d 'The whole answer'
complete -c vkxx -n $call -l tries -x -d 'How often to try after transient failures'
complete -c vkxx -n $call -l stats -d 'Tell what the client counted'
complete -c vkxx -n $way -l verbose -d 'Tell what is sent and received'
complete -c vkxx -n $call -l token -x -d 'Access token'
complete -c vkxx -n $call -l token-file -r -F -d 'File with the access token'
complete -c vkxx -n $call -l v -x -d 'Version of the API'
complete -c vkxx -n $call -l lang -x -a 'ru uk be en es fi de it' -d 'Language of names and texts'
complete -c vkxx -n $call -l test-mode -d 'Call for an app that is not switched on yet'
complete -c vkxx -n $call -l https -d 'Ask for https links'
complete -c vkxx -n $way -l timeout -x -d 'Longest time of one attempt, in seconds'
complete -c vkxx -n $way -l proxy -x -d 'Proxy to go through'
complete -c vkxx -n $way -l ca-file -r -F -d 'Authorities to trust'
complete -c vkxx -n $way -l emulator -x -d 'Address of an emulator'
complete -c vkxx -n $way -l api-url -x -d 'Address of the methods'
complete -c vkxx -n $way -l oauth-url -x -d 'Address of OAuth 2.0'
complete -c vkxx -n $way -l id-url -x -d 'Address of VK ID'
complete -c vkxx -n $way -l login-url -x -d 'Address of the web login'
complete -c vkxx -n $way -l mobile-url -x -d 'Address of the mobile site'

set -l names '__fish_seen_subcommand_from call all methods describe bench'
complete -c vkxx -n $names -a '(__vkxx_names)'
complete -c vkxx -n '__fish_seen_subcommand_from call all login profiles whoami logout methods describe explain' -l json -d 'As JSON, errors too'

set -l explain '__fish_seen_subcommand_from explain'
complete -c vkxx -n $explain -l list -d 'All errors that have a name'
complete -c vkxx -n $explain -a "(vkxx explain --list 2>/dev/null | awk '{ print \$2; print \$1 }')"

set -l emulate '__fish_seen_subcommand_from emulate'
complete -c vkxx -n $emulate -l port -x -d 'TCP port'
complete -c vkxx -n $emulate -l address -x -d 'Address to listen on'
complete -c vkxx -n $emulate -l tls -d 'HTTPS'
complete -c vkxx -n $emulate -l ca-out -r -F -d 'Where to write the certificate of the authority'
complete -c vkxx -n $emulate -l strict-limits -d 'Limit calls per second as VK does'
complete -c vkxx -n $emulate -l fault -x -d 'Something that shall go wrong' -a 'error= captcha captcha_page captcha_both validation confirmation http_status= html wrong_type empty broken_json no_envelope huge= truncated slow= dribble= silent closed reset lost twice loose domain_challenge redirect trailing_error'
complete -c vkxx -n $emulate -l procedure -x -d 'A stored procedure, NAME[:VERSION]=FILE'
complete -c vkxx -n $emulate -l seed -x -d 'What all drawn numbers come from'
complete -c vkxx -n $emulate -l page-seed -x -d 'How the login pages are spelt'
complete -c vkxx -n $emulate -l token-lifetime -x -d 'Of tokens that expire at all, in seconds'
complete -c vkxx -n $emulate -l auto-consent -d 'Apps get access without a page'
complete -c vkxx -n $emulate -l print-credentials -d 'Print shell variables'
complete -c vkxx -n $emulate -l verbose -d 'A line for each request'

set -l bench '__fish_seen_subcommand_from bench'
complete -c vkxx -n $bench -l emulator -x -d 'Address of an emulator'
complete -c vkxx -n $bench -l ca-file -r -F -d 'Authorities to trust'
complete -c vkxx -n $bench -l seconds -x -d 'How long'
complete -c vkxx -n $bench -l callers -x -d 'How many call at the same time'
complete -c vkxx -n $bench -l batched -d 'Gather calls into requests of execute'
complete -c vkxx -n $bench -l kind -x -a 'user community service' -d 'Whose token'
complete -c vkxx -n $bench -l no-limit -d 'As fast as it goes'
complete -c vkxx -n $bench -l latency -x -d 'How late answers come, in milliseconds'
complete -c vkxx -n $bench -l faults -x -d 'Share of requests that each fault hits'
complete -c vkxx -n $bench -l json -d 'As JSON'
complete -c vkxx -n $bench -l plot -r -F -d 'Draw the rate over time'

complete -c vkxx -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'

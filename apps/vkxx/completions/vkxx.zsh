#compdef vkxx
# Completion of vkxx for zsh. Goes to a folder of $fpath, under the name _vkxx.

# Names of the API that fit what is being typed.
_vkxx_names() {
  local -a names shown
  local line
  for line in ${(f)"$(print -rl -- "${(@)words[1,CURRENT-1]}" "$PREFIX" |
    vkxx completion-words 2>/dev/null)"}; do
    names+=("${line%%$'\t'*}")
    if [[ $line == *$'\t' ]]; then shown+=($names[-1]); else shown+=("${line/$'\t'/  -- }"); fi
  done
  if [[ $names[1] == *[.=] ]]; then
    compadd -S '' -l -d shown -a names
  else
    compadd -l -d shown -a names
  fi
}

_vkxx_errors() {
  local -a names
  names=(${(f)"$(vkxx explain --list 2>/dev/null | awk '{ print $2 "\n" $1 }')"})
  compadd -a names
}

_vkxx_faults() {
  compadd error= captcha captcha_page captcha_both validation confirmation http_status= html \
    wrong_type empty broken_json no_envelope huge= truncated slow= dribble= silent closed reset \
    lost twice loose domain_challenge redirect trailing_error
}

_vkxx() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands way
  way=(
    '--help[print the help]'
    '--verbose[tell what is sent and received]'
    '--profile[name of the profile]:name:'
    '--tokens[file of the profiles]:file:_files'
    '--timeout[longest time of one attempt]:seconds:'
    '--proxy[proxy to go through]:url:_urls'
    '--ca-file[authorities to trust]:file:_files'
    '--emulator[address of an emulator]:url:_urls'
    '--api-url[address of the methods]:url:_urls'
    '--oauth-url[address of OAuth 2.0]:url:_urls'
    '--id-url[address of VK ID]:url:_urls'
    '--login-url[address of the web login]:url:_urls'
    '--mobile-url[address of the mobile site]:url:_urls'
  )
  commands=(
    'call:Call a method of the API and print the answer as JSON'
    'all:Print a whole list, one item a line'
    'login:Get an access token and keep it as a profile'
    'profiles:List the profiles that are logged in'
    'whoami:Tell whose token a profile has'
    'logout:Forget a profile, and end its session at VK'
    'methods:List the methods of the API'
    'describe:Tell what a method takes and answers'
    'explain:Tell what an error of VK means and what helps'
    'emulate:Run a VK on this machine for clients to call'
    'bench:Run a load against an emulator'
    'demo:Show a tour of calls to an emulator'
    'completion:Print the completion script of a shell'
  )

  _arguments -C \
    '(- *)--help[print the help]' \
    '(- *)--version[print the version]' \
    '1:command:->command' \
    '*::argument:->argument'

  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
        call)
          _arguments $way \
            '--compact[JSON without line breaks and spaces]' \
            '--raw[the whole answer]' \
            '--tries[how often to try after transient failures]:count:' \
            '--stats[tell what the client counted]' \
            '--json[an error is a JSON object]' \
            '--token[access token]:token:' \
            '--token-file[file with the access token]:file:_files' \
            '--token-kind[what kind of token it is]:kind:(user community service)' \
            '--v[version of the API]:version:' \
            '--lang[language of names and texts]:language:(ru uk be en es fi de it)' \
            '--test-mode[call for an app that is not switched on yet]' \
            '--https[ask for https links]' \
            '1:method:_vkxx_names' \
            '*:parameter (name=value, name\:=json, name=@file):_vkxx_names'
          ;;
        all)
          _arguments $way \
            '--limit[at most so many items]:number:' \
            '--from[where another run stopped]:cursor:' \
            '--state[file of the place in the list]:file:_files' \
            '--list[where the list is in the answer]:path:' \
            '--by[how its pages go on]:parameter:(offset start_from)' \
            '--identity[what identifies an item]:members:' \
            '--tries[how often to try after transient failures]:count:' \
            '--stats[tell what the client counted]' \
            '--json[an error is a JSON object]' \
            '--token[access token]:token:' \
            '--token-file[file with the access token]:file:_files' \
            '--token-kind[what kind of token it is]:kind:(user community service)' \
            '--v[version of the API]:version:' \
            '--lang[language of names and texts]:language:(ru uk be en es fi de it)' \
            '--test-mode[call for an app that is not switched on yet]' \
            '--https[ask for https links]' \
            '1:method:_vkxx_names' \
            '*:parameter (name=value, name\:=json, name=@file):_vkxx_names'
          ;;
        login)
          _arguments $way \
            '--login[phone or e-mail]:login:' \
            '--password-file[file with the password]:file:_files' \
            '--password[password]:password:' \
            '--phone[phone number of the account]:number:' \
            '--client-id[the app]:id:' \
            '--client-secret-file[file with the secret of the app]:file:_files' \
            '--scope[rights]:names:' \
            '--group-ids[communities]:ids:' \
            '--redirect-uri[redirect of the app]:url:_urls' \
            '--port[port to listen on]:port:' \
            '--token-file[file with the service key]:file:_files' \
            '--print-token[print the token]' \
            '--json[an error is a JSON object]' \
            '1:way:(implicit direct communities code vkid service)'
          ;;
        profiles)
          _arguments '--help[print the help]' '--json[as JSON]' '--profile[name of the profile]:name:' \
            '--tokens[file of the profiles]:file:_files'
          ;;
        whoami) _arguments $way '--json[as JSON]' ;;
        logout) _arguments $way '--json[as JSON]' '--local[forget it here only]' ;;
        methods)
          _arguments '--help[print the help]' '--json[as JSON]' '1:section:_vkxx_names'
          ;;
        describe)
          _arguments '--help[print the help]' '--json[as JSON]' '1:method:_vkxx_names'
          ;;
        explain)
          _arguments \
            '--help[print the help]' \
            '--list[all errors that have a name]' \
            '--json[as JSON]' \
            '1:error:_vkxx_errors' \
            '2:subcode:'
          ;;
        emulate)
          _arguments \
            '--help[print the help]' \
            '--port[TCP port]:port:' \
            '--address[address to listen on]:address:' \
            '--tls[HTTPS]' \
            '--ca-out[where to write the certificate of the authority]:file:_files' \
            '--strict-limits[limit calls per second as VK does]' \
            '*--fault[something that shall go wrong]:fault:_vkxx_faults' \
            '*--procedure[a stored procedure]:name=file:' \
            '--seed[what all drawn numbers come from]:number:' \
            '--page-seed[how the login pages are spelt]:number:' \
            '--token-lifetime[of tokens that expire at all]:seconds:' \
            '--auto-consent[apps get access without a page]' \
            '*--control-host[a name by which programs may call /_emulator/]:name:' \
            '--print-credentials[print shell variables]' \
            '--hosts[print lines of /etc/hosts, and end]' \
            '--verbose[a line for each request]'
          ;;
        bench)
          _arguments \
            '--help[print the help]' \
            '--emulator[address of an emulator]:url:_urls' \
            '--ca-file[authorities to trust]:file:_files' \
            '--seconds[how long]:seconds:' \
            '--callers[how many call at the same time]:count:' \
            '--batched[gather calls into requests of execute]' \
            '--kind[whose token]:kind:(user community service)' \
            '--no-limit[as fast as it goes]' \
            '--latency[how late answers come]:milliseconds:' \
            '--faults[share of requests that each fault hits]:share:' \
            '--json[as JSON]' \
            '--plot[draw the rate over time]:file:_files' \
            '1:method:_vkxx_names' \
            '*:parameter (name=value, name\:=json, name=@file):_vkxx_names'
          ;;
        demo) _arguments '--help[print the help]' ;;
        completion) _arguments '--help[print the help]' '1:shell:(bash zsh fish)' ;;
      esac
      ;;
  esac
}

# Called by the completion system, or read as a file to be set up.
if [[ $funcstack[1] == _vkxx ]]; then
  _vkxx "$@"
else
  compdef _vkxx vkxx
fi

# Completion of vkxx for bash. Goes to a folder of bash-completion, under the name vkxx.

# Names of the API that fit the word being typed. $1: its end as bash cuts it, at = and : too.
_vkxx_names() {
  local line=${COMP_LINE:0:COMP_POINT} end=$1 words name about
  local typed=${line##*[[:space:]]}
  case $end in = | : | :=) end= ;; esac
  local begin=${typed%"$end"}
  read -ra words <<<"${line%"$typed"}"
  while IFS=$'\t' read -r name about; do
    COMPREPLY+=("${name#"$begin"}")
  done < <(printf '%s\n' "${words[@]}" "$typed" | vkxx completion-words 2>/dev/null)
  if [[ ${COMPREPLY[0]-} == *[.=] ]]; then compopt -o nospace 2>/dev/null; fi
}

_vkxx() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      call | all | login | profiles | whoami | logout | methods | describe | explain | emulate | bench | demo | completion)
        command=${COMP_WORDS[i]}
        break
        ;;
    esac
  done

  case $before in
    --token-file | --state | --ca-file | --ca-out | --plot | --tokens | --password-file | --client-secret-file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    --lang)
      mapfile -t COMPREPLY < <(compgen -W "ru uk be en es fi de it" -- "$word")
      return
      ;;
    --kind)
      mapfile -t COMPREPLY < <(compgen -W "user community service" -- "$word")
      return
      ;;
    --token-kind)
      mapfile -t COMPREPLY < <(compgen -W "user community service" -- "$word")
      return
      ;;
    --fault)
      mapfile -t COMPREPLY < <(compgen -W "error= captcha captcha_page captcha_both validation
        confirmation http_status= html wrong_type empty broken_json no_envelope huge= truncated
        slow= dribble= silent closed reset lost twice loose domain_challenge redirect
        trailing_error" -- "$word")
      return
      ;;
    --token | --v | --timeout | --tries | --proxy | --emulator | --api-url | --oauth-url | --id-url | \
      --login-url | --mobile-url | --port | --address | --procedure | --seed | --page-seed | \
      --token-lifetime | --login | --password | --phone | --client-id | --scope | --group-ids | \
      --redirect-uri | --profile | --limit | --from | --list | --identity | --seconds | --callers | --latency | --faults)
      return
      ;;
  esac

  case $command/$word in
    */-*) ;;
    call/* | all/* | methods/* | describe/* | bench/*)
      _vkxx_names "$word"
      return
      ;;
  esac

  local words=
  local way="--verbose --profile --tokens --timeout --proxy --ca-file --emulator --api-url --oauth-url
    --id-url --login-url --mobile-url --help"
  case $command in
    '')
      words="call all login profiles whoami logout methods describe explain emulate bench demo
        completion --help --version"
      ;;
    call)
      words="--compact --raw --tries --stats --json --token --token-file --token-kind --v --lang
        --test-mode --https $way" ;;
    all)
      words="--limit --from --state --list --by --identity --tries --stats --json --token --token-file
        --token-kind --v --lang --test-mode --https $way" ;;
    login)
      words="--login --password-file --password --phone --client-id --client-secret-file --scope
        --group-ids --redirect-uri --port --token-file --print-token --json $way"
      if [[ $word != -* ]]; then words+=" implicit direct communities code vkid service"; fi
      ;;
    profiles) words="--json --profile --tokens --help" ;;
    whoami) words="--json $way" ;;
    logout) words="--json --local $way" ;;
    methods | describe) words="--json --help" ;;
    explain)
      words="--list --json --help"
      if [[ $word != -* ]] && ((COMP_CWORD == i + 1)); then
        words+=" $(vkxx explain --list 2>/dev/null | awk '{ print $1, $2 }')"
      fi
      ;;
    emulate)
      words="--port --address --tls --ca-out --strict-limits --fault --procedure --seed --page-seed
        --token-lifetime --auto-consent --control-host --print-credentials --hosts --verbose
        --help"
      ;;
    bench)
      words="--emulator --ca-file --seconds --callers --batched --kind --no-limit --latency --faults
        --json --plot --help"
      ;;
    demo) words="--help" ;;
    completion) words="bash zsh fish --help" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _vkxx vkxx

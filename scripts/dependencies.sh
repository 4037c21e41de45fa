#!/usr/bin/env bash
# Installs what vkxx needs from Debian's packages, and only what is missing.
#
#   scripts/dependencies.sh SET…       sets: demo, test, check, bench, browser
#   scripts/dependencies.sh --list SET…   prints the packages and installs nothing
#
# Needs Debian 12 or something close to it, and root or sudo if anything is missing. On other
# systems it says what is needed and stops. docs/dependencies.md says what each package is for.
set -euo pipefail

# What it takes to build the libraries and the program.
demo_packages=(
  g++ cmake ninja-build pkg-config
  libboost1.81-dev libboost-json1.81-dev libboost-system1.81-dev libboost-url1.81-dev
  libcurl4-openssl-dev libssl-dev zlib1g-dev libzstd-dev libsimdjson-dev libfmt-dev libcli11-dev
  libgumbo-dev libhiredis-dev libsecret-1-dev libsqlite3-dev
)
# What the tests need on top: libraries, servers and proxies, and the tools that check the rest.
test_packages=(
  libgtest-dev libgmock-dev librapidcheck-dev
  tinyproxy-bin microsocks squid nginx-light redis-server curl openssl procps
  python3 nodejs npm ca-certificates ccache lld
  doxygen
  libsecret-1-0 gnome-keyring dbus-daemon
)
# What scripts/check needs on top: the second compiler, sanitizers, fuzzers, linters.
check_packages=(clang-19 libclang-rt-19-dev llvm-19 clang-tidy-19 clang-format)
# A browser for the emulator's pages: as large as all of the above, so a set of its own.
browser_packages=(chromium chromium-driver)
# What the benchmarks need on top.
bench_packages=(libbenchmark-dev nginx-light redis-server nlohmann-json3-dev)

die() {
  printf 'dependencies.sh: %s\n' "$*" >&2
  exit 1
}

# Whether the package, or something that stands in for it, is there.
is_there() {
  case $1 in
    # Often installed from elsewhere, in packages of other names.
    nodejs) command -v node >/dev/null && return ;;
    npm | doxygen | cmake | python3 | curl | pkg-config) command -v "$1" >/dev/null && return ;;
    nginx-light) command -v nginx >/dev/null || [[ -x /usr/sbin/nginx ]] && return ;;
    squid) [[ -x /usr/sbin/squid ]] && return ;;
  esac
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

# Packages with a server in them would start it; the tests start their own, on free ports.
keep_services_stopped() {
  local policy=/usr/sbin/policy-rc.d
  [[ -e $policy ]] && return
  # shellcheck disable=SC2064
  trap "as_root rm -f $policy" EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}

install_packages() {
  echo "Installing from the distribution's packages: $*"
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    die "these packages are missing; install them as root and try again:
  apt-get install --no-install-recommends $*"
  fi
  keep_services_stopped
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

list_only=false
if [[ ${1-} == --list ]]; then
  list_only=true
  shift
fi
(($#)) || die "usage: dependencies.sh [--list] SET…   (demo, test, check, bench, browser)"

wanted=("${demo_packages[@]}")
for set_name in "$@"; do
  case $set_name in
    demo) ;;
    test) wanted+=("${test_packages[@]}") ;;
    check) wanted+=("${test_packages[@]}" "${check_packages[@]}") ;;
    bench) wanted+=("${bench_packages[@]}") ;;
    browser) wanted+=("${test_packages[@]}" "${browser_packages[@]}") ;;
    *) die "unknown set '$set_name' (demo, test, check, bench, browser)" ;;
  esac
done

if $list_only; then
  printf '%s\n' "${wanted[@]}" | sort -u
  exit
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  cat >&2 <<END
dependencies.sh: this is not a Debian system, so nothing was installed. vkxx needs:
  g++ 12 or newer (or clang 19), CMake 3.25, Ninja, pkg-config, Boost 1.81 (Asio, Beast, JSON,
  System, URL), libcurl 7.88, OpenSSL 3.0, zlib, zstd, simdjson 3.0, gumbo 0.10, fmt 9,
  CLI11 2.1, hiredis 0.14, SQLite 3.35
and for the tests:
  GoogleTest and GoogleMock 1.12, rapidcheck, tinyproxy, microsocks, squid, nginx, Redis, curl, Python 3,
  Node.js 18 with npm, Doxygen 1.9.4
Install these, then configure and build with CMake: CONTRIBUTING.md has the commands.
(Names of the Debian packages: scripts/dependencies.sh --list test)
END
  exit 1
fi

missing=()
for package in "${wanted[@]}"; do
  is_there "$package" || missing+=("$package")
done
if ((${#missing[@]})); then
  install_packages "${missing[@]}"
fi

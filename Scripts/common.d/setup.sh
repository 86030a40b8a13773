# Functions with which the scripts install what they need. To be sourced, not run.
# shellcheck shell=bash

readonly dipper_cache=${XDG_CACHE_HOME:-$HOME/.cache}/dipper

# Prints a line of progress to standard error, under the name of the script that was started.
say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# 1 after anything was installed.
changed=0

# Installs those of the given Debian packages that are missing.
install_packages() {
  local missing=() package
  if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian: please install $* (Debian's names) yourself"
    return 0
  fi
  for package in "$@"; do
    # shellcheck disable=SC2016  # dpkg-query expands the format, not the shell
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  local as_root=()
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null ||
      die "not root and no sudo: ask an administrator to run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  # shellcheck disable=SC2034  # Scripts/bootstrap reads it
  changed=1
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
  say "installed ${missing[*]} (${SECONDS} s)"
}

# Installs pip unless it is there, under Python's own name or Debian's.
require_pip() {
  python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip
}

# Waits until no other run changes the cache, and locks it until `unlock_cache`.
lock_cache() {
  mkdir -p "$dipper_cache"
  exec 9>"$dipper_cache/lock"
  flock --nonblock 9 || {
    say "waiting for another run that installs into $dipper_cache"
    flock 9
  }
}

unlock_cache() { exec 9>&-; }

# Sets `environment` to a Python environment with the packages of requirements file $2. It is
# installed once per user and content of the file, into the cache under a name that begins with $1.
python_environment() {
  environment=$dipper_cache/$1-$(sha256sum "$2" | cut -c 1-12)
  [[ ! -e $environment/complete ]] || return 0
  require_pip
  lock_cache
  if [[ ! -e $environment/complete ]]; then
    say "installing $(sed -E '/^(#|$)/d; s/=.*//' "$2" | paste -sd ' ') (once per user)"
    rm -rf "$environment"
    # Debian's venv cannot install pip without another package, and ours needs none of its own.
    python3 -m venv --without-pip "$environment"
    python3 -m pip --quiet --disable-pip-version-check --python "$environment/bin/python" \
      install --requirement "$2" >&2
    touch "$environment/complete"
    say "installed into $environment (${SECONDS} s)"
  fi
  unlock_cache
}

# Sourced by the scripts of this folder: where things are, how to speak to the engine, how to hash.
# Not a program of its own.

repo_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache_dir=${SLIPWAY_IMAGE_CACHE:-$repo_root/build/images}

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# Sets `engine_cli` to the words that start the command-line client of the engine that answers.
# DOCKER_HOST is honoured by both clients: docker's own, and podman's in its remote form.
find_engine_cli() {
  [ -z "${SLIPWAY_ENGINE_SOCKET:-}" ] || [ -n "${DOCKER_HOST:-}" ] ||
    export DOCKER_HOST="unix://$SLIPWAY_ENGINE_SOCKET"
  if command -v docker > /dev/null && docker version > /dev/null 2>&1; then
    engine_cli=(docker)
  elif command -v podman > /dev/null &&
    podman ${DOCKER_HOST:+--remote --url "$DOCKER_HOST"} version > /dev/null 2>&1; then
    engine_cli=(podman)
    [ -z "${DOCKER_HOST:-}" ] || engine_cli=(podman --remote --url "$DOCKER_HOST")
  else
    die "no container engine answers${DOCKER_HOST:+ at $DOCKER_HOST}; start one with:" \
      "tools/engine up --state build/engine && . build/engine/engine.env"
  fi
}

engine() { "${engine_cli[@]}" "$@"; }

image_exists() { engine image inspect "$1" > /dev/null 2>&1; }

# Builds an image from a folder with a Dockerfile, showing what its commands print. The classic
# builder needs neither a registry nor a plug-in, and every docker.io has it. RUN has no network.
engine_build() { # engine_build IMAGE FOLDER
  local log
  log=$(mktemp)
  if ! DOCKER_BUILDKIT=0 engine build --network none -t "$1" "$2" > "$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    die "building $1 failed; the builder's output is above"
  fi
  grep -v -E -e '^(Step|STEP|Sending|Removing|Successfully|COMMIT|DEPRECATED|Install the|-->| *-{2,}>|--->)' \
    -e '^ +(Install|environment-variable|BuildKit)' -e 'docs.docker.com' -e '^[0-9a-f]{64}$' \
    -e '^[[:space:]]*$' "$log" >&2 || true
  rm -f "$log"
}

# Content hash (16 hex digits) of files and folders: of every name and every byte, of no time stamp.
content_hash() {
  local path
  for path in "$@"; do
    find "$path" -type f ! -path '*/__pycache__/*' ! -name '*.pyc' -print0 | LC_ALL=C sort -z |
      while IFS= read -r -d '' file; do
        printf '%s %s\n' "$(sha256sum < "$file" | cut -d' ' -f1)" "${file#"$path"}"
      done
  done | sha256sum | cut -c1-16
}

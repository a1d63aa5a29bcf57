#!/bin/sh
# Emits one event with curl alone, as a step of a pipeline would. Prints the id of the event.
#
#   export HOOKLANE_URL=http://localhost:8080 HOOKLANE_API_TOKEN=…
#   examples/emit.sh jdoe build.finished body.json build-6982-finished
#
# Ends with 0 when the event is accepted, with 1 when it is not, with 2 when the command line is wrong.
set -eu

if [ $# -ne 4 ] || [ ! -r "$3" ]; then
  echo 'usage: emit.sh ACCOUNT TYPE BODY.json ID' >&2
  exit 2
fi
: "${HOOKLANE_URL:?the address of the server}" "${HOOKLANE_API_TOKEN:?the token of its API}"

event() {
  printf '{"account":"%s","type":"%s","id":"%s","body":' "$1" "$2" "$4"
  cat "$3"
  printf '}'
}

# The token comes through file descriptor 3: the process list would show an argument to everybody.
# To try again is safe, because an id that was emitted before is delivered once.
post() {
  curl --silent --show-error --fail-with-body --max-time 10 --retry 2 --retry-connrefused \
    --header @/dev/fd/3 --header 'Content-Type: application/json' --data-binary @- \
    "$HOOKLANE_URL/v1/events" 3<<EOF
Authorization: Bearer $HOOKLANE_API_TOKEN
EOF
}

# Only Hooklane answers with an id; a proxy in between may answer 200 as well.
answer=$(event "$@" | post) && id=$(printf '%s' "$answer" | sed -n 's/^{"id":"\([^"]*\)".*/\1/p') && [ -n "$id" ] || {
  echo "not emitted: $answer" >&2
  exit 1
}
echo "$id"

#!/bin/sh
# Verifies one recorded request with openssl: is it from Hooklane (Standard Webhooks), unchanged and not old?
#
#   HOOK_SECRET='a shared secret' examples/verify.sh headers.txt body.json
#
# headers.txt has a `name: value` in each line, body.json the exact bytes. TOLERANCE=86400 (seconds) takes what came today.
# Says `ok` and ends with 0, or says why not and ends with 1. Made for a look by hand: it does not compare in constant
# time, so behind an address that strangers reach take one of the other receivers.
set -eu

usage() {
  echo 'usage: HOOK_SECRET=… verify.sh HEADERS.txt BODY' >&2
  exit 2
}
[ $# -eq 2 ] && [ -r "$1" ] && [ -r "$2" ] || usage
headers=$1 body=$2 tolerance=${TOLERANCE:-300}

refuse() {
  echo "refused: $1"
  exit 1
}

header() { # The value of a header, however it is written.
  tr -d '\r' <"$headers" |
    awk -v name="$1:" 'index(tolower($0), name) == 1 { sub(/^[^:]*:[ \t]*/, ""); sub(/[ \t]*$/, ""); print; exit }'
}

id=$(header webhook-id) timestamp=$(header webhook-timestamp) signatures=$(header webhook-signature)
[ -n "$id" ] && [ -n "$timestamp" ] && [ -n "$signatures" ] || refuse missing_header
case $timestamp in *[!0-9]* | ?????????????*) refuse invalid_header ;; esac
now=$(date +%s)
[ "$timestamp" -ge $((now - tolerance)) ] || refuse timestamp_too_old
[ "$timestamp" -le $((now + tolerance)) ] || refuse timestamp_too_new

# HMAC-SHA256 is two hashes (RFC 2104). Openssl's own wants the key as an argument, and the process list shows those.
sha256() { openssl dgst -sha256 -binary; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
key_bytes() {
  case ${HOOK_SECRET:-} in
    whsec_*) printf '%s' "${HOOK_SECRET#whsec_}" | openssl base64 -d -A ;;
    *) printf '%s' "$HOOK_SECRET" ;;
  esac
}
key=$(key_bytes | hex)
[ -n "$key" ] || usage # Without one anybody could sign.
[ ${#key} -le 128 ] || key=$(key_bytes | sha256 | hex)

padded_key() { # Each of the 64 bytes of the key XOR $1.
  rest=$key i=0
  while [ $((i += 1)) -le 64 ]; do
    byte=${rest%"${rest#??}"} rest=${rest#??}
    printf "\\$(printf '%03o' $((0x${byte:-0} ^ $1)))"
  done
}
inner() { { padded_key 0x36 && printf '%s.%s.' "$id" "$timestamp" && cat "$body"; } | sha256; }
signature=$({ padded_key 0x5c && inner; } | sha256 | openssl base64)

# During the rotation of a secret there are several signatures; one that fits is enough.
case " $signatures " in *" v1,$signature "*) echo ok ;; *) refuse no_match ;; esac

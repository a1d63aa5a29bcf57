#!/bin/sh
# A step before a deploy: announces it and waits until the change management has acknowledged it, that is, until every
# webhook for deploy.started of this environment has answered 2xx. When no webhook listens, the gate stays shut.
#
#   export HOOKLANE_URL=http://localhost:8080 HOOKLANE_API_TOKEN=…
#   examples/gate.sh jdoe deploy.json deploy-44933-started && ./deploy.sh
#
# Run again with the same id it waits on, and announces nothing twice.
set -u

if [ $# -ne 3 ]; then
  echo 'usage: gate.sh ACCOUNT BODY.json ID' >&2
  exit 2
fi

# The command line of this repository, after `pnpm build`.
hooklane() { node "$(dirname "$0")/../apps/cli/dist/main.js" "$@"; }

hooklane emit deploy.started --account "$1" --file "$2" --id "$3" --wait "${GATE_WAIT:-60s}" --require-match
code=$?
case $code in
  0) echo 'gate: acknowledged, the deploy may go on' ;;
  1) echo 'gate: not acknowledged and not tried again: do not deploy' >&2 ;;
  4) echo 'gate: not acknowledged in time: do not deploy yet; run this step again to wait on' >&2 ;;
  *) echo 'gate: nobody could be asked: do not deploy' >&2 ;;
esac
exit $code

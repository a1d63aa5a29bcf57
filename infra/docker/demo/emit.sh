#!/bin/sh
# The emitter of the demo: makes a webhook for each receiver, then builds and deploys DEMO_EVENTS times and ends.
set -u
account=demo
app=shop
env=shop-beta
events=${DEMO_EVENTS:-200}
pause=${DEMO_PAUSE:-2}
body=$(mktemp -p /dev/shm)

on_app="--account $account --application $app"
on_env="--account $account --environment $env"

# shellcheck disable=SC2086
{
  hooklane scopes enable $on_app
  hooklane scopes enable $on_env
  # They are there already when the demo is started again.
  hooklane webhooks add $on_app --name healthy --event build.started --url http://receiver:9000/builds
  hooklane webhooks add $on_app --name flaky --event build.finished --url http://flaky-receiver:9000/builds
  hooklane webhooks add $on_env --name dead --event deploy.finished --url http://dead-receiver:9000/deploys
} 2>&1 | grep -v name_taken

build() {
  printf '{"app_name": "%s", "build_num": "%s", "status": "%s"}' "$app" "$1" "$2" >"$body"
  hooklane emit "$3" --account "$account" --file "$body" $4
}

deploy() {
  printf '{"app_name": "%s", "env_name": "%s", "deployment_id": "%s", "deployment_state": "Success"}' "$app" "$env" "$1" >"$body"
  hooklane emit deploy.finished --account "$account" --file "$body"
}

build 0 Queued build.started '--wait 10s'
blocked=$(hooklane deliveries list --account "$account" --status dead --limit 1 --json | grep -c '"blocked"')
if [ "$blocked" != 0 ]; then
  echo 'The receivers have private addresses, which the address guard does not let through. Stop, and start again with'
  echo '  HOOKLANE_ALLOWED_NETWORKS=172.16.0.0/12,192.168.0.0/16 docker compose --profile demo up'
  exit 1
fi

n=1
while [ "$n" -le "$events" ]; do
  build "$n" Queued build.started ''
  build "$n" Success build.finished ''
  deploy "$n"
  n=$((n + 1))
  sleep "$pause"
done
echo "Done: $events builds and deploys."

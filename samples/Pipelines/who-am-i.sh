#!/usr/bin/env bash
# Stands for a deployment: asks the service who the token is. The token goes to curl on standard input, never in an argument.
set -euo pipefail
printf 'header = "Authorization: Bearer %s"\n' "$SYSDIG_SECURE_API_TOKEN" |
  curl --silent --show-error --fail --config - --output /dev/null --write-out 'HTTP %{http_code}\n' "$SYSDIG_SECURE_URL/api/users/me"

"""Headers by which some server somewhere lets a caller be somebody else, or elsewhere."""

from __future__ import annotations

from typing import Final

VICTIM: Final = "wushe-admin"
ELSEWHERE: Final = "spoofed.example"
ADDRESS: Final = "198.51.100.7"

SPOOFED: Final[tuple[tuple[str, str], ...]] = (
    *((name, VICTIM) for name in (
        "x-user-id", "x-user", "x-username", "x-userid", "x-account-id", "x-auth-user", "x-sub",
        "x-remote-user", "remote-user", "x-authenticated-user", "x-authenticated-userid",
        "x-forwarded-user", "x-forwarded-email", "x-forwarded-preferred-username",
        "x-webauth-user", "x-goog-authenticated-user-id", "x-ms-client-principal-id",
        "x-amzn-oidc-identity", "x-consumer-username", "x-credential-identifier",
    )),
    *((name, "platform_admin") for name in (
        "x-role", "x-roles", "x-user-roles", "x-grants", "x-scope", "x-permissions", "x-admin",
        "x-forwarded-groups",
    )),
    *((name, ADDRESS) for name in (
        "x-forwarded-for", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip",
        "x-originating-ip", "x-cluster-client-ip", "x-envoy-external-address",
    )),
    *((name, ELSEWHERE) for name in (
        "x-forwarded-host", "x-host", "x-forwarded-server", "x-original-host",
        "x-http-host-override",
    )),
    *((name, f"/{ELSEWHERE}") for name in (
        "x-original-url", "x-rewrite-url", "x-original-uri", "x-forwarded-uri", "x-accel-redirect",
        "x-forwarded-prefix", "x-forwarded-path", "x-envoy-original-path", "x-sendfile",
    )),
    *((name, "DELETE") for name in (
        "x-http-method-override", "x-http-method", "x-method-override",
    )),
    ("forwarded", f"for={ADDRESS};host={ELSEWHERE};proto=https"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-scheme", "https"),
    ("x-forwarded-port", "1"),
    ("x-forwarded-client-cert", f"By=spiffe://{ELSEWHERE};URI=spiffe://{VICTIM}"),
    ("x-client-cert", VICTIM),
    ("x-ssl-client-verify", "SUCCESS"),
    ("x-envoy-internal", "true"),
    ("x-envoy-upstream-rq-timeout-ms", "1"),
    ("x-envoy-expected-rq-timeout-ms", "1"),
    ("x-envoy-max-retries", "99"),
    ("x-envoy-retry-on", "5xx"),
    ("x-envoy-force-trace", "true"),
    ("x-envoy-decorator-operation", ELSEWHERE),
    ("x-envoy-upstream-alt-stat-name", ELSEWHERE),
    ("x-envoy-ip-tags", VICTIM),
    ("x-request-id", "chosen-by-a-stranger"),
    ("x-correlation-id", "chosen-by-a-stranger"),
    ("idempotency-replayed", "true"),
    ("cookie", f"sub={VICTIM}; role=platform_admin"),
    ("proxy-authorization", "Bearer x"),
    ("x-access-token", VICTIM),
    ("x-api-key", VICTIM),
)  # fmt: skip
# What some servers take for the same variable as the name with hyphens.
UNDERSCORED: Final = ("x_user_id", "x_forwarded_for", "x_role", "http_authorization", "remote_user")
# What a service could act upon, so that the gateway takes it away or writes it anew.
BELIEVED: Final = frozenset(
    {
        "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port",
        "x-forwarded-prefix", "x-forwarded-proto", "x-original-url", "x-rewrite-url",
        "x-http-method-override", "x-envoy-internal", "x-envoy-upstream-rq-timeout-ms",
        "x-envoy-expected-rq-timeout-ms", "x-envoy-max-retries", "x-envoy-retry-on",
        "x-envoy-external-address", "x-envoy-ip-tags", "x-envoy-original-path",
        "x-envoy-decorator-operation", "x-request-id", "x-forwarded-client-cert",
    }
)  # fmt: skip

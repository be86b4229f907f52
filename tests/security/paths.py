"""Spellings of paths that some router somewhere takes for another path."""

from __future__ import annotations

from typing import Final

_T: Final = "cases/v1/needs"
# What leads to no page of the site, however it is written.
TRICKS: Final = (
    f"//{_T}", f"///{_T}", f"/./{_T}", f"/x/../{_T}", f"/docs/../{_T}", f"/docs/./../{_T}",
    f"/docs/../docs/../{_T}", f"/docs/%2e%2e/{_T}", f"/docs/%2E./{_T}", f"/docs/.%2e/{_T}",
    f"/docs/..;/{_T}", f"/docs;/../{_T}", f"/docs;x=y/../{_T}", f"/docs/..%2f{_T}",
    f"/docs%2f..%2f{_T}", f"/docs/..%5c{_T}", f"/docs\\..\\{_T}", f"/docs/.%00./{_T}",
    f"/docs/%00/../{_T}", f"/docs/..%00/{_T}", f"/docs/..%c0%af{_T}", f"/docs/%252e%252e/{_T}",
    f"/docs/%25%32%65%25%32%65/{_T}", f"/docs/..%252f{_T}", f"/docs/..%u2215{_T}",
    f"/docs/..%ef%bc%8f{_T}", f"/docs/\u2025/{_T}".encode("unicode_escape").decode(),
    "/%63ases/v1/needs", "/cases%2fv1/needs", "/cases%2Fv1%2Fneeds", "/CASES/v1/needs",
    "/cases/V1/needs", f"/{_T}/", f"/{_T}/.", f"/{_T}//", f"/{_T}/../needs", f"/{_T}%20",
    f"/{_T}%09", f"/{_T}%0a", f"/{_T}%0d%0ax:y", f"/{_T}%00", f"/{_T}%00.css", f"/{_T};.css",
    f"/{_T}.json", f"/{_T}?/docs", f"/{_T}?x=/../docs", f"/{_T}#/docs", f"/{_T}/areas.ndjson",
    "/registry/v1/area_lists/x/../../accounts/y",
    "/registry/v1/area_lists/../accounts/areas.ndjson",
    "/registry/v1/area_lists/..%2Faccounts%2Fx/areas.ndjson",
    "/registry/v1/area_lists/%2e%2e/areas.ndjson", "/registry/v1/area_lists//areas.ndjson",
    "/registry/v1/accounts/x?/registry/v1/area_lists/a/areas.ndjson",
    "/registry/v1/accounts/areas.ndjson", "/registry/v1/./accounts/x",
    "/registry/hsds/../v1/accounts/x", f"/openapi.json/../{_T}", f"/openapi.json%2f..%2f{_T}",
    f"/openapi.json/{_T}", "/cases/v1/permissions/../needs", "/cases/v1/permissions%2f..%2fneeds",
    "/cases/v1/permissions/", "/cases/v1/permissions;/../needs", "/x/v1/permissions",
    f"/problems/%2e%2e/{_T}", f"/static/%2e%2e/{_T}", "/static/../../../../etc/passwd",
    "/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/static//etc/passwd", "/static/%2fetc%2fpasswd",
    "/static/..%5c..%5cetc%5cpasswd", "/static/%00", "/problems/../../etc/passwd",
    "/problems/..%2f..%2fSECURITY", "/docs/events/../../etc/passwd",
)  # fmt: skip
# Probes and metrics are on a port that the gateway does not know, and on no other.
OPERATIONS: Final = (
    "/metrics", "/livez", "/readyz", "/startupz", "/%6detrics", "//metrics", "/docs/../metrics",
    "/docs/%2e%2e/readyz", "/%2fmetrics", "/cases/metrics", "/cases/v1/metrics",
    "/cases/v1/../metrics", "/cases/v1/../../metrics", "/metrics/", "/metrics?x", "/config_dump",
    "/stats", "/server_info", "/quitquitquit", "/ready",
)  # fmt: skip

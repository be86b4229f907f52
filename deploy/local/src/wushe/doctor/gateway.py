"""The gateway: is its configuration valid, and does a token of the issuer open a door."""

import subprocess
from http import HTTPStatus
from typing import Final

import httpx

from wushe.doctor.finding import Finding, bad, well
from wushe.state import StateDir, Status
from wushe.tokens import Issuer
from wushe.wheels import wheel_path

_VALIDATE_SECONDS: Final = 20
_ANSWER_SECONDS: Final = 5.0


def examine_gateway(state: StateDir, status: Status) -> list[Finding]:
    """Look at the configuration, and go through the door as the administrator."""
    return [_config(state), _door(state, status)]


def _config(state: StateDir) -> Finding:
    command = (str(wheel_path("gateway")), "--mode", "validate", "--config-path", str(state.envoy))
    try:
        told = subprocess.run(  # noqa: S603  # Our own program and file.
            (*command, "--log-level", "error"),
            check=False,
            capture_output=True,
            text=True,
            timeout=_VALIDATE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return bad(
            "gateway config",
            f"cannot be checked ({type(error).__name__})",
            why="it is not known whether the gateway would start again",
            remedy=" ".join(command),
        )
    if told.returncode == 0:
        return well("gateway config", "valid")
    reason = (told.stderr.strip().splitlines() or ["it does not say why"])[-1]
    return bad(
        "gateway config",
        f"is not valid: {reason[:300]}",
        why="the gateway that runs has an older one; it would not start again",
        remedy=f"wushe down --state {state.path}; wushe up (writes {state.envoy.name} anew)",
    )


def _door(state: StateDir, status: Status) -> Finding:
    if not (state.issuer_key.exists() and state.jwks.exists()):
        return bad(
            "tokens",
            f"{state.issuer_key.name} or {state.jwks.name} is missing",
            why="no token can be minted, or none is believed",
            remedy="wushe down; wushe up: they are made anew, and old tokens are void",
        )
    published = state.jwks.read_text("utf-8")
    # To load the issuer is to publish its key again.
    headers = {"authorization": f"Bearer {Issuer.of(state).administrator()}"}
    if state.jwks.read_text("utf-8") != published:
        return bad(
            "tokens",
            f"the key set {state.jwks} was not the issuer's; it was written anew",
            why="whoever read the wrong one refuses every token",
            remedy=f"wushe down --state {state.path}; wushe up: every part reads it anew",
        )
    try:
        answer = httpx.get(
            f"{status.gateway}/registry/v1/me",
            headers=headers,
            timeout=_ANSWER_SECONDS,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        return bad(
            "gateway",
            f"{status.gateway} does not answer ({type(error).__name__})",
            why="nobody outside reaches any service",
            remedy=f"see the finding about the gateway; its log is {state.logs / 'gateway.log'}",
        )
    if answer.status_code == HTTPStatus.OK:
        return well("tokens", "the gateway and the registry accept the issuer's")
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        return bad(
            "tokens",
            "a fresh token is refused (401)",
            why="nobody can sign in: some part read another key set, or clocks differ",
            remedy=f"wushe down --state {state.path}; wushe up: every part reads it anew",
        )
    return bad(
        "gateway",
        f"answers {answer.status_code} for the registry",
        why="the registry behind it cannot be reached, or is not ready",
        remedy="see the finding about the registry",
    )

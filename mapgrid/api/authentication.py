"""Session authentication that answers 401, not 403, to somebody who is not logged in."""

from __future__ import annotations

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session, with a challenge so that "not logged in" and "not allowed" differ."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"

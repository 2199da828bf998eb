"""Signing in to the API, and what answers where nothing is."""

from typing import Any, ClassVar, cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers, status
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle
from rest_framework.views import APIView

from portfolio.models import Person


class _TokenThrottle(SimpleRateThrottle):
    """Counts attempts to sign in. The counts live in the cache that all servers share."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Only attempts to sign in are counted."""
        return request.method != "POST" or super().allow_request(request, view)


class AddressThrottle(_TokenThrottle):
    """So many attempts from one network address."""

    scope = "token-address"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Who tries, by network address."""
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class PersonThrottle(_TokenThrottle):
    """So many attempts for one e-mail address, from wherever they come."""

    scope = "token-person"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Whose token is asked for."""
        email = request.data.get("email") if isinstance(request.data, dict) else None
        if not isinstance(email, str):
            return None
        ident = email.strip().lower().encode().hex()[:150]
        return self.cache_format % {"scope": self.scope, "ident": ident}


class SignInSerializer(serializers.Serializer[Any]):
    """Who signs in."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=4096, trim_whitespace=False, style={"input_type": "password"})


@extend_schema_view(
    post=extend_schema(
        request=SignInSerializer,
        responses=inline_serializer("Token", {"token": serializers.CharField()}),
        auth=[],
        summary="Sign in: an e-mail address and a password for a token",
    ),
    delete=extend_schema(request=None, responses={204: None}, summary="Sign out: the token opens nothing any more"),
)
class TokenView(APIView):
    """A token for a program, sent as `Authorization: Token ...` with every call.

    People with a second factor get none here: a password alone must not do what the sign-in page refuses.
    """

    throttle_classes: ClassVar[list[type[BaseThrottle]]] = [AddressThrottle, PersonThrottle]  # type: ignore[misc]

    def get_permissions(self) -> list[Any]:
        """Signing in is for everybody, signing out for who is signed in."""
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    def post(self, request: Request) -> Response:
        """Give out the person's token. 400 for who is not known or has left, 403 for who has a second factor."""
        data = SignInSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        person = authenticate(request._request, **data.validated_data)
        if person is None:
            message = "Nobody who may sign in has this e-mail address and password."
            raise serializers.ValidationError({"detail": [message]})
        if is_mfa_enabled(person):
            raise PermissionDenied(
                "You sign in with a second factor, so a password alone opens nothing. Ask an administrator for a token."
            )
        token, _ = Token.objects.get_or_create(user=person)
        return Response({"token": token.key})

    def delete(self, request: Request) -> Response:
        """Take the person's token away."""
        Token.objects.filter(user=cast(Person, request.user)).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(exclude=True)
class NothingHereView(APIView):
    """Answers below /api/v1/ where nothing is, in the API's own form."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "options", "post", "put", "patch", "delete"]  # type: ignore[misc]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whoever is signed in hears that there is nothing, by whichever method."""
        super().initial(request, *args, **kwargs)
        raise NotFound("There is nothing at this address. Addresses end in a slash; /api/v1/ lists them.")

"""Login through the government's identity service: OpenID Connect by allauth (统一身份认证).

What the signed token says about the person is looked at for the subject and then dropped: names,
telephones or numbers that the service sends along are kept nowhere.
"""

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from gongxin.desk.adapters import not_entered


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Reads the token strictly: signature, issuer as set here, audience, end."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Return who logs in, by the subject alone.

        Raises:
            OAuth2Error: no token, or one that is not for us or not by the issuer.
        """
        del token
        credential = kwargs["response"].get("id_token")
        if not credential:
            message = "no id_token"
            raise OAuth2Error(message)
        claims = jwtkit.verify_and_decode(
            credential=credential,
            keys_url=self.openid_config["jwks_uri"],
            issuer=app.settings["server_url"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
        subject = {"sub": str(claims["sub"])}
        return self.get_provider().sociallogin_from_response(request, {"id_token": subject})


@require_POST
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the identity service."""
    return _answered(OAuth2LoginView, request, provider_id)


@require_GET
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the identity service."""
    return _answered(OAuth2CallbackView, request, provider_id)


def _answered(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    if settings.GONGXIN.sso is None or provider_id != settings.GONGXIN.sso.provider:
        raise Http404
    try:
        answer: HttpResponse = view.adapter_view(Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except (OSError, KeyError, OAuth2Error):  # the service is down or does not speak its language
        return not_entered(request)
    return answer
